"""Errors that reduce themselves: by functions, by what can't be written, or to what exists already. Readers import this module."""

from __future__ import annotations

import copyreg
from typing import Any

import cloudpickle
from sound_samples import Comparing


class Refused(Exception):
    """Reduces itself, with all that it holds, by a function."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.told = len(args)

    def __reduce__(self) -> Any:
        return make, (type(self), *self.args), {"told": self.told}


class Kept(Refused):
    """Sets its state itself."""

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state)


class Numbered(Refused):
    """Its state has a key that is no name."""

    def __reduce__(self) -> Any:
        return make, (type(self), *self.args), {"told": self.told, Text("more"): 1}


class OddMaker(metaclass=Comparing):
    """Makes an error, and is in no table."""

    def __new__(cls, *args: Any) -> Any:
        return ByOddMaker(*args)


class ByOddMaker(Refused):
    """Is made by what can't be written."""

    def __reduce__(self) -> Any:
        return OddMaker, self.args


class ByNothing(Refused):
    """Doesn't say what is to be made."""

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, ()  # type: ignore[attr-defined]


class BySetter(Refused):
    """Is set by what fails."""

    def __reduce__(self) -> Any:
        return make, (type(self), *self.args), {"told": 1}, None, None, unset


class ByItems(Refused):
    """Is filled, which no error can be."""

    def __reduce__(self) -> Any:
        return make, (type(self), *self.args), None, iter([1])


class ByLocal(Refused):
    """Is made by a class that no reader finds."""

    def __reduce__(self) -> Any:
        class Local:
            def __new__(cls, *args: Any) -> Any:
                return ByLocal(*args)

        return Local, self.args


class Draining(Refused):
    """Takes what it is made of."""

    def __init__(self, text: str, items: list[int]) -> None:
        super().__init__(text, [*items])
        items.clear()


class OnlyOf(Exception):
    """Exists already, for its class."""

    def __reduce__(self) -> Any:
        return only_of, (OnlyOf,), {"told": 7}


class Failing(Refused):
    """Its reduce gives less than it is made from."""

    def __init__(self, text: str, number: int) -> None:
        super().__init__(text, number)

    def __reduce__(self) -> Any:
        return make, (type(self), "text")


class Listing(Refused):
    """Its state is what no exception takes."""

    def __reduce__(self) -> Any:
        return make, (type(self), *self.args), self.state

    @property
    def state(self) -> Any:
        """What stands in an attribute, too, where it would be if each part of the state were an attribute's name."""
        return self.__dict__["a"]


class Only(Listing):
    """Exists already, wherever it is read."""

    def __reduce__(self) -> Any:
        return only, (), self.state


class Holding(Listing):
    """Reduces itself to an error that its reduce value holds."""

    def __reduce__(self) -> Any:
        return hold, (Refused(*self.args),), self.state


class RefusesMaking(cloudpickle.Pickler):
    """Refuses what makes errors."""

    def persistent_id(self, obj: Any) -> Any:
        return [].pop() if obj is make else None


class Text(str):
    """Text, but not exactly."""

    __slots__ = ()


def make(cls: type[BaseException], *args: Any) -> BaseException:
    """Make an error."""
    return cls(*args)


def unset(_error: BaseException, _state: Any) -> None:
    """Fail."""
    raise TypeError("not to be set")


def only_of(cls: type[BaseException]) -> BaseException:
    """Give the one that exists already of a class."""
    return ONLY_OF[cls]


def only() -> BaseException:
    """Give the one that exists already."""
    return _ONLY


def hold(error: BaseException) -> BaseException:
    """Give what is given."""
    return error


_ONLY = Only("text")
ONLY_OF: dict[Any, BaseException] = {OnlyOf: OnlyOf("text")}
