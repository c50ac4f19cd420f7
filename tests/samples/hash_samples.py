"""Errors whose hash is made of what they hold, and which stand in a set or a dictionary that they lead to themselves."""

from __future__ import annotations

from typing import Any

__all__ = ["IN_THEMSELVES", "ByArgs", "ByCode", "BySlot"]


class ByCode(Exception):
    """Hashed by an attribute."""

    def __init__(self, code: int, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.__dict__.update(more)

    def __hash__(self) -> int:
        return hash(self.code)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.code == self.code


class BySlot(Exception):
    """Hashed by a slot."""

    __slots__ = ("bag", "code")

    def __init__(self, code: int) -> None:
        super().__init__()
        self.code = code
        self.bag: Any = None

    def __hash__(self) -> int:
        return hash(self.code)


class ByArgs(Exception):
    """Hashed by its arguments."""

    bag: Any

    def __hash__(self) -> int:
        return hash(self.args[0])


def _in_a_set() -> BaseException:
    error = ByCode(7)
    error.__dict__["bag"] = {error}
    return error


def _in_a_dictionary() -> BaseException:
    error = ByCode(7, page=3)
    error.__dict__["bag"] = [{error: "seen"}]
    return error


def _in_the_set_of_its_cause() -> BaseException:
    error = ByCode(7)
    error.__dict__["bag"] = ()
    error.__cause__ = ByCode(8, bag={error})
    error.__suppress_context__ = False
    return error


def _by_slot() -> BaseException:
    error = BySlot(7)
    error.bag = {error}
    return error


def _by_args() -> BaseException:
    error = ByArgs("seven")
    error.bag = {error}
    return error


#: By what they show.
IN_THEMSELVES = {
    "in a set": _in_a_set,
    "in a dictionary": _in_a_dictionary,
    "in the set of its cause": _in_the_set_of_its_cause,
    "by a slot": _by_slot,
    "by its arguments": _by_args,
}
