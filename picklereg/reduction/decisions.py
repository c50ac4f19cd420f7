"""What of an exception may travel, decided once per dump.

A value of a type that nobody knows travels if it can be written *and* read back; only trying tells (``dumps`` succeeding proves nothing).
A try treats every exception that it meets as opaque, because each exception is reduced on its own: so tries stay linear on graphs that
lead from an exception through a response to a second exception and back. What can't travel is left behind piece by piece: an element
of a list is replaced, and the list travels.
"""

from __future__ import annotations

import pickle
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import DEEP, depth_of, is_bare, is_container, is_exception, is_ordinary, parts_of, plain_of, rebuilt
from picklereg.introspection.naming import type_name
from picklereg.introspection.sentinels import is_sentinel
from picklereg.introspection.text import describe, safe_repr
from picklereg.reduction import notes as words
from picklereg.reduction.apart import content_of, is_whole_without, taken_apart
from picklereg.reduction.classes import carries_class, named_object
from picklereg.reduction.context import Left
from picklereg.reduction.copying import copy_of, holds_itself, member_of, named_in, refused_attributes, refused_depth, survey
from picklereg.reduction.differences import is_made_otherwise, keeps_types
from picklereg.reduction.expression import Expression, named
from picklereg.reduction.round_trip import copy_with_other_text
from picklereg.reduction.sound_values import is_sound
from picklereg.reduction.trial_reading import Findings

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Beneath
    from picklereg.redaction.secrets import Secrets
    from picklereg.reduction.attachments import Attachments, Strip
    from picklereg.reduction.context import Dump

__all__ = ["carry", "clean", "clean_attribute", "clean_text"]

#: In an expression, names and errors stay what they are.
_DECIDED: Final = (BaseException, BuiltinFunctionType, FunctionType, ModuleType, type)
#: How many objects that are taken apart stand in one another, and of how many values it may be decided before, lest it takes long.
_MOST_OPEN: Final = 10
_MOST_DECIDED: Final = 10_000


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
            if found is value and dump.must_clean:
                dump.screening.search_all(value)
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
    return dump.screening.clean(value, _rewriter(dump)) if dump.must_clean and dump.screening.secrets else value


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
    if depth_of(value) > DEEP and (found := refused_depth(parent, value, dump)) is not None:
        return found
    verdict = survey(parent, value, dump)
    if verdict == "sound":
        return value
    findings = Findings()
    copy = copy_of(parent, value, dump, findings=findings) if verdict == "try" else Left("")
    is_open = isinstance(copy, Left) or not keeps_types(value, copy) or findings.loses_weak
    if not (is_open or named_in(findings, parent, dump) or findings.changes(value, copy)):
        notes += findings.notes(where, value, copy)
        return copy if findings.is_changed else value
    return _mend(parent, value, where, notes, dump)


def _strip(strip: Strip, parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Any:
    """Strip an attachment and, so that each is stripped once, the attachments in what is written of it."""
    stripped = dump.screening.attachments.stripped(strip, value)
    if isinstance(stripped, Expression):
        return _settled(stripped, parent, value, where, notes, dump)
    findings = Findings()
    copy = copy_of(parent, stripped, dump, is_stripped=True, findings=findings)
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
    findings = Findings()
    is_lossy = type(value) is WeakSet and any(is_exception(part) and not dump.walk.knows(part) for part in value)
    copy = copy_of(parent, value, dump, findings=findings)
    if is_made_otherwise(value, copy):
        copy = Left("its class makes something else of it")
    if not isinstance(copy, Left):
        lost = [] if findings.is_changed or copy is value else named_in(findings, parent, dump)
        changes = findings.changes(value, copy)
        if (lost or changes) and (apart := _apart(*how)) is not None:
            return apart
        notes += [words.value_stripped(where, value, how) for how in changes]
        notes += [words.sentinel_copied(where, value, part) for part in lost if type(part) is not object]  # of which it is told below
        notes += findings.notes(where, value, copy)
        if type(copy) is not type(value):
            notes.append(words.value_stripped(where, value, f"becomes {type_name(type(copy))}"))
        elif (is_lossy or findings.loses_weak) and not (type(value) is WeakSet and holds_itself(parent, value)):
            what = "holds" if type(value) is WeakSet else "has a WeakSet that holds"
            notes.append(words.value_stripped(where, value, f"{what} nothing but what else arrives"))
        return copy if findings.is_changed else value
    member = member_of(value, dump)
    if member is not None:
        return member
    plain = plain_of(value)
    if plain is not value:
        notes.append(words.value_stripped(where, value, f"becomes {type_name(type(plain))}: {copy.reason}"))
        return plain
    if copy.reason != words.TOO_DEEP and (named_in(findings, parent, dump) or content_of(value) is not None):
        return _content(*how, copy)
    return _taken_apart(*how) or copy


def _apart(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Expression | None:
    """Take an object apart, and decide about each part: nothing, if that can't be done, or leads too far."""
    if dump.opened >= _MOST_OPEN or len(dump.decided) > _MOST_DECIDED:
        return None
    expression = taken_apart(value, dump)
    if expression is None:
        return None
    dump.opened += 1
    count = len(notes)
    try:
        if not _settle_parts(parent, expression, where, notes, dump):
            del notes[count:]
            return None
    finally:
        dump.opened -= 1
    return expression


def _settle_parts(parent: BaseException, expression: Expression, where: str, notes: list[str], dump: Dump) -> bool:
    """Decide about each part of an object that was taken apart; tell whether it can be put together without what can't travel."""
    value, place = expression.whole, words.inside(where)
    cls, *arguments = expression.arguments or (type(value),)
    if not arguments and (expression.form is None or expression.content):  # its parts may lead back to it
        dump.decided[id(value)] = value, expression
    given = [carry(parent, part, place, notes, dump) for part in (*arguments, *expression.content)]
    if any(isinstance(part, Left) for part in given):
        return False
    if arguments:
        expression.arguments = cls, *given
    else:
        expression.content = (*given,)
    for name, part in [*expression.state.items()]:
        carried = carry(parent, part, where, notes, dump)
        if not isinstance(carried, Left):
            expression.state[name] = carried
        elif is_whole_without(expression):
            notes.append(words.part_left(name, where, part, carried.reason))
            del expression.state[name]
        else:
            notes.append(words.part_replaced(place, part, carried.reason))
            expression.state[name] = clean_text(safe_repr(part), dump)
    return True


def _content(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump, left: Left) -> Any:
    """Give what travels of an object that can't be written, or read, as it is: one of its parts, or a plain container of its content."""
    count = len(notes)
    apart = _apart(parent, value, where, notes, dump)
    if apart is not None and type(copy_of(parent, apart, dump, is_stripped=True)) is type(value):
        return apart
    del notes[count:]
    plain = content_of(value)
    if plain is None:
        return left
    carried = carry(parent, plain, where, notes, dump)
    notes += [] if isinstance(carried, Left) else [words.value_stripped(where, value, f"becomes {type_name(type(plain))}: {left.reason}")]
    return carried


def _taken_apart(parent: BaseException, value: Any, where: str, notes: list[str], dump: Dump) -> Expression | Left | None:
    """Take an ordinary instance apart of which some parts travel otherwise than as they are, as wrappers of responses hold them."""
    cls: Any = type(value)
    if not (is_ordinary(cls) and any(_is_in_part(parent, part, dump) for part in vars(value).values()) and carries_class(cls, dump)):
        return None
    refused = refused_attributes(value, dump)  # before its parts are decided about, which may lead back to it
    if refused is not None:
        return refused
    unwrapped = Expression(cls.__new__, cls, state=vars(value).copy(), whole=value)
    _settle_parts(parent, unwrapped, where, notes, dump)
    return unwrapped


def _is_in_part(parent: BaseException, part: Any, dump: Dump) -> bool:
    """Tell of a part of an object whether it is to be stripped, or named, or arrives as a container of what can travel in it."""
    if dump.screening.attachments.strip_for(type(part)) is not None:
        return True
    if is_sentinel(part):
        return named_object(part, type(parent), dump) is not part
    return content_of(part) is not None and isinstance(copy_of(parent, part, dump), Left)


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
