"""Every note that is added to an exception while it is written: worded here, read here, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from picklereg.introspection.naming import type_name

if TYPE_CHECKING:
    from picklereg.redaction.secrets import Secrets

__all__ = [
    "CUT",
    "CYCLE",
    "HIDDEN",
    "REPLACED_IN_PLACE",
    "SHADOWED",
    "TOO_DEEP",
    "UNHASHED",
    "argument_replaced",
    "attribute_added",
    "attribute_left",
    "chain_cut",
    "class_copied",
    "class_given",
    "class_renewed",
    "class_replaced",
    "field_left",
    "fields_hidden",
    "frames_left",
    "inside",
    "is_of_a_field",
    "is_ours",
    "is_remark",
    "link_left",
    "members_emptied",
    "named_anew",
    "notes_replaced",
    "part_left",
    "part_replaced",
    "parts_left",
    "redact_failed",
    "reducer_unused",
    "remarks",
    "sentinel_copied",
    "tells_of",
    "text_alone",
    "text_was",
    "value_copied",
    "value_stripped",
]

#: With what each note begins.
OURS: Final = "picklereg: "
#: What is in the notes that say that only some other class, or only the text, was sent.
_SENT_AS: Final = " was sent as "
_TEXT_ALONE: Final = " with its text alone: "

#: Reasons: why something of a graph isn't followed.
CUT: Final = "the chain is cut here"
CYCLE: Final = "it leads back to the group that holds this error"
#: Why what holds the error in a set, or as a key, isn't written.
UNHASHED: Final = "it needs the error's hash, which can't be told without it"
#: Why a field isn't written.
READ_ONLY: Final = "it can only be read"
#: The same for values; one that nests deeper than what a pickler can write.
TOO_DEEP: Final = "it nests too deep"
#: Why what stands in ``__dict__`` isn't written.
HIDDEN: Final = "a field has its name"
#: Of a class that goes by value the slots are attributes in the reader.
SHADOWED: Final = "a slot of a nearer class has its name"
#: Not all credentials are replaced by value; a whole note.
REPLACED_IN_PLACE: Final = (
    f"{OURS}too many credentials: only so many are replaced wherever they stand, and the others in their places alone"
)
#: With what a note on a house's own rule ends.
_NOT_SENT: Final = "; what it was given was replaced"


def argument_replaced(index: int, value: object, reason: str) -> str:
    """An argument can't travel."""
    return f"{OURS}argument {index} ({_type(value)}) was replaced by its repr: {reason}"


def attribute_left(name: object, value: object, reason: str) -> str:
    """An attribute can't travel."""
    return f"{OURS}attribute {name!r} ({_type(value)}) was left behind: {reason}"


def attribute_added(name: object, value: object) -> str:
    """The reader gets an attribute that the writer hasn't."""
    return f"{OURS}attribute {name!r} ({_type(value)}) was added by the class's own reduce"


def field_left(name: str, value: object, shown: str) -> str:
    """A field can't be set by the reader; what it holds is shown."""
    return f"{OURS}attribute {name!r} ({_type(value)}) was left behind: {READ_ONLY}, and was {shown}"


def is_of_a_field(note: object) -> bool:
    """Tell whether a note says so: then nobody has initialised the fields that can only be read."""
    return isinstance(note, str) and note.startswith(OURS) and READ_ONLY in note


def fields_hidden(cls: type) -> str:
    """An extension keeps what can't be read."""
    return f"{OURS}class {type_name(cls)} keeps fields that can't be read; what was in them was left behind"


def notes_replaced(notes: object, reason: str) -> str:
    """What stands in the place of a list of notes can't travel."""
    return f"{OURS}what stood for the notes ({_type(notes)}) was replaced by its repr: {reason}"


def part_replaced(where: str, value: object, reason: str) -> str:
    """What is in a container can't travel."""
    return f"{OURS}{where} ({_type(value)}) was replaced by its repr: {reason}"


def part_left(name: str, where: str, value: object, reason: str) -> str:
    """What is in an attachment can't travel."""
    return f"{OURS}{name!r} of {where} ({_type(value)}) was left behind: {reason}"


def value_stripped(where: str, value: object, how: str) -> str:
    """A strip function says itself what differs."""
    return f"{OURS}{where} ({_type(value)}) {how}"


def sentinel_copied(where: str, value: object, part: object) -> str:
    """Something in a value is nothing but itself."""
    return f"{OURS}{where} ({_type(value)}) holds a {_type(part)}, which is nothing but itself: the reader's is another one"


def link_left(name: str, reason: str = CYCLE) -> str:
    """A cause or context leads back to a group that isn't made yet, or to what can't be made."""
    return f"{OURS}{name} was left behind: {reason}"


def chain_cut(count: int, limit: int) -> str:
    """The chain is longer than what is written of one."""
    return f"{OURS}{CUT}: {count} older exceptions were left behind (max_chain={limit})"


def parts_left(count: int) -> str:
    """A group holds exceptions that lie too deep."""
    return f"{OURS}{count} sub-exceptions were left behind: {CUT}"


def frames_left(count: int) -> str:
    """A traceback is longer than what is written of one."""
    return f"{OURS}{count} older frames of the traceback were left behind"


def class_replaced(cls: type, target: type, reason: str, text: str | None) -> str:
    """The class can't travel; the text is that of the exception, if the other class doesn't say it."""
    note = f"{OURS}class {type_name(cls)} {reason}; it{_SENT_AS}{type_name(target)}"
    return note if text is None else f"{note}, and its text was: {text}"


def class_renewed(cls: type) -> str:
    """A module holds another class of this name: it was imported anew since."""
    return f"{OURS}class {type_name(cls)} isn't the one that its name leads to (a module was reloaded); it{_SENT_AS}that one"


def class_given(cls: type, target: type) -> str:
    """A registered reducer gives an error of another class."""
    return f"{OURS}class {type_name(cls)}{_SENT_AS}{type_name(target)} by the reducer registered for it"


def redact_failed(problem: str) -> str:
    """A house's own rule for texts fails; the text is the same whatever it was given."""
    return f"{OURS}{problem}{_NOT_SENT}"


def is_remark(note: str) -> bool:
    """Tell whether a note is about the replacing itself, and nothing is replaced in it."""
    return note == REPLACED_IN_PLACE or (is_ours(note) and note.endswith(_NOT_SENT))


def remarks(secrets: Secrets | None) -> list[str]:
    """Say what couldn't be done as promised, once in a dump."""
    found: list[str] = []
    if secrets is not None and secrets.problem is not None and not secrets.told_problem:
        secrets.told_problem = True
        found.append(redact_failed(secrets.problem))
    if secrets is not None and (secrets.is_full or (secrets.is_cut and secrets.rules)) and not secrets.told_full:
        secrets.told_full = True
        found.append(REPLACED_IN_PLACE)
    return found


def class_copied(cls: type) -> str:
    """No name leads to the class, though its own looks as if it did."""
    return f"{OURS}class {type_name(cls)} can't be imported by its name; it{_SENT_AS}a copy, which no except clause names but by its bases"


def value_copied(where: str, value: object, cls: type) -> str:
    """The same of a value that is such a class, or an instance of one."""
    return f"{OURS}{where} ({_type(value)}) brings a copy of class {type_name(cls)}, which can't be imported by its name"


def members_emptied(where: str, value: object, cls: type, names: Sequence[str]) -> str:
    """Of a member of an enumeration that goes by value, no more than name and value arrive."""
    left = ", ".join(map(repr, names))
    return f"{OURS}{where} ({_type(value)}) brings a copy of enumeration {type_name(cls)}, whose members come without {left}"


def reducer_unused(cls: type, reason: str) -> str:
    """A registered reducer gives what can't be used."""
    return f"{OURS}the reducer registered for {type_name(cls)} was not used: {reason}"


def text_alone(cls: type, target: type, reason: str) -> str:
    """Nothing could be taken apart."""
    return f"{OURS}{type_name(cls)}{_SENT_AS}{type_name(target)}{_TEXT_ALONE}{reason}"


def text_was(text: str) -> str:
    """What arrives has another text, or none."""
    return f"{OURS}its text was: {text}"


def is_ours(note: str) -> bool:
    """Tell whether a note was added by picklereg, here or while it was read."""
    return note.startswith(OURS)


def tells_of(note: str, piece: str) -> bool:
    """Tell whether a note says that a piece of an exception isn't as it was.

    Args:
        note: the note, one of ours.
        piece: ``"type"``, ``"args[0]"``, ``"attr NAME"``, ``"cause"``, ``"context"`` or ``"exceptions"``; anything else is told of only
            where the text alone was sent.
    """
    kind, _, name = piece.partition(" ")
    if kind == "type":
        return _SENT_AS in note
    if kind == "attr":
        told = f"attribute {name!r}" in note or f"attribute {name} (" in note
    elif kind.startswith("args["):
        told = f"argument {kind[5:-1]} " in note
    elif kind in {"cause", "context"}:
        told = f"__{kind}__" in note or CUT in note
    else:
        told = kind == "exceptions" and CUT in note
    return told or _TEXT_ALONE in note


def inside(where: str) -> str:
    """Say that something stands in what stands there."""
    return where if where.startswith("an item of ") else f"an item of {where}"


def named_anew(notes: Sequence[str], first: str, where: str) -> list[str]:
    """Word notes about a value again, for where it stands a second time."""
    of_parts, of_itself = (inside(first), inside(where)), (first, where)
    return [note.replace(*(of_parts if of_parts[0] in note else of_itself), 1) for note in notes]


def _type(value: object) -> str:
    return type_name(type(value))
