"""A caller of executorlib's ``SingleNodeExecutor``, whose worker lives as long as the executor."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from executorlib import SingleNodeExecutor  # type: ignore[import-untyped]

from frameworks.callers import ANSWERS, error_of, tell

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
            errors = {"unread": "needs_keywords", "unwritten": "holds_lock"}
            names = {name: type(error_of(run, kind, "", f"{directory}/record")).__name__ for name, kind in errors.items()}
            Path(directory, ANSWERS).write_text(json.dumps(names))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
