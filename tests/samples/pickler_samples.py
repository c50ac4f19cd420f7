"""What the pickler's tests send. The reader imports this module, so it does not import picklereg.

``BY_NAME`` and ``PIECES`` are what cloudpickle finds ways for, each made anew by a call; ``BY_VALUE`` is what no reader can import,
with code that tells in the reader what arrived, and what it tells.
"""

from __future__ import annotations

import abc
import collections
import collections.abc
import copy
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
        return str(self.state)  # type: ignore[attr-defined]


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


# --- what no reader can import ------------------------------------------------------------------------------------


def _closure() -> Callable[[int], int]:
    total = 10

    def add(value: int) -> int:
        nonlocal total
        total += value
        return total

    return add


def _recursive() -> Callable[[int], int]:
    def factorial(n: int) -> int:
        return n * factorial(n - 1) if n else 1

    return factorial


def _mutual() -> tuple[Callable[[int], bool], Callable[[int], bool]]:
    def even(n: int) -> bool:
        return n == 0 or odd(n - 1)

    def odd(n: int) -> bool:
        return n != 0 and even(n - 1)

    return even, odd


def _with_defaults() -> Callable[..., Any]:
    def show(a: int, /, b: int = 2, *args: int, c: int = 3, **kwargs: int) -> list[Any]:
        """Show."""
        return [a, b, args, c, kwargs]

    show.mark = "x"  # type: ignore[attr-defined]
    return show


def _local_class() -> Any:
    class Local:
        """A doc."""

        count = 3

        def __init__(self, value: Any) -> None:
            self.value = value

        @property
        def double(self) -> Any:
            return self.value * 2

        @staticmethod
        def stat(x: int) -> int:
            return x + 1

        @classmethod
        def make(cls) -> Any:
            return cls(5)

    class Child(Local):
        __slots__ = ("extra",)

        def __init__(self, value: Any) -> None:
            super().__init__(value)
            self.extra = type(self)

    return Child


def _local_enum() -> Any:
    class Fruit(enum.Enum):
        APPLE = 1
        PEAR = 2

        def next(self) -> Any:
            return Fruit(3 - self.value)

    return Fruit.PEAR


def _local_abc() -> Any:
    class Base(abc.ABC):
        @abc.abstractmethod
        def run(self) -> int: ...

    class Real(Base):
        def run(self) -> int:
            return 7

    class Virtual:
        pass

    Base.register(Virtual)
    return Base, Real(), Virtual()


def _local_meta() -> Any:
    class LocalMeta(type):
        def __call__(cls, *args: Any) -> Any:
            return super().__call__(*args)

        def hello(cls) -> str:
            return f"hello {cls.__name__}"

    class Greeted(metaclass=LocalMeta):
        pass

    return Greeted()


def _local_dataclass() -> Any:
    @dataclass
    class Data:
        x: int
        y: list[int] = field(default_factory=list)

    return Data(1, [2])


def _local_tuples() -> Any:
    class Both(NamedTuple):
        a: int
        b: str = "b"

    Other = collections.namedtuple("Other", ["c"])  # noqa: PYI024  # pyright: ignore[reportUntypedNamedTuple]
    return Both(1), Other(2)


def _local_generic() -> Any:
    item = TypeVar("item", bound=int)

    class Crate(Generic[item]):
        def label(self) -> str:
            return "crate"

    return Crate[int](), item


def _local_error() -> Any:
    class Odd(Exception):
        def __init__(self, a: int, *, b: int) -> None:
            super().__init__(f"{a} and {b}")
            self.b = b

        def both(self) -> str:
            return f"{self} ({self.b})"

    return Odd(1, b=2)


#: How it is made, code that gives ``result`` in the reader, and that result.
BY_VALUE: dict[str, tuple[Make, str, Any]] = {
    "lambda": (lambda: lambda value: value * 2, "result = obj(4)", 8),
    "lambda with globals": (lambda: lambda value: copy.copy(Plain(v=function(value))).__dict__, "result = obj(4)", {"v": 5}),
    "closure": (_closure, "result = [obj(1), obj(1)]", [11, 12]),
    "recursive function": (_recursive, "result = obj(5)", 120),
    "functions that call each other": (_mutual, "result = [obj[0](4), obj[1](4)]", [True, False]),
    "function with everything": (
        _with_defaults,
        "result = [obj(1, 5, 6, d=7), obj.__doc__, obj.mark, obj.__annotations__['return']]",
        [[1, 5, [6], 3, {"d": 7}], "Show.", "x", "list[Any]"],
    ),
    "local class": (
        _local_class,
        "o = obj(1); result = [o.double, o.stat(1), o.make().value, o.count, o.extra is obj]",
        [2, 2, 5, 3, True],
    ),
    "instance of a local class": (
        lambda: _local_class()(4),
        "result = [obj.double, type(obj).__base__.__doc__, obj.extra is type(obj)]",
        [8, "A doc.", True],
    ),
    "local enum": (_local_enum, "result = [obj.name, obj is type(obj)(2), obj.next().name]", ["PEAR", True, "APPLE"]),
    "local ABC": (
        _local_abc,
        "result = [isinstance(obj[1], obj[0]), isinstance(obj[2], obj[0]), obj[1].run(), list(obj[0].__abstractmethods__)]",
        [True, True, 7, ["run"]],
    ),
    "local metaclass": (_local_meta, "result = [type(obj).hello(), type(type(obj)).__name__]", ["hello Greeted", "LocalMeta"]),
    "local dataclass": (
        _local_dataclass,
        "import dataclasses; result = [dataclasses.asdict(obj), repr(type(obj)(3))[-15:]]",
        [{"x": 1, "y": [2]}, "Data(x=3, y=[])"],
    ),
    "local named tuples": (_local_tuples, "result = [obj, obj[0]._asdict(), obj[1].c]", [[[1, "b"], [2]], {"a": 1, "b": "b"}, 2]),
    "generic class": (
        _local_generic,
        "result = [obj[0].label(), obj[0].__orig_class__.__args__[0].__name__, obj[1].__bound__.__name__]",
        ["crate", "int", "int"],
    ),
    "exception class": (lambda: type(_local_error()), "result = obj(3, b=4).both()", "3 and 4 (4)"),
    "partial of a lambda": (lambda: functools.partial(lambda a, b: a - b, b=1), "result = obj(3)", 2),
    "method of a local instance": (lambda: _local_class()(4).stat, "result = obj(1)", 2),
    "generator function": (lambda: lambda n: (i * i for i in range(n)), "result = list(obj(3))", [0, 1, 4]),
}

#: As in BY_VALUE; an exception, which cloudpickle writes in another way, if at all.
LOCAL_ERROR: tuple[Make, str, Any] = (_local_error, "result = [obj.both(), str(obj), obj.args]", ["1 and 2 (2)", "1 and 2", ["1 and 2"]])
