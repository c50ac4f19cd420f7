"""What there is to write of one exception, piece by piece, and notes on what can't travel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import Shadowed
from picklereg.introspection.fields import CHAIN_FIELDS, MISSING, OWNED, args_of, message_of, notes_of, read_field, traceback_of
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import has_same_parts, is_bare
from picklereg.introspection.text import safe_repr
from picklereg.redaction.beneath import LIVE
from picklereg.redaction.beside import are_plain_attributes, given_in, named_apart
from picklereg.redaction.encoding_errors import masked
from picklereg.redaction.held import bodies_of_error, is_text_class, stand_in_for
from picklereg.redaction.names import is_credential
from picklereg.redaction.prompts import CALLS
from picklereg.reduction import notes as words
from picklereg.reduction.context import Left
from picklereg.reduction.decisions import carry, clean, clean_attribute, clean_text
from picklereg.reduction.state_setter import Hidden, Slot, is_set_as_attribute
from picklereg.unpickling.stand_ins.origin import Named

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump
    from picklereg.reduction.tracebacks import TracebackWriter
    from picklereg.reduction.walk import Node

__all__ = ["Pieces", "add_links", "add_notes", "collect", "followed"]


#: It may give an instance that was used before, whose flag is still set (CPython ``Objects/exceptions.c``, ``get_memory_error``).
_REUSING_NEW: Final = MemoryError.__new__
_NOTHING: Final[Mapping[Any, Sequence[str]]] = MappingProxyType({})


class Pieces:
    """What is written of one exception, and notes on what isn't.

    Attributes:
        args: its arguments; nothing if they follow from what a group is made of.
        arg_notes: notes on these.
        group_args: what a group's ``__new__`` takes.
        state: what is set afterwards, in this order.
        piece_notes: notes on attributes and fields, by name.
        notes: all other notes.
    """

    # Most exceptions have none of these.
    arg_notes: tuple[str, ...] = ()
    args: tuple[Any, ...] = ()
    group_args: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()
    piece_notes: Mapping[Any, Sequence[str]] = _NOTHING

    state: dict[Any, Any]

    def note(self, *texts: str) -> None:
        """Add notes that belong to no argument, attribute or field."""
        self.notes += texts

    def all_notes(self) -> tuple[str, ...]:
        """Give all notes, in the order of the wire form."""
        return (*self.arg_notes, *(note for notes in self.piece_notes.values() for note in notes), *self.notes)


def collect(node: Node, dump: Dump) -> Pieces:
    """Decide about everything that an exception holds; once more, if what came last has told of a credential that may stand in the rest."""
    known = dump.known_credentials
    pieces = Pieces()
    pieces.state = {} if dump.must_clean else node.attributes.copy()
    if node.plan.group:
        _collect_subs(node, pieces, dump)
    if not node.usual:
        pieces.args = _args(node, pieces, dump) if node.odd_args or dump.must_clean else node.args
    if dump.must_clean or node.odd or node.simple:
        _collect_attributes(node, pieces, dump)
    for name in OWNED.intersection(node.attributes) if node.is_hiding else ():
        _keep_hidden(node, name, pieces)
    if node.plan.fields:
        _collect_fields(node, pieces, dump)
    if node.cause is not None or node.context is not None or node.suppress or node.plan.native is _REUSING_NEW:
        cause, context = followed(node.exc, node.cause, node.context, pieces, dump) if dump.walk.cuts else (node.cause, node.context)
        add_links(pieces.state, node, cause, context, dump)
    if dump.rules.traceback_of is not None:
        _collect_traceback(node, pieces, dump.rules.traceback_of)
    if dump.known_credentials != known:  # comes to an end, since no value is decided about twice
        return collect(node, dump)
    if dump.must_clean:
        pieces.note(*words.remarks(dump.screening.secrets))
    return pieces


def _collect_attributes(node: Node, pieces: Pieces, dump: Dump) -> None:
    if dump.must_clean:
        names: Iterable[Any] = node.attributes
    else:
        pieces.state.update(node.simple)
        names = node.odd
    for name in names:
        _collect_value(node, name, node.attributes[name], pieces, dump)
    if dump.must_clean and not node.plain_names:
        _replace_apart(node.attributes, node.args, pieces, dump)


def _args(node: Node, pieces: Pieces, dump: Dump) -> tuple[Any, ...]:
    args: list[Any] = []
    notes: list[str] = []
    for index, value in enumerate(node.args):
        carried = carry(node.exc, value, f"argument {index}", notes, dump)
        if isinstance(carried, Left):
            notes.append(words.argument_replaced(index, value, carried.reason))
            carried = clean_text(safe_repr(value), dump)
        args.append(carried)
    for index, place in given_in(node.args, LIVE) if dump.must_clean else ():
        args[index] = clean_attribute("", args[index], dump, place)
    pieces.arg_notes = tuple(notes)
    return tuple(args)


def _collect_value(node: Node, name: Any, value: Any, pieces: Pieces, dump: Dump) -> None:
    if is_bare(value):
        pieces.state[name] = clean_attribute(name, value, dump)
    elif name != "__notes__":  # they come last, with ours
        notes: list[str] = []
        carried = carry(node.exc, value, f"attribute {name!r}", notes, dump)
        if isinstance(carried, Left):
            notes.append(words.attribute_left(name, value, carried.reason))
            pieces.state.pop(name, None)
        else:
            is_placed = dump.must_clean and (is_credential(name) or name in CALLS)
            pieces.state[name] = clean_attribute(name, carried, dump) if is_placed else carried
        if notes:
            pieces.piece_notes = {**pieces.piece_notes, name: notes}


def _collect_fields(node: Node, pieces: Pieces, dump: Dump) -> None:
    for name in node.plan.field_names:
        if name in node.attributes:
            _keep_hidden(node, name, pieces)
    for name, value in node.fields.items():
        if type(name) is Shadowed and str(name) in node.fields and is_set_as_attribute(dict(node.plan.fields)[name]):
            pieces.note(words.attribute_left(str(name), value, words.SHADOWED))
            continue
        _collect_value(node, name, value, pieces, dump)
        if (name in CHAIN_FIELDS or type(name) is Shadowed) and name in pieces.state:
            pieces.state[Slot(dict(node.plan.fields)[name])] = pieces.state.pop(name)
    if dump.must_clean and not are_plain_attributes(node.plan.field_names):
        _replace_apart(node.fields, node.args, pieces, dump)
    if isinstance(node.exc, OSError):
        _collect_none_fields(node.exc, pieces)
    if dump.must_clean and issubclass(type(node.exc), (UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError)):
        _keep_refused(node, pieces)


def _keep_refused(node: Node, pieces: Pieces) -> None:
    """Have what an encoder or decoder refuses stand where it stood, though there was a credential around it: the error's text shows it."""
    whole, start, end = (node.fields.get(name, 0) for name in ("object", "start", "end"))
    written = "" if node.is_refused else pieces.state.get("object", whole)
    if not whole or written == whole:
        return
    stand_in = masked(whole, written, start, end)
    pieces.state["object"] = stand_in
    pieces.args = tuple(stand_in if mine is whole else arg for mine, arg in zip(node.args, pieces.args, strict=True))


def _replace_apart(held: Mapping[Any, Any], args: tuple[Any, ...], pieces: Pieces, dump: Dump) -> None:
    """Replace what another attribute or field names as a credential (``error.field == "password"``, ``error.value``), and bodies."""
    for name in bodies_of_error(held.items()).intersection(pieces.state):
        pieces.args = tuple(None if mine is held[name] else arg for mine, arg in zip(args, pieces.args, strict=False))
        pieces.state[name] = None
        pieces.piece_notes = {key: notes for key, notes in pieces.piece_notes.items() if key != name}
    for name, place in named_apart({**held}, LIVE).items():
        if name in pieces.state:
            is_text = is_text_class(type(held[name]))
            pieces.state[name] = stand_in_for(type(held[name])) if is_text else clean_attribute(name, pieces.state[name], dump, place)


def _keep_hidden(node: Node, name: str, pieces: Pieces) -> None:
    """Keep apart from a field what stands in ``__dict__`` under its name: by force, or because a class attribute hides the field."""
    hidden = dict(pieces.piece_notes)
    pieces.note(*hidden.pop(name, ()))
    pieces.piece_notes = hidden
    if name in pieces.state:
        value = pieces.state.pop(name)
        if isinstance(type(node.exc), Named):  # it is written as it was read
            pieces.note(words.attribute_left(name, value, words.HIDDEN))
        else:
            pieces.state[Hidden(name)] = value


def _collect_none_fields(exc: OSError, pieces: Pieces) -> None:
    """Keep those ``None`` fields of an ``OSError`` that were set, which only its ``str()`` tells."""
    fields = ("errno", "strerror", "filename", "filename2")
    if any(read_field(exc, vars(OSError)[name]) is None for name in fields[:3]):
        text = _os_text(exc)
        known = {name: pieces.state[name] for name in fields if name in pieces.state}
        nones = ((), ("errno", "strerror"), ("filename",), ("errno", "strerror", "filename"))
        candidates = [dict.fromkeys(names) | known for names in nones]
        for values in [values for values in candidates if text is not None and _would_say(args_of(exc), values) == text][:1]:
            pieces.state.update(values)


def _would_say(args: tuple[Any, ...], values: dict[str, Any]) -> str | None:
    probe = OSError.__new__(OSError)
    probe.args = args
    for name, value in values.items():
        setattr(probe, name, value)
    return _os_text(probe)


def _os_text(exc: OSError) -> str | None:
    """Give what Python says of an ``OSError``, if what it holds can be shown."""
    try:
        return OSError.__str__(exc)
    except BaseException as problem:  # noqa: BLE001  # the code of a file's name, say
        pass_on(problem)
        return None


def _collect_subs(node: Node, pieces: Pieces, dump: Dump) -> None:
    """Give a group's ``__new__`` what makes the same ``args`` of it, or at least the same fields."""
    exc: Any = node.exc
    subs: list[Any] = []
    left: list[BaseException] = []
    for sub in node.subs:
        if dump.walk.cuts and dump.walk.cut(exc, sub):
            left.append(sub)
        else:
            subs.append(dump.handed(sub))
    if left:
        text = words.parts_left(dump.walk.count_left(exc, left))
        subs.append(Exception(text) if issubclass(type(node.exc), Exception) else BaseException(text))
        pieces.note(text)
    message = clean(node.args[0] if node.usual else message_of(exc), dump)
    given: Any = tuple(subs) if node.usual and type(node.args[1]) is tuple else subs
    if node.usual and node.odd and has_same_parts(subs, node.args[1]):
        given = node.args[1]  # an attribute may hold them, too
    pieces.group_args = message, given


def add_links(state: dict[Any, Any], node: Node, cause: BaseException | None, context: BaseException | None, dump: Dump) -> dict[Any, Any]:
    """Add cause, context and flag to a state, in this order, because setting the cause sets the flag."""
    hand_over = dump.hand_over
    if cause is not None:
        state["__cause__"] = cause if hand_over is None else hand_over(cause)
    if context is not None:
        state["__context__"] = context if hand_over is None else hand_over(context)
    if node.suppress != (cause is not None) or (cause is None and node.plan.native is _REUSING_NEW):
        state["__suppress_context__"] = node.suppress
    return state


def followed(
    exc: BaseException, cause: BaseException | None, context: BaseException | None, pieces: Pieces, dump: Dump
) -> tuple[BaseException | None, BaseException | None]:
    """Give cause and context where the link to them is followed, with a note where it isn't."""
    found: list[BaseException | None] = []
    left: list[BaseException] = []
    for name, link in (("__cause__", cause), ("__context__", context)):
        cut = None if link is None else dump.walk.cut(exc, link)
        if cut == "cycle":
            pieces.note(words.link_left(name))
        elif cut is not None and link is not None:
            left.append(link)
        found.append(link if cut is None else None)
    if left:
        pieces.note(words.chain_cut(dump.walk.count_left(exc, left), dump.walk.limit))
    return found[0], found[1]


def _collect_traceback(node: Node, pieces: Pieces, writer: TracebackWriter) -> None:
    found = traceback_of(node.exc)
    if found is not None:
        from picklereg.reduction.tracebacks import newest_frames  # here, to keep the import of picklereg cheap

        found, left = newest_frames(found)
        if left:
            pieces.note(words.frames_left(left))
        written = writer(found)
        if isinstance(written, str):
            pieces.note(written)
        else:
            pieces.state["__traceback__"] = written


def add_notes(exc: BaseException, state: dict[Any, Any], notes: Sequence[str], dump: Dump) -> None:
    """Put the exception's notes and ours into a state, if there are any."""
    added = [note if words.is_remark(note) else clean_text(note, dump) for note in notes]
    existing = notes_of(exc)
    if existing is MISSING:
        written: Any = added
    else:
        written = _carried_notes(exc, existing, added, dump)
    if dump.must_clean and (remarks := words.remarks(dump.screening.secrets)):  # a note was the first text of all
        written = [*written, *remarks] if isinstance(written, (list, tuple)) else [written, *remarks]
    state.pop("__notes__", None)  # they come last
    if written or existing is not MISSING:
        state["__notes__"] = written


def _carried_notes(exc: BaseException, existing: Any, added: list[Any], dump: Dump) -> Any:
    """Give what is written of what stands in the place of an exception's notes, which need not be a list, and of ours."""
    is_list = issubclass(type(existing), (list, tuple))
    told: list[str] = []
    if type(existing) is list:
        known = [note for note in existing if type(note) is str]  # of an earlier trip, too
        added = [note for note in added if note not in known]
    if not (is_list and (added or type(existing) is list)):
        carried = carry(exc, existing, "a note", told, dump)
        if is_list and not (told or isinstance(carried, Left)):
            return carried
        if not is_list:
            added += [clean_text(note, dump) for note in told]
            if not isinstance(carried, Left):
                return [carried, *added] if added else carried
            return [clean(safe_repr(existing), dump), words.notes_replaced(existing, carried.reason), *added]
        told.clear()  # each is decided about by itself
    written = [note if type(note) is str and not dump.must_clean else _carried_note(exc, note, told, dump) for note in existing]
    return [*written, *added, *(clean_text(note, dump) for note in told)]


def _carried_note(parent: BaseException, note: Any, notes: list[str], dump: Dump) -> Any:
    """Give what travels for a note, which need not be text."""
    carried = carry(parent, note, "a note", notes, dump)
    if not isinstance(carried, Left):
        return carried
    notes.append(words.part_replaced("a note", note, carried.reason))
    return clean_text(safe_repr(note), dump)
