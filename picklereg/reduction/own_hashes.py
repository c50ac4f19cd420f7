"""Errors whose class says how they are hashed, in sets and as keys of what they lead to themselves.

The reader fills such a set before the error's state is set as a whole. So what their hash may be made of is set before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import (
    CHAIN_FIELDS,
    LINKS,
    args_of,
    cause_of,
    context_of,
    dict_of,
    message_of,
    read_field,
    sub_exceptions,
)
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import attributes_of, is_bare, is_exception
from picklereg.reduction.native_fields import readable_fields

if TYPE_CHECKING:
    from picklereg.introspection.class_plan import Plan
    from picklereg.reduction.walk import Node

__all__ = ["can_be_hashed", "hashed_in"]

#: How many values are looked at; what leads to more may lead back.
_MOST: Final = 1_000


def hashed_in(node: Node, state: dict[Any, Any]) -> list[Any]:
    """Give the names in a state of what the reader can't make without the hash of the exception."""
    if type(node.exc).__hash__ is None:
        return []
    links: dict[Any, Any] = dict(zip(LINKS, (node.cause, node.context), strict=True))
    held = {**node.fields, **node.attributes, **links, "args": node.args}
    odd = [*node.odd, *node.odd_fields, *LINKS, *(["args"] if node.odd_args else [])]
    return [name for name in odd if name in state and _may_need_hash(held[name], node.exc)]


def can_be_hashed(node: Node, plan: Plan, later: list[Any]) -> bool:
    """Tell whether an exception can be hashed that has nothing yet of what is set later."""
    group = (message_of(node.exc), sub_exceptions(node.exc)) if isinstance(node.exc, BaseExceptionGroup) else ()
    made = plan.native(type(node.exc), *group)
    fields = dict(plan.fields)
    CHAIN_FIELDS["args"].__set__(made, () if "args" in later else node.args)
    for name, value in {**node.fields, **node.attributes}.items():
        if name not in later and name not in plan.native_fields:
            if name in fields:
                fields[name].__set__(made, value)
            else:
                dict_of(made)[name] = value
    try:
        hash(made)
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return False
    return True


def _may_need_hash(value: Any, exc: BaseException) -> bool:
    try:
        return _needs_hash(value, exc)
    except BaseException as problem:  # noqa: BLE001  # the code of what it leads to
        pass_on(problem)
        return True


def _needs_hash(value: Any, exc: BaseException) -> bool:
    """Tell whether an exception stands in a set, or as a key, in what a value leads to."""
    seen: set[tuple[int, bool]] = set()
    stack: list[tuple[Any, bool]] = [(value, False)]
    while stack and len(seen) < _MOST:
        item, is_hashed = stack.pop()
        if item is exc and is_hashed:
            return True
        if item is exc or is_bare(item) or issubclass(type(item), type) or (id(item), is_hashed) in seen:
            continue
        seen.add((id(item), is_hashed))
        stack += _parts_of(item, is_hashed=is_hashed)
    return bool(stack)


def _parts_of(item: Any, *, is_hashed: bool) -> list[tuple[Any, bool]]:
    """Give what an object holds, each part with whether it is hashed."""
    cls = type(item)
    parts: list[tuple[Any, bool]] = []
    if is_exception(item):
        fields = [read_field(item, field) for _, field in readable_fields(item, plan_for(cls))]
        links = (*args_of(item), *dict_of(item).values(), *fields, *sub_exceptions(item), cause_of(item), context_of(item))
        return [(part, False) for part in links]
    if issubclass(cls, dict):
        parts += [(key, True) for key in dict.keys(item)]
        parts += [(part, False) for part in dict.values(item)]
    elif issubclass(cls, (set, frozenset)):
        parts += [(part, True) for part in (set if issubclass(cls, set) else frozenset).__iter__(item)]
    elif issubclass(cls, (list, tuple)):
        parts += [(part, is_hashed) for part in (list if issubclass(cls, list) else tuple).__iter__(item)]
    return parts + [(part, is_hashed) for part in attributes_of(item).values()]
