"""Stand-ins among the exceptions that are written: each as what it stands for, less what may not travel."""

from __future__ import annotations

from typing import Any

from picklereg.introspection.class_plan import args_of
from picklereg.introspection.text import safe_repr
from picklereg.reduction.chain import has_usual_args
from picklereg.reduction.context import Dump, Left, ReduceValue
from picklereg.reduction.pieces import Pieces, add_notes
from picklereg.unpickling.stand_ins.classes import is_inert
from picklereg.unpickling.stand_ins.inert import inert_error
from picklereg.unpickling.stand_ins.origin import origin_of
from picklereg.unpickling.stand_ins.reducer import reduce_stand_in
from picklereg.unpickling.stand_ins.state import args_differ

__all__ = ["reduce_as_original"]


def reduce_as_original(exc: Any, pieces: Pieces, dump: Dump) -> ReduceValue:
    """Give the reduce value of a stand-in, which makes an instance of the class that it stands for.

    Args:
        exc: the stand-in.
        pieces: what of it is written.
        dump: the dump that it is part of.

    Returns:
        The reduce value.
    """
    if is_inert(type(exc)):
        return _reduce_as_data(exc, pieces, dump)
    origin, state = origin_of(exc), pieces.state
    args = pieces.args
    if has_usual_args(exc):
        message, given = args_of(exc)
        args = dump.clean(message), pieces.subs if isinstance(given, list) else tuple(pieces.subs)
    elif args_differ(exc):
        state = {"args": args, **state}
        args = tuple(_carried(exc, value, pieces, dump) for value in origin.args)
    kwargs = {name: _carried(exc, value, pieces, dump) for name, value in origin.kwargs.items()}
    raw = tuple(_carried(exc, value, pieces, dump) for value in origin.raw)
    add_notes(exc, state, _notes_of(pieces), dump)
    return reduce_stand_in(exc, args, kwargs, raw, state)


def _reduce_as_data(exc: Any, pieces: Pieces, dump: Dump) -> ReduceValue:
    """Give the reduce value of an inert stand-in, which makes an instance of the builtin class beneath."""
    state: dict[Any, Any] = dict(pieces.state)
    group = (dump.clean(exc.message), pieces.subs) if isinstance(exc, BaseExceptionGroup) else ()
    if not has_usual_args(exc):
        state = {"args": pieces.args, **state}
    add_notes(exc, state, _notes_of(pieces), dump)
    return inert_error(exc, group, state)


def _notes_of(pieces: Pieces) -> list[str]:
    return [*pieces.arg_notes, *(note for notes in pieces.piece_notes.values() for note in notes), *pieces.notes]


def _carried(exc: BaseException, value: Any, pieces: Pieces, dump: Dump) -> Any:
    """Give what travels of an argument or a state that the class itself took."""
    carried = dump.carry(exc, value, "what it was made of", pieces.notes)
    return dump.clean(safe_repr(value)) if isinstance(carried, Left) else carried
