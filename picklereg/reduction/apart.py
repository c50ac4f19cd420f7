"""Objects taken apart as pickle does it, so that each part is decided about by itself, and put together again in the reader.

What a part is called is kept: it may be a credential for that.
"""

from __future__ import annotations

import copyreg
import dataclasses
import operator
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.kinds import CONTAINER, attributes_of, has_usual_dict, known_kind, slots_of
from picklereg.introspection.naming import is_native, mro_of
from picklereg.introspection.pickling_hooks import NOTHING, say_of
from picklereg.reduction.expression import Expression, Reference
from picklereg.reduction.first_writings import first_value, reducer_in

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump

__all__ = ["by_slots", "content_of", "is_whole_without", "taken_apart"]

_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
#: The least protocol with which objects are reduced to all of their parts.
_LEAST: Final = 2
#: What pickle writes of a dataclass with slots that can't be set: a list of what its fields hold.
_OF_FIELDS: Final[Any] = getattr(dataclasses, "_dataclass_getstate", None)
#: By identity of builtin classes, from what their ``__init__``, or the ``__new__`` of fixed ones, makes the content of an instance.
_CONTENTS: Final[dict[int, Callable[[Any], tuple[Any, ...]]]] = {
    id(OrderedDict): lambda value: (dict(OrderedDict.items(value)),),
    id(defaultdict): lambda value: (value.default_factory, dict(dict.items(value))),
    id(deque): lambda value: ([*deque.__iter__(value)], value.maxlen),
    id(list): lambda value: ([*list.__iter__(value)],),
    id(dict): lambda value: (dict(dict.items(value)),),
    id(set): lambda value: ({*set.__iter__(value)},),
    id(frozenset): lambda value: (frozenset(frozenset.__iter__(value)),),
    id(tuple): lambda value: ((*tuple.__iter__(value),),),
}
_FIXED: Final = (tuple, frozenset)


def content_of(value: Any) -> Any:
    """Give a plain container with the content of an instance of a subclass of one; ``None`` for all else."""
    base = _base_of(type(value))
    return None if base is None else next(part for part in _CONTENTS[id(base)](value) if hasattr(part, "__iter__"))


def taken_apart(value: Any, dump: Dump) -> Expression | None:
    """Give what makes an object anew of its parts, about which nobody has decided yet.

    Args:
        value: the object.
        dump: the dump that it is part of.

    Returns:
        The expression; ``None`` where somebody's code says what is written of it, or nobody knows what its parts are called.
    """
    cls: Any = type(value)
    host = dump.host
    table = getattr(host, "dispatch_table", copyreg.dispatch_table)
    if reducer_in(getattr(table, "base", table), cls) is not None or (
        host is not None and host.reducer_override(value) is not NotImplemented
    ):
        return None
    base = _base_of(cls)
    return _reduced(value, dump) if base is None else _container(value, base)


def _base_of(cls: type) -> type | None:
    """Give the builtin container that a class is derived from, if native code adds nothing to that."""
    base = next(filter(is_native, mro_of(cls)))  # as object, the last one, is
    return base if id(base) in _CONTENTS and not (base is cls and known_kind(base) == CONTAINER) else None


def _container(value: Any, base: type) -> Expression | None:
    cls: Any = type(value)
    if say_of(cls) != NOTHING or hasattr(cls, "__setstate__"):
        return None
    state = attributes_of(value)
    content = _CONTENTS[id(base)](value)
    names = getattr(cls, "_fields", None)
    if base is tuple and type(names) is tuple and len(names) == len(content[0]) and not state:
        expression = Expression(tuple.__new__, cls, state=dict(zip(names, content[0], strict=True)), whole=value)
        expression.form = _by_fields
        return expression
    expression = Expression(base.__new__, cls, *(content if base in _FIXED else ()), state=state, whole=value)
    expression.content = () if base in _FIXED else content
    expression.form = _filled
    return expression


def _reduced(value: Any, dump: Dump) -> Expression | None:
    cls: Any = type(value)
    found: list[Any] = [*first_value(dump.firsts, value, max(_LEAST, dump.protocol)), None]
    function, args, state, *rest = found
    is_told = (function is _NEWOBJ and len(args) == 1) or (function is cls and not args)
    if not is_told or any(part is not None for part in rest) or not has_usual_dict(cls):
        return None
    new = cls.__new__ if type(cls.__new__) is BuiltinFunctionType else Reference(getattr, cls, "__new__")
    expression = Expression(new, *args, whole=value) if function is _NEWOBJ else Expression(cls, whole=value)
    return _with_state(expression, state)


def _with_state(expression: Expression, state: Any) -> Expression | None:
    """Give an expression with the state that pickle writes of an object, if that says how its parts are called."""
    cls: Any = type(expression.whole)
    if type(state) is tuple and not hasattr(cls, "__setstate__"):
        attributes, held = state
        expression.state, expression.form = {**(attributes or {}), **(held or {})}, by_slots
    elif type(state) is list and cls.__getstate__ is _OF_FIELDS:
        names = [field.name for field in dataclasses.fields(cls)]
        expression.state, expression.form = dict(zip(names, state, strict=True)), _in_order
    elif type(state) is dict:
        expression.state = state.copy()
    else:
        return None
    return expression if all(type(name) is str for name in expression.state) else None


def is_whole_without(expression: Expression) -> bool:
    """Tell of an object that was taken apart whether it can be put together without one of its named parts."""
    return expression.form not in {_in_order, _by_fields}


def by_slots(expression: Expression) -> tuple[Any, ...]:
    """Give the reduce value of one with slots."""
    slots = {*slots_of(type(expression.whole))}
    attributes = {name: part for name, part in expression.state.items() if name not in slots}
    held = {name: part for name, part in expression.state.items() if name in slots}
    return expression.function, expression.arguments, (attributes or None, held)


def _in_order(expression: Expression) -> tuple[Any, ...]:
    return expression.function, expression.arguments, [*expression.state.values()]


def _by_fields(expression: Expression) -> tuple[Any, ...]:
    return expression.function, (*expression.arguments, (*expression.state.values(),))


def _filled(expression: Expression) -> tuple[Any, ...]:
    """Give the reduce value of a container, whose own code is asked neither to make it nor to fill it."""
    base: Any = _base_of(type(expression.whole))
    slots = {*slots_of(type(expression.whole))}
    steps = [Expression(base.__init__, expression, *expression.content)] if expression.content else []
    steps += [Expression(object.__setattr__, expression, name, part) for name, part in expression.state.items() if name in slots]
    if attributes := {name: part for name, part in expression.state.items() if name not in slots}:
        steps.append(Expression(dict.update, Expression(getattr, expression, "__dict__"), attributes))
    if not steps:
        return expression.function, expression.arguments
    # A state setter that does nothing with what has been done by then.
    return expression.function, expression.arguments, Expression(operator.getitem, (*steps, None), -1), None, None, operator.is_
