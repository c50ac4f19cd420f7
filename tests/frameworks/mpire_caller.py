"""A caller of mpire's ``WorkerPool``, which sends an error's class, arguments and attributes in place of the error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NoReturn

from mpire.pool import WorkerPool

from frameworks.callers import ANSWERS, by_outcome, tell

#: Seconds that one task may take.
_PATIENCE: Final = 100
_KEY: Final = "k3y-0123456789abcdef"


def set_up() -> None:
    """Install picklereg in the worker."""
    import picklereg

    picklereg.install(all_exceptions=True)


def refuse() -> NoReturn:
    """Raise an error with a key in it."""
    error = PermissionError(13, "refused", "shop")
    vars(error)["headers"] = {"x-api-key": _KEY}
    raise error


def refused(run: Callable[..., Any]) -> dict[str, Any]:
    """Tell what arrives of that error."""
    try:
        run(refuse)
    except PermissionError as error:
        return {"has key": _KEY in repr(vars(error)), "errno": error.errno}
    raise AssertionError("it was to be refused")


def main(way: str, directory: str) -> None:
    """Be the caller."""
    with WorkerPool(1, start_method="spawn") as pool:

        def call(function: Callable[..., Any], *args: object) -> Any:
            return pool.apply_async(function, args, worker_init=set_up if way == "installed" else None).get(_PATIENCE)

        run = call if way == "installed" else by_outcome(way, call)
        if way == "whole":
            tell(run)
        else:
            Path(directory, ANSWERS).write_text(json.dumps(refused(run)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[3])
