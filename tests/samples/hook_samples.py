"""Bases whose code runs when a class is made: some want its body, and some don't. Readers import this module."""

from __future__ import annotations

import enum
from inspect import getattr_static
from typing import Any, Final, Protocol

from metaclass_hook_samples import (
    MADE,
    ByAdding,
    ByAsking,
    ByFiltering,
    ByFrozen,
    ByInit,
    ByListing,
    ByMeasuring,
    ByNew,
    ByOverridden,
    ByPlain,
    ByPopping,
    ByQualified,
    BySearching,
)

__all__ = [
    "FINE",
    "LEFT",
    "MADE",
    "make",
    "make_enum",
]


def _status_of(cls: Any) -> Any:
    return getattr(cls, "status")  # noqa: B009  # as hooks do that take the name from elsewhere


class Direct(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = cls.__dict__["status"] * 10  # type: ignore[attr-defined]


class Named(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = cls.status * 10  # type: ignore[attr-defined]


class Helped(Exception):
    def __init_subclass__(cls, **more: object) -> None:
        super().__init_subclass__(**more)
        cls.code = _status_of(cls)  # type: ignore[attr-defined]


class Counting(Exception):
    def __init_subclass__(cls) -> None:
        if not any(type(value) is int for value in vars(cls).values()):
            raise TypeError(cls)


class Listing(Exception):
    def __init_subclass__(cls) -> None:
        for name in ("reason", "status"):
            if name not in cls.__dict__ and name != "reason":
                raise TypeError(cls)


class Complete(Exception):
    def __init_subclass__(cls) -> None:
        for name in ("reason", "status"):
            if not hasattr(cls, name) and name != "reason":
                raise TypeError(cls)


class Inner(Exception):
    def __init_subclass__(cls) -> None:
        def code() -> Any:
            return cls.status * 10  # type: ignore[attr-defined]

        cls.code = code()  # type: ignore[attr-defined]


def _times(factor: int, cls: Any) -> Any:
    return factor * cls.status


class Multiplied(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = _times(10, cls)  # type: ignore[attr-defined]


class Splitting(Exception):
    def __init_subclass__(cls) -> None:
        factor = 2
        cls.both = factor, cls.split  # type: ignore[attr-defined]


class Smallest(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = min(value for value in vars(cls).values() if type(value) is int)  # type: ignore[attr-defined]


class First(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = [value for value in vars(cls).values() if type(value) is int][0]  # type: ignore[attr-defined]  # noqa: RUF015


class Only(Exception):
    def __init_subclass__(cls) -> None:
        (cls.code,) = [value for name, value in vars(cls).items() if name[0] != "_" and type(value) is int]  # type: ignore[attr-defined]


class Foremost(Exception):
    def __init_subclass__(cls) -> None:
        cls.code, *_ = (value for value in vars(cls).values() if type(value) is int)  # type: ignore[attr-defined]


class Mean(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = 404 / len([value for value in vars(cls).values() if type(value) is int])  # type: ignore[attr-defined]


class Documented(Exception):
    def __init_subclass__(cls) -> None:
        cls.text = cls.__doc__.strip()  # type: ignore[attr-defined, union-attr]


class Annotated(Exception):
    def __init_subclass__(cls) -> None:
        cls.kind_of = cls.__annotations__["kind"]  # type: ignore[attr-defined]


WANTED: Final = ("status",)


class ListedByItsModule(Exception):
    def __init_subclass__(cls) -> None:
        cls.code = [getattr(cls, name) for name in WANTED]  # type: ignore[attr-defined]


class ListedByItself(Exception):
    wanted: Final = ["status"]

    def __init_subclass__(cls) -> None:
        cls.code = [getattr(cls, name) for name in cls.wanted]  # type: ignore[attr-defined]


class Telling(Exception):
    def __init_subclass__(cls) -> None:
        if cls.__str__ is Exception.__str__:
            raise TypeError(cls)


class Registering(Exception):
    def __init_subclass__(cls) -> None:
        if not cls.__name__ or not cls.__module__:
            raise TypeError(cls)
        MADE.append(cls.__name__)
        cls.code = 1  # type: ignore[attr-defined]
        MADE.append(str(cls.code))  # type: ignore[attr-defined]
        _register(cls)

    @classmethod
    def ready(cls) -> None:
        MADE.extend(str(cls).split())


def _register(cls: Any, *, is_again: bool = False) -> None:
    if is_again:
        _register(cls)
    cls.ready()
    MADE.sort()


class Collecting(Exception):
    def __init_subclass__(cls) -> None:
        cls.numbers = [status for status in vars(cls).values() if type(status) is int]  # type: ignore[attr-defined]
        cls.wanted = WANTED  # type: ignore[attr-defined]
        cls.texts = kind(cls), cls.__str__, cls.__annotations__  # type: ignore[attr-defined]


def kind(cls: type) -> str:
    """Be a function that is called as an attribute of the class."""
    return cls.__name__


class Going(Exception):
    """It goes through all there is, reads its documentation, and picks from something else."""

    def __init_subclass__(cls) -> None:
        for name, value in vars(cls).items():
            MADE.append(name + ": " + str(value))
        index = len(MADE) - 1  # called as what picks
        cls.help = cls.__doc__ or "__doc__"  # type: ignore[attr-defined]
        cls.first = _first_of(MADE, index)  # type: ignore[attr-defined]


def _first_of(texts: list[str], index: int) -> str:
    return texts[index] if texts else ""


class Inheriting(Exception):
    status = 1

    def __init_subclass__(cls) -> None:
        cls.code = cls.status * 10  # type: ignore[attr-defined]
        if cls.split is None:
            raise TypeError(cls)

    def split(self) -> str:
        return "its subclasses have another one"


OTHERS: Final[Any] = ("missing", [])


class Looking(Exception):
    """It asks for what isn't there, and by a function that could miss what it is asked for."""

    def __init_subclass__(cls) -> None:
        cls.found = [getattr(cls, str(name), None) for name in OTHERS]  # type: ignore[attr-defined]
        cls.kept = getattr_static(cls, "kept", None)  # type: ignore[attr-defined]


class Undocumented(Exception):
    def __init_subclass__(cls) -> None:
        if cls.__doc__:
            cls.text = cls.__doc__.strip()  # type: ignore[attr-defined]
        type.__setattr__(cls, "__doc__", None)


class _Splits(Protocol):
    def split(self) -> str: ...


class Promising(Exception, _Splits):
    """The standard library's metaclass goes through all there is, and raises."""


#: Whose subclasses can't be made without their bodies, and whose can.
LEFT: Final[Any] = (
    *(Direct, Named, Helped, Counting, Listing, Complete, Inner, Multiplied, Splitting, ByNew, ByInit, ByFrozen, ByFiltering),
    *(Smallest, First, Only, Foremost, Mean, Documented, Annotated, ListedByItsModule, ListedByItself),
    *(ByPopping, ByAdding, BySearching, ByMeasuring, ByOverridden, ByQualified, ByAsking, Telling),
)
FINE: Final[Any] = (ByPlain, ByListing, Registering, Collecting, Going, Inheriting, Looking, Undocumented, Promising)


def make(base: Any) -> Any:
    """Give an error of a class of a function."""

    class Local(base):  # type: ignore[misc]
        """It has what hooks look for."""

        kind: str
        status = 404

        def __str__(self) -> str:
            return str(self.args[0])

        def split(self) -> str:
            return "a method that texts have, too"

    return Local("text")


class _Choosing(enum.Enum):
    def __init_subclass__(cls) -> None:
        cls.first = cls.RED.value  # type: ignore[attr-defined]


def make_enum() -> Any:
    """Give a member of an enumeration of a function."""

    class Colour(_Choosing):
        RED = 1

    return Colour.RED
