"""What was registered for a class or its nearest base, remembered for as long as the class lives; and what others left in ``copyreg``."""

from __future__ import annotations

import copyreg
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

from picklereg.introspection.by_class import by_class
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

    Attributes:
        find: gives what was registered for a class or its nearest base, or ``None``.
    """

    __slots__ = ("_found", "find")

    def __init__(self, table: dict[type, Registered]) -> None:
        self._found: dict[int, Registered | None] = {}
        self.find: Callable[[type], Registered | None] = by_class(partial(_by_mro, table), self._found)


def _by_mro(table: dict[type, Registered], cls: type) -> Registered | None:
    for base in mro_of(cls):
        try:
            found = table.get(base)
        except BaseException as problem:  # noqa: BLE001  # a metaclass with __eq__ and no __hash__, or with code for it
            pass_on(problem)
            continue
        if found is not None:
            return found
    return None
