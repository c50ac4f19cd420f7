"""Reduces of somebody else's: tried out, respected if the reader gets the same error, and completed with what they drop."""

from __future__ import annotations

import copyreg
import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from picklereg.introspection.class_plan import has_own_reduce, plan_for
from picklereg.introspection.fields import (
    CHAIN_FIELDS,
    MISSING,
    args_of,
    cause_of,
    context_of,
    dict_of,
    leave_alone,
    read_field,
    sub_exceptions,
)
from picklereg.introspection.naming import type_name
from picklereg.introspection.text import describe
from picklereg.reduction import notes as words
from picklereg.reduction.classes import by_reference, copied_class, travels
from picklereg.reduction.context import Dump, Left, NeedsHost
from picklereg.reduction.decisions import adopt, clean, rebuild
from picklereg.reduction.expression import Expression
from picklereg.reduction.pieces import Pieces, add_notes
from picklereg.reduction.state_setter import SET_STATE, by_descriptors, needs_descriptors

if TYPE_CHECKING:
    from picklereg.reduction.context import Reducer, ReduceValue

__all__ = ["reducers_for", "respected"]


def reducers_for(cls: type[BaseException], dump: Dump) -> list[tuple[Reducer, bool]]:
    """Give the reducers to try for a class, and whether each has to give exactly the same error.

    Raises:
        NeedsHost: there is no host; they would only be called to be called again.
    """
    if not dump.asks_host:
        raise NeedsHost
    found: list[tuple[Reducer, bool]] = []
    registered, foreign = dump.rules.reducer_for(cls), dump.rules.foreign_reducer(cls)
    if registered is not None:
        found.append((registered, False))
    if foreign is not None:
        found.append((foreign, True))
    elif has_own_reduce(cls):
        found.append((_reduce_itself, True))
    if not plan_for(cls).makeable:
        found.append((_call_with_args, True))
    return found


def respected(exc: BaseException, reducer: Reducer, pieces: Pieces, dump: Dump, *, exact: bool) -> ReduceValue | None:
    """Give a foreign reduce value with what it dropped, or ``None`` if the reader would not get the same error."""
    try:
        value = by_reference(_cleaned(reducer(exc), dump), type(exc), dump)
        copy = _copy_of(exc, value, dump, exact=exact)
        # Before str(), which may keep its text in an attribute. What a copyreg entry adds, somebody asked for.
        added = _additions(exc, copy, pieces, dump) if reducer is _reduce_itself else []
        if exact and not _is_same_error(exc, copy):
            return None
        copied = copied_class(type(exc), dump) if _names_class(value, exc, dump) else None
        if copied is not None:
            added.append(words.class_copied(copied))
        pieces.note(*added)
    except Exception as problem:  # noqa: BLE001  # the class's own code
        if not exact:
            reason = str(problem) if isinstance(problem, _UnfitError) else describe(problem)
            pieces.note(words.reducer_unused(type(exc), reason))
        return None
    return _completed(exc, copy, value, pieces, dump, exact=exact)


def _cleaned(value: Any, dump: Dump) -> Any:
    """Replace credentials in the arguments and the state of a reduce value."""
    if not dump.must_clean or not isinstance(value, tuple):
        return value
    return (*value[:1], *(clean(part, dump) for part in value[1:3]), *value[3:])


class _UnfitError(Exception):
    """A reduce value isn't used; the text says why."""


def _copy_of(exc: BaseException, value: Any, dump: Dump, *, exact: bool) -> Any:
    if not isinstance(value, tuple) or not 2 <= len(value) <= 6:
        raise _UnfitError(f"it gives no reduce value but {type_name(type(value))}")
    copy, seen = rebuild(_Trial(value), dump)
    others = [other for other in seen if other is not exc]
    if any(_leads_to(other, exc) for other in others):
        raise _UnfitError("it needs an exception that leads back to this one")
    refusal = copy if isinstance(copy, Left) else adopt(exc, others, dump)
    if refusal is not None:
        raise _UnfitError(refusal.reason)
    if not (type(copy) is type(exc) if exact else isinstance(copy, BaseException)):
        raise _UnfitError("it gives no exception, or another one")
    return copy


def _additions(exc: BaseException, copy: Any, pieces: Pieces, dump: Dump) -> list[str]:
    """Give notes on attributes that only the copy has.

    Raises:
        _UnfitError: the wire form makes none, and would leave nothing behind.
    """
    present = {**dict(_fields_of(copy)), **dict_of(copy)}
    added = present.keys() - dict_of(exc).keys() - dict(_fields_of(exc)).keys() - {"__notes__"}
    is_complete = not (pieces.notes or pieces.arg_notes or pieces.piece_notes)
    if added and is_complete and plan_for(type(exc)).makeable and travels(type(exc), dump):
        raise _UnfitError("it adds attributes")
    return [words.attribute_added(name, present[name]) for name in sorted(added)]


def _fields_of(exc: BaseException) -> Iterator[tuple[str, Any]]:
    """Give the fields that hold something."""
    for name, field in plan_for(type(exc)).fields:
        value = read_field(exc, field)
        if value is not MISSING and value is not None:
            yield name, value


class _Trial:
    """Hands a reduce value to pickle as its own; NEWOBJ would insist on the exception's class."""

    __slots__ = ("value",)

    def __init__(self, value: ReduceValue) -> None:
        self.value = value

    def __reduce__(self) -> ReduceValue:
        function, *rest = self.value
        if function is copyreg.__newobj__:  # type: ignore[attr-defined]
            function = rest[0][0].__new__
        return (function, *rest)


def _leads_to(start: BaseException, goal: BaseException) -> bool:
    seen: set[int] = set()
    stack: list[BaseException | None] = [start]
    while stack:
        item = stack.pop()
        if item is goal:
            return True
        if item is not None and id(item) not in seen:
            seen.add(id(item))
            stack += [cause_of(item), context_of(item), *sub_exceptions(item)]
    return False


def _is_same_error(exc: BaseException, copy: Any) -> bool:
    return (
        type(copy) is type(exc)
        and _is_same(args_of(exc), args_of(copy))
        and str(exc) == str(copy)
        and _is_same(sub_exceptions(exc), sub_exceptions(copy))
    )


def _is_same(one: Any, other: Any) -> bool:
    """Compare by value; two objects that only know identity are the same if their types are."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[key]) for key, value in one.items())
    return _eq_of(type(one)) is object.__eq__ or bool(one == other)


def _eq_of(cls: type) -> Any:
    return cls.__eq__


def _completed(exc: BaseException, copy: Any, value: ReduceValue, pieces: Pieces, dump: Dump, *, exact: bool) -> ReduceValue:
    function, args, state, listitems, dictitems, setter = (*value, None, None, None, None)[:6]
    present = dict_of(copy)
    missing = {name: piece for name, piece in pieces.state.items() if not _has_same(copy, present, name, piece)}
    if "__cause__" in missing and "__suppress_context__" in pieces.state:  # setting the cause sets the flag
        missing["__suppress_context__"] = pieces.state["__suppress_context__"]
    notes = [note for note in _notes_of(copy) if note not in _notes_of(exc)]
    for name, of_piece in pieces.piece_notes.items():
        if name in missing or present.get(name) is None:
            notes += of_piece
    if notes or pieces.notes or _notes_of(exc) != _notes_of(copy):
        add_notes(exc, missing, [*notes, *pieces.notes], dump)
    plan = plan_for(type(copy))
    plain = setter is None and not plan.own_setstate and (state is None or isinstance(state, dict))
    if exact and plain and not (plan.fields or plan.group) and not needs_descriptors(plan, pieces.state) and _names_class(value, exc, dump):
        # All of it, for a reader that doesn't run what the class's __init__ does. Where the class has fields, not all can be set.
        missing = {**pieces.state, **missing, "args": pieces.args}
    if not missing:
        return value
    if plain and not needs_descriptors(plan, missing):
        return function, args, {**(state or {}), **missing}, listitems, dictitems
    subject = dump.handed(exc)
    first = [] if state is None else [Expression(setter or SET_STATE, subject, state)]
    if state is not None and setter is None and plan.own_setstate:
        first = [Expression(operator.methodcaller("__setstate__", state), subject)]
    return function, args, by_descriptors(subject, plan, missing, first), listitems, dictitems, SET_STATE


def _names_class(value: ReduceValue, exc: BaseException, dump: Dump) -> bool:
    """Tell whether a reduce value calls the class, or a function with it."""
    cls = type(exc)
    named = dump.references.get(id(cls)) or cls
    return any(part is named for part in (value[0], *value[1][:1]))


def _notes_of(exc: BaseException) -> list[Any]:
    notes = dict_of(exc).get("__notes__")
    return notes if isinstance(notes, list) else []


def _has_same(copy: BaseException, present: dict[Any, Any], name: Any, piece: Any) -> bool:
    if name in present:
        return _is_same(piece, present[name])
    field = CHAIN_FIELDS.get(name) or dict(plan_for(type(copy)).fields).get(name)
    return field is not None and _is_same(piece, read_field(copy, field))


def _call_with_args(exc: BaseException) -> Any:
    """Do as Python does by default: for a class of an extension that can't be made without its arguments."""
    return type(exc), args_of(exc)


def _reduce_itself(exc: BaseException) -> Any:
    """Call the class's own reduce; some hand out the live ``__dict__``, and some change it."""
    live, restore = dict_of(exc), leave_alone(exc)
    try:
        value = exc.__reduce_ex__(4)
        if isinstance(value, tuple) and len(value) > 2 and value[2] is live:
            value = (*value[:2], live.copy(), *value[3:])
    finally:
        restore()
    return value
