"""Whether code of a class has a say when an instance is pickled: it may change the instance meanwhile."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Final

from picklereg.introspection.naming import mro_of

__all__ = ["runs_code"]

_HOOKS: Final = ("__getstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")


def runs_code(cls: type) -> bool:
    """Tell whether a function says what the pickle of an instance holds; those of the standard library change none.

    Args:
        cls: the class.
    """
    for base in mro_of(cls):
        held = vars(base)
        for name in _HOOKS:
            function = held.get(name)
            if type(function) is FunctionType and str(function.__module__).partition(".")[0] not in sys.stdlib_module_names:
                return True
    return False
