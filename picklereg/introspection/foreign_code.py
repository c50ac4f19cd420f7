"""What may come out of foreign code, and goes no further."""

from __future__ import annotations

import signal
import threading
from types import CodeType
from typing import Any

from picklereg.introspection.fields import traceback_of

__all__ = ["Signal", "pass_on"]


class Signal(BaseException):
    """Raised by one part of picklereg for another; foreign code has nothing to do with it."""


def pass_on(problem: BaseException) -> None:
    """Raise again what isn't foreign code's: a signal of ours, and a Ctrl-C, which comes in the main thread, and from no statement of that.

    Whatever else isn't an ``Exception`` (``SystemExit``, ``CancelledError``, ...) was raised by code that is asked while an error is
    reported; it costs that piece, and not the error.
    """
    if isinstance(problem, Signal) or (isinstance(problem, KeyboardInterrupt) and _is_ctrl_c(problem)):
        try:
            raise problem
        finally:
            del problem  # or this frame, which its traceback holds, would hold it


def _is_ctrl_c(problem: KeyboardInterrupt) -> bool:
    """Tell of an interrupt whether it may have come from the keyboard: no code that was asked has raised it in a statement of its own."""
    if threading.current_thread() is not threading.main_thread():
        return False
    codes: list[CodeType] = []
    last, found = -1, traceback_of(problem)
    while found is not None:
        codes.append(found.tb_frame.f_code)
        last, found = found.tb_lasti, found.tb_next
    return not _raises(codes[-1], last) or any(code is _handlers_code() for code in codes)


def _raises(code: CodeType, offset: int) -> bool:
    """Tell whether a ``raise`` stands at some place; a signal's own handler interrupts wherever it comes."""
    from opcode import opmap  # here, because few processes ever need it

    return code.co_code[offset] == opmap["RAISE_VARARGS"]


def _handlers_code() -> CodeType | None:
    """Give the code of what the program has set to answer a Ctrl-C, if that is Python's: it may raise the interrupt by a statement."""
    handler: Any = signal.getsignal(signal.SIGINT)
    while hasattr(handler, "func"):  # a partial, as asyncio sets
        handler = handler.func
    handler = getattr(handler, "__func__", handler)
    return getattr(handler, "__code__", None)
