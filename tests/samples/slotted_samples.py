"""Errors of classes of functions, with slots. Readers import this module."""

from __future__ import annotations

from typing import Any


def make_private() -> Any:
    """Give an error with a private slot, which cloudpickle mistakes for an attribute."""

    class Private(Exception):
        __slots__ = ("__field",)

        def __init__(self, text: str) -> None:
            super().__init__(text)
            self.__field = 1

    return Private("text")


def make_slotted_twice(*, is_derived: bool) -> Any:
    """Give an error whose class names its slots by the very object by which its base does."""
    slots = ("field",)

    class Base(Exception):
        __slots__ = slots

    class Slotted(Base):
        __slots__ = slots

    class Derived(Slotted):
        pass

    error: Any = Derived("text") if is_derived else Slotted("text")
    error.field = 1
    return error


def make_slotted(slots: Any) -> Any:
    """Give an error of a class of a function with a slot called ``field``."""

    class Slotted(Exception):
        __slots__ = slots

    error: Any = Slotted("text")
    error.field = 1
    return error
