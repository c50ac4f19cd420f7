"""The exceptions that are sent between Pythons, and what is in them. The reader makes the same, so nothing here imports picklereg.

Stored files name what is here: add to it, but never rename, move or change anything.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import errno
import fractions
import http
import ipaddress
import re
import typing
import uuid
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Final, Literal, NamedTuple, Optional, Union


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Size(enum.StrEnum):
    BIG = "big"


class Access(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()


@dataclass
class Order:
    number: int
    parts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    shelf: str
    box: int = 0


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Refused(Exception):
    """An error that is a data class."""

    code: int
    place: Place


class Carrier(Exception):
    """Holds whatever it is given; plain pickle can't read it."""

    def __init__(self, *, value: object) -> None:
        super().__init__("carries something")
        self.value = value


#: Built-in exceptions that every one of the Pythons has and that take any arguments.
_PLAIN: Final = """
    ArithmeticError AssertionError AttributeError BaseException BrokenPipeError BufferError BytesWarning ChildProcessError
    ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning
    Exception FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit ImportError ImportWarning IndentationError
    IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError
    NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
    RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning
    SystemError SystemExit TabError TimeoutError TypeError UnboundLocalError UnicodeError UnicodeWarning UserWarning ValueError Warning
    ZeroDivisionError
"""
#: Those with state that C keeps.
_WITH_STATE: Final[dict[str, Callable[[], BaseException]]] = {
    "OSError with two names": lambda: OSError(errno.EXDEV, "elsewhere", "from", None, "to"),
    "FileNotFoundError": lambda: FileNotFoundError(errno.ENOENT, "missing", b"name"),
    "BlockingIOError": lambda: BlockingIOError(errno.EAGAIN, "would block", 7),
    "UnicodeDecodeError": lambda: UnicodeDecodeError("utf-8", b"a\xff", 1, 2, "invalid"),
    "UnicodeEncodeError": lambda: UnicodeEncodeError("ascii", "a\xff", 1, 2, "invalid"),
    "UnicodeTranslateError": lambda: UnicodeTranslateError("a\xff", 1, 2, "invalid"),
    "SyntaxError": lambda: SyntaxError("broken", ("file.x", 3, 4, "x = ", 3, 9)),
    "IndentationError": lambda: IndentationError("broken", ("file.x", 3, 4, " x", 3, 9)),
    "ImportError": lambda: ImportError("not there", name="module", path="/where"),
    "ModuleNotFoundError": lambda: ModuleNotFoundError("not there", name="module"),
    "AttributeError": lambda: AttributeError("not there", name="attribute", obj=[1]),
    "NameError": lambda: NameError("not there", name="name"),
    "UnboundLocalError": lambda: UnboundLocalError("not there", name="name"),
    "StopIteration": lambda: StopIteration([1, 2]),
    "SystemExit": lambda: SystemExit(3),
    "KeyError": lambda: KeyError(("a", 1)),
}
_VALUES: Final[dict[str, object]] = {
    "path": Path("/shop/orders"),
    "pure paths": [PurePosixPath("a/b"), PureWindowsPath("c:/d")],
    "list[int]": list[int],
    "nested generic": dict[str, list[tuple[int, ...]]],
    "int | str": int | str,
    "Union": Union[int, str, None],  # noqa: UP007  # what is looked at
    "Optional": Optional[int],  # noqa: UP045  # the same
    "typing.List": typing.List[int],  # noqa: UP006  # the same
    "Callable": typing.Callable[[int], str],
    "abc Callable": Callable[[int], str],
    "Iterator": Iterator[str],
    "Literal": Literal["a", 1],
    "Annotated": Annotated[int, "metres"],
    "Any": Any,
    "enums": [Colour.RED, Level.HIGH, Size.BIG, Access.READ | Access.WRITE, http.HTTPStatus.NOT_FOUND, re.RegexFlag.IGNORECASE],
    "data classes": [Order(1, ["a"]), Place("A", 2)],
    "named tuple": Point(1, 2),
    "times": [
        datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
        datetime.date(2026, 1, 2),
        datetime.time(1, 2, fold=1),
        datetime.timedelta(days=1, microseconds=2),
        zoneinfo.ZoneInfo("UTC"),
    ],
    "numbers": [decimal.Decimal("1.20"), fractions.Fraction(1, 3), 1 << 90, -0.5, 1j, True],
    "collections": [collections.deque([1], 3), collections.OrderedDict(a=1), collections.Counter("aab"), collections.defaultdict(int, a=1)],
    "addresses": [ipaddress.ip_address("10.0.0.1"), ipaddress.ip_network("fe80::/10"), uuid.UUID(int=7)],
    "others": [re.compile("a+", re.IGNORECASE), range(1, 9, 2), slice(1, None), b"b", bytearray(b"c"), frozenset({1}), ..., NotImplemented],
    "types and functions": [int, Order, ValueError, len, re.compile, collections.OrderedDict.fromkeys],
}


def _group() -> BaseException:
    inner = ExceptionGroup("inner", [OSError(errno.ENOENT, "missing", "name"), Refused(3, Place("B"))])
    return BaseExceptionGroup("outer", [inner, KeyboardInterrupt(), Carrier(value=Colour.RED)])


#: Name: what makes it.
CASES: Final[dict[str, Callable[[], BaseException]]] = {
    **{f"builtin {name}": (lambda name=name: vars(__import__("builtins"))[name]("text", 1)) for name in _PLAIN.split()},  # type: ignore[misc]
    **{f"state {name}": build for name, build in _WITH_STATE.items()},
    **{f"value {name}": (lambda value=value: Carrier(value=value)) for name, value in _VALUES.items()},  # type: ignore[misc]
    "data class": lambda: Refused(4, Place("A", 1)),
    "group": _group,
}


def raised(name: str) -> BaseException:
    """Raise a case with a cause, a context and a note, as programs do."""
    try:
        try:
            raise LookupError("context")
        except LookupError:
            error = CASES[name]()
            raise error from Carrier(value="cause")
    except BaseException as caught:
        caught.add_note("a note")
        return caught
