"""Values that say they are of another class, or by which readers look for what they have themselves. The reader imports this module."""

from __future__ import annotations

import threading
import weakref
from enum import Enum
from typing import Any

from bare_samples import ShopError

__all__ = ["KEPT", "MEMBERS", "Client", "Color", "Holder", "KeptNotes", "Lying", "Refusing", "a_dead_proxy", "a_proxy", "an_error"]

#: What proxies are of, and weak sets hold.
KEPT: list[Any] = []


class Lying:
    """Says that it is of another class, as mocks with a specification and proxies do."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self.cls


class Refusing:
    """Doesn't say of what class it is."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise RuntimeError("no class")


class Holder:
    """Holds a value."""

    def __init__(self, held: Any) -> None:
        self.held = held


class Client:
    """Holds a credential."""

    def __init__(self) -> None:
        self.api_key = "secret-of-a-client"
        self.region = "eu"


class KeptNotes(list[str]):
    """A list of somebody's own."""


def an_error() -> ShopError:
    """Make an error that something else keeps."""
    error = ShopError(5, api_key="secret-of-an-error")
    KEPT.append(error)
    return error


def a_proxy(of: Any) -> Any:
    """Make a proxy of what something else keeps."""
    KEPT.append(of)
    return weakref.proxy(of)


def a_dead_proxy() -> Any:
    """Make a proxy of what is no more: it raises whatever it is asked."""
    return weakref.proxy(Holder(1))


class Color(Enum):
    """An enumeration, with values that can't travel, or are others in each process."""

    RED = 1
    ERROR = ValueError("red")
    NESTED = ("errors", [KeyError("green")])
    LOCK = (threading.Lock(),)


MEMBERS = [*Color]
