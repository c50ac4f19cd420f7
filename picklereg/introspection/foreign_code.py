"""What may come out of foreign code, and goes no further."""

from __future__ import annotations

import signal
import threading
from functools import partial
from importlib import import_module
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any, Final

from picklereg.introspection.fields import traceback_of

__all__ = ["Signal", "pass_on"]

_SIGNALS: Final = range(1, signal.NSIG)
#: What ``signal.getsignal`` asks; that makes a member of an enumeration of each number, which takes it twenty times as long.
_answer_to: Final[Any] = import_module("_signal").getsignal


class Signal(BaseException):
    """Raised by one part of picklereg for another; foreign code has nothing to do with it."""


def pass_on(problem: BaseException) -> None:
    """Raise again what isn't foreign code's: a signal of ours, and what the answer to a signal of the system's raises.

    That is a Ctrl-C, and whatever else stops a task: a time limit that an alarm tells of, a ``SystemExit`` on ``SIGTERM``. It comes in the
    main thread, wherever that is, so it has nothing to do with the code that is being asked then.

    Whatever else isn't an ``Exception`` (``SystemExit``, ``CancelledError``, ...) was raised by code that is asked while an error is
    reported; it costs that piece, and not the error.
    """
    if isinstance(problem, Signal) or _is_of_system(problem):
        try:
            raise problem
        finally:
            del problem  # or this frame, which its traceback holds, would hold it


def _is_of_system(problem: BaseException) -> bool:
    """Tell whether the answer to a signal may have raised something.

    Python's own answer to a Ctrl-C is native code, so no code that was asked has raised it in a statement of its own.
    """
    if threading.current_thread() is not threading.main_thread():
        return False
    codes: list[CodeType] = []
    last, found = -1, traceback_of(problem)
    while found is not None:
        codes.append(found.tb_frame.f_code)
        last, found = found.tb_lasti, found.tb_next
    if isinstance(problem, KeyboardInterrupt) and not _raises(codes[-1], last):
        return True
    handlers = [handler for handler in map(_answer_to, _SIGNALS) if callable(handler) and type(handler) is not BuiltinFunctionType]
    answers = {id(_code_of(handler)) for handler in handlers}
    return any(id(code) in answers for code in codes)


def _raises(code: CodeType, offset: int) -> bool:
    """Tell whether a ``raise`` stands at some place; a signal's own handler interrupts wherever it comes."""
    from opcode import opmap  # here, because few processes ever need it

    return code.co_code[offset] == opmap["RAISE_VARARGS"]


def _code_of(handler: Any) -> CodeType | None:
    """Give the code of what the program has set to answer a signal, if that is Python's."""
    while issubclass(type(handler), partial):  # as asyncio sets
        handler = handler.func
    if issubclass(type(handler), MethodType):
        handler = handler.__func__
    if not issubclass(type(handler), FunctionType):
        handler = type(handler).__call__  # of an object that can be called
    return handler.__code__ if issubclass(type(handler), FunctionType) else None
