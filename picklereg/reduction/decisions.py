"""What of an exception may travel, decided once per dump.

A value of a type that nobody knows travels if it can be written *and* read back; only trying tells (``dumps`` succeeding proves nothing).
A try treats every exception that it meets as opaque, because each exception is reduced on its own: so tries stay linear on graphs that
lead from an exception through a response to a second exception and back. What can't travel is left behind piece by piece: an element
of a list is replaced, and the list travels.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from picklereg.introspection.kinds import DEEP, depth_of, is_bare, is_container, parts_of, rebuilt
from picklereg.introspection.text import describe, safe_repr
from picklereg.reduction import notes as words
from picklereg.reduction.classes import carries_class
from picklereg.reduction.context import Left, NeedsHost
from picklereg.reduction.expression import Expression, named
from picklereg.reduction.round_trip import copy_through_bytes, copy_with_other_text

if TYPE_CHECKING:
    from picklereg.redaction.secrets import Secrets
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.context import Dump
    from picklereg.reduction.walk import Node

__all__ = ["adopt", "carry", "carry_note", "clean", "clean_entry", "rebuild", "see"]


def see(nodes: list[Node], dump: Dump) -> None:
    """Take notice of exceptions that came into view: search them, and have their classes covered."""
    dump.must_clean = dump.screening.screen(nodes, dump.walk.texts)
    if dump.cover is not None:
        for node in nodes:
            dump.cover(node.exc)


def carry(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    """Give what travels for a value: itself, a stripped or mended one, or :class:`Left`.

    Args:
        parent: the exception that holds the value.
        value: the value.
        where: what to call its pieces in a note.
        notes: takes a note for each piece that had to be replaced.
        dump: the dump that it is part of.
    """
    if is_bare(value):
        return clean(value, dump)
    if isinstance(value, BaseException):
        return _carry_exception(parent, value, dump)
    key = id(value)
    if key in dump.decided:
        if key in dump.noted:
            again = words.named_anew(dump.noted[key][1], dump.noted[key][0], where)
            notes += [note for note in again if note not in notes]
    else:
        dump.decided[key] = value, Left("it leads back to itself")  # met again only while it is being mended
        before = len(notes)
        try:
            found = _decide(parent, value, where, notes, dump)
            dump.must_clean = dump.must_clean or bool(dump.screening.secrets)  # a strip function may have come upon something
            dump.decided[key] = value, clean(found, dump)
        except Exception as problem:  # noqa: BLE001  # a strip function's, or an odd container's
            dump.decided[key] = value, Left(describe(problem))
        if len(notes) > before:
            dump.noted[key] = where, notes[before:]
    return dump.decided[key][1]


def carry_note(parent: BaseException, note: Any, dump: Dump) -> Any:
    """Give what travels for a note, which need not be text."""
    carried = carry(parent, note, "a note", [], dump)
    return clean(safe_repr(note), dump) if isinstance(carried, Left) else carried


def clean(value: Any, dump: Dump) -> Any:
    """Give what is written for a value: itself, or a copy without credentials.

    Raises:
        Exception: it can't be copied.
    """
    return dump.screening.clean(value, _rewriter(dump)) if dump.must_clean else value


def clean_entry(name: object, value: Any, dump: Dump) -> Any:
    """Do the same for an attribute's value, or that of an entry of a dictionary."""
    return dump.screening.clean_entry(name, value, _rewriter(dump)) if dump.must_clean else value


def _rewriter(dump: Dump) -> Any:
    def rewrite(value: Any, secrets: Secrets, is_placed: bool) -> Any:
        if isinstance(value, Left):
            return value
        return copy_with_other_text(value, dump.host, lambda cls: carries_class(cls, dump), secrets, is_placed=is_placed)

    return rewrite


def rebuild(value: Any, dump: Dump, *, is_stripped: bool = False) -> tuple[Any, list[BaseException]]:
    """Write and read back a value in this process, exceptions in it apart.

    Args:
        value: the value.
        dump: the dump that it is part of.
        is_stripped: whether attachments may be met in it; else they would travel with all their credentials.

    Returns:
        The copy, or :class:`Left`, and the exceptions that were met.

    Raises:
        NeedsHost: there is no host, and plain pickle can't do it.
    """
    strip_for = dump.screening.attachments.strip_for
    refuses = None if is_stripped else lambda cls: strip_for(cls) is not None
    try:
        return copy_through_bytes(value, dump.host, lambda cls: carries_class(cls, dump), refuses, in_python=dump.in_python)
    except RecursionError:
        return Left(words.TOO_DEEP), []
    except (Exception, SystemExit) as problem:  # not only PicklingError: ctypes raises ValueError, others KeyError, some want to exit
        if not dump.asks_host:
            raise NeedsHost from problem
        return Left(describe(problem)), []


def adopt(parent: BaseException, hidden: Iterable[BaseException], dump: Dump) -> Left | None:
    """Take in exceptions that were met inside a value of ``parent``; give the reason if one of them can't be."""
    for exc in hidden:
        found = None if dump.walk.cut(parent, exc) else dump.walk.adopt(parent, exc)
        if found is None:
            return Left(words.CUT)
        see(found, dump)
    return None


def _carry_exception(parent: BaseException, value: BaseException, dump: Dump) -> Any:
    cut = dump.walk.cut(parent, value)
    if cut is not None:
        return Left(words.CYCLE if cut == "cycle" else words.CUT)
    return dump.handed(value)


def _decide(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    if issubclass(type(value), type) and (found := named(value)) is not value:
        return found
    attachments = dump.screening.attachments
    strip = attachments.strip_for(type(value))
    if strip is not None:
        simple = attachments.simple(value, [])
        return _strip(strip, parent, value, where, notes, dump) if simple is None else simple
    if not is_container(value):
        return _try(parent, value, dump) or value
    if depth_of(value) > DEEP and (found := _refused_depth(parent, value, dump)) is not None:
        return found
    verdict = _survey(parent, value, dump)
    if verdict == "sound" or (verdict == "try" and _try(parent, value, dump) is None):
        return value
    return _mend(parent, value, where, notes, dump)


def _strip(strip: Strip, parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    """Strip an attachment and, so that each is stripped once, the attachments in the state that is written of it."""
    attachments = dump.screening.attachments
    stripped = attachments.stripped(strip, value)
    if not isinstance(stripped, Expression):
        return _try(parent, stripped, dump, is_stripped=True) or stripped
    expressions = [*stripped.parts()]
    if len(expressions) == 1:  # its state is read after it is made, and may lead back to it
        dump.decided[id(value)] = value, stripped
    for expression in expressions:
        if expression.note is not None:
            notes.append(words.value_stripped(where, value, expression.note))
        for name, part in expression.state.items():
            if not is_bare(part) and (attachments.strip_for(type(part)) is not None or depth_of(part) > DEEP):
                carried = carry(parent, part, where, notes, dump)
                if isinstance(carried, Left):
                    notes.append(words.part_left(name, where, part, carried.reason))
                    carried = None
                expression.state[name] = carried
    return stripped


def _refused_depth(parent: BaseException, container: Any, dump: Dump) -> Left | None:
    """Give the reason if a container nests deeper than what can be written where it stands."""
    found = _try(parent, container, dump)
    return found if found is not None and found.reason == words.TOO_DEEP else None


def _try(parent: BaseException, value: Any, dump: Dump, *, is_stripped: bool = False) -> Left | None:
    # Deeper than in the reduce value, so that what nests as deep as can be written here can be written there.
    copy, seen = rebuild(((((((((value,),),),),),),),), dump, is_stripped=is_stripped)
    return copy if isinstance(copy, Left) else adopt(parent, seen, dump)


def _survey(parent: BaseException, container: Any, dump: Dump) -> Literal["sound", "try", "mend"]:
    """Look through builtin containers: nothing to decide, something to try, or something to replace."""
    verdict: Literal["sound", "try"] = "sound"
    seen: set[int] = set()
    stack: list[Any] = [container]
    while stack:
        item = stack.pop()
        if isinstance(item, BaseException):
            if dump.walk.cut(parent, item) or dump.handed(item) is not item:
                return "mend"
        elif is_container(item):
            if id(item) not in seen:
                seen.add(id(item))
                stack.extend(part for part in parts_of(item) if not is_bare(part))
        elif dump.screening.attachments.strip_for(type(item)) is not None or (issubclass(type(item), type) and named(item) is not item):
            return "mend"
        else:
            verdict = "try"
    return verdict


def _mend(parent: BaseException, container: Any, where: str, notes: list[str], dump: Dump) -> Any:
    place = words.inside(where)
    mended: list[Any] = []
    for part in parts_of(container):
        carried = carry(parent, part, place, notes, dump)
        if isinstance(carried, Left):
            notes.append(words.part_replaced(place, part, carried.reason))
            carried = clean(safe_repr(part), dump)
        mended.append(carried)
    return rebuilt(container, mended)
