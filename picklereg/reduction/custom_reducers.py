"""Reduces of somebody else's: tried out, respected if the reader gets the same error, and completed with what they drop."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from picklereg.introspection.class_plan import has_native_text, has_own_init, has_own_reduce, plan_for
from picklereg.introspection.fields import (
    CHAIN_FIELDS,
    LINKS,
    MISSING,
    SIGNS,
    args_of,
    cause_of,
    context_of,
    dict_of,
    leave_alone,
    notes_of,
    read_field,
    sub_exceptions,
    suppress_of,
)
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import is_exception, kind_of
from picklereg.introspection.naming import is_builtin, mro_of, qualname_of
from picklereg.introspection.text import describe
from picklereg.reduction import notes as words
from picklereg.reduction.classes import by_reference, copied_class, loses_qualname, travels
from picklereg.reduction.decisions import clean
from picklereg.reduction.expression import Expression
from picklereg.reduction.first_writings import begun, ended
from picklereg.reduction.native_fields import leave_unsettable
from picklereg.reduction.pieces import Pieces, add_notes
from picklereg.reduction.reduce_values import Tried, UnfitError, as_call, try_out
from picklereg.reduction.state_setter import SET_STATE, by_descriptors, needs_descriptors

if TYPE_CHECKING:
    from picklereg.introspection.class_plan import Plan
    from picklereg.reduction.context import Dump, Reducer, ReduceValue

__all__ = ["reducers_for", "respected"]


def reducers_for(cls: type[BaseException], dump: Dump) -> list[tuple[Reducer, bool]]:
    """Give the reducers to try for a class, and whether each has to give exactly the same error."""
    found: list[tuple[Reducer, bool]] = []
    registered, foreign = dump.rules.reducer_for(cls), dump.rules.foreign_reducer(cls)
    if registered is not None:
        found.append((registered, False))
    if foreign is not None:
        found.append((foreign, True))
    elif has_own_reduce(cls):
        found.append((_reduce_itself, True))
    plan = plan_for(cls)
    if (plan.readonly or plan.hides_fields) and hasattr(cls, "__reduce_cython__"):
        found.append((_reduce_as_cython, True))
    if not plan.makeable or ((plan.readonly or plan.hides_fields) and has_own_init(cls)):
        found.append((_call_with_args, True))
    return found


def respected(exc: BaseException, reducer: Reducer, pieces: Pieces, dump: Dump, *, exact: bool) -> ReduceValue | None:
    """Give a foreign reduce value with what it dropped, or ``None`` if the reader would not get the same error."""
    try:
        given = _given(reducer(exc))
        _search(exc, given, dump)
        value, tried = _tried_out(exc, given, dump)
        if tried.is_held:  # a wrapper for the way there; what it holds is reduced by itself
            if id(tried.copy) in dump.followed:  # and holds this one, or is written already
                return None
            dump.followed[id(exc)] = exc
            return begun(_handed(value, dump))
        if exact and type(tried.copy) is not type(exc):  # it has forgotten a subclass
            return None
        # Before str(), which may keep its text in an attribute. What a copyreg entry adds, somebody asked for.
        added = _additions(exc, tried, pieces, dump) if reducer is _reduce_itself and not tried.is_shared else []
        if exact and not (tried.is_shared or _is_same_error(exc, tried)):
            return None
        copied = copied_class(type(exc), dump) if _names_class(value, exc, dump) else None
        if copied is not None:
            added.append(words.class_copied(copied))
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        if not exact:
            reason = str(problem) if isinstance(problem, UnfitError) else describe(problem)
            pieces.note(words.reducer_unused(type(exc), reason))
        return None
    pieces.note(*added)
    if type(tried.copy) is not type(exc):
        pieces.note(words.class_given(type(exc), type(tried.copy)))
    return begun(_completed(exc, tried, _handed(value, dump), pieces, dump, exact=exact))


def _given(value: Any) -> Any:
    """Give what a reducer gives, with its items and entries, which are tried out first; what is no reduce value is told of later."""
    return ended(value) if isinstance(value, tuple) else value


def _search(exc: BaseException, given: Any, dump: Dump) -> None:
    """Search what a reducer gives for credentials: but for what the exception holds itself, nobody has seen what is in there."""
    if not isinstance(given, tuple):
        return
    args, attributes = args_of(exc), dict_of(exc)
    for part in given[1:5]:
        if isinstance(part, tuple) and len(part) == len(args) and all(map(operator.is_, part, args)):
            continue
        if isinstance(part, dict) and all(attributes.get(name) is value for name, value in part.items()):
            continue
        dump.screening.search(part)
    dump.take_notice()


def _tried_out(exc: BaseException, given: Any, dump: Dump) -> tuple[ReduceValue, Tried]:
    """Try out a reduce value as it is written: once more where that has told of credentials, which are replaced in it then."""
    told, count = dump.told, len(dump.screening.copies)
    value = by_reference(_for_writing(exc, given, dump), type(exc), dump)
    tried = try_out(exc, value, dump)
    if dump.told != told:
        dump.take_notice()
        dump.screening.forget(count)
        value = by_reference(_for_writing(exc, given, dump), type(exc), dump)
        tried = try_out(exc, value, dump)
    return value, tried


def _for_writing(exc: BaseException, given: Any, dump: Dump) -> ReduceValue:
    """Give a reduce value as it is written: without credentials in its arguments and state, items and entries."""
    value = as_call(exc, given)
    return (value[0], *(clean(part, dump) for part in value[1:5]), *value[5:]) if dump.must_clean else value


def _handed(value: ReduceValue, dump: Dump) -> ReduceValue:
    """Give a reduce value as the host gets it: in the place of an exception that it can't reduce stands what does."""
    if dump.hand_over is None:
        return value
    return (value[0], tuple(map(dump.handed, value[1])), *value[2:])


def _additions(exc: BaseException, tried: Tried, pieces: Pieces, dump: Dump) -> list[str]:
    """Give notes on attributes that only the copy has.

    Raises:
        UnfitError: the wire form makes none, and would leave nothing behind.
    """
    present = {**dict(_fields_of(tried.copy, tried.unread)), **_links_of(tried.copy), **dict_of(tried.copy)}
    added = present.keys() - dict_of(exc).keys() - dict(_fields_of(exc, tried.unread)).keys() - _links_of(exc).keys() - {"__notes__"}
    is_complete = not (pieces.notes or pieces.arg_notes or pieces.piece_notes)
    if added and is_complete and plan_for(type(exc)).makeable and travels(type(exc), dump):
        raise UnfitError("it adds attributes")
    return [words.attribute_added(name, present[name]) for name in sorted(added)]


def _fields_of(exc: BaseException, unread: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Give the fields that hold something."""
    for name, field in plan_for(type(exc)).fields:
        value = MISSING if name in unread else read_field(exc, field)
        if value is not MISSING:
            yield name, value


def _add_flag(exc: BaseException, tried: Tried, missing: dict[Any, Any], pieces: Pieces, *, exact: bool) -> None:
    """Add the flag to what is missing, where setting the cause would set it, or the copy has another one."""
    if "__cause__" in missing:
        if "__suppress_context__" in pieces.state:
            missing["__suppress_context__"] = pieces.state["__suppress_context__"]
    elif exact and not tried.is_shared and suppress_of(tried.copy) != suppress_of(exc):
        missing["__suppress_context__"] = suppress_of(exc)


def _links_of(exc: BaseException) -> dict[str, BaseException]:
    return {name: link for name, link in zip(LINKS, (cause_of(exc), context_of(exc)), strict=True) if link is not None}


def _is_same_error(exc: BaseException, tried: Tried) -> bool:
    copy = tried.copy
    return (
        _is_same(args_of(exc), args_of(copy))
        and not (tried.unread and has_native_text(type(copy)))
        and str(exc) == str(copy)
        and _is_same(sub_exceptions(exc), sub_exceptions(copy))
    )


def _is_same(one: Any, other: Any) -> bool:
    """Compare by value; two objects that only know identity are the same if their types are."""
    if one is other:
        return True
    if type(one) is not type(other) or is_exception(one):  # a trial gives exceptions back themselves
        return False
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[key]) for key, value in one.items())
    return _eq_of(type(one)) is object.__eq__ or bool(one == other)


def _eq_of(cls: type) -> Any:
    return cls.__eq__


def _completed(exc: BaseException, tried: Tried, value: ReduceValue, pieces: Pieces, dump: Dump, *, exact: bool) -> ReduceValue:
    function, args, state, listitems, dictitems, setter = (*value, None, None, None, None)[:6]
    copy, present = tried.copy, dict_of(tried.copy)
    if tried.is_shared:  # the reader has another one, and what that holds nobody knows; so all is said here
        state = listitems = dictitems = setter = None
        missing, present = {"args": pieces.args, **pieces.state}, {}
    else:
        missing = {name: piece for name, piece in pieces.state.items() if not _has_same(tried, present, name, piece)}
    if dump.must_clean:  # what the reducer gave may have told of more
        missing = {name: clean(piece, dump) for name, piece in missing.items()}
    _add_flag(exc, tried, missing, pieces, exact=exact)
    notes = _notes_on(exc, tried, present, missing, pieces)
    if notes or pieces.notes or tried.is_shared or _notes_of(exc) != _notes_of(copy):
        add_notes(exc, missing, [*notes, *pieces.notes], dump)
    plan = plan_for(type(copy))
    plain = setter is None and not plan.own_setstate and (state is None or isinstance(state, dict))
    is_given_alone = plain or state is None
    if exact and is_given_alone and not plan.native_fields and _names_class(value, exc, dump):
        # All of it, for a reader that doesn't run what the class's __init__ does.
        found = {name for name, value in dict_of(exc).items() if present.get(name) is value and _is_one_of_a_kind(value)}
        missing = {**{name: piece for name, piece in _all_of(pieces, plan, dump).items() if name not in found}, **missing}
    if exact and plain and plan.untold and SIGNS.isdisjoint(missing):
        missing["__suppress_context__"] = suppress_of(exc)  # a sign for readers that don't have the class: it is an exception
    rename = _renaming(exc, copy, dump)
    if not missing and not rename:
        return value
    if plain and not rename and not needs_descriptors(plan, missing):
        return function, args, {**(state or {}), **missing}, listitems, dictitems
    subject = dump.handed(exc)
    first = [] if state is None else [Expression(setter or SET_STATE, subject, state)]
    if state is not None and setter is None and plan.own_setstate:
        first = [Expression(operator.methodcaller("__setstate__", state), subject)]
    return function, args, by_descriptors(subject, plan, missing, [*rename, *first]), listitems, dictitems, SET_STATE


def _is_one_of_a_kind(value: Any) -> bool:
    """Tell of a value that the class's own code gives again, where it is tried out, whether a copy would be another one there."""
    return kind_of(value) is None and not is_exception(value)


def _all_of(pieces: Pieces, plan: Plan, dump: Dump) -> dict[Any, Any]:
    """Give all that can be set of an exception; ``args`` that follow from what a group is made of can't."""
    state = pieces.state if plan.group and not pieces.args else {"args": pieces.args, **pieces.state}
    return {name: clean(piece, dump) for name, piece in state.items()} if dump.must_clean else state


def _renaming(exc: BaseException, copy: BaseException, dump: Dump) -> list[Expression]:
    """Give what sets the qualified name of a class that goes by value."""
    cls = type(exc)
    if "." not in qualname_of(cls) or dump.host is None or type(copy) is not cls or not loses_qualname(cls, dump):
        return []
    return [Expression(setattr, cls, "__qualname__", qualname_of(cls))]


def _notes_on(exc: BaseException, tried: Tried, present: dict[Any, Any], missing: dict[Any, Any], pieces: Pieces) -> list[str]:
    """Give the notes that a copy has, and those on what is missing in it; take out of that what can't be set."""
    notes = [] if tried.is_shared else [note for note in _notes_of(tried.copy) if note not in _notes_of(exc)]
    held = dict_of(exc)
    for name, of_piece in pieces.piece_notes.items():
        # What the reduce itself gives loses the same, unless the class finds it anew.
        is_sent = name in pieces.state and name in held and present.get(name) is not held[name]
        if name in missing or present.get(name) is None or is_sent:
            notes += of_piece
    plan = plan_for(type(tried.copy))
    if plan.native_fields:
        notes += leave_unsettable(exc, tried.copy, plan, missing, is_live=tried.is_shared)
    return notes


def _names_class(value: ReduceValue, exc: BaseException, dump: Dump) -> bool:
    """Tell whether a reduce value calls the class, or a function with it."""
    cls = type(exc)
    named = dump.references.get(id(cls)) or cls
    return any(part is named for part in (value[0], *value[1][:1]))


def _notes_of(exc: BaseException) -> list[Any]:
    notes = notes_of(exc)
    return notes if isinstance(notes, list) else []


def _has_same(tried: Tried, present: dict[Any, Any], name: Any, piece: Any) -> bool:
    if name in present:
        return _is_same(piece, present[name])
    field = CHAIN_FIELDS.get(name) or dict(plan_for(type(tried.copy)).fields).get(name)
    return field is not None and name not in tried.unread and _is_same(piece, read_field(tried.copy, field))


def _reduce_as_cython(exc: Any) -> Any:
    """Use what Cython writes for a class, and leaves unused where a base has a reduce; less the ``__dict__``.

    Raises:
        UnfitError: it may set a pointer into bytes that are gone when it is read.
    """
    function, args, *rest = exc.__reduce_cython__()
    held = rest[0] if rest else args[2]
    if held[-1] is dict_of(exc):
        held = held[:-1]
    if any(isinstance(value, bytes) for value in held):
        raise UnfitError("what it holds may be a char pointer")
    return function, (*args[:2], held), {"args": args_of(exc)}, None, None, SET_STATE


def _call_with_args(exc: BaseException) -> Any:
    """Do as Python does by default: for a class of an extension that can't be made without its arguments, of which Python may keep more."""
    base: Any = next(filter(is_builtin, mro_of(type(exc))))
    value: Any = base.__reduce__(exc)
    return value[:2]


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
