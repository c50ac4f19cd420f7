"""Stand-ins among the exceptions that are written: each as what it stands for, less what may not travel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from picklereg.introspection.text import safe_repr
from picklereg.reduction.context import Left
from picklereg.reduction.decisions import carry, clean_text
from picklereg.reduction.pieces import add_notes
from picklereg.unpickling.stand_ins.classes import is_inert
from picklereg.unpickling.stand_ins.inert import inert_error
from picklereg.unpickling.stand_ins.origin import origin_of
from picklereg.unpickling.stand_ins.reducer import reduce_stand_in
from picklereg.unpickling.stand_ins.state import args_differ

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue
    from picklereg.reduction.pieces import Pieces
    from picklereg.reduction.walk import Node

__all__ = ["reduce_as_original"]


def reduce_as_original(node: Node, pieces: Pieces, dump: Dump) -> ReduceValue:
    """Give the reduce value of a stand-in, which makes an instance of the class that it stands for.

    Args:
        node: the stand-in.
        pieces: what of it is written.
        dump: the dump that it is part of.

    Returns:
        The reduce value.
    """
    exc: Any = node.exc
    if is_inert(type(exc)):
        return _reduce_as_data(node, pieces, dump)
    origin, state = origin_of(exc), pieces.state
    args = pieces.args
    if node.usual:
        args = pieces.group_args
    elif args_differ(exc):
        state = {"args": args, **state}
        args = tuple(_carried(exc, value, pieces, dump) for value in origin.args)
    kwargs = {name: _carried(exc, value, pieces, dump) for name, value in origin.kwargs.items()}
    raw = tuple(_carried(exc, value, pieces, dump) for value in origin.raw)
    add_notes(exc, state, pieces.all_notes(), dump)
    return reduce_stand_in(exc, args, kwargs, raw, state, subject=dump.handed(exc))


def _reduce_as_data(node: Node, pieces: Pieces, dump: Dump) -> ReduceValue:
    """Give the reduce value of an inert stand-in, which makes an instance of the builtin class beneath."""
    state = pieces.state if node.usual else {"args": pieces.args, **pieces.state}
    add_notes(node.exc, state, pieces.all_notes(), dump)
    return inert_error(node.exc, pieces.group_args, state, subject=dump.handed(node.exc))


def _carried(exc: BaseException, value: Any, pieces: Pieces, dump: Dump) -> Any:
    """Give what travels of an argument or a state that the class itself took."""
    notes: list[str] = []
    carried = carry(exc, value, "what it was made of", notes, dump)
    pieces.note(*notes)
    return clean_text(safe_repr(value), dump) if isinstance(carried, Left) else carried
