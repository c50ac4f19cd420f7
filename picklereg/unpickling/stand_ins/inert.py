"""How an inert stand-in is written: as plain data, since whoever wrote the bytes that it came from must not decide what a reader runs.

An error is written as the builtin class beneath it, with all that it holds and a note that tells its name; a value as a
:class:`types.SimpleNamespace`. What they name is the standard library's, whatever the bytes named.
"""

from __future__ import annotations

import functools
import types
from typing import Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS, args_of
from picklereg.reduction.state_setter import SET_STATE, by_descriptors, needs_descriptors
from picklereg.unpickling.stand_ins.origin import printable
from picklereg.unpickling.stand_ins.reducer import by_name
from picklereg.unpickling.stand_ins.state import state_of

__all__ = ["inert_error", "reduce_inert_error", "reduce_inert_value"]

_CONTAINERS: Final = (dict, list, tuple)  # to compare another value would run its class's code
_PARTS: Final = ("args", "kwargs", "state", "items", "mapping")


def reduce_inert_error(exc: Any) -> tuple[Any, ...]:
    """Give the reduce value of an inert stand-in for an exception, for a pickler that knows nothing of picklereg."""
    group = (exc.message, list(exc.exceptions)) if isinstance(exc, BaseExceptionGroup) else ()
    return inert_error(exc, group, {**state_of(exc), "args": args_of(exc)})


def inert_error(exc: Any, args: tuple[Any, ...], state: dict[Any, Any], *, subject: object = None) -> tuple[Any, ...]:
    """Give the reduce value of an inert stand-in for an exception.

    Args:
        exc: the stand-in.
        args: what the builtin class is made with: text and members of a group.
        state: all else.
        subject: what stands for it, if it isn't written itself.

    Returns:
        A reduce value that makes an instance of the builtin class.
    """
    cls: Any = type(exc)
    plan = plan_for(cls._base)
    note = f"picklereg: class {_name_of(exc)} was named by bytes that nobody trusts; it was sent as {cls._base.__name__}"
    args, state = by_name(args, {**state, "__notes__": [*state.get("__notes__", ()), note]})
    if needs_descriptors(plan, state) or any(_is_reserved(name) for name in state):
        return plan.native, (cls._base, *args), by_descriptors(exc if subject is None else subject, plan, state, []), None, None, SET_STATE
    return plan.native, (cls._base, *args), state


def _is_reserved(name: str) -> bool:
    """Tell whether setting an attribute of that name does something else with an exception."""
    return name.startswith("__") and name not in CHAIN_FIELDS and name != "__notes__"


def reduce_inert_value(value: Any) -> tuple[Any, ...]:
    """Give the reduce value of an inert stand-in for any other value."""
    held = {name: getattr(value, name) for name in _PARTS}
    (state,) = by_name({name: part for name, part in held.items() if part is not None and (type(part) not in _CONTAINERS or part)})
    if value._origin.is_key:  # noqa: SLF001  # a stand-in's
        args = state.pop("args", ())
        return functools.partial, (str, *args), (str, args, {}, {"missing": _name_of(value), **state})
    return types.SimpleNamespace, (), {"missing": _name_of(value), **state}


def _name_of(value: Any) -> str:
    return printable(".".join(type(value)._named))  # noqa: SLF001  # a stand-in's
