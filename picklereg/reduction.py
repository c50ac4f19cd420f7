"""One exception becomes one reduce value.

*Whole* means that the reader gets the same type, ``args``, ``str()``, ``__dict__``, slots, C fields, cause, context, suppress
flag, notes and sub-exceptions. What can't travel is left out, and a note says what and why. Nothing here raises.

How a value is chosen, in this order:

1. A reducer that somebody registered for the class, a foreign ``copyreg`` entry, or the class's own ``__reduce__``: it is tried
   out (written and read back in this process) and respected if it gives the same type, ``args`` and ``str()``; what it
   dropped is added to its state. A registered reducer may change ``args`` and ``str()``, since somebody asked for it.
2. The wire form: ``(copyreg.__newobj__, (cls, *args), state)``. pickle writes it as NEWOBJ and BUILD: the reader calls
   ``cls.__new__`` and ``BaseException.__setstate__``, which sets every key of ``state`` as an attribute. ``__init__`` never runs.

The wire form varies, always with the standard library's callables alone:

* ``args`` that hold more than plain values go into the state: the object can be referred to before its state is read,
  so arguments may lead back to it.
* A class with a ``__new__`` of its own, or one that can't be imported, is made by the builtin ``__new__`` beneath it.
* A class with its own ``__setstate__`` gets ``BaseException.__setstate__`` as the state setter of its reduce value.
* Where setting an attribute would run the class's code (frozen classes, properties), the state is an :class:`picklereg.travel.Expression` that
  updates ``__dict__`` and calls the fields' descriptors instead.
"""

from __future__ import annotations

import copyreg
import operator
from typing import Any, Final

from picklereg.chain import sub_exceptions
from picklereg.plans import (
    BARE,
    MISSING,
    Field,
    Plan,
    args_of,
    cause_of,
    context_of,
    dict_of,
    nearest_importable,
    plan_for,
    read_field,
    suppress_of,
    type_name,
)
from picklereg.travel import Dump, Expression, Left, Reducer, ReduceValue, describe, safe_repr

__all__ = ["reduce_exception"]

_SET_STATE: Final[Any] = BaseException.__setstate__
_CHAIN_FIELDS: Final[dict[str, Field]] = {
    name: vars(BaseException)[name] for name in ("args", "__cause__", "__context__", "__suppress_context__")
}


class _Pieces:
    """What is written of one exception, and notes on what isn't."""

    __slots__ = ("args", "arg_notes", "notes", "piece_notes", "state", "subs")

    def __init__(self) -> None:
        self.args: tuple[Any, ...] = ()
        self.arg_notes: list[str] = []
        self.state: dict[Any, Any] = {}
        self.piece_notes: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.subs: list[BaseException] = []


def reduce_exception(exc: BaseException, dump: Dump) -> ReduceValue:
    """Give the reduce value of an exception, as ``copyreg`` reducers do.

    Args:
        exc: the exception.
        dump: what was decided so far in the dump that it is part of.

    Returns:
        A reduce value that plain pickle can write and, without picklereg, read.
    """
    try:
        return _reduce_bare(exc, dump) or _reduce(exc, dump)
    except Exception as problem:  # noqa: BLE001  # an error must never be lost while it is being reported
        return _last_resort(exc, problem)


def _reduce_bare(exc: BaseException, dump: Dump) -> ReduceValue | None:
    """Give the wire form of the commonest exceptions at once: no chain, and nothing inside that needs a decision."""
    cls = type(exc)
    plan = plan_for(cls)
    if not plan.is_plain or cause_of(exc) or context_of(exc) or suppress_of(exc) or not dump.takes_wire_form(cls):
        return None
    args, attributes = args_of(exc), dict_of(exc)
    for value in args:
        if type(value) not in _PLAIN:
            return None
    for name, value in attributes.items():
        if type(name) is not str or (type(value) not in BARE and not dump.leaves_to_table(type(value))):
            return None
    if not plan.guarded.isdisjoint(attributes):
        return None
    dump.pass_by(exc)
    new: Any = copyreg.__newobj__  # type: ignore[attr-defined]
    return (new, (cls, *args), attributes.copy()) if attributes else (new, (cls, *args))


def _reduce(exc: BaseException, dump: Dump) -> ReduceValue:
    cls = type(exc)
    dump.enter(exc)
    pieces = _collect(exc, dump)
    if not dump.takes_wire_form(cls):
        for reducer, exact in dump.reducers_for(cls):
            value = _respected(exc, reducer, pieces, dump, exact=exact)
            if value is not None:
                return value
    return _wire_form(exc, pieces, dump)


# --- what there is to write ---------------------------------------------------------------------------------------


def _collect(exc: BaseException, dump: Dump) -> _Pieces:
    pieces = _Pieces()
    _collect_args(exc, pieces, dump)
    state = pieces.state
    for name, value in dict_of(exc).items():
        if type(value) in BARE:
            state[name] = value
        elif name != "__notes__":
            _collect_value(exc, name, value, pieces, dump)
    plan = plan_for(type(exc))
    for name, field in plan.fields:
        value = read_field(exc, field)
        # A C field that was never set reads as None, and setting None isn't the same (gh tblib#85).
        if value is not MISSING and (value is not None or "__slots__" in vars(field.__objclass__)):
            _collect_value(exc, name, value, pieces, dump)
    if isinstance(exc, OSError):
        _collect_none_fields(exc, pieces)
    _collect_subs(exc, pieces, dump)
    _collect_chain(exc, pieces, dump)
    return pieces


def _collect_args(exc: BaseException, pieces: _Pieces, dump: Dump) -> None:
    if _has_usual_args(exc):
        return
    args: list[Any] = []
    for index, value in enumerate(args_of(exc)):
        carried = dump.carry(exc, value, f"argument {index}", pieces.arg_notes)
        if isinstance(carried, Left):
            pieces.arg_notes.append(
                f"picklereg: argument {index} ({type_name(type(value))}) was replaced by its repr: {carried.reason}"
            )
            carried = safe_repr(value)
        args.append(carried)
    pieces.args = tuple(args)


def _collect_value(exc: BaseException, name: Any, value: Any, pieces: _Pieces, dump: Dump) -> None:
    notes: list[str] = []
    carried = dump.carry(exc, value, f"attribute {name!r}", notes)
    if isinstance(carried, Left):
        notes.append(f"picklereg: attribute {name!r} ({type_name(type(value))}) was left behind: {carried.reason}")
    else:
        pieces.state[name] = carried
    if notes:
        pieces.piece_notes[name] = notes


def _collect_none_fields(exc: OSError, pieces: _Pieces) -> None:
    """Keep those ``None`` fields of an ``OSError`` that were set, which only its ``str()`` tells."""
    fields = ("errno", "strerror", "filename", "filename2")
    if any(getattr(exc, name, 0) is None for name in fields[:3]):
        text = OSError.__str__(exc)
        for names in ((), ("errno", "strerror"), ("filename",), ("errno", "strerror", "filename")):
            probe = OSError.__new__(OSError)
            probe.args = args_of(exc)
            values = {name: pieces.state[name] for name in fields if name in pieces.state} | {
                name: None for name in names if pieces.state.get(name) is None
            }
            for name, value in values.items():
                setattr(probe, name, value)
            if OSError.__str__(probe) == text:
                pieces.state.update(values)
                return


def _collect_subs(exc: BaseException, pieces: _Pieces, dump: Dump) -> None:
    left: list[BaseException] = []
    for sub in sub_exceptions(exc):
        (left if dump.chain.cut(exc, sub) else pieces.subs).append(sub)
    if left:
        text = f"picklereg: {dump.chain.count_left(left)} sub-exceptions were left behind: the chain is cut here"
        pieces.subs.append(Exception(text) if isinstance(exc, Exception) else BaseException(text))
        pieces.notes.append(text)


def _collect_chain(exc: BaseException, pieces: _Pieces, dump: Dump) -> None:
    """Add cause, context and flag in this order, because setting the cause sets the flag."""
    left: list[BaseException] = []
    links = {"__cause__": cause_of(exc), "__context__": context_of(exc)}
    for name, link in links.items():
        cut = None if link is None else dump.chain.cut(exc, link)
        if cut == "cycle":
            pieces.notes.append(f"picklereg: {name} was left behind: it leads back to the group that holds this error")
        elif cut == "depth" and link is not None:
            left.append(link)
        elif link is not None:
            pieces.state[name] = link
    if left:
        pieces.notes.append(
            f"picklereg: the chain is cut here: {dump.chain.count_left(left)} older exceptions were left behind "
            f"(max_chain={dump.chain.limit})"
        )
    suppress = suppress_of(exc)
    if suppress != ("__cause__" in pieces.state):
        pieces.state["__suppress_context__"] = suppress


def _add_notes(exc: BaseException, state: dict[Any, Any], added: list[str], dump: Dump) -> None:
    existing = dict_of(exc).get("__notes__", MISSING)
    if existing is MISSING:
        notes: Any = added
    elif isinstance(existing, (list, tuple)):
        notes = [_note(exc, note, dump) for note in existing] + added
    else:
        notes = [_note(exc, existing, dump), *added] if added else _note(exc, existing, dump)
    if notes or existing is not MISSING:
        state["__notes__"] = notes


def _note(exc: BaseException, note: Any, dump: Dump) -> Any:
    carried = dump.carry(exc, note, "a note", [])
    return safe_repr(note) if isinstance(carried, Left) else carried


# --- what a reduce of somebody else gives -------------------------------------------------------------------------


def _respected(exc: BaseException, reducer: Reducer, pieces: _Pieces, dump: Dump, *, exact: bool) -> ReduceValue | None:
    """Give a foreign reduce value with what it dropped, or ``None`` if the reader would not get the same error."""
    try:
        value = reducer(exc)
        copy = _tried(exc, value, dump)
        sound = not isinstance(copy, Left) and (_is_same_error(exc, copy) if exact else isinstance(copy, BaseException))
        problem = copy.reason if isinstance(copy, Left) else "it gives no exception"
    except Exception as raised:  # noqa: BLE001  # the class's own code
        sound, problem, copy = False, describe(raised), None
    if not sound:
        if not exact:
            pieces.notes.append(f"picklereg: the reducer registered for {type_name(type(exc))} was not used: {problem}")
        return None
    return _completed(exc, copy, value, pieces, dump)


def _tried(exc: BaseException, value: Any, dump: Dump) -> Any:
    if not isinstance(value, tuple) or not 2 <= len(value) <= 6:
        return Left(f"it gives no reduce value but {type_name(type(value))}")
    copy, seen = dump.rebuild(_Trial(value))
    others = [other for other in seen if other is not exc]
    if any(_leads_to(other, exc) for other in others):
        return Left("it needs an exception that leads back to this one")
    return dump.adopt(exc, others) or copy


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
    return type(one).__eq__ is object.__eq__ or bool(one == other)


def _completed(exc: BaseException, copy: Any, value: ReduceValue, pieces: _Pieces, dump: Dump) -> ReduceValue:
    function, args, state, listitems, dictitems, setter = (*value, None, None, None, None)[:6]
    present = dict_of(copy)
    missing = {name: piece for name, piece in pieces.state.items() if not _has_same(copy, present, name, piece)}
    notes = [note for name, notes in pieces.piece_notes.items() if name not in present for note in notes]
    _add_notes(exc, missing, notes + pieces.notes, dump)
    if not missing:
        return value
    plan = plan_for(type(copy))
    plain = setter is None and not plan.own_setstate and (state is None or isinstance(state, dict))
    if plain and not _needs_descriptors(plan, missing):
        return function, args, {**(state or {}), **missing}, listitems, dictitems
    first = [] if state is None else [Expression(setter or _SET_STATE, exc, state)]
    if state is not None and setter is None and plan.own_setstate:
        first = [Expression(operator.methodcaller("__setstate__", state), exc)]
    return function, args, _by_descriptors(exc, plan, missing, first), listitems, dictitems, _SET_STATE


def _has_same(copy: BaseException, present: dict[Any, Any], name: Any, piece: Any) -> bool:
    if name in present:
        return _is_same(piece, present[name])
    field = _CHAIN_FIELDS.get(name) or dict(plan_for(type(copy)).fields).get(name)
    return field is not None and _is_same(piece, read_field(copy, field))


# --- the wire form ------------------------------------------------------------------------------------------------


def _wire_form(exc: BaseException, pieces: _Pieces, dump: Dump) -> ReduceValue:
    cls = type(exc)
    target = cls
    if not plan_for(cls).makeable or not dump.carries_class(cls):
        target = nearest_importable(cls)
        pieces.notes.append(_class_note(exc, target))
    plan = plan_for(target)
    notes = [*pieces.arg_notes, *(note for notes in pieces.piece_notes.values() for note in notes), *pieces.notes]
    new_args, state = _new_args(exc, plan, pieces)
    state.update(pieces.state)
    _add_notes(exc, state, notes, dump)
    if target is cls and plan.newobj and exc.__class__ is cls:
        function: Any = copyreg.__newobj__  # type: ignore[attr-defined]
    else:
        function = plan.native
    if not state:
        return function, (target, *new_args)
    if _needs_descriptors(plan, state):
        return function, (target, *new_args), _by_descriptors(exc, plan, state, []), None, None, _SET_STATE
    if plan.own_setstate:
        return function, (target, *new_args), state, None, None, _SET_STATE
    return function, (target, *new_args), state


def _new_args(exc: BaseException, plan: Plan, pieces: _Pieces) -> tuple[tuple[Any, ...], dict[Any, Any]]:
    """Share the arguments between ``__new__`` and the state."""
    args = pieces.args
    if plan.group:
        return _group_args(exc, args, pieces.subs)
    if not args or (plan.args_in_new and all(type(arg) in _PLAIN for arg in args)):
        return args, {}
    return (), {"args": args}


_PLAIN: Final = (str, int, type(None), bool, bytes, float)


def _group_args(exc: Any, args: tuple[Any, ...], subs: list[BaseException]) -> tuple[tuple[Any, ...], dict[Any, Any]]:
    if _has_usual_args(exc):
        message, given = args_of(exc)
        return (message, subs if isinstance(given, list) else tuple(subs)), {}
    return (exc.message, subs), {"args": args}


def _has_usual_args(exc: BaseException) -> bool:
    """Tell whether the ``args`` of a group are what its ``__new__`` makes them."""
    if not isinstance(exc, BaseExceptionGroup):
        return False
    args = args_of(exc)
    return (
        len(args) == 2
        and args[0] == exc.message
        and type(args[1]) in (list, tuple)
        and len(args[1]) == len(exc.exceptions)
        and all(map(operator.is_, args[1], exc.exceptions))
    )


def _needs_descriptors(plan: Plan, state: dict[Any, Any]) -> bool:
    return plan.own_setattr or not plan.guarded.isdisjoint(state) or not all(type(name) is str for name in state)


def _by_descriptors(exc: BaseException, plan: Plan, state: dict[Any, Any], first: list[Expression]) -> Expression:
    """Set a state without setting attributes: fields by their descriptors, the rest in ``__dict__``."""
    fields = {**dict(plan.fields), **_CHAIN_FIELDS}
    attributes = {name: value for name, value in state.items() if name not in fields}
    steps = [
        Expression(operator.methodcaller("__set__", exc, value), Expression(getattr, fields[name].__objclass__, name))
        for name, value in state.items()
        if name in fields
    ]
    if attributes:
        steps.append(Expression(dict.update, Expression(getattr, exc, "__dict__"), attributes))
    return Expression(operator.getitem, (*first, *steps, None), -1)


def _class_note(exc: BaseException, target: type[BaseException]) -> str:
    cls = type(exc)
    reason = "can't be imported by its name" if plan_for(cls).makeable else "can't be made without its arguments"
    note = f"picklereg: class {type_name(cls)} {reason}; it was sent as {type_name(target)}"
    if cls.__str__ is target.__str__:
        return note
    return f"{note}, and its text was: {safe_text(exc)}"


def safe_text(exc: BaseException) -> str:
    """Give ``str(exc)``, or its arguments if that raises."""
    try:
        return str(exc)
    except Exception:  # noqa: BLE001  # the class's own code
        return safe_repr(args_of(exc))


def _last_resort(exc: BaseException, problem: Exception) -> ReduceValue:
    """Give the nearest builtin class with the text, when even taking the exception apart fails."""
    cls = next(base for base in type(exc).__mro__ if base.__module__ == "builtins" and not issubclass(base, BaseExceptionGroup))
    note = f"picklereg: {type_name(type(exc))} was sent as {type_name(cls)} with its text alone: {describe(problem)}"
    return plan_for(cls).native, (cls, safe_text(exc)), {"__notes__": [note]}
