"""A caller of Lithops' functions on this machine, each of which has a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from lithops import FunctionExecutor  # type: ignore[import-untyped]

from frameworks.callers import tell, tell_classes

_CONFIG: Final = {
    "lithops": {"backend": "localhost", "storage": "localhost", "log_level": "ERROR", "telemetry": False},
    "localhost": {"runtime": sys.executable},
}


def run(function: Callable[..., Any], *args: object) -> Any:
    """Have a function called by an executor of its own: one that is given a call while it ends the last one may forget it (3.8)."""
    with FunctionExecutor(config=_CONFIG) as executor:
        executor.call_async(lambda given: function(*given), {"given": list(args)})
        return executor.get_result()


def main(way: str, directory: str) -> None:
    """Be the caller."""
    if way == "picklereg":
        tell(run)
    else:
        tell_classes(run, directory)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
