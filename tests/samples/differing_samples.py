"""Values that Python's own way of pickling changes, and such as look like it. The reader imports this module."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Network
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


def _network() -> Network:
    network = Network("10.0.0.0/8")
    assert str(network.broadcast_address) == "10.255.255.255"
    return network


BOX = Box(1)
#: What changes, and what a note says of it: where it stands alone, and where another object holds it.
CHANGED: dict[str, tuple[Callable[[], Any], str, str]] = {
    "a text": (lambda: Prefixed("a"), "becomes str: its class makes something else of it", "which arrives with other contents"),
    "a number": (lambda: Doubled(2.0), "becomes float: its class makes something else of it", "which arrives with other contents"),
    "a date": (lambda: _with_attribute(Instant(2026, 1, 1, tzinfo=UTC)), "comes without 'source'", "which comes without 'source'"),
    "a decimal": (lambda: _with_attribute(Amount("1.5")), "comes without 'source'", "Amount, which comes without 'source'"),
    "another class": (Becoming, "becomes dict", "Becoming) becomes dict"),
    "of another class": (lambda: Box([Becoming()]), "Becoming) becomes dict", "Becoming) becomes dict"),
}
#: Of these there is nothing to tell.
KEPT: dict[str, Callable[[], Any]] = {
    "a text": lambda: Text("text"),
    "not a number": lambda: Number("nan"),
    "an ordered dictionary": lambda: OrderedDict(b=1, a=Becoming) | {"c": timedelta(1)},
    "what is computed": _network,
    "what is left out on purpose": Renewed,
    "what is set on purpose": Restored,
    "sets": lambda: [{Text("text")}, frozenset({1})],
    "what is met twice": lambda: Box([BOX, BOX]),
}
