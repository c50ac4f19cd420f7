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
* Where setting an attribute would run the class's code (frozen classes, properties), the state is an
  :class:`picklereg.reduction.expression.Expression` that updates ``__dict__`` and calls the fields' descriptors instead.

A stand-in for a class that can't be imported here is written as its own bytes were (:mod:`picklereg.unpickling.stand_ins.sending_on`).
"""

from __future__ import annotations

import copyreg
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import (
    Plan,
    args_of,
    nearest_importable,
    plan_for,
    type_name,
)
from picklereg.introspection.text import describe, safe_repr
from picklereg.reduction.bare import reduce_bare
from picklereg.reduction.chain import has_usual_args
from picklereg.reduction.custom_reducers import reducers_for, respected
from picklereg.reduction.pieces import Pieces, add_notes, collect
from picklereg.reduction.state_setter import SET_STATE, by_descriptors, needs_descriptors
from picklereg.unpickling.stand_ins.origin import Named

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue

__all__ = ["reduce_exception"]

#: Types of arguments that ``__new__`` may be given: they lead nowhere, so the exception can be made before its state is read.
_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
_PLAIN: Final = (str, int, type(None), bool, bytes, float)


def reduce_exception(exc: BaseException, dump: Dump) -> ReduceValue:
    """Give the reduce value of an exception, as ``copyreg`` reducers do.

    Args:
        exc: the exception.
        dump: what was decided so far in the dump that it is part of.

    Returns:
        A reduce value that plain pickle can write and, without picklereg, read.
    """
    try:
        return reduce_bare(exc, dump) or _reduce(exc, dump)
    except Exception as problem:  # noqa: BLE001  # an error must never be lost while it is being reported
        return _last_resort(exc, problem, dump)


def _reduce(exc: BaseException, dump: Dump) -> ReduceValue:
    cls = type(exc)
    dump.enter(exc)
    pieces = collect(exc, dump)
    if not dump.takes_wire_form(cls):
        if isinstance(cls, Named):
            from picklereg.unpickling.stand_ins.sending_on import reduce_as_original  # here, because most processes never read a stand-in

            return reduce_as_original(exc, pieces, dump)
        for reducer, exact in reducers_for(cls, dump):
            value = respected(exc, reducer, pieces, dump, exact=exact)
            if value is not None:
                return value
    return _wire_form(exc, pieces, dump)


def _wire_form(exc: BaseException, pieces: Pieces, dump: Dump) -> ReduceValue:
    cls = type(exc)
    target = cls
    if not plan_for(cls).makeable or not dump.carries_class(cls):
        target = nearest_importable(cls)
        pieces.notes.append(_class_note(exc, target))
    plan = plan_for(target)
    notes = [*pieces.arg_notes, *(note for notes in pieces.piece_notes.values() for note in notes), *pieces.notes]
    new_args, state = _new_args(exc, plan, pieces, dump)
    state.update(pieces.state)
    add_notes(exc, state, notes, dump)
    function = _NEWOBJ if target is cls and plan.newobj else plan.native
    if not state:
        return function, (target, *new_args)
    if needs_descriptors(plan, state):
        return function, (target, *new_args), by_descriptors(exc, plan, state, []), None, None, SET_STATE
    if plan.own_setstate:
        return function, (target, *new_args), state, None, None, SET_STATE
    return function, (target, *new_args), state


def _new_args(exc: BaseException, plan: Plan, pieces: Pieces, dump: Dump) -> tuple[tuple[Any, ...], dict[Any, Any]]:
    """Share the arguments between ``__new__`` and the state."""
    args = pieces.args
    if plan.group:
        return _group_args(exc, args, pieces.subs, dump)
    if not args or (plan.args_in_new and all(type(arg) in _PLAIN for arg in args)):
        return args, {}
    return (), {"args": args}


def _group_args(exc: Any, args: tuple[Any, ...], subs: list[BaseException], dump: Dump) -> tuple[tuple[Any, ...], dict[Any, Any]]:
    if has_usual_args(exc):
        message, given = args_of(exc)
        return (dump.clean(message), subs if isinstance(given, list) else tuple(subs)), {}
    return (dump.clean(exc.message), subs), {"args": args}


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


def _last_resort(exc: BaseException, problem: Exception, dump: Dump) -> ReduceValue:
    """Give the nearest builtin class with the text, when even taking the exception apart fails."""
    bases = [base for base in type(exc).__mro__ if issubclass(base, BaseException) and not issubclass(base, BaseExceptionGroup)]
    cls = next(base for base in bases if base.__module__ == "builtins")
    note = f"picklereg: {type_name(type(exc))} was sent as {type_name(cls)} with its text alone: {describe(problem)}"
    return plan_for(cls).native, (cls, dump.clean(safe_text(exc))), {"__notes__": [dump.clean(note)]}
