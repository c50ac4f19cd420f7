"""What ``__init__`` keeps of its arguments under their names, as far as the class's own reducer tells.

Where ``__init__`` takes more than ``args`` tells, a class often says how it is written: ``return type(self), (self.host, self.port)``.
Where ``__init__`` didn't run, nobody can pickle the exception again, since the reducer finds no ``host``. But what its class was called
with is known then, and so are the names: those of the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS
from picklereg.introspection.naming import mro_of

__all__ = ["kept_arguments"]

_REDUCERS: Final = ("__reduce__", "__reduce_ex__")


def kept_arguments(cls: type[BaseException], args: tuple[Any, ...]) -> dict[str, Any]:
    """Give the attributes that a class's own reducer reads, and that its ``__init__`` takes as arguments; no code of the class runs.

    Args:
        cls: the class.
        args: what it was called with.

    Returns:
        By name, perhaps with an underscore before that of the parameter: the argument. Nothing for what a property answers for, or
        Python keeps.
    """
    hidden = _hidden(cls)
    mro = mro_of(cls)
    kept: dict[str, Any] = {}
    for at, base in enumerate(mro):
        read = {name for method in _REDUCERS for name in _names_in(vars(base).get(method))}
        for parameter, value in zip(_parameters(mro[at:]), args, strict=False):
            for name in (parameter, f"_{parameter}"):
                if name in read and name not in hidden:
                    kept.setdefault(name, value)
        if read and read.isdisjoint(_REDUCERS):  # it calls no other one
            break
    return kept


def _hidden(cls: type[BaseException]) -> frozenset[str]:
    """Give the names of what lies outside of ``__dict__`` and the class's slots."""
    plan = plan_for(cls)
    return plan.guarded.union(CHAIN_FIELDS, (name for name, field in plan.fields if field.__objclass__.__module__ == "builtins"))


def _names_in(function: Any) -> tuple[str, ...]:
    return function.__code__.co_names if type(function) is FunctionType else ()


def _parameters(mro: tuple[type, ...]) -> Iterator[str]:
    """Give the names of the positional parameters of the first ``__init__``, less ``self``."""
    function = next(vars(base)["__init__"] for base in mro if "__init__" in vars(base))
    code = function.__code__ if type(function) is FunctionType else None
    return iter(() if code is None else code.co_varnames[1 : code.co_argcount])
