"""What of an exception may travel, decided once per dump.

A value of a type that nobody knows travels if it can be written *and* read back; only trying tells (``dumps`` succeeding proves nothing).
A try treats every exception that it meets as opaque, because each exception is reduced on its own: so tries stay linear on graphs that
lead from an exception through a response to a second exception and back. What can't travel is left behind piece by piece: an element
of a list is replaced, and the list travels.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from enum import Enum
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal
from weakref import WeakSet

from picklereg.introspection.fields import args_of, dict_of
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import DEEP, depth_of, is_bare, is_container, is_exception, is_ordinary, parts_of, plain_of, rebuilt
from picklereg.introspection.naming import type_name
from picklereg.introspection.text import describe, safe_repr
from picklereg.reduction import notes as words
from picklereg.reduction.classes import carries_class, is_sentinel, named_object
from picklereg.reduction.context import Left
from picklereg.reduction.differences import is_made_otherwise, keeps_types
from picklereg.reduction.expression import Expression, named
from picklereg.reduction.round_trip import copy_with_other_text
from picklereg.reduction.sound_values import is_sound
from picklereg.reduction.trial_reading import Findings
from picklereg.reduction.trials import rebuild

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Beneath
    from picklereg.redaction.secrets import Secrets
    from picklereg.reduction.attachments import Attachments, Strip
    from picklereg.reduction.context import Dump
    from picklereg.reduction.walk import Node

__all__ = ["adopt", "carry", "clean", "clean_attribute", "clean_text", "see"]

#: In an expression, names and errors stay what they are.
_DECIDED: Final = (BaseException, BuiltinFunctionType, FunctionType, ModuleType, type)


def see(nodes: list[Node], dump: Dump) -> None:
    """Take notice of exceptions that came into view: search them, and have their classes covered."""
    dump.screen(nodes)
    if dump.cover is not None:
        dump.cover([type(node.exc) for node in nodes])


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
    if is_exception(value):
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
            dump.take_notice()  # a strip function may have come upon something
            dump.decided[key] = value, clean(found, dump)
        except BaseException as problem:  # noqa: BLE001  # a strip function's, or an odd container's
            pass_on(problem)
            del notes[before:]  # on pieces of what is left behind altogether
            dump.decided[key] = value, Left(describe(problem))
        if len(notes) > before:
            dump.noted[key] = where, notes[before:]
    return dump.decided[key][1]


def clean(value: Any, dump: Dump) -> Any:
    """Give what is written for a value: itself, or a copy without credentials.

    Raises:
        Exception: it can't be copied.
    """
    return dump.screening.clean(value, _rewriter(dump)) if dump.must_clean else value


def clean_attribute(name: object, value: Any, dump: Dump, place: Beneath | None = None) -> Any:
    """Do the same for an attribute's value; ``place`` is where it stands, if its name alone doesn't tell."""
    return dump.screening.clean_attribute(name, value, _rewriter(dump), place) if dump.must_clean else value


def clean_text(text: str, dump: Dump) -> str:
    """Do the same for a text of somebody else's that was made for a note, or in place of a value: nobody has searched it before."""
    return text if dump.screening.secrets is None else dump.screening.secrets.made_text(text)


def _rewriter(dump: Dump) -> Any:
    def rewrite(value: Any, secrets: Secrets, is_placed: bool, beneath: Beneath | None = None) -> Any:
        if isinstance(value, Left) or (not is_placed and dump.reads_over()):
            return value
        how = value, dump.host, lambda cls: carries_class(cls, dump), secrets
        return copy_with_other_text(*how, is_placed=is_placed, beneath=beneath, firsts=dump.firsts, copies=dump.screening.copies)

    return rewrite


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
    cls: Any = type(value)
    if issubclass(cls, type) or is_sentinel(value):
        found = named(value) if issubclass(cls, type) else named_object(value, type(parent), dump)
        if found is not value:
            return found
    attachments = dump.screening.attachments
    if type(value) is Expression:  # in a container, where a strip function has put it
        return _settled(value, parent, value, where, notes, dump)
    strip = attachments.strip_for(type(value))
    if strip is not None:
        simple = attachments.simple(value, [])
        return _strip(strip, parent, value, where, notes, dump) if simple is None else simple
    if not is_container(value):
        return value if is_sound(value, dump) else _tried(parent, value, where, notes, dump)
    if depth_of(value) > DEEP and (found := _refused_depth(parent, value, dump)) is not None:
        return found
    verdict = _survey(parent, value, dump)
    if verdict == "sound":
        return value
    findings = Findings()
    copy = _copy(parent, value, dump, findings=findings) if verdict == "try" else None
    if verdict == "try" and not isinstance(copy, Left) and keeps_types(value, copy) and not findings.loses_weak:
        notes += findings.notes(where, value, copy)
        return copy if findings.is_changed else value
    return _mend(parent, value, where, notes, dump)


def _strip(strip: Strip, parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    """Strip an attachment and, so that each is stripped once, the attachments in what is written of it."""
    stripped = dump.screening.attachments.stripped(strip, value)
    if isinstance(stripped, Expression):
        return _settled(stripped, parent, value, where, notes, dump)
    findings = Findings()
    copy = _copy(parent, stripped, dump, is_stripped=True, findings=findings)
    return copy if isinstance(copy, Left) or findings.is_changed else stripped


def _settled(stripped: Expression, parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Expression:
    """Decide about what stands in an expression, but for names, and for what a strip function has looked into."""
    expressions = [*stripped.parts()]
    attachments = dump.screening.attachments
    if len(expressions) == 1:  # its state is read after it is made, and may lead back to it
        dump.decided[id(value)] = value, stripped
    for expression in expressions:
        if expression.note is not None:
            notes.append(words.value_stripped(where, value, expression.note))
        for name, part in expression.state.items():
            if _is_open(part, attachments):
                carried = carry(parent, part, where, notes, dump)
                if isinstance(carried, Left):
                    if not _may_be_none(part, attachments):
                        raise pickle.PicklingError(carried.reason)
                    notes.append(words.part_left(name, where, part, carried.reason))
                    carried = None
                expression.state[name] = carried
        expression.arguments = tuple(
            [_argument(part, parent, where, notes, dump) if _is_open(part, attachments) else part for part in expression.arguments]
        )
    return stripped


def _is_open(part: Any, attachments: Attachments) -> bool:
    """Tell of a part of an expression whether there is something to decide about it."""
    if is_bare(part):
        return False
    return _may_be_none(part, attachments) or not (issubclass(type(part), _DECIDED) or attachments.is_looked_into(part))


def _may_be_none(part: Any, attachments: Attachments) -> bool:
    """Tell of a part of an expression whether nothing may stand in its place, where it can't travel: of objects nobody knows."""
    return is_container(part) or attachments.strip_for(type(part)) is not None


def _argument(part: Any, parent: BaseException, where: str, notes: list[str], dump: Dump) -> Any:
    if type(part) is tuple:  # as expressions nest
        attachments = dump.screening.attachments
        return tuple([_argument(item, parent, where, notes, dump) if _is_open(item, attachments) else item for item in part])
    if type(part) is Expression:  # one of those that are gone through
        return part
    carried = carry(parent, part, where, notes, dump)
    if not isinstance(carried, Left):
        return carried
    if not is_container(part):  # nobody knows what may be put there
        raise pickle.PicklingError(carried.reason)
    return type(part)()


def _tried(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    """Give what travels of a value of a type that nobody knows."""
    how = parent, value, where, notes, dump
    apart = _taken_apart(*how, lambda part: is_sentinel(part) and named_object(part, type(parent), dump) is not part)
    if apart is not None:
        return apart
    findings = Findings()
    is_lossy = type(value) is WeakSet and any(is_exception(part) and not dump.walk.knows(part) for part in value)
    copy = _copy(parent, value, dump, findings=findings)
    if is_made_otherwise(value, copy):
        copy = Left("its class makes something else of it")
    if not isinstance(copy, Left):
        notes += findings.notes(where, value, copy)
        if type(copy) is not type(value):
            notes.append(words.value_stripped(where, value, f"becomes {type_name(type(copy))}"))
        elif (is_lossy or findings.loses_weak) and not (type(value) is WeakSet and _holds(parent, value)):
            what = "holds" if type(value) is WeakSet else "has a WeakSet that holds"
            notes.append(words.value_stripped(where, value, f"{what} nothing but what else arrives"))
        return copy if findings.is_changed else value
    member = _member(value, dump)
    if member is not None:
        return member
    plain = plain_of(value)
    if plain is not value:
        notes.append(words.value_stripped(where, value, f"becomes {type_name(type(plain))}: {copy.reason}"))
        return plain
    return _taken_apart(*how, lambda part: dump.screening.attachments.strip_for(type(part)) is not None) or copy


def _holds(parent: BaseException, parts: Iterable[Any]) -> bool:
    """Tell whether an exception holds all of some values itself, or in a container: so they arrive, for they can be written."""
    held = (*args_of(parent), *dict_of(parent).values())
    kept = {id(part) for value in held for part in (parts_of(value) if is_container(value) else (value,))}
    return all(id(part) in kept for part in parts)


def _member(value: Any, dump: Dump) -> Expression | None:
    """Give what is written of a member of an enumeration whose value can't travel: its name leads to it."""
    cls: Any = type(value)
    if not issubclass(cls, Enum) or cls.__members__.get(value.name) is not value or not carries_class(cls, dump):
        return None
    return Expression(getattr, named(cls), value.name)


def _taken_apart(
    parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump, is_open: Callable[[Any], bool]
) -> Expression | Left | None:
    """Take an ordinary instance apart of which some parts are to be stripped, as wrappers of responses hold them, or named."""
    cls: Any = type(value)
    if not (is_ordinary(cls) and any(map(is_open, vars(value).values())) and carries_class(cls, dump)):
        return None
    refused = _refused_attributes(value, dump)  # before its parts are decided about, which may lead back to it
    if refused is not None:
        return refused
    unwrapped = Expression(cls.__new__, cls, whole=value)
    dump.decided[id(value)] = value, unwrapped
    for name, part in vars(value).items():
        carried = carry(parent, part, where, notes, dump)
        if isinstance(carried, Left):
            notes.append(words.part_left(name, where, part, carried.reason))
        else:
            unwrapped.state[name] = carried
    return unwrapped


def _refused_attributes(value: Any, dump: Dump) -> Left | None:
    """Give the reason if the reader can't set the attributes of an instance: it asks one without any for ``__setstate__``."""
    cls: Any = type(value)
    state = dict.fromkeys(vars(value))
    copy, _ = rebuild(Expression(cls.__new__, cls, state=state), dump)
    if isinstance(copy, Left):
        return copy
    return None if type(copy) is cls and vars(copy) == state else Left("its attributes can't be set")


def _copy(parent: BaseException, value: Any, dump: Dump, *, is_stripped: bool = False, findings: Findings | None = None) -> Any:
    """Give what the reader will get of a value, or :class:`Left`."""
    # Deeper than in the reduce value, so that what nests as deep as can be written here can be written there.
    copy, seen = rebuild(((((((((value,),),),),),),),), dump, is_stripped=is_stripped, findings=findings)
    if isinstance(copy, Left):
        return copy
    for _ in range(8):
        (copy,) = copy
    return adopt(parent, seen, dump) or copy


def _refused_depth(parent: BaseException, container: Any, dump: Dump) -> Left | None:
    """Give the reason if a container nests deeper than what can be written where it stands."""
    found = _copy(parent, container, dump)
    return found if isinstance(found, Left) and found.reason == words.TOO_DEEP else None


def _survey(parent: BaseException, container: Any, dump: Dump) -> Literal["sound", "try", "mend"]:
    """Look through builtin containers: nothing to decide, something to try, or something to replace."""
    verdict: Literal["sound", "try"] = "sound"
    seen: set[int] = set()
    stack: list[Any] = [container]
    while stack:
        item = stack.pop()
        if is_exception(item):
            if dump.walk.cut(parent, item) or dump.handed(item) is not item:
                return "mend"
        elif is_container(item):
            if id(item) not in seen:
                seen.add(id(item))
                stack.extend(part for part in parts_of(item) if not is_bare(part))
        elif (
            type(item) is Expression
            or dump.screening.attachments.strip_for(type(item)) is not None
            or (issubclass(type(item), type) and named(item) is not item)
            or (is_sentinel(item) and named_object(item, type(parent), dump) is not item)
        ):
            return "mend"
        elif verdict == "sound" and not is_sound(item, dump):
            verdict = "try"
    return verdict


def _mend(parent: BaseException, container: Any, where: str, notes: list[str], dump: Dump) -> Any:
    place = words.inside(where)
    mended: list[Any] = []
    for part in parts_of(container):
        carried = carry(parent, part, place, notes, dump)
        if isinstance(carried, Left):
            notes.append(words.part_replaced(place, part, carried.reason))
            carried = clean_text(safe_repr(part), dump)
        mended.append(carried)
    return rebuilt(container, mended)
