"""Values that arrive as something else, or in parts. The reader imports this module."""

from __future__ import annotations

import io
import operator
import threading
from typing import Any, Self, SupportsIndex
from weakref import WeakSet

from attachment_samples import Request, a_response

__all__ = [
    "NUMBERS",
    "Delegating",
    "ForBoth",
    "ForFive",
    "ForFour",
    "Forgetful",
    "Marked",
    "MarkedData",
    "MarkedFloat",
    "MarkedInt",
    "Reader",
    "Unnamed",
    "Unshown",
    "Wrapper",
    "a_wrapper",
    "weak_set",
    "within",
]


class Marked(str):
    """Text whose ``__new__`` takes more than the text."""

    __slots__ = ()

    def __new__(cls, text: str, _mark: int) -> Self:
        return super().__new__(cls, text)

    def __str__(self) -> str:
        return "not the text"

    def __repr__(self) -> str:
        return "<marked>"


class MarkedData(bytes):
    """The same of bytes."""

    def __new__(cls, data: bytes, _mark: int) -> Self:
        return super().__new__(cls, data)


class MarkedInt(int):
    """The same of numbers."""

    def __new__(cls, number: int, _mark: int) -> Self:
        return super().__new__(cls, number)

    def __reduce__(self) -> Any:
        return type(self), (int(self),)


class MarkedFloat(float):
    """The same."""

    def __new__(cls, number: float, _mark: int) -> Self:
        return super().__new__(cls, number)

    def __reduce__(self) -> Any:
        return type(self), (float(self),)


#: Plain values, with what is left of them.
NUMBERS: Any = [
    (Marked("text", 1), "'text'"),
    (MarkedData(b"data", 1), "b'data'"),
    (MarkedInt(7, 1), "7"),
    (MarkedFloat(0.5, 1), "0.5"),
]


class Unshown:
    """Can't be shown, and equals whatever it is compared with."""

    def __repr__(self) -> str:
        raise RuntimeError("not now")

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Unnamed(OSError):
    """Its file can't be asked for."""

    @property
    def filename(self) -> Any:
        """Refuse."""
        raise RuntimeError("not now")


class Item:
    """Is held weakly."""


def weak_set(kept: list[Any]) -> WeakSet[Item]:
    """Give a set that holds what only a list keeps alive."""
    kept.append(Item())
    return WeakSet(kept)


class Wrapper:
    """Wraps a response, as some clients do."""

    def __init__(self, response: Any, **attributes: Any) -> None:
        self.response = response
        vars(self).update(attributes)


class Delegating(Wrapper):
    """The same, and all that it lacks it asks of the response: an empty one can't even be asked."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["response"], name)


class Forgetful(Wrapper):
    """The same, and an empty one has whatever it is asked for, also what sets its state."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_args: None


class ForFive:
    """Can't be written by protocols before 5."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        if operator.index(protocol) < 5:
            raise TypeError("wants protocol 5")
        return type(self), ()


class ForFour:
    """Can't be written by protocols after 4."""

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        if operator.index(protocol) > 4:
            raise TypeError("wants protocol 4")
        return type(self), ()


class ForBoth:
    """Takes something along from protocol 5 on."""

    def __init__(self, held: object = None) -> None:
        self.held = held

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return type(self), (self.held,) if operator.index(protocol) > 4 else ()


class Reader(io.IOBase):
    """The same, and it is a file."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status = response.status


def a_wrapper() -> Wrapper:
    """Give one that leads back to itself, and holds what can't travel."""
    wrapper = Wrapper(a_response(), status=429, lock=threading.Lock(), items=[Request(url="x", headers={})])
    vars(wrapper)["itself"] = wrapper
    return wrapper


def within(value: Any) -> dict[str, Any]:
    """Give containers in which a value stands."""
    return {"list": [value], "tuple": (value, 1), "dict": {"key": value}, "nested": [({"key": [value]},)]}
