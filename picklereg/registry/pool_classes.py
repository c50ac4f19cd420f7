"""Where the classes are in which pools send a raised error: found by name among what is loaded, and never imported."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Final

from picklereg.introspection.naming import module_of, name_of

__all__ = ["WRAPPER_NAMES", "has_wrapper", "is_wrapper", "wrappers_in"]

#: Where wrappers are, by the end of the module's name, since some packages bring a copy of another one; and what they are called there.
_WRAPPERS: Final = {
    "futures.process": "_ExceptionWithTraceback",  # concurrent.futures
    "multiprocessing.pool": "ExceptionWithTraceback",
    "multiprocess.pool": "ExceptionWithTraceback",
    "billiard.einfo": "ExceptionWithTraceback",
    "loky.process_executor": "_ExceptionWithTraceback",
    "common.types": "RemoteException",  # pebble
    "futures._core": "_ExceptionWrapper",  # mpi4py
}
#: The names of wrappers, for who has to be quick.
WRAPPER_NAMES: Final = frozenset(_WRAPPERS.values())


def has_wrapper(module: str) -> bool:
    """Tell of the name of a module whether there may be a wrapper in it."""
    return _end(module) in _WRAPPERS


def is_wrapper(cls: type) -> bool:
    """Tell of a class whether it is one."""
    return _WRAPPERS.get(_end(module_of(cls))) == name_of(cls) and "__reduce__" in vars(cls)


def wrappers_in(modules: Iterable[str] | None = None) -> list[type]:
    """Give the wrappers in those of some modules that are loaded, or in all that are; no code of theirs is run for that."""
    found: list[type] = []
    for name in filter(has_wrapper, list(sys.modules) if modules is None else modules):
        module = sys.modules.get(name)
        if isinstance(module, ModuleType):
            cls = object.__getattribute__(module, "__dict__").get(_WRAPPERS[_end(name)])
            if isinstance(cls, type) and is_wrapper(cls):
                found.append(cls)
    return found


def _end(module: str) -> str:
    """Give the last two parts of a module's name."""
    return ".".join(module.split(".")[-2:])
