"""Objects that are changed by being written, and such as hold what keeps nothing alive."""

from __future__ import annotations

import copyreg
import functools
import io
from typing import Any
from weakref import WeakSet

__all__ = ["DRAINED", "KNOWN", "MARK", "Box", "Kept", "Reducing", "Remaking"]


MARK = object()


class Kept:
    """May be held weakly."""


class Box:
    """Holds something."""

    def __init__(self, held: Any) -> None:
        self.held = held


class Reducing(Exception):
    """Takes what it holds as an argument."""

    def __init__(self, text: str, held: Any) -> None:
        super().__init__(text)
        self.held = held

    def __reduce__(self) -> Any:
        return type(self), (*self.args, self.held)


class Known:
    """Says by what name a reader finds it."""

    def __reduce__(self) -> str:
        return "KNOWN"


KNOWN = Known()


class Remaking(Exception):
    """Holds what its module has, from the beginning."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.held = MARK

    def __reduce__(self) -> Any:
        return type(self), self.args


class Drained:
    """Hands out what it holds once."""

    def __init__(self, *items: Any) -> None:
        self.items = [*items]

    def __getstate__(self) -> Any:
        state = {"items": self.items}
        self.items = []
        return state


class Read:
    """Is written as what is left in its file, which has been read then."""

    def __init__(self, text: str) -> None:
        self.file = io.StringIO(text)

    def __reduce__(self) -> Any:
        return type(self), (self.file.read(),)

    @property
    def items(self) -> list[str]:
        """Give what is left."""
        return [self.file.read()]


class Once(Drained):
    """Can be written once."""

    def __getstate__(self) -> Any:
        if not self.items:
            raise TypeError("it has been sent")
        return super().__getstate__()


class Counted:
    """Tells how often it was written, and hands out its live attributes."""

    def __init__(self, *items: Any) -> None:
        self.items = [*items]
        self.times = 0

    def __getstate__(self) -> Any:
        self.times += 1
        return self.__dict__


class Taken(list[Any]):
    """Gives away its elements."""

    @property
    def items(self) -> list[Any]:
        """Give them."""
        return [*self]

    def __reduce_ex__(self, _protocol: Any) -> Any:
        taken = [self.pop(0) for _ in range(len(self))]
        return Taken, (), None, iter(taken)


class Hidden(Read):
    """Says that it has no ``__reduce_ex__``, as some proxies do."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__reduce_ex__":
            raise AttributeError(name)
        return super().__getattribute__(name)


class Handed:
    """Is handed over by a function that the program has registered with ``copyreg``."""

    def __init__(self, *items: Any) -> None:
        self.items = [*items]


class Partly(Handed):
    """The same by what is no function."""


def _handing_over(cls: Any, handed: Any) -> Any:
    return cls, tuple([handed.items.pop(0) for _ in range(len(handed.items))])


def _hand_over(handed: Any) -> Any:
    return _handing_over(Handed, handed)


copyreg.pickle(Handed, _hand_over)
copyreg.pickle(Partly, functools.partial(_handing_over, Partly))

DRAINED: dict[str, Any] = {
    "its state": lambda: Drained("a", 1),
    "a file": lambda: Read("text"),
    "once": lambda: Once("a", 1),
    "a count": lambda: Counted("a", 1),
    "its elements": lambda: Taken(["a", 1]),
    "hidden": lambda: Hidden("text"),
    "by a reducer": lambda: Handed("a", 1),
    "by a part of one": lambda: Partly("a", 1),
}


def weakly(kept: Any) -> Any:
    """Give an object in which something is held weakly."""
    return Box({"seen": WeakSet([kept])})
