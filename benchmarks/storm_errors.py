"""Thirty kinds of errors that tasks end with; some can't be pickled, and some can't be read back. Nothing here imports picklereg."""

from __future__ import annotations

import io
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Final, NoReturn

__all__ = ["KINDS", "facts", "fail"]


class NeedsKeywords(Exception):
    """Plain pickle writes it, and can't read it."""

    def __init__(self, *, order: int) -> None:
        super().__init__(f"order {order} failed")
        self.order = order


class NeedsTwo(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


class Holds(Exception):
    """Holds something that can't be pickled."""

    def __init__(self, message: str, held: Any) -> None:
        super().__init__(message)
        self.held = held


class HoldsInArgs(Exception):
    pass


class Transforms(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"<{name}>")


class Slotted(Exception):
    __slots__ = ("code",)

    def __init__(self, code: int) -> None:
        super().__init__("slotted")
        self.code = code


class OwnNew(Exception):
    def __new__(cls, code: int, *, key: str) -> OwnNew:  # noqa: PYI034  # Self means nothing to pickle
        return super().__new__(cls, code)

    def __init__(self, code: int, *, key: str) -> None:
        super().__init__(code)
        self.key = key


class ReduceRaises(Exception):
    def __reduce__(self) -> NoReturn:
        raise RuntimeError("no pickle of mine")


class ReduceIsWrong(Exception):
    def __reduce__(self) -> Any:
        return ValueError, ("another error",)


class StateRaises(Exception):
    def __setstate__(self, state: Any) -> NoReturn:
        raise RuntimeError("no state of mine")


class StrRaises(Exception):
    def __init__(self, *, why: str) -> None:
        super().__init__()
        self.why = why

    def __str__(self) -> str:
        return f"why: {self.why}"


class OwnGroup(ExceptionGroup[Exception]):
    def __new__(cls, errors: list[Exception], *, job: str) -> OwnGroup:  # noqa: PYI034  # as above
        return super().__new__(cls, job, errors)

    def __init__(self, errors: list[Exception], *, job: str) -> None:
        self.job = job


def _local() -> Exception:
    class Local(Exception):
        pass

    return Local("made in a function")


def _chained() -> Exception:
    error = NeedsKeywords(order=1)
    error.__cause__ = NeedsTwo(4, "four")
    error.__cause__.__context__ = KeyError("deeper")
    return error


def _long() -> Exception:
    error: Exception = ValueError(0)
    for number in range(1, 60):
        error, error.__cause__ = ValueError(number), error  # pyright: ignore[reportAttributeAccessIssue]
    return error


def _circle() -> Exception:
    error = Holds("holds itself", None)
    error.held = [error]
    return error


def _litellm(name: str) -> Exception:
    import litellm

    cls: Any = getattr(litellm.exceptions, name)
    return cls("slow down", llm_provider="openai", model="gpt-4o")  # type: ignore[no-any-return]


def _httpx() -> Exception:
    import httpx

    request = httpx.Request("POST", "https://api.example/v1", headers={"authorization": "Bearer sk-0123456789"})
    return httpx.HTTPStatusError("429", request=request, response=httpx.Response(429, request=request, json={"error": 1}))


def _decoding() -> Exception:
    try:
        b"\xff".decode()
    except UnicodeDecodeError as error:
        return error
    raise AssertionError


def _failing_thread() -> Exception:
    return Holds("holds a thread", threading.Thread(target=print))


#: By name: what makes an error of that kind.
KINDS: Final[dict[str, Callable[[], Exception]]] = {
    "ValueError": lambda: ValueError("a message"),
    "KeyError": lambda: KeyError("colour"),
    "FileNotFoundError": lambda: FileNotFoundError(2, "No such file", "a.txt"),
    "UnicodeDecodeError": _decoding,
    "CalledProcessError": lambda: subprocess.CalledProcessError(3, ["ls"], b"out"),
    "keywords": lambda: NeedsKeywords(order=7),
    "two arguments": lambda: NeedsTwo(5, "five"),
    "transformed arguments": lambda: Transforms("x"),
    "slots": lambda: Slotted(4),
    "own __new__": lambda: OwnNew(3, key="k"),
    "warning": lambda: DeprecationWarning("old"),
    "own str": lambda: StrRaises(why="so"),
    "local class": _local,
    "chain": _chained,
    "long chain": _long,
    "group": lambda: ExceptionGroup("several", [NeedsKeywords(order=2), ValueError(1)]),
    "own group": lambda: OwnGroup([NeedsTwo(1, "one")], job="j"),
    "circle": _circle,
    "lock": lambda: Holds("holds a lock", threading.Lock()),
    "lock in arguments": lambda: HoldsInArgs("l", threading.Lock()),
    "open file": lambda: Holds("holds a file", io.TextIOWrapper(io.BytesIO())),
    "database": lambda: Holds("holds a database", sqlite3.connect(":memory:")),
    "thread": _failing_thread,
    "generator": lambda: Holds("holds a generator", (number for number in range(3))),
    "frame": lambda: Holds("holds a frame", sys._getframe()),  # noqa: SLF001  # debuggers' errors do
    "reduce raises": lambda: ReduceRaises("r"),
    "reduce is wrong": lambda: ReduceIsWrong("w"),
    "setstate raises": lambda: StateRaises("s"),
    "litellm": lambda: _litellm("RateLimitError"),
    "httpx": _httpx,
}


def fail(kind: str, number: int) -> NoReturn:
    """Raise an error of a kind, with a note that tells it from all others."""
    error = KINDS[kind]()
    error.add_note(f"task {number}")
    raise error


def facts(error: BaseException | None) -> dict[str, Any] | None:
    """Tell what has to arrive of an error."""
    if error is None:
        return None
    attributes = {name: repr(value) for name, value in vars(error).items() if name != "__notes__" and isinstance(value, (str, int))}
    return {
        "type": f"{type(error).__module__}.{type(error).__name__}",  # cloudpickle shortens the qualified names of local classes
        "str": str(error),
        "args": [repr(argument) for argument in error.args if isinstance(argument, (str, int))],
        "attributes": attributes,
        "notes": [note for note in getattr(error, "__notes__", []) if not note.startswith("picklereg:")],
        "cause": facts(error.__cause__),
        "parts": [facts(part) for part in error.exceptions] if isinstance(error, BaseExceptionGroup) else [],
    }
