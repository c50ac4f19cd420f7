"""Exceptions whose classes a host's pickler has no reducer for: it had looked into ``copyreg`` before they were covered."""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Protocol

from picklereg.introspection.foreign_code import pass_on

if TYPE_CHECKING:
    import pickle
    from collections.abc import Iterable

    from picklereg.reduction.context import Dump, ReduceValue

__all__ = ["Covering", "LateClasses", "is_hashable"]


class Covering(Protocol):
    """What covers classes, and writes what is covered."""

    def cover(self, classes: Iterable[type]) -> bool:
        """Cover classes; tell whether one of them wasn't."""
        ...

    def write(self, exc: BaseException, dump: Dump) -> ReduceValue:
        """Reduce an exception that is part of a dump."""
        ...


class LateClasses:
    """The classes of one dump that its host has no reducer for, and what stands for their instances.

    Args:
        installation: what covers them.
        dump: the dump.
        host: the pickler; if nobody knows it, what wasn't covered before is late.
        is_any: whether all count as such.
    """

    __slots__ = ("_classes", "_dump", "_handed", "_installation", "_is_any", "_is_known", "_table")

    def __init__(self, installation: Covering, dump: Dump, host: pickle.Pickler | None, *, is_any: bool) -> None:
        self._installation = installation
        self._dump = dump
        self._is_any = is_any
        self._is_known = host is not None
        #: A dictionary that the pickler has made for itself; what others have is looked into whenever an exception is met.
        self._table: Any = getattr(host, "dispatch_table", None)
        self._classes: dict[int, type] = {}
        self._handed: dict[int, _Handed] = {}

    def cover(self, classes: Iterable[type]) -> None:
        """Cover the classes of exceptions; from the first late one on, what stands for exceptions is given in their place."""
        for cls in {id(cls): cls for cls in classes}.values():  # by identity: a class may be unhashable
            if self._is_late(cls, is_new=self._installation.cover([cls])):
                self._classes[id(cls)] = cls
                self._dump.hand_over = self.hand_over

    def _is_late(self, cls: type, *, is_new: bool) -> bool:
        if self._is_any or not is_hashable(cls):  # which no table can hold
            return True
        if not self._is_known:
            return is_new
        return type(self._table) is dict and cls not in self._table

    def hand_over(self, exc: BaseException) -> Any:
        """Give the exception, or what stands for it."""
        if id(type(exc)) not in self._classes:
            return exc
        handed = self._handed.get(id(exc))
        if handed is None:
            handed = self._handed[id(exc)] = _Handed(exc, self._dump, self._installation)
        return handed


def is_hashable(cls: type) -> bool:
    """Tell of a class whether a dispatch table can hold it; a metaclass with ``__eq__`` and no ``__hash__`` makes it otherwise."""
    if type(cls).__hash__ is type.__hash__:
        return True
    try:
        hash(cls)
    except BaseException as problem:  # noqa: BLE001  # the metaclass's own code
        pass_on(problem)
        return False
    return True


class _Handed:
    """Stands for an exception of a class that the host has no reducer for."""

    __slots__ = ("_dump", "_exc", "_installation")

    def __init__(self, exc: BaseException, dump: Dump, installation: Covering) -> None:
        self._exc = exc
        self._dump = dump
        self._installation = installation

    def __reduce__(self) -> ReduceValue:
        function, args, *rest = self._installation.write(self._exc, self._dump)
        if function is copyreg.__newobj__:  # type: ignore[attr-defined]  # it would insist on the class of what it is written for
            function = args[0].__new__
        return (function, args, *rest)
