"""A state that sets no attributes: for frozen classes, and where a property would answer."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.fields import CHAIN_FIELDS
from picklereg.introspection.naming import MAIN, is_importable
from picklereg.reduction.expression import Expression, named

if TYPE_CHECKING:
    from picklereg.introspection.class_plan import Plan
    from picklereg.introspection.fields import Field

__all__ = ["SET_STATE", "Hidden", "Slot", "by_descriptors", "is_set_as_attribute", "needs_descriptors"]

#: The state setter of ``BaseException`` itself, which does nothing with the ``None`` that :func:`by_descriptors` evaluates to.
SET_STATE: Final[Any] = BaseException.__setstate__
#: The types of names that ``setattr`` takes.
_TEXT: Final = frozenset({str})


class Hidden:
    """In a state, the name of what stands in ``__dict__`` although a field has that name, too.

    Args:
        name: the name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: str = name


class Slot:
    """In a state, the name of a slot that has the name of something that ``BaseException`` keeps.

    Args:
        field: its descriptor.
    """

    __slots__ = ("field",)

    def __init__(self, field: Field) -> None:
        self.field: Field = field


def needs_descriptors(plan: Plan, state: dict[Any, Any]) -> bool:
    """Tell whether setting a state's attributes would run, or be forbidden by, code of the class."""
    return plan.own_setattr or not plan.guarded.isdisjoint(state) or not _TEXT.issuperset(map(type, state))


def by_descriptors(subject: Any, plan: Plan, state: dict[Any, Any], first: list[Expression]) -> Expression:
    """Set a state without setting attributes: fields by their descriptors, the rest in ``__dict__``.

    Args:
        subject: the exception, or what stands for it.
        plan: that of its class.
        state: what is set.
        first: what is called before.
    """
    fields = {**dict(plan.fields), **CHAIN_FIELDS}
    attributes: dict[Any, Any] = {}
    steps: list[Expression] = []
    for name, value in state.items():
        field = name.field if type(name) is Slot else fields.get(name)
        if field is None:
            attributes[name.name if type(name) is Hidden else name] = value
        else:
            steps.append(_setting(field, subject, value))
    if attributes:
        steps.append(Expression(dict.update, Expression(getattr, subject, "__dict__"), attributes))
    return Expression(operator.getitem, (*first, *steps, None), -1)


def is_set_as_attribute(field: Field) -> bool:
    """Tell of a field whether its class may go by value, so that it is an attribute in the reader."""
    owner = field.__objclass__
    return named(owner) is owner and (owner.__module__ == MAIN or not is_importable(owner))


def _setting(field: Field, subject: Any, value: Any) -> Expression:
    """Give what sets a field. A class that goes by value has no slots in the reader: there it is an attribute."""
    owner = named(field.__objclass__)
    if is_set_as_attribute(field):
        return Expression(object.__setattr__, subject, field.__name__, value)
    return Expression(operator.methodcaller("__set__", subject, value), Expression(getattr, owner, field.__name__))
