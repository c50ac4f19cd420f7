"""How a stand-in is written: as its own bytes wrote it, in the name that it stands for.

pickle writes the name of a class only if it can import it, so the name is written as what pickle does to find it:
``getattr(importlib.import_module(module), name)``. The instance is written as it was read: its ``Origin``
remembers whether ``__init__`` ran, and how the state was set.
"""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

import functools
import operator
from typing import Any

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS
from picklereg.reduction.expression import Expression
from picklereg.reduction.state_setter import SET_STATE
from picklereg.unpickling.stand_ins.origin import DEAD, RECONSTRUCT, Named, Origin, Reference, origin_of
from picklereg.unpickling.stand_ins.state import signed, state_of

__all__ = ["by_name", "reduce_error", "reduce_stand_in", "reduce_value"]


def reduce_stand_in(
    exc: BaseException,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    raw: tuple[Any, ...],
    state: dict[str, Any],
    *,
    subject: object = None,
) -> tuple[Any, ...]:
    """Give the reduce value of a stand-in, which makes an instance of the class that it stands for, as its own bytes did.

    Args:
        exc: the stand-in.
        args: the positional arguments of its :class:`Origin`, or what is left of them.
        kwargs: the keyword arguments.
        raw: the state that is no dictionary.
        state: what to set, in this order.
        subject: what stands for it, if it isn't written itself.

    Returns:
        A reduce value.
    """
    origin = origin_of(exc)
    args, kwargs, raw, state = by_name(args, kwargs, raw, signed(exc, state))
    function, args = _maker(exc, origin.form, args, kwargs)
    if raw or origin.setter == "descriptors":
        return function, args, _by_descriptors(exc, exc if subject is None else subject, origin, raw, state), None, None, SET_STATE
    if not state:
        return function, args
    return (function, args, state) if origin.setter == "build" else (function, args, state, None, None, SET_STATE)


def _maker(found: object, form: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    """Give what makes an instance of the missing class, and the arguments."""
    cls: Any = type(found)
    if form == "native":
        return cls._base.__new__, (cls._ref, *args)
    if form == "reconstructed":
        return RECONSTRUCT, (cls._ref, *args)
    target = cls._ref if form == "call" else Reference(getattr, cls._ref, "__new__")
    args = args if form == "call" else (cls._ref, *args)
    return (functools.partial(target, *args, **kwargs), ()) if kwargs else (target, args)


def reduce_error(exc: BaseException) -> tuple[Any, ...]:
    """Give the reduce value of a stand-in for an exception, for a pickler that knows nothing of picklereg."""
    origin = origin_of(exc)
    return reduce_stand_in(exc, origin.args, origin.kwargs, origin.raw, state_of(exc))


def reduce_value(value: Any, origin: Origin) -> tuple[Any, ...]:
    """Give the reduce value of a stand-in for any other value."""
    args, kwargs, state, items, mapping = by_name(value.args, value.kwargs, value.state, value.items, value.mapping)
    function, args = _maker(value, origin.form, args, kwargs)
    if origin.form == "reconstructed":
        return function, args, state
    return function, args, state, iter(items) if items else None, iter(mapping) if mapping else None


def by_name(*values: Any) -> tuple[Any, ...]:
    """Put names in the place of stand-in classes: cloudpickle would write the classes by value, and so our own code's names.

    Args:
        values: stand-in classes, or what may hold some.

    Returns:
        The values themselves, if there are none in them.
    """
    return _renamed(values, {}) if _names_some(values) else values


def _names_some(values: Any) -> bool:
    seen: set[int] = set()
    stack = [values]
    while stack:
        value = stack.pop()
        kind = type(value)
        if kind is Named:
            return True
        if kind in (tuple, list, dict) and id(value) not in seen:
            seen.add(id(value))
            stack += [*value, *value.values()] if kind is dict else value
    return False


def _renamed(value: Any, known: dict[int, Any]) -> Any:
    kind = type(value)
    if kind is Named:
        return f"<class {'.'.join(value._named)}>" if value._ref is DEAD else value._ref or value
    if kind not in (tuple, list, dict):
        return value
    if id(value) not in known:
        made: Any = value if kind is tuple else kind()
        known[id(value)] = made
        if kind is list:
            made += [_renamed(part, known) for part in value]
        elif kind is dict:
            made.update((_renamed(key, known), _renamed(part, known)) for key, part in value.items())
        else:
            known[id(value)] = tuple([_renamed(part, known) for part in value])
    return known[id(value)]


def _by_descriptors(exc: BaseException, subject: object, origin: Origin, raw: tuple[Any, ...], state: dict[str, Any]) -> Expression:
    owners: dict[str, Any] = {name: field.__objclass__ for name, field in {**dict(plan_for(type(exc)).fields), **CHAIN_FIELDS}.items()}
    owners |= {name: owner._ref for name, owner in origin.fields.items()}
    steps = [Expression(operator.methodcaller("__setstate__", part), subject) for part in raw]
    steps += [
        Expression(operator.methodcaller("__set__", subject, value), Expression(getattr, owners[name], name))
        for name, value in state.items()
        if name in owners
    ]
    attributes = {name: value for name, value in state.items() if name not in owners}
    if attributes:
        steps.append(Expression(dict.update, Expression(getattr, subject, "__dict__"), attributes))
    return Expression(operator.getitem, (*steps, None), -1)
