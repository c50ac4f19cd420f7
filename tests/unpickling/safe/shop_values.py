"""Values that travel inside exceptions, and how they are declared to be made of bytes that nobody trusts. Readers import it."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "RAN",
    "Basket",
    "Colour",
    "Curious",
    "FarHostError",
    "HostError",
    "Label",
    "OrderError",
    "Price",
    "SlotError",
    "WithDel",
    "WithSlots",
    "price_of",
    "safe_price",
]


class OrderError(Exception):
    """What the values are inside of."""

    def __init__(self, basket: Basket) -> None:
        super().__init__("no order")
        self.basket = basket


class HostError(Exception):
    """An error that says itself how it is pickled: by what ``__init__`` was called with."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host} didn't answer")
        self.host = host
        self._port = port

    @property
    def port(self) -> int:
        """Give the port."""
        return self._port

    def __reduce__(self) -> Any:
        return type(self), (self.host, self._port)


class FarHostError(HostError):
    """One whose reducer is its base's, and whose ``__init__`` takes whatever comes."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)

    def __reduce__(self) -> Any:
        return super().__reduce__()


class SlotError(HostError):
    """One that keeps it in a slot, and whose reducer asks no other one."""

    __slots__ = ("host",)

    def __reduce__(self) -> Any:
        return type(self), (self.host, self._port)


class Label(NamedTuple):
    """A value that is its items."""

    text: str
    colour: str


class Price:
    """A value that is made by calling its class."""

    def __init__(self, cents: int) -> None:
        self.cents = cents

    def __reduce__(self) -> Any:
        return price_of, (self.cents, "EUR")


class Basket:
    """A value that is nothing but its attributes, with code that must not run: it touches the file that it is told."""

    def __init__(self, label: Label, price: Price) -> None:
        self.label = label
        self.price = price
        self.is_open = True

    def __setstate__(self, state: dict[str, Any]) -> None:
        if "touch" in state:
            Path(state["touch"]).touch()
        self.__dict__.update(state)


RAN: list[str] = []


class Colour(enum.Enum):
    """An enumeration beside a declared error."""

    GREEN = "green"
    OF_TWO = (1, "two")

    @classmethod
    def _missing_(cls, value: object) -> Any:
        RAN.append("_missing_")
        return cls.GREEN


class Curious:
    """A value that is nothing but its attributes; comparing it, or asking it for others, runs code, and that is told in ``RAN``."""

    def __eq__(self, other: object) -> bool:
        RAN.append("__eq__")
        return True

    def __ne__(self, other: object) -> bool:
        RAN.append("__ne__")
        return False

    def __hash__(self) -> int:
        RAN.append("__hash__")
        return 0

    def __getattr__(self, name: str) -> Any:
        RAN.append(name)
        return name


class WithDel:
    """What can't be declared as nothing but its attributes: throwing one away runs code."""

    def __del__(self) -> None:
        pass


class WithSlots:
    """The same: it has no ``__dict__``."""

    __slots__ = ("a",)


def price_of(cents: int, currency: str) -> Price:
    """Make a price; pickles name this function."""
    assert currency == "EUR"
    return Price(cents)


def safe_price(cents: Any, currency: Any) -> Price:
    """Make a price of what any bytes may say."""
    if type(cents) is not int or currency != "EUR":
        raise TypeError
    return Price(cents)
