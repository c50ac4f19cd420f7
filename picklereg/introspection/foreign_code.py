"""What may come out of foreign code, and goes no further."""

from __future__ import annotations

import threading

__all__ = ["Signal", "pass_on"]


class Signal(BaseException):
    """Raised by one part of picklereg for another; foreign code has nothing to do with it."""


def pass_on(problem: BaseException) -> None:
    """Raise again what isn't foreign code's: a signal of ours, and a Ctrl-C, which comes in the main thread.

    Whatever else isn't an ``Exception`` (``SystemExit``, ``CancelledError``, ...) was raised by code that is asked while an error is
    reported; it costs that piece, and not the error.
    """
    if isinstance(problem, Signal) or (isinstance(problem, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()):
        try:
            raise problem
        finally:
            del problem  # or this frame, which its traceback holds, would hold it
