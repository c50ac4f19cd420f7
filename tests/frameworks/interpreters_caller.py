"""A caller of ``InterpreterPoolExecutor``, which Python has from 3.14 on: its workers are interpreters in the same process."""

from __future__ import annotations

import sys
from concurrent import futures
from functools import partial
from typing import Any, Final

import picklereg
from frameworks.callers import by_outcome, tell

#: Seconds that one task may take.
_PATIENCE: Final = 120
_EVERYTHING: Final = partial(picklereg.install, all_exceptions=True)


def without_own_part(error: BaseException) -> BaseException:
    """Take off the error that the executor puts in the place of cause and context; its text, with the traceback, goes into a note."""
    own: Any = error.__cause__
    if type(own).__name__ == "ExecutionFailed":
        assert error.__context__ is own
        error.add_note(str(own))
        error.__cause__ = error.__context__ = None
        error.__suppress_context__ = False
    return error


def main(way: str) -> None:
    """Be the caller."""
    executor: Any = getattr(futures, "InterpreterPoolExecutor")  # noqa: B009  # type checkers think of Python 3.11
    with executor(1, initializer=_EVERYTHING if way == "picklereg" else None) as pool:

        def call(function: Any, *args: object) -> Any:
            return pool.submit(function, *args).result(_PATIENCE)

        tell(by_outcome(way, call) if way == "outcome" else call, without_own_part)


if __name__ == "__main__":
    main(sys.argv[1])
