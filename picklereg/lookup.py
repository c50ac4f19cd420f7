"""What was registered for a class or its nearest base, remembered for as long as the class lives."""

from __future__ import annotations

from typing import Generic, TypeVar
from weakref import ref

__all__ = ["Lookup"]

Value = TypeVar("Value")


class Lookup(Generic[Value]):
    """A table by class that answers for subclasses, too.

    Args:
        table: what was registered; it doesn't change any more.
    """

    __slots__ = ("_found", "_table")

    def __init__(self, table: dict[type, Value]) -> None:
        self._table = table
        #: By identity: a class may be unhashable. An entry leaves with its class.
        self._found: dict[int, tuple[Value | None, ref[type]]] = {}

    def find(self, cls: type) -> Value | None:
        """Give what was registered for a class or its nearest base, or ``None``."""
        key = id(cls)
        known = self._found.get(key)
        if known is None:
            known = self._found[key] = self._by_mro(cls), ref(cls, lambda _: self._found.pop(key, None))
        return known[0]

    def _by_mro(self, cls: type) -> Value | None:
        for base in cls.__mro__:
            try:
                found = self._table.get(base)
            except TypeError:  # a metaclass with __eq__ and no __hash__
                continue
            if found is not None:
                return found
        return None
