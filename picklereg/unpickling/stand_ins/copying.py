"""Copies of stand-ins: they know all that the originals know."""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

from typing import Any

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of
from picklereg.unpickling.stand_ins.origin import Copied, origin_of
from picklereg.unpickling.stand_ins.state import set_attributes, state_of

__all__ = ["copy_error", "copy_value", "itself"]


def itself(value: Any, _memo: dict[int, Any]) -> Any:
    """Do nothing in the place of ``copy.deepcopy``."""
    return value


def copy_error(found: BaseException, copied: Copied, memo: dict[int, Any]) -> Any:
    """Copy a stand-in for an exception."""
    exc: Any = found  # a type checker takes it for a group from the next line on
    cls: Any = type(found)
    group: Any = (exc.message, copied(list(exc.exceptions), memo)) if isinstance(exc, BaseExceptionGroup) else ()
    new: Any = plan_for(cls).native(cls, *group)
    memo[id(exc)] = new
    origin = origin_of(found)
    state = {**state_of(found), "args": args_of(exc)}
    new._origin = origin.copy(copied, memo)
    set_attributes(new, {name: copied(value, memo) for name, value in state.items()})
    return new


def copy_value(value: Any, copied: Copied, memo: dict[int, Any]) -> Any:
    """Copy a stand-in for any other value."""
    cls: Any = type(value)
    memo[id(value)] = new = cls.__new__(cls)
    new._origin = value._origin.copy(copied, memo)
    for name in ("args", "kwargs", "state"):
        setattr(new, name, copied(getattr(value, name), memo))
    new.extend(copied(value.items, memo))
    new.mapping += copied(value.mapping, memo)
    return new
