"""Errors that only their own reduces bring across whole, and what a trial of these may meet. The reader imports this module."""

from __future__ import annotations

import copyreg
import threading
from typing import Any, Final, Self

__all__ = ["FOUND", "MADE", "Box", "ByProtocol", "Locked", "a_listed"]


class Box:
    """Holds something."""

    def __init__(self, held: Any) -> None:
        self.held = held

    def __repr__(self) -> str:
        return "<a box>"


#: What their module has, from the beginning.
FOUND: Final = Box([object()])


class Locked(Exception):
    """Makes a lock anew."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.lock = threading.Lock()

    def __reduce__(self) -> Any:
        return type(self), self.args


class Paired(Locked):
    """Tells whether it was given the same twice."""

    def __str__(self) -> str:
        return "twice the same" if self.args[0] is self.args[-1] else "two"


class Finding(Locked):
    """Holds what its module has."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.found = FOUND


class Stateful(Locked):
    """Takes its state itself, be it no dictionary."""

    state: Any = ("state", 7)

    def __reduce__(self) -> Any:
        return type(self), self.args, self.state

    def __setstate__(self, state: Any) -> None:
        if state != Stateful.state:
            self.state = state


class Listed(Locked):
    """Gives items and entries, and takes them."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.items: list[Any] = []
        self.entries: dict[Any, Any] = {}

    def __reduce__(self) -> Any:
        return type(self), self.args, None, iter(self.items), iter(self.entries.items())

    def append(self, item: Any) -> None:
        """Take an item."""
        self.items.append(item)

    def extend(self, items: Any) -> None:
        """Take several."""
        self.items.extend(items)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.entries[key] = value


def a_listed() -> Listed:
    """Give one that has taken some."""
    error = Listed("text")
    error.extend(["a", "b"])
    error["key"] = "value"
    return error


class Selfish(Locked):
    """Holds itself."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.me = self

    def __reduce__(self) -> Any:
        return type(self), self.args, {"me": self}


class Newed(Locked):
    """Is made as Python makes instances, without a constructor."""

    def __new__(cls, *args: Any) -> Self:
        self = super().__new__(cls, *args)
        self.lock = threading.Lock()
        return self

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self), *self.args)  # type: ignore[attr-defined]


class NewedWithState(Newed):
    """The same, called, and with a state."""

    order: Any = 0

    def __reduce__(self) -> Any:
        return type(self), self.args, {"order": self.order}


class Emptied(Locked):
    """Is made of nothing."""

    def __reduce__(self) -> Any:
        return type(self), ()


class Outer:
    """Holds classes."""

    class Nested(Locked):
        """Reduces itself."""

    class Plain(Exception):
        """Doesn't."""


class Handing(Exception):
    """Hands on an error by a method of that."""

    def __init__(self, inner: BaseException) -> None:
        super().__init__()
        self.inner = inner

    def __reduce__(self) -> Any:
        return self.inner.with_traceback, (None,)


class LedBackTo(Locked):
    """Its reduce needs an error that leads back to it."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.inner = Carrying("inner")
        self.inner.__cause__ = self

    def __reduce__(self) -> Any:
        return led_back, (*self.args, self.inner)


def led_back(text: str, inner: Carrying) -> LedBackTo:
    """Make one."""
    error = LedBackTo(text)
    error.inner = inner
    return error


class Carrying(Exception):
    """Its reduce needs its cause."""

    def __reduce__(self) -> Any:
        return carrying, (*self.args, self.__cause__)


def carrying(text: str, cause: BaseException) -> Carrying:
    """Make one."""
    error = Carrying(text)
    error.__cause__ = cause
    return error


class Constant(Locked):
    """Says the same whatever it is made of, and is made of something else."""

    def __str__(self) -> str:
        return "constant"

    def __reduce__(self) -> Any:
        return remade, (type(self).__name__, "other")


class Fewer(Constant):
    """Is made of less."""

    def __reduce__(self) -> Any:
        return remade, (type(self).__name__, *self.args[:1])


class Miscalled(Locked):
    """Is made as its base."""

    def __reduce__(self) -> Any:
        return Locked, self.args


class Slotted(Locked):
    """Has room for more, which its reduce forgets."""

    __slots__ = ("held",)


def make(cls: type[Exception], *args: Any) -> Exception:
    """Make an error."""
    return cls(*args)


def remade(name: str, *args: Any) -> Any:
    """Make an error of a class that is called so."""
    return globals()[name](*args)


#: Held where no name leads to it.
_NAMELESS: Any = [
    type(
        "Nameless",
        (Exception,),
        {"__module__": __name__, "__qualname__": "Outer.Nameless", "__reduce__": lambda self: (make_nameless, self.args)},
    )
]


def make_nameless(text: str) -> Any:
    """Make one of a class that no name leads to, with more than it was given."""
    error = _NAMELESS[0](text)
    error.added = "more"
    return error


def nameless(text: str) -> Any:
    """Make one without that."""
    return _NAMELESS[0](text)


#: The same as its base, by a name that its own doesn't lead to.
Elsewhere: Any = type("Elsewhere", (Locked,), {"__module__": "_internal"})
ElsewhereEmptied: Any = type("ElsewhereEmptied", (Emptied,), {"__module__": "_internal"})

#: The same by a function.
ElsewhereMade: Any = type(
    "ElsewhereMade", (Locked,), {"__module__": "_internal", "__reduce__": lambda self: (make, (type(self), *self.args))}
)
ElsewhereNamed: Any = type("ElsewhereNamed", (Locked,), {"__module__": "_internal", "__reduce__": lambda self: (elsewhere, self.args)})
#: The same without a constructor.
ElsewhereNewed: Any = type("ElsewhereNewed", (Newed,), {"__module__": "_internal"})
#: The same, with a base that nothing holds.
ElsewhereChild: Any = type("ElsewhereChild", (type("ElsewhereBase", (Locked,), {"__module__": __name__}),), {"__module__": "_internal"})


def elsewhere(text: str) -> Any:
    """Make one."""
    return ElsewhereNamed(text)


class Twice(Locked):  # pyright: ignore[reportRedeclaration]
    """Has another class's name, since."""


First: Any = Twice


class Twice(Locked):  # type: ignore[no-redef]  # that is the point
    """Has the name now."""


class Ordered(Locked):
    """Is made by a function."""

    order: Any = 0

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.order = 1

    def __reduce__(self) -> Any:
        return remade, (type(self).__name__, *self.args)


class Tabled(Ordered):
    """Has a table."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.order = {"a": 1}


def ordered(cls: Any, order: Any) -> Any:
    """Give one that has another order than it is made with."""
    error = cls("text")
    error.order = order
    return error


class Built(Locked):
    """Is built by a method of its class."""

    def __reduce__(self) -> Any:
        return type(self).build, self.args

    @classmethod
    def build(cls, *args: Any) -> Built:
        """Build one."""
        error = cls(*args)
        error.found = FOUND
        return error

    found: Any = None


_BOTH: Final = [1, 2]

#: What arrives by its own reduce alone: a lock that is left behind tells of any other way.
MADE: Final[dict[str, Any]] = {
    "a number": lambda: Locked(7),
    "an object": lambda: Locked(Box(1)),
    "an error": lambda: Locked(KeyError("inner")),
    "a class": lambda: Locked(Box, KeyError),
    "a list twice": lambda: Paired(_BOTH, _BOTH),
    "what the module has": lambda: Finding("text"),
    "a state of its own": lambda: Stateful("text"),
    "items and entries": a_listed,
    "itself": lambda: Selfish("text"),
    "no constructor": lambda: Newed("text"),
    "a class and a state": lambda: ordered(NewedWithState, 7),
    "nothing": Emptied,
    "an object in a dictionary": lambda: Locked({"key": [Box(1)]}),
    "another order": lambda: ordered(Ordered, 7),
    "another table": lambda: ordered(Tabled, {"a": 2}),
    "an empty table": lambda: ordered(Tabled, {}),
    "a method of its class": lambda: Built.build("text"),
    "of another name, by a function": lambda: ElsewhereMade("text"),
    "of another name, by a function of that name": lambda: ElsewhereNamed("text"),
    "of another name, without a constructor": lambda: ElsewhereNewed("text"),
    "of another name, with a base": lambda: ElsewhereChild("text"),
    "of another's name": lambda: First("text"),
    "of another name": lambda: Elsewhere("text"),
    "of another name, and nothing": ElsewhereEmptied,
}


class Keyed(ValueError):
    """Holds what no copy may take along; readers find it by its name."""

    password = "q7Lm51Pd-zR"


class ByProtocol:
    """Gives what the newest protocol can't carry, where that is asked for."""

    def __init__(self, held: Any = None) -> None:
        self.held = held

    def __reduce_ex__(self, protocol: Any) -> Any:
        if protocol < 5:
            return ByProtocol, ()
        return (int, ("no number",)) if self.held is None else (ByProtocol, (self.held,))
