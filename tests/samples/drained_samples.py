"""Objects that are changed by being written, and such as hold what keeps nothing alive."""

from __future__ import annotations

import io
from typing import Any
from weakref import WeakSet

__all__ = ["DRAINED", "Box", "Kept"]


class Kept:
    """May be held weakly."""


class Box:
    """Holds something."""

    def __init__(self, held: Any) -> None:
        self.held = held


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


DRAINED: dict[str, Any] = {
    "its state": lambda: Drained("a", 1),
    "a file": lambda: Read("text"),
    "once": lambda: Once("a", 1),
}


def weakly(kept: Any) -> Any:
    """Give an object in which something is held weakly."""
    return Box({"seen": WeakSet([kept])})
