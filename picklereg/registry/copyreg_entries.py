"""The only writer to ``copyreg.dispatch_table``: what is put there, what it stands in the place of, and the way back.

Global mode puts an entry there for each class that it covers (``registry/copyreg_table``). A few others are the process's: pickle asks
neither a class nor its metaclass how the class is to be written, so a metaclass of ours needs an entry while there are classes of it.
"""

from __future__ import annotations

import copyreg
import threading
from collections.abc import Callable
from typing import Any, Final, TypeAlias, cast

__all__ = ["OwnEntry", "hold", "put", "release", "release_all", "take_out"]

Registered: TypeAlias = Callable[[Any], Any]
_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table
_LOCK: Final = threading.RLock()


class OwnEntry:
    """An entry of picklereg's in ``copyreg.dispatch_table``.

    Args:
        previous: the entry that it stands in the place of.

    Attributes:
        retired: whether it was taken out.
    """

    __slots__ = ("previous", "retired")

    def __init__(self, previous: Registered | None) -> None:
        self.previous: Registered | None = previous
        self.retired: bool = False

    def original(self) -> Registered | None:
        """Give the latest earlier entry that isn't picklereg's."""
        previous = self.previous
        while isinstance(previous, OwnEntry):
            previous = previous.previous
        return previous

    def standing(self) -> Registered | None:
        """Give the latest earlier entry that has not been taken out meanwhile."""
        previous: Any = self.previous
        while isinstance(previous, OwnEntry) and previous.retired:
            previous = previous.previous
        return cast("Registered | None", previous)


class _Held(OwnEntry):
    """An entry that belongs to no registry."""

    __slots__ = ("_reducer",)

    def __init__(self, reducer: Registered, previous: Registered | None) -> None:
        super().__init__(previous)
        self._reducer = reducer

    def __call__(self, obj: Any) -> Any:
        return self._reducer(obj)


_HELD: Final[dict[type, _Held]] = {}


def put(cls: type, entry: OwnEntry) -> None:
    """Put an entry in the place of the one that it was made for."""
    _TABLE[cls] = entry


def take_out(cls: type, entry: OwnEntry) -> None:
    """Put back what was there before, unless others have put something in its place since."""
    entry.retired = True
    if _TABLE.get(cls) is not entry:
        return
    previous = entry.standing()
    if previous is None:
        del _TABLE[cls]
    else:
        _TABLE[cls] = previous


def hold(cls: type, reducer: Registered) -> None:
    """Have a class's instances reduced by a function until :func:`release`; twice is once.

    Args:
        cls: the class.
        reducer: the function.
    """
    with _LOCK:
        if cls not in _HELD:
            _HELD[cls] = entry = _Held(reducer, _TABLE.get(cls))
            put(cls, entry)


def release(cls: type) -> None:
    """Undo :func:`hold`."""
    with _LOCK:
        entry = _HELD.pop(cls, None)
        if entry is not None:
            take_out(cls, entry)


def release_all() -> None:
    """Undo every :func:`hold`, as part of ``uninstall()``; who still needs one holds it anew."""
    for cls in list(_HELD):
        release(cls)
