"""A caller of Lithops' functions on this machine, each of which has a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from lithops import FunctionExecutor  # type: ignore[import-untyped]

from frameworks.callers import tell

_CONFIG: Final = {
    "lithops": {"backend": "localhost", "storage": "localhost", "log_level": "ERROR", "telemetry": False},
    "localhost": {"runtime": sys.executable},
}


def main() -> None:
    """Be the caller."""
    with FunctionExecutor(config=_CONFIG) as executor:

        def run(function: Callable[..., Any], *args: object) -> Any:
            executor.call_async(lambda given: function(*given), {"given": list(args)})
            return executor.get_result()

        tell(run)


if __name__ == "__main__":
    main()
