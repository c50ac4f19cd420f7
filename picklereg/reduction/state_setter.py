"""A state that sets no attributes: for frozen classes, and where a property would answer."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.introspection.class_plan import Field, Plan

__all__ = ["CHAIN_FIELDS", "SET_STATE", "Hidden", "by_descriptors", "needs_descriptors"]

#: The state setter of ``BaseException`` itself, which does nothing with the ``None`` that :func:`by_descriptors` evaluates to.
SET_STATE: Final[Any] = BaseException.__setstate__
#: What ``BaseException`` keeps of an exception.
CHAIN_FIELDS: Final[dict[str, Field]] = {
    name: vars(BaseException)[name] for name in ("args", "__cause__", "__context__", "__suppress_context__", "__traceback__")
}


class Hidden:
    """In a state, the name of what stands in ``__dict__`` although a field has that name, too.

    Args:
        name: the name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: str = name


def needs_descriptors(plan: Plan, state: dict[Any, Any]) -> bool:
    """Tell whether setting a state's attributes would run, or be forbidden by, code of the class."""
    return plan.own_setattr or not plan.guarded.isdisjoint(state) or not all(type(name) is str for name in state)


def by_descriptors(exc: BaseException, plan: Plan, state: dict[Any, Any], first: list[Expression]) -> Expression:
    """Set a state without setting attributes: fields by their descriptors, the rest in ``__dict__``."""
    fields = {**dict(plan.fields), **CHAIN_FIELDS}
    attributes = {name.name if type(name) is Hidden else name: value for name, value in state.items() if name not in fields}
    steps = [
        Expression(operator.methodcaller("__set__", exc, value), Expression(getattr, fields[name].__objclass__, name))
        for name, value in state.items()
        if name in fields
    ]
    if attributes:
        steps.append(Expression(dict.update, Expression(getattr, exc, "__dict__"), attributes))
    return Expression(operator.getitem, (*first, *steps, None), -1)
