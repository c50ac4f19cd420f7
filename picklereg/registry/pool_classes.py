"""Where the classes are in which pools send a raised error: found by name among what is loaded, and never imported."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Final

from picklereg.introspection.naming import module_of, name_of

__all__ = ["POOL_NAMES", "WRAPPER_NAMES", "has_wrapper", "is_info", "is_result", "is_wrapper", "wrappers_in"]

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
#: Where such a wrapper is sent inside of another object, beside the error's class.
_INFOS: Final = {"billiard.einfo": "ExceptionInfo"}
#: In what a pool sends what a task returns.
_RESULTS: Final = {"futures.process": "_ResultItem", "loky.process_executor": "_ResultItem"}
#: The names of wrappers, for who has to be quick, and of all these classes.
WRAPPER_NAMES: Final = frozenset(_WRAPPERS.values())
POOL_NAMES: Final = WRAPPER_NAMES.union(_INFOS.values(), _RESULTS.values())
#: The last parts of the modules' names: there are thousands of other modules.
_LAST_PARTS: Final = frozenset(end.rpartition(".")[2] for end in _WRAPPERS)


def has_wrapper(module: str) -> bool:
    """Tell of the name of a module whether there may be a wrapper in it."""
    return module.rpartition(".")[2] in _LAST_PARTS and _end(module) in _WRAPPERS


def is_wrapper(cls: type) -> bool:
    """Tell of a class whether it is one."""
    return _WRAPPERS.get(_end(module_of(cls))) == name_of(cls) and "__reduce__" in vars(cls)


def is_info(cls: type) -> bool:
    """Tell of a class whether its instances hold a wrapper, and the class of the error in it."""
    return _INFOS.get(_end(module_of(cls))) == name_of(cls)


def is_result(cls: type) -> bool:
    """Tell of a class whether its instances hold what a task returned, or the wrapper of what it raised."""
    return _RESULTS.get(_end(module_of(cls))) == name_of(cls) and "__reduce__" not in vars(cls)


def wrappers_in(modules: Iterable[str] | None = None) -> list[type]:
    """Give the wrappers, and what holds such or results, in some modules that are loaded, or in all; no code of theirs is run for that."""
    found: list[type] = []
    for name in filter(has_wrapper, list(sys.modules) if modules is None else modules):
        module = sys.modules.get(name)
        if isinstance(module, ModuleType):
            held = object.__getattribute__(module, "__dict__")
            classes = [held.get(names.get(_end(name), "")) for names in (_WRAPPERS, _INFOS, _RESULTS)]
            found += [cls for cls in classes if isinstance(cls, type) and (is_wrapper(cls) or is_info(cls) or is_result(cls))]
    return found


def _end(module: str) -> str:
    """Give the last two parts of a module's name."""
    return ".".join(module.split(".")[-2:])
