"""What a stand-in for an exception holds: set without running anybody's code, and given back as a state."""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

from typing import Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS, MISSING, args_of, cause_of, context_of, dict_of, read_field, suppress_of
from picklereg.unpickling.stand_ins.error_names import says_error
from picklereg.unpickling.stand_ins.origin import origin_of

__all__ = ["args_differ", "set_attributes", "signed", "state_of"]

_FLAG: Final = "__suppress_context__"


def set_attributes(exc: BaseException, state: dict[str, Any]) -> None:
    """Set what a state says, without running code of anybody's.

    Args:
        exc: the stand-in.
        state: attributes, C fields, ``args``, chain and notes.

    Raises:
        TypeError: if a field can't hold what it is given.
    """
    fields = {**dict(plan_for(type(exc)).fields), **CHAIN_FIELDS}
    if _FLAG in state:
        origin_of(exc).is_signed = True
    for name, value in state.items():
        field = fields.get(name)
        if field is None:
            dict_of(exc)[name] = value
        else:
            field.__set__(exc, value)


def state_of(exc: Any) -> dict[str, Any]:
    """Give all that is to be set, in an order in which it can be: setting the cause sets the flag."""
    state = dict(dict_of(exc))
    for name, field in plan_for(type(exc)).fields:
        value = read_field(exc, field)
        if value is not MISSING and value is not None:
            state[name] = value
    if args_differ(exc):
        state["args"] = args_of(exc)
    links = {"__cause__": cause_of(exc), "__context__": context_of(exc)}
    state.update({name: link for name, link in links.items() if link is not None})
    if suppress_of(exc) != ("__cause__" in state):
        state[_FLAG] = suppress_of(exc)
    return state


def signed(exc: Any, state: dict[str, Any]) -> dict[str, Any]:
    """Give a state that tells the next reader that it is an exception's, as its own bytes did, in case the class is missing there, too."""
    origin = origin_of(exc)
    is_signed = origin.is_signed or (origin.setter == "descriptors" and not says_error(*type(exc)._named, has_args=bool(origin.args)))
    return {**state, _FLAG: state.get(_FLAG, suppress_of(exc))} if is_signed else state


def args_differ(exc: Any) -> bool:
    """Tell whether ``args`` aren't what they are before a state is set, if the class keeps to Python's rule; else a state says so."""
    return args_of(exc) != (() if type(exc)._base in (OSError, MemoryError) else origin_of(exc).args)
