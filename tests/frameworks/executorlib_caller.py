"""A caller of executorlib's ``SingleNodeExecutor``, whose worker lives as long as the executor."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from executorlib import SingleNodeExecutor  # type: ignore[import-untyped]

from frameworks.callers import tell, tell_classes

#: Seconds that one task may take.
_PATIENCE: Final = 100


def set_up() -> dict[str, Any]:
    """Install picklereg in the worker, and preset no argument."""
    import picklereg

    picklereg.install(all_exceptions=True)
    return {}


def main(way: str, directory: str) -> None:
    """Be the caller."""
    options: dict[str, Any] = {"init_function": set_up} if way == "picklereg" else {}
    with SingleNodeExecutor(max_workers=1, block_allocation=True, **options) as executor:

        def run(function: Callable[..., Any], *args: object) -> Any:
            return executor.submit(function, *args).result(_PATIENCE)

        if way == "picklereg":
            tell(run)
        else:
            tell_classes(run, directory)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
