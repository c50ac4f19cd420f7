"""Fields that an extension's class keeps. A getter may trust that its class was initialised, and end the process where it wasn't.

So they are read of errors that were raised, and of copies that the class's own constructor made; never of what ``__new__`` alone has
made, neither here nor where such an error arrived and is written again. Whether a field can be set is found out by setting it.
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import has_own_init, plan_for
from picklereg.introspection.fields import message_of, notes_of, read_field, sub_exceptions
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import is_bare
from picklereg.introspection.text import safe_repr
from picklereg.reduction import notes as words
from picklereg.reduction.state_setter import Slot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from picklereg.introspection.class_plan import Plan
    from picklereg.introspection.fields import Field

__all__ = ["is_initialised", "leave_unsettable", "left_of_extension", "readable_fields"]

#: What stands for pickle's opcodes, and calls no constructor.
_NEWS: Final[Any] = (copyreg.__newobj__, copyreg.__newobj_ex__)  # type: ignore[attr-defined]


def is_initialised(cls: type[BaseException], function: object) -> bool:
    """Tell whether the native fields of what a function gives may be read.

    Args:
        cls: the class of what it gives.
        function: a class, what unpickles an instance, or any other.
    """
    plan = plan_for(cls)
    if not plan.native_fields or not plan.makeable:  # it can't be made but by its own constructor
        return True
    return function not in _NEWS and (has_own_init(cls) or getattr(function, "__name__", "").startswith("__pyx_unpickle_"))


def readable_fields(exc: BaseException, plan: Plan) -> Iterable[tuple[str, Field]]:
    """Give the fields of an exception that may be read: not those that a note says were left behind, which nobody has initialised."""
    notes = notes_of(exc)
    if isinstance(notes, list) and any(map(words.is_of_a_field, notes)):
        return [(name, field) for name, field in plan.fields if name not in plan.readonly]
    return plan.fields


def left_of_extension(exc: BaseException, plan: Plan, state: dict[Any, Any]) -> list[str]:
    """Take out of a state what can't be set on what the builtin ``__new__`` makes; give notes on that, and on what can't even be read."""
    cls = type(exc)
    group = (message_of(exc), sub_exceptions(exc)) if isinstance(exc, BaseExceptionGroup) else ()
    notes = leave_unsettable(exc, plan.native(cls, *group), plan, state)
    hidden = words.fields_hidden(cls)
    present = notes_of(exc)
    if plan.hides_fields and not (isinstance(present, list) and hidden in present):
        notes.append(hidden)
    return notes


def leave_unsettable(exc: BaseException, subject: BaseException, plan: Plan, state: dict[Any, Any], *, is_live: bool = False) -> list[str]:
    """Take out of a state what can't be set in the reader.

    Args:
        exc: the exception.
        subject: an instance on which it is tried.
        plan: that of its class.
        state: the state, which is changed.
        is_live: whether the instance is one of the program's own, which is left alone.

    Returns:
        A note on each, which shows what it was.
    """
    fields = dict(plan.fields)
    notes: list[str] = []
    for key in [*state]:
        name = key.field.__name__ if type(key) is Slot else key
        if name in plan.native_fields:
            value = read_field(exc, fields[name])
            if name in plan.readonly or (not is_live and not _sets(subject, fields[name], value)):
                shown = state.pop(key)
                notes.append(words.field_left(name, value, safe_repr(shown if is_bare(shown) else value)))
    return notes


def _sets(subject: BaseException, field: Field, value: object) -> bool:
    try:
        field.__set__(subject, value)
    except BaseException as problem:  # noqa: BLE001  # an extension's own code
        pass_on(problem)
        return False
    return True
