"""Every note that is added to an exception while it is written: worded here, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from picklereg.introspection.naming import type_name

__all__ = [
    "CUT",
    "CYCLE",
    "HIDDEN",
    "argument_replaced",
    "attribute_added",
    "attribute_left",
    "chain_cut",
    "class_replaced",
    "frames_left",
    "inside",
    "link_left",
    "named_anew",
    "part_left",
    "part_replaced",
    "parts_left",
    "reducer_unused",
    "text_alone",
    "value_stripped",
]

#: Reasons: why something of a graph isn't followed.
CUT: Final = "the chain is cut here"
CYCLE: Final = "it leads back to the group that holds this error"
#: Why what stands in ``__dict__`` isn't written.
HIDDEN: Final = "a field has its name"


def argument_replaced(index: int, value: object, reason: str) -> str:
    """An argument can't travel."""
    return f"picklereg: argument {index} ({_type(value)}) was replaced by its repr: {reason}"


def attribute_left(name: object, value: object, reason: str) -> str:
    """An attribute can't travel."""
    return f"picklereg: attribute {name!r} ({_type(value)}) was left behind: {reason}"


def attribute_added(name: object, value: object) -> str:
    """The reader gets an attribute that the writer hasn't."""
    return f"picklereg: attribute {name!r} ({_type(value)}) was added by the class's own reduce"


def part_replaced(where: str, value: object, reason: str) -> str:
    """What is in a container can't travel."""
    return f"picklereg: {where} ({_type(value)}) was replaced by its repr: {reason}"


def part_left(name: str, where: str, value: object, reason: str) -> str:
    """What is in an attachment can't travel."""
    return f"picklereg: {name!r} of {where} ({_type(value)}) was left behind: {reason}"


def value_stripped(where: str, value: object, how: str) -> str:
    """A strip function says itself what differs."""
    return f"picklereg: {where} ({_type(value)}) {how}"


def link_left(name: str) -> str:
    """A cause or context leads back to a group that isn't made yet."""
    return f"picklereg: {name} was left behind: {CYCLE}"


def chain_cut(count: int, limit: int) -> str:
    """The chain is longer than what is written of one."""
    return f"picklereg: {CUT}: {count} older exceptions were left behind (max_chain={limit})"


def parts_left(count: int) -> str:
    """A group holds exceptions that lie too deep."""
    return f"picklereg: {count} sub-exceptions were left behind: {CUT}"


def frames_left(count: int) -> str:
    """A traceback is longer than what is written of one."""
    return f"picklereg: {count} older frames of the traceback were left behind"


def class_replaced(cls: type, target: type, reason: str, text: str | None) -> str:
    """The class can't travel; the text is that of the exception, if the other class doesn't say it."""
    note = f"picklereg: class {type_name(cls)} {reason}; it was sent as {type_name(target)}"
    return note if text is None else f"{note}, and its text was: {text}"


def reducer_unused(cls: type, reason: str) -> str:
    """A registered reducer gives what can't be used."""
    return f"picklereg: the reducer registered for {type_name(cls)} was not used: {reason}"


def text_alone(cls: type, target: type, reason: str) -> str:
    """Nothing could be taken apart."""
    return f"picklereg: {type_name(cls)} was sent as {type_name(target)} with its text alone: {reason}"


def inside(where: str) -> str:
    """Say that something stands in what stands there."""
    return where if where.startswith("an item of ") else f"an item of {where}"


def named_anew(notes: Sequence[str], first: str, where: str) -> list[str]:
    """Word notes about a value again, for where it stands a second time."""
    of_parts, of_itself = (inside(first), inside(where)), (first, where)
    return [note.replace(*(of_parts if of_parts[0] in note else of_itself), 1) for note in notes]


def _type(value: object) -> str:
    return type_name(type(value))
