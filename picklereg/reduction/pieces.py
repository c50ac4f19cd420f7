"""What there is to write of one exception, piece by piece, and notes on what can't travel."""

from __future__ import annotations

from typing import Any

from picklereg.introspection.class_plan import (
    BARE,
    MISSING,
    args_of,
    cause_of,
    context_of,
    dict_of,
    plan_for,
    read_field,
    suppress_of,
    traceback_of,
    type_name,
)
from picklereg.introspection.text import safe_repr
from picklereg.reduction.bare import bare_pieces
from picklereg.reduction.chain import has_usual_args, sub_exceptions
from picklereg.reduction.context import Dump, Left
from picklereg.reduction.state_setter import Hidden
from picklereg.unpickling.stand_ins.origin import Named

__all__ = ["Pieces", "add_notes", "collect"]


class Pieces:
    """What is written of one exception, and notes on what isn't."""

    __slots__ = ("arg_notes", "args", "notes", "piece_notes", "state", "subs")

    def __init__(self) -> None:
        self.args: tuple[Any, ...] = ()
        self.arg_notes: list[str] = []
        self.state: dict[Any, Any] = {}
        self.piece_notes: dict[str, list[str]] = {}
        self.notes: list[str] = []
        self.subs: list[Any] = []


def collect(exc: BaseException, dump: Dump) -> Pieces:
    """Decide about everything that an exception holds."""
    pieces = Pieces()
    bare = bare_pieces(exc, dump)
    if bare is None:
        _collect_own(exc, pieces, dump)
    else:
        pieces.args, pieces.state = bare
    _collect_chain(exc, pieces, dump)
    return pieces


def _collect_own(exc: BaseException, pieces: Pieces, dump: Dump) -> None:
    _collect_args(exc, pieces, dump)
    state = pieces.state
    for name, value in dict_of(exc).items():
        if type(value) in BARE:
            state[name] = dump.clean_entry(name, value)
        elif name != "__notes__":
            _collect_value(exc, name, value, pieces, dump)
    plan = plan_for(type(exc))
    for name, field in plan.fields:
        if name in state or name in pieces.piece_notes:
            _keep_hidden(exc, name, pieces)
        value = read_field(exc, field)
        # A C field that was never set reads as None, and setting None isn't the same (gh tblib#85).
        if value is not MISSING and (value is not None or "__slots__" in vars(field.__objclass__)):
            _collect_value(exc, name, value, pieces, dump)
    if isinstance(exc, OSError):
        _collect_none_fields(exc, pieces)
    _collect_subs(exc, pieces, dump)


def _collect_args(exc: BaseException, pieces: Pieces, dump: Dump) -> None:
    if has_usual_args(exc):
        return
    args: list[Any] = []
    for index, value in enumerate(args_of(exc)):
        carried = dump.carry(exc, value, f"argument {index}", pieces.arg_notes)
        if isinstance(carried, Left):
            pieces.arg_notes.append(f"picklereg: argument {index} ({type_name(type(value))}) was replaced by its repr: {carried.reason}")
            carried = dump.clean(safe_repr(value))
        args.append(carried)
    pieces.args = tuple(args)


def _collect_value(exc: BaseException, name: Any, value: Any, pieces: Pieces, dump: Dump) -> None:
    notes: list[str] = []
    carried = dump.carry(exc, value, f"attribute {name!r}", notes)
    if isinstance(carried, Left):
        notes.append(f"picklereg: attribute {name!r} ({type_name(type(value))}) was left behind: {carried.reason}")
    else:
        pieces.state[name] = carried
    if notes:
        pieces.piece_notes[name] = notes


def _keep_hidden(exc: BaseException, name: str, pieces: Pieces) -> None:
    """Keep apart from a field what stands in ``__dict__`` under its name: by force, or because a class attribute hides the field."""
    pieces.notes += pieces.piece_notes.pop(name, ())
    if name in pieces.state:
        value = pieces.state.pop(name)
        if isinstance(type(exc), Named):  # it is written as it was read
            pieces.notes.append(f"picklereg: attribute {name!r} ({type_name(type(value))}) was left behind: a field has its name")
        else:
            pieces.state[Hidden(name)] = value


def _collect_none_fields(exc: OSError, pieces: Pieces) -> None:
    """Keep those ``None`` fields of an ``OSError`` that were set, which only its ``str()`` tells."""
    fields = ("errno", "strerror", "filename", "filename2")
    if any(getattr(exc, name, 0) is None for name in fields[:3]):
        text = OSError.__str__(exc)
        known = {name: pieces.state[name] for name in fields if name in pieces.state}
        nones = ((), ("errno", "strerror"), ("filename",), ("errno", "strerror", "filename"))
        candidates = [dict.fromkeys(names) | known for names in nones]
        for values in [values for values in candidates if _os_text(args_of(exc), values) == text][:1]:
            pieces.state.update(values)


def _os_text(args: tuple[Any, ...], values: dict[str, Any]) -> str:
    probe = OSError.__new__(OSError)
    probe.args = args
    for name, value in values.items():
        setattr(probe, name, value)
    return OSError.__str__(probe)


def _collect_subs(exc: BaseException, pieces: Pieces, dump: Dump) -> None:
    left: list[BaseException] = []
    for sub in sub_exceptions(exc):
        if dump.chain.cut(exc, sub):
            left.append(sub)
        else:
            pieces.subs.append(dump.hand_over(sub))
    if left:
        text = f"picklereg: {dump.chain.count_left(left)} sub-exceptions were left behind: the chain is cut here"
        pieces.subs.append(Exception(text) if isinstance(exc, Exception) else BaseException(text))
        pieces.notes.append(text)


def _collect_chain(exc: BaseException, pieces: Pieces, dump: Dump) -> None:
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
            pieces.state[name] = dump.hand_over(link)
    if left:
        pieces.notes.append(
            f"picklereg: the chain is cut here: {dump.chain.count_left(left)} older exceptions were left behind "
            f"(max_chain={dump.chain.limit})"
        )
    suppress = suppress_of(exc)
    if suppress != ("__cause__" in pieces.state):
        pieces.state["__suppress_context__"] = suppress
    _collect_traceback(exc, pieces, dump)


def _collect_traceback(exc: BaseException, pieces: Pieces, dump: Dump) -> None:
    writer, found = dump.rules.traceback_of, traceback_of(exc)
    if writer is not None and found is not None:
        from picklereg.reduction.tracebacks import newest_frames  # here, to keep the import of picklereg cheap

        found, left = newest_frames(found)
        if left:
            pieces.notes.append(f"picklereg: {left} older frames of the traceback were left behind")
        written = writer(found)
        if isinstance(written, str):
            pieces.notes.append(written)
        else:
            pieces.state["__traceback__"] = written


def add_notes(exc: BaseException, state: dict[Any, Any], added: list[str], dump: Dump) -> None:
    """Put the exception's notes and ours into a state, if there are any."""
    added = [dump.clean(note) for note in added]
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
    return dump.clean(safe_repr(note)) if isinstance(carried, Left) else carried
