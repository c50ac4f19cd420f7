"""Values that Python's own way of pickling changes, and such as look like it. The reader imports this module."""

from __future__ import annotations

import pickle
from collections import Counter, OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Network
from random import Random
from typing import Any, Self

from drained_samples import Box

__all__ = ["CHANGED", "KEPT"]


class Prefixed(str):
    """Makes another text of the one that it is given."""

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, f"x{text}")


class Doubled(float):
    """The same of numbers."""

    def __new__(cls, number: float) -> Self:
        return super().__new__(cls, number * 2)


class Instant(datetime):
    """Gets attributes that its base knows nothing of."""


class Amount(Decimal):
    """The same."""


class Becoming:
    """Becomes something else."""

    def __reduce__(self) -> Any:
        return dict, ()


class Converting(list[Any]):
    """Makes floats of what it is filled with."""

    def extend(self, items: Any) -> None:
        super().extend(map(float, items))


class Doubling(list[Any]):
    """Makes twice as much of it."""

    def extend(self, items: Any) -> None:
        super().extend(2 * item for item in items)


class Dice(Random):
    """Gets attributes that its base knows nothing of, and which has code for its state."""


class Items(list[Any]):
    """Is what it is filled with."""


class Lowered(str):
    """Says itself that it is another one there."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return Lowered, (str(self).lower(),)


class Resetting(list[Any]):
    """Sets something else on purpose."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.fresh = state


class Text(str):
    """Is what it is given."""

    __slots__ = ()


class Number(float):
    """The same of numbers."""


class Network(IPv4Network):
    """Keeps what it has computed."""


class Renewed:
    """Leaves something out on purpose."""

    def __init__(self) -> None:
        self.cached = 1

    def __getstate__(self) -> dict[str, Any]:
        return {}


class Restored:
    """Sets something else on purpose."""

    def __init__(self) -> None:
        self.cached = 1

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.fresh = state


def _with_attribute(value: Any) -> Any:
    value.source = "here"
    return value


def _deep(value: Any) -> Any:
    """Hold a value deeper inside than objects are taken apart."""
    for _ in range(12):
        value = Box(value)
    return value


def _filled(cls: Any, item: Any) -> Any:
    made = cls()
    made.append(item)
    return made


def _in_itself() -> Any:
    looped: list[Any] = [Restored()]
    looped.append(looped)
    return looped


def _in_another_order() -> Any:
    """Give a set whose copy, which has less room, tells its elements in another order."""
    shrunk = {*range(64)}
    for number in {*range(64)} - {2, 33}:
        shrunk.discard(number)  # which makes no less room
    assert [*shrunk] != [*pickle.loads(pickle.dumps(shrunk))]
    return shrunk


def _network() -> Network:
    network = Network("10.0.0.0/8")
    assert str(network.broadcast_address) == "10.255.255.255"
    return network


def _held(name: str) -> tuple[str, str]:
    how = f"holds {name}, which arrives with other contents"
    return how, how


BOX = Box(1)
#: What changes, and what a note says of it: where it stands alone, and where another object holds it.
CHANGED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a text": (lambda: Prefixed("a"), "becomes str: its class makes something else of it", "which arrives with other contents"),
    "a number": (lambda: Doubled(2.0), "becomes float: its class makes something else of it", "which arrives with other contents"),
    "a date": (lambda: _with_attribute(Instant(2026, 1, 1, tzinfo=UTC)), "comes without 'source'", "which comes without 'source'"),
    "a decimal": (lambda: _with_attribute(Amount("1.5")), "comes without 'source'", "Amount, which comes without 'source'"),
    "of Python's code": (lambda: _with_attribute(Dice(1)), "comes without 'source'", "Dice, which comes without 'source'"),
    "a number deep inside": (lambda: _deep(Doubled(2.0)), *_held("differing_samples.Doubled")),
    "other types deep inside": (lambda: _deep(_filled(Converting, 1)), *_held("differing_samples.Converting")),
    "other numbers deep inside": (lambda: _deep(_filled(Doubling, 1)), *_held("differing_samples.Doubling")),
    "a set deep inside": (lambda: _deep({Prefixed("a")}), *_held("drained_samples.Box")),
    "another class": (Becoming, "becomes dict", "Becoming) becomes dict"),
    "of another class": (lambda: Box([Becoming()]), "becomes dict", "Becoming) becomes dict"),
}
#: Of these there is nothing to tell.
KEPT: dict[str, Callable[[], Any]] = {
    "a text": lambda: Text("text"),
    "not a number": lambda: Number("nan"),
    "a counter": lambda: _with_attribute(Counter("a")),
    "other types": lambda: _filled(Converting, 1),
    "other numbers": lambda: _filled(Doubling, 1),
    "not a number deep inside": lambda: _deep(_filled(Items, float("nan"))),
    "a list of what is not a number": lambda: _filled(Items, float("nan")),
    "a set of what is not a number": lambda: {Text("text"), float("nan")},
    "a set of objects deep inside": lambda: _deep({Box(1)}),
    "a set of what is not a number deep inside": lambda: _deep({Text("text"), float("nan")}),
    "a text that is another one on purpose": lambda: Lowered("A"),
    "a list that is set on purpose": lambda: _with_attribute(_filled(Resetting, 1)),
    "a list in itself": _in_itself,
    "in another order": _in_another_order,
    "in another order deep inside": lambda: _deep(_in_another_order()),
    "an ordered dictionary": lambda: OrderedDict(b=1, a=Becoming) | {"c": timedelta(1)},
    "what is computed": _network,
    "what is left out on purpose": Renewed,
    "what is set on purpose": Restored,
    "sets": lambda: [{Text("text")}, frozenset({1})],
    "what is met twice": lambda: Box([BOX, BOX]),
}
