"""The exceptions of the golden pickles.

Files of former versions name these classes: add to them, but never rename, move or change one. The reader imports this module,
so it does not import picklereg.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self


class KeywordOnly(Exception):
    def __init__(self, *, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Prefixing(Exception):
    def __init__(self, message: str) -> None:
        super().__init__(f"prefix: {message}")


class NewWithoutArgs(Exception):
    def __new__(cls, *, reason: str) -> Self:
        return super().__new__(cls)

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)


class FileMissing(OSError):
    def __init__(self, path: str) -> None:
        super().__init__(errno.ENOENT, "no such thing", path)
        self.retry_after = timedelta(seconds=3)  # no path: Python 3.13 writes pathlib._local, which others haven't


class Slotted(Exception):
    __slots__ = ("code", "empty")

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Frozen(Exception):
    code: int
    what: str


class NoSetattr(Exception):
    def __init__(self, code: int) -> None:
        vars(self)["code"] = code

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} can't be set")


class PropertyOverAttribute(Exception):
    def __init__(self, message: str) -> None:
        vars(self)["message"] = message

    @property
    def message(self) -> str:
        return f"<{vars(self)['message']}>"


class OwnSetstate(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    def __setstate__(self, state: object) -> None:
        raise RuntimeError("this state is not mine")


class GoodReduce(Exception):
    def __init__(self, a: str, b: int) -> None:
        super().__init__(f"{a} and {b}")
        self.a, self.b = a, b

    def __reduce__(self) -> Any:
        return type(self), (self.a, self.b)


class LossyReduce(Exception):
    def __init__(self, pool: object, message: str) -> None:
        super().__init__(f"{pool}: {message}")

    def __reduce__(self) -> Any:
        return type(self), (None, "")


class Unsendable:
    """Can't be pickled, and says so in the same words on every Python."""

    def __reduce__(self) -> Any:
        raise TypeError("it stays here")

    def __repr__(self) -> str:
        return "<unsendable>"


class Outer:
    class Nested(KeywordOnly):
        pass


def _import_error() -> ImportError:
    return ImportError("no module", name="n", path="p")


def _attribute_error() -> BaseException:
    try:
        (7).nothing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError as exc:
        return exc
    raise AssertionError


def _syntax_error() -> SyntaxError:
    return SyntaxError("broken", ("file.x", 3, 4, "x = ", 3, 9))


def _unsendable_attribute() -> BaseException:
    exc = KeywordOnly(code=1, message="m")
    vars(exc)["thing"] = Unsendable()
    return exc


def _cycle() -> BaseException:
    first, second = ValueError("first"), KeywordOnly(code=2, message="second")
    first.__cause__, second.__context__ = second, first
    vars(first)["other"] = second
    return first


def _group() -> BaseException:
    return BaseExceptionGroup("g", [raised(lambda: KeywordOnly(code=1, message="m")), ExceptionGroup("in", [KeyError("k")])])


#: Name: what makes it.
SHAPES: dict[str, Callable[[], BaseException]] = {
    "keyword-only": lambda: KeywordOnly(code=3, message="m"),
    "prefixing": lambda: Prefixing("message"),
    "new without args": lambda: NewWithoutArgs(reason="r"),
    "OSError": lambda: OSError(errno.ENOENT, "no", "file", None, "file2"),
    "OSError subclass": lambda: FileMissing("a/b"),
    "BlockingIOError": lambda: BlockingIOError(errno.EAGAIN, "would block", 7),
    "UnicodeDecodeError": lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"),
    "SyntaxError": _syntax_error,
    "ImportError": _import_error,
    "AttributeError": _attribute_error,
    "NameError": lambda: NameError("n", name="n"),
    "StopIteration": lambda: StopIteration([1]),
    "SystemExit": lambda: SystemExit(3),
    "MemoryError": lambda: MemoryError("m"),
    "slots": lambda: Slotted(1),
    "frozen dataclass": lambda: Frozen(1, "w"),
    "no setattr": lambda: NoSetattr(1),
    "property over an attribute": lambda: PropertyOverAttribute("m"),
    "own setstate": lambda: OwnSetstate(1),
    "good reduce": lambda: GoodReduce("a", 1),
    "lossy reduce": lambda: LossyReduce("pool", "message"),
    "nested class": lambda: Outer.Nested(code=1, message="m"),
    "an attribute that stays": _unsendable_attribute,
    "an argument that stays": lambda: ValueError("text", Unsendable()),
    "cycle": _cycle,
    "group": _group,
    "base group": lambda: BaseExceptionGroup("g", [KeyboardInterrupt()]),
    "containers": lambda: ValueError([1, {"a": (2, {3})}], frozenset({4}), b"b", 1 << 70, 2.5, None, ...),
}


def raised(build: Callable[[], BaseException]) -> BaseException:
    """Raise an exception with a cause, a context and a note, as programs do."""
    exc = build()
    try:
        try:
            raise LookupError("context")
        except LookupError:
            raise exc from exc.__cause__ or KeywordOnly(code=1, message="cause")
    except BaseException as caught:
        vars(caught)["__notes__"] = ["a note"]  # add_note sets an attribute, which some forbid
        return caught
