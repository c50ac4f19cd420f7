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


class RefusesMaking(cloudpickle.Pickler):
    """Refuses what makes errors."""

    def persistent_id(self, obj: Any) -> Any:
        return [].pop() if obj is make else None


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


class Twig:
    """Is made at once with all that it holds, by a function."""

    def __init__(self, held: dict[str, Any]) -> None:
        self.__dict__.update(held)

    def __reduce__(self) -> Any:
        return Twig, (self.__dict__.copy(),)


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
