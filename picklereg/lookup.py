"""What was registered for a class or its nearest base, remembered for as long as the class lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias
from weakref import ref

__all__ = ["Lookup"]

Registered: TypeAlias = Callable[[Any], Any]


class Lookup:
    """A table by class that answers for subclasses, too.

    Args:
        table: what was registered; it doesn't change any more.
    """

    __slots__ = ("_alive", "_found", "_table")

    def __init__(self, table: dict[type, Registered]) -> None:
        self._table = table
        #: By identity: a class may be unhashable. An entry leaves with its class.
        self._found: dict[int, Registered | None] = {}
        self._alive: dict[int, ref[type]] = {}

    def find(self, cls: type) -> Registered | None:
        """Give what was registered for a class or its nearest base, or ``None``."""
        try:
            return self._found[id(cls)]
        except KeyError:
            return self._remembered(id(cls), cls)

    def _remembered(self, key: int, cls: type) -> Registered | None:
        def forget(_: ref[type]) -> None:
            self._found.pop(key, None)
            self._alive.pop(key, None)

        self._alive[key] = ref(cls, forget)
        self._found[key] = found = self._by_mro(cls)
        return found

    def _by_mro(self, cls: type) -> Registered | None:
        for base in cls.__mro__:
            try:
                found = self._table.get(base)
            except TypeError:  # a metaclass with __eq__ and no __hash__
                continue
            if found is not None:
                return found
        return None
