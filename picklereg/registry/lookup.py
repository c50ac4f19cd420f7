"""What was registered for a class or its nearest base, remembered for as long as the class lives; and what others left in ``copyreg``."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from typing import Any, Final, TypeAlias
from weakref import ref

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.naming import mro_of
from picklereg.registry.copyreg_entries import OwnEntry

__all__ = ["Lookup", "foreign_reducer", "is_cloudpickle"]

Registered: TypeAlias = Callable[[Any], Any]
_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table


def is_cloudpickle(module: str) -> bool:
    """Tell whether a module is cloudpickle by its name, or a vendored copy of it."""
    return module.rpartition(".")[2] in {"cloudpickle", "cloudpickle_fast"}


def foreign_reducer(cls: type[BaseException]) -> Registered | None:
    """Give another party's ``copyreg`` entry for exactly this class.

    tblib's ``pickle_exception`` is no author's choice: ``tblib.pickling_support.install()`` registers every class there is.
    """
    try:
        entry = _TABLE.get(cls)
    except BaseException as problem:  # noqa: BLE001  # a metaclass with __eq__ and no __hash__, or with code for it
        pass_on(problem)
        return None
    if entry is None:
        return None
    if isinstance(entry, OwnEntry) and (entry := entry.original()) is None:
        return None
    return None if str(getattr(entry, "__module__", "")).startswith("tblib.") else entry


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
        for base in mro_of(cls):
            try:
                found = self._table.get(base)
            except BaseException as problem:  # noqa: BLE001  # a metaclass with __eq__ and no __hash__, or with code for it
                pass_on(problem)
                continue
            if found is not None:
                return found
        return None
