"""What the pickler's tests send. The reader imports this module, so it does not import picklereg.

``BY_NAME`` and ``PIECES`` are what cloudpickle finds ways for, each made anew by a call.
"""

from __future__ import annotations

import abc
import collections
import collections.abc
import dataclasses
import datetime as dt
import decimal
import enum
import fractions
import functools
import io
import json
import logging
import operator
import os.path
import pathlib
import pickle
import random
import re
import types
import typing
import uuid
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Self, SupportsIndex, TypeVar

Make = Callable[[], Any]
T = TypeVar("T")

# --- classes that a reader imports --------------------------------------------------------------------------------


class Plain:
    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]

    def method(self) -> Self:
        return self


class Wrapper:
    """What some decorators put in a function's place: it has the function's name, and no way to bind itself."""

    def __init__(self, function: Callable[..., Any]) -> None:
        functools.update_wrapper(self, function)

    def __call__(self, plain: Plain) -> Any:
        return vars(self)["__wrapped__"](plain)


class Decorated(Plain):
    """Has a method in a wrapper."""

    @Wrapper
    def method(self) -> Any:  # type: ignore[override]
        return self


class Hiding(Plain):
    """Hides one of the methods by which it is reduced."""

    def __init__(self, number: int) -> None:
        super().__init__(number=number)

    def __getattribute__(self, name: str) -> Any:
        if name == "__reduce_ex__":
            raise AttributeError(name)
        return object.__getattribute__(self, name)


class Opening(Plain):
    """Has a method that can't be got before it is open."""

    def __init__(self) -> None:
        super().__init__(state="open")
        self.callback = self.again

    def __getattribute__(self, name: str) -> Any:
        if name == "again" and "state" not in object.__getattribute__(self, "__dict__"):
            raise AttributeError(name)
        return object.__getattribute__(self, name)

    def again(self) -> str:
        return str(self.state)


class Slotted:
    __slots__ = ("__weakref__", "left", "right")

    def __init__(self, left: Any, right: Any) -> None:
        self.left, self.right = left, right

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slotted) and (self.left, self.right) == (other.left, other.right)

    __hash__ = None  # type: ignore[assignment]


class Reduced(Plain):
    """Has a ``__reduce__`` of its own."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Reduced, (), {"state": dict(vars(self))}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state["state"])


class Versioned(Plain):
    """Tells in its pickle for which protocol it was asked."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return Plain, (), {"protocol": int(protocol)}


class Hidden:
    """A proxy of a kind that exists: it lets ``__reduce__`` through, and not ``__reduce_ex__``."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__reduce_ex__":
            raise AttributeError(name)
        return super().__getattribute__(name)

    def __reduce__(self) -> tuple[Any, ...]:
        return str, ("seen through",)


class Masked(Plain):
    """Likewise, and has no ``__reduce__`` of its own."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__reduce_ex__":
            raise AttributeError(name)
        return super().__getattribute__(name)


class ListOfOwn(list[Any]):
    pass


class DictOfOwn(dict[Any, Any]):
    pass


class ZeroCopy(bytearray):
    """Gives its buffer away from protocol 5 on (the example of PEP 574)."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        if int(protocol) >= 5:
            return ZeroCopy, (pickle.PickleBuffer(self),)
        return ZeroCopy, (bytes(self),)


@dataclass
class Point:
    x: Any
    y: Any = None
    tags: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Frozen:
    x: Any
    y: Any = None


class Pair(NamedTuple):
    left: Any
    right: Any


Row = collections.namedtuple("Row", ["a", "b"])  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple]  # the kind that is sent


class Colour(enum.Enum):
    RED = 1
    GREEN = "green"


class Level(enum.IntFlag):
    LOW = 1
    HIGH = 2


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    pass


class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self) -> int: ...


class Square(Shape):
    def area(self) -> int:
        return 4


class EqMeta(type):
    """Compares classes and forgets that this takes their hash away."""

    def __eq__(cls, other: object) -> bool:
        return cls is other

    __hash__ = None  # type: ignore[assignment]


class Unhashable(metaclass=EqMeta):
    pass


class UnhashableError(Exception, metaclass=EqMeta):
    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


class TicketError(Exception):
    """Refuses plain pickle in the reader."""

    def __init__(self, ticket: int, *, queue: str) -> None:
        super().__init__(f"{ticket} in {queue}")
        self.ticket, self.queue = ticket, queue


class Box(Generic[T]):
    pass


class Kept:
    """One object in each process."""

    def method(self) -> Self:
        return self

    def __reduce__(self) -> str:
        return "KEPT"


KEPT = Kept()


def function(value: int) -> int:
    return value + 1


def of_class(cls: type[Any]) -> str:
    return cls.__name__


# --- what a reader can import, or build from what it can ---------------------------------------------------------


def _shared() -> list[Any]:
    one = Plain(name="one")
    one.itself = one  # type: ignore[attr-defined]
    return [one.name, [one, one]]  # type: ignore[attr-defined]


def _ordered() -> collections.OrderedDict[str, int]:
    return collections.OrderedDict(b=1, a=2)


def _counting() -> Any:
    found: collections.defaultdict[str, list[int]] = collections.defaultdict(list)
    found["x"].append(1)
    return found


#: Loaded, they equal what was sent.
BY_NAME: dict[str, Make] = {
    "None": lambda: None,
    "builtins": lambda: [
        1,
        -1,
        2**70,
        1.5,
        1j,
        "text",
        "\udc80",
        b"bytes",
        True,
        ...,
        NotImplemented,
        (),
        (1,),
        {1: 2},
        {3},
        frozenset({4}),
    ],
    "long bytes": lambda: [bytes(100_000), bytearray(100_000), "x" * 100_000],
    "bytearray": lambda: bytearray(b"abc"),
    "range and slice": lambda: [range(3), slice(1, 2, 3)],
    "builtin functions": lambda: [len, str.upper, dict.fromkeys, operator.add],
    "builtin classes": lambda: [int, type, object, type(None), type(...), type(NotImplemented), ValueError, BaseExceptionGroup],
    "types of types": lambda: [v for _, v in sorted(vars(types).items()) if isinstance(v, type)],
    "functions": lambda: [function, json.dumps, os.path.join, Plain.method, functools.reduce],
    "classes": lambda: [Plain, Slotted, Point, Pair, Colour, Meta, WithMeta, Shape, Square, TicketError, collections.abc.Mapping],
    "instance": lambda: Plain(a=1, b=[Plain(), {"c": Plain(d=4)}]),
    "slots": lambda: Slotted(1, Slotted("a", None)),
    "own reduce": lambda: Reduced(a=1),
    "subclasses of builtins": lambda: [ListOfOwn([1]), DictOfOwn(a=1), Pair(1, 2), Row(1, 2), ZeroCopy(b"abc")],
    "dataclasses": lambda: [Point(1, Point(2)), Frozen(1, Frozen(2))],
    "enums": lambda: [Colour.RED, Colour.GREEN, Level.LOW | Level.HIGH, re.IGNORECASE],
    "times": lambda: [dt.datetime(2024, 1, 2, tzinfo=dt.UTC), dt.timedelta(1), dt.date(2024, 1, 2)],
    "numbers": lambda: [decimal.Decimal("1.5"), fractions.Fraction(1, 3), uuid.UUID(int=7)],
    "collections": lambda: [_ordered(), _counting(), collections.Counter("aab"), collections.deque([1], 3), collections.ChainMap({1: 2})],
    "paths and patterns": lambda: [pathlib.PurePosixPath("/a"), re.compile("a+")],
    "namespace": lambda: types.SimpleNamespace(a=1, b=[2]),
    "generic aliases": lambda: [list[int], dict[str, Any], int | str, typing.Optional[int], Callable[[int], str], Box[int]],  # noqa: UP045
    "methods": lambda: [KEPT.method, Point.__init__],
}

#: Loaded, they are other objects, or have no equality: compared by their pickles.
PIECES: dict[str, Make] = {
    "shared": _shared,
    "builtin method": lambda: ["text".upper, [].append],
    "partials": lambda: [functools.partial(function, 1), functools.partial(print, sep="")],
    "modules": lambda: [json, os.path, collections.abc],
    "loggers": lambda: [logging.getLogger(), logging.getLogger("picklereg.test")],
    "code": lambda: function.__code__,
    "cell": lambda: types.CellType([1]),
    "empty cell": types.CellType,
    "memoryview": lambda: memoryview(b"abc"),
    "property": lambda: property(function, None, None, "doc"),
    "staticmethod": lambda: [staticmethod(function), classmethod(of_class)],
    "views": lambda: [{1: 2}.keys(), {1: 2}.values(), {1: 2}.items()],
    "ordered views": lambda: [_ordered().keys(), _ordered().values(), _ordered().items()],
    "mapping proxy": lambda: types.MappingProxyType({"a": 1}),
    "weak set": lambda: [KEPT, weakref.WeakSet([KEPT])],
    "type variables": lambda: [T, TypeVar("Own", bound=int)],
    "field kinds": lambda: [dataclasses._FIELD, dataclasses._FIELD_CLASSVAR, dataclasses.fields(Point)],  # type: ignore[attr-defined]
    "slot": lambda: vars(Slotted)["left"],
    "getset": lambda: vars(type)["__dict__"],
    "method caller": lambda: [operator.methodcaller("a", 1), operator.itemgetter(1), operator.attrgetter("a.b")],
    "iterators": lambda: [iter([1, 2]), iter({1: 2}), reversed([1]), enumerate("a"), zip([1], [2], strict=True)],
    "random": lambda: random.Random(5),
    "StringIO": lambda: [io.StringIO("a"), io.BytesIO(b"a")],
}
