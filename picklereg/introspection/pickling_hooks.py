"""Whether a class has a say when an instance is pickled: its code may change the instance meanwhile, or give what nobody sees in it."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any, Final

from picklereg.introspection.naming import module_of, mro_of

__all__ = ["CODE", "NOTHING", "OWN", "say_of"]

#: Python does all of it; a class of native code, or one that goes through something, tells what it holds; a function of somebody's does.
NOTHING: Final = 0
OWN: Final = 1
CODE: Final = 2

_ARGUMENTS: Final = ("__getnewargs__", "__getnewargs_ex__")
_REDUCES: Final = ("__getstate__", "__reduce__", "__reduce_ex__")
#: Of the standard library, whose other classes hold nothing that isn't seen, and whose functions change none.
_TELLING: Final = frozenset({"array", "operator", "xml"})
_OURS: Final = __name__.partition(".")[0]


def say_of(cls: type, reducer: object = None) -> int:
    """Give which say a class has in what the pickle of an instance holds.

    Args:
        cls: the class.
        reducer: what a dispatch table has for it.
    """
    if reducer is not None:
        return NOTHING if type(reducer) is FunctionType and _is_known(str(reducer.__module__), are_cloudpickles=True) else CODE
    if _has_no_say(cls):
        return NOTHING
    found = NOTHING
    for base in mro_of(cls):
        if base is object:
            continue
        held = vars(base)
        for name in (*_REDUCES, *_ARGUMENTS):
            function = held.get(name)
            if function is None:
                continue
            if type(function) is FunctionType and not _is_known(str(function.__module__)):
                return CODE
            if name in _REDUCES and ("__next__" in held or not _is_known(module_of(base))):
                found = OWN
    return found


def _has_no_say(cls: Any) -> bool:
    """Tell at once of most classes that all of it is ``object``'s."""
    meta: Any = type(cls)
    if meta.__getattribute__ is not type.__getattribute__ or hasattr(meta, "__getattr__"):  # somebody's code would answer
        return False
    is_objects = cls.__reduce_ex__ is object.__reduce_ex__ and cls.__reduce__ is object.__reduce__
    return is_objects and cls.__getstate__ is object.__getstate__ and not any(hasattr(cls, name) for name in _ARGUMENTS)


def _is_known(module: str, *, are_cloudpickles: bool = False) -> bool:
    package = module.partition(".")[0]
    if package == _OURS or (package in sys.stdlib_module_names and package not in _TELLING):
        return True
    return are_cloudpickles and "list_registry_pickle_by_value" in getattr(sys.modules.get(module), "__dict__", ())
