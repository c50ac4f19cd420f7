"""What the pickler's tests send that no reader can import, and that goes by value; as ``pickler_samples``, it does not import picklereg."""

from __future__ import annotations

import abc
import collections
import copy
import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from pickler_samples import Make, Plain, function


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
