"""What the reader gets of a value, found out by trying, and what has to be decided about in it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakSet

from picklereg.introspection.fields import args_of, dict_of
from picklereg.introspection.kinds import is_bare, is_container, is_exception, parts_of
from picklereg.introspection.sentinels import is_sentinel
from picklereg.reduction import notes as words
from picklereg.reduction.classes import carries_class, named_object
from picklereg.reduction.context import Left
from picklereg.reduction.expression import Expression, named
from picklereg.reduction.sound_values import is_sound
from picklereg.reduction.trials import rebuild

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump
    from picklereg.reduction.trial_reading import Findings
    from picklereg.reduction.walk import Node

__all__ = ["adopt", "copy_of", "holds_itself", "member_of", "named_in", "refused_attributes", "refused_depth", "see", "survey"]


def see(nodes: list[Node], dump: Dump) -> None:
    """Take notice of exceptions that came into view: search them, and have their classes covered."""
    dump.screen(nodes)
    if dump.cover is not None:
        dump.cover([type(node.exc) for node in nodes])


def adopt(parent: BaseException, hidden: Iterable[BaseException], dump: Dump) -> Left | None:
    """Take in exceptions that were met inside a value of ``parent``; give the reason if one of them can't be."""
    for exc in hidden:
        found = None if dump.walk.cut(parent, exc) else dump.walk.adopt(parent, exc)
        if found is None:
            return Left(words.CUT)
        see(found, dump)
    return None


def copy_of(parent: BaseException, value: Any, dump: Dump, *, is_stripped: bool = False, findings: Findings | None = None) -> Any:
    """Give what the reader will get of a value, or :class:`Left`."""
    # Deeper than in the reduce value, so that what nests as deep as can be written here can be written there.
    copy, seen = rebuild(((((((((value,),),),),),),),), dump, is_stripped=is_stripped, findings=findings)
    if isinstance(copy, Left):
        return copy
    for _ in range(8):
        (copy,) = copy
    return adopt(parent, seen, dump) or copy


def refused_depth(parent: BaseException, container: Any, dump: Dump) -> Left | None:
    """Give the reason if a container nests deeper than what can be written where it stands."""
    found = copy_of(parent, container, dump)
    return found if isinstance(found, Left) and found.reason == words.TOO_DEEP else None


def refused_attributes(value: Any, dump: Dump) -> Left | None:
    """Give the reason if the reader can't set the attributes of an instance: it asks one without any for ``__setstate__``."""
    cls: Any = type(value)
    state = dict.fromkeys(vars(value))
    copy, _ = rebuild(Expression(cls.__new__, cls, state=state), dump)
    if isinstance(copy, Left):
        return copy
    return None if vars(copy) == state else Left("its attributes can't be set")


def survey(parent: BaseException, container: Any, dump: Dump) -> Literal["sound", "try", "mend"]:
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
            or type(item) is WeakSet  # which is asked for what it holds before a trial finds that
            or dump.screening.attachments.strip_for(type(item)) is not None
            or (issubclass(type(item), type) and named(item) is not item)
            or (is_sentinel(item) and named_object(item, type(parent), dump) is not item)
        ):
            return "mend"
        elif verdict == "sound" and not is_sound(item, dump):
            verdict = "try"
    return verdict


def named_in(findings: Findings, parent: BaseException, dump: Dump) -> list[Any]:
    """Give the objects in a value of which the reader should have its own."""
    return [part for part in findings.sentinels if named_object(part, type(parent), dump) is not part]


def holds_itself(parent: BaseException, parts: Iterable[Any]) -> bool:
    """Tell whether an exception holds all of some values itself, or in a container: so they arrive, for they can be written."""
    held = (*args_of(parent), *dict_of(parent).values())
    kept = {id(part) for value in held for part in (parts_of(value) if is_container(value) else (value,))}
    return all(id(part) in kept for part in parts)


def member_of(value: Any, dump: Dump) -> Expression | None:
    """Give what is written of a member of an enumeration whose value can't travel: its name leads to it."""
    cls: Any = type(value)
    if not issubclass(cls, Enum) or cls.__members__.get(value.name) is not value or not carries_class(cls, dump):
        return None
    return Expression(getattr, named(cls), value.name)
