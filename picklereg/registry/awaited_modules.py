"""The modules that sets wait for: whether one of them has been imported is asked before every dump that holds an exception."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["Awaited"]

_MODULES: Final = sys.modules


class Awaited:
    """Names of modules, and how far ``sys.modules`` has been looked through for them."""

    __slots__ = ("_names", "_seen")

    def __init__(self) -> None:
        self._names: frozenset[str] = frozenset()
        self._seen: tuple[Any, ...] | None = None

    def add(self, *names: str) -> None:
        """Wait for more modules."""
        self._names = self._names.union(names)

    def replace(self, names: Iterable[str]) -> None:
        """Wait for these, and for no others."""
        self._names = frozenset(names)

    def are_there(self) -> bool:
        """Tell whether one of them is in ``sys.modules``, where whatever is imported stands last."""
        try:
            seen = len(_MODULES), next(reversed(_MODULES)), self._names
        except RuntimeError:  # another thread is importing
            return True
        if seen == self._seen:
            return False
        if not _MODULES.keys().isdisjoint(seen[2]):
            return True
        self._seen = seen
        return False
