"""Values that errors hold: ordinary instances, and such that only look so. Readers import them, so nothing here imports picklereg."""

from __future__ import annotations

import copyreg
import io
from collections import ChainMap
from enum import Enum
from threading import Lock
from typing import Any, ClassVar

import cloudpickle


class Mark:
    """Where something stands, and what is there."""

    def __init__(self, line: int, held: Any = None) -> None:
        self.line = line
        self.held = held


class Getting(Mark):
    """Looks up what it lacks in an attribute, which an empty instance hasn't: no reader can make one."""

    def __getattr__(self, name: str) -> Any:
        return self.held[name]


class Asked(type):
    """Says what its classes have."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__getstate__":
            raise ValueError(name)
        return super().__getattribute__(name)


class Told(metaclass=Asked):
    """Can be asked for less than it has."""

    line: int


class Hashed(Mark):
    """Its hash is its line's."""

    def __hash__(self) -> int:
        return hash(self.line)


class Setting(Mark):
    """Takes no state."""

    def __setstate__(self, state: Any) -> None:
        raise TypeError("no state")


class Needing(Mark):
    """Can't be made of nothing."""

    def __new__(cls, line: int, held: Any = None) -> Any:
        return super().__new__(cls)


class Giving(Mark):
    """Is to be made of what can't be pickled."""

    def __getnewargs__(self) -> Any:
        return (Lock(),)


class Slotted:
    """Has more room than it tells."""

    __slots__ = ("__dict__", "hidden")
    __slotnames__: ClassVar[list[str]] = []


class Showing(Mark):
    """Shows a copy of what it holds, so that nothing can be set in it."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return dict(vars(Mark)["__dict__"].__get__(self))


class Shut(Mark):
    """Doesn't say what it holds."""

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        raise ValueError("shut")


class Meta(type):
    """Somebody has a reducer for its classes."""


class OfMeta(Mark, metaclass=Meta):
    """One of these."""


class Comparing(type):
    """Its classes are in no table."""

    def __eq__(cls, other: object) -> bool:
        return cls is other

    __hash__ = None  # type: ignore[assignment]


class Hashing(type):
    """The same, of its own classes."""

    def __hash__(cls) -> int:
        raise RuntimeError("not of me")


class Compared(Mark, metaclass=Comparing):
    """One of these."""


class OfHashed(type, metaclass=Hashing):
    """The class of such a class."""


class Uncounted(Mark, metaclass=OfHashed):
    """One whose class's class is in no table."""


def of_local() -> Mark:
    """Give one of a class that no reader finds."""

    class Local(Mark):
        pass

    return Local(1)


class Speaking:
    """Is no error's class."""


def of_local_error() -> BaseException:
    """Give an error of a local class, before whose base stands a class that is no error's."""

    class Local(Speaking, ValueError):
        pass

    made: BaseException = Local("text")
    return made


def of_local_enumeration() -> Enum:
    """Give a member of an enumeration that no reader finds."""

    class Local(Enum):
        ONE = 1

    return Local.ONE


class Named(Mark):
    """Has a class for a value."""

    kind = Mark


class KeepsApart(cloudpickle.Pickler):
    """Keeps marks out of what it writes."""

    def persistent_id(self, obj: Any) -> Any:
        return obj.line if type(obj) is Mark else None


class RefusesMarks(cloudpickle.Pickler):
    """Refuses marks."""

    def persistent_id(self, obj: Any) -> Any:
        return [].pop() if type(obj) is Mark else None


class Table(dict[Any, Any]):
    """Has a reducer for marks, and doesn't tell."""

    def __missing__(self, cls: type) -> Any:
        if cls is Mark:
            return lambda _mark: [].pop()
        return copyreg.dispatch_table[cls]


class HasTable(cloudpickle.Pickler):
    """Has such a table."""

    dispatch_table = Table()  # type: ignore[assignment]


_OTHERS: Any = cloudpickle.Pickler.dispatch_table
_ENTRIES: Any = ChainMap({Mark: lambda _mark: [].pop()}, _OTHERS)


class HasEntry(cloudpickle.Pickler):
    """Has a reducer for marks in its own table."""

    dispatch_table = _ENTRIES


def apart(value: Any, pickler: Any = KeepsApart) -> bytes:
    """Give what a pickler writes."""
    file = io.BytesIO()
    pickler(file).dump(value)
    return file.getvalue()


class Twig:
    """Is made at once with all that it holds, by a function."""

    def __init__(self, held: dict[str, Any]) -> None:
        self.__dict__.update(held)

    def __reduce__(self) -> Any:
        return Twig, (self.__dict__.copy(),)


class Colour(Enum):
    """Its members are found by their values; one of these equals nothing, not even itself, and one no copy of it."""

    RED = "red"
    MIXED = Mark(1)
    NONE = float("nan")


class Shade(int, Enum):
    """Says itself how its members are reduced, and fails."""

    DARK = 1

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, tuple[Any, str]]:
        """Say that it can't be."""
        raise TypeError(self.name)


class Refusing(Enum):
    """Somebody has a reducer for its members that fails."""

    ONE = 1


class Stripped(Enum):
    """Something is to be put in the place of its members."""

    ONE = 1
