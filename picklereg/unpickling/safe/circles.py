"""Exceptions that lead in a circle, by their chain or by what they show: Python makes no such chain, and ``str`` of such a one never ends.

Containers notice when they are shown inside themselves; an exception whose only argument, or a field of ``OSError``, is the exception
itself doesn't.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from picklereg.introspection.fields import CHAIN_FIELDS, args_of, cause_of, context_of
from picklereg.introspection.naming import type_name
from picklereg.unpickling.safe.budget import SLOT
from picklereg.unpickling.safe.depth_bounds import MEMBERS
from picklereg.unpickling.safe.exceptions import is_exception

if TYPE_CHECKING:
    from picklereg.unpickling.safe.budget import Budget

__all__ = ["break_circles"]

_LINKS: Final = (("__cause__", cause_of), ("__context__", context_of))
#: What ``str`` of an ``OSError`` shows.
_SHOWN: Final[dict[str, Any]] = {name: vars(OSError)[name] for name in ("errno", "strerror", "filename", "filename2")}


#: Gives where an exception leads, each with the name of what leads there (nothing for a group's member).
_Ways = Callable[[BaseException], Iterator["tuple[str | None, BaseException]"]]


class _Step(NamedTuple):
    """An exception on the way, what led to it, and where it leads."""

    exc: BaseException
    link: str | None
    ways: Iterator[tuple[str | None, BaseException]]


def break_circles(made: Iterable[Any], budget: Budget) -> list[tuple[BaseException, str]]:
    """Take away what closes a circle of causes, contexts and members of groups, or of what exceptions show.

    Args:
        made: all that was made of a pickle.
        budget: what is left for it.

    Returns:
        The exceptions that lost something, each with a note.

    Raises:
        Refused: if following the chains takes too many steps.
    """
    notes: list[tuple[BaseException, str]] = []
    exceptions = [each for each in made if issubclass(type(each), BaseException)]
    for ways_of, roots in ((_chained, filter(_has_chain, exceptions)), (_shown, filter(_shows_one, exceptions))):
        done: set[int] = set()
        for root in roots:
            if id(root) not in done:
                _walk(root, ways_of, done, notes, budget)
    return notes


def _has_chain(exc: BaseException) -> bool:
    """Tell whether a chain can begin here; most exceptions have none, and are asked nothing else."""
    return context_of(exc) is not None or cause_of(exc) is not None or issubclass(type(exc), BaseExceptionGroup)


def _shows_one(exc: BaseException) -> bool:
    """Tell whether an exception can show another one."""
    return next(_shown(exc), None) is not None


def _walk(root: BaseException, ways_of: _Ways, done: set[int], notes: list[tuple[BaseException, str]], budget: Budget) -> None:
    way = [_Step(root, None, ways_of(root))]
    on_the_way = {id(root)}
    while way:
        budget.charge(SLOT)
        for link, target in way[-1].ways:
            if id(target) in on_the_way:
                at = _cut(way, link, target, notes)
                for step in way[at:]:  # they are begun anew from what is left
                    on_the_way.discard(id(step.exc))
                del way[at:]
                break
            if id(target) not in done:
                on_the_way.add(id(target))
                way.append(_Step(target, link, ways_of(target)))
                break
        else:
            exc = way.pop().exc
            done.add(id(exc))
            on_the_way.discard(id(exc))


def _cut(way: list[_Step], link: str | None, target: BaseException, notes: list[tuple[BaseException, str]]) -> int:
    """Take away the last link of a circle that can be taken away (a group's members can't), and tell from where to go on."""
    at = len(way)
    while link is None:  # never for long: a group is made of what was there before
        at -= 1
        link, target = way[at].link, way[at].exc
    exc = way[at - 1].exc
    _take_away(exc, link, type_name(type(target)))
    notes.append((exc, f"picklereg: {link} was left behind: it led in a circle, to {type_name(type(target))}"))
    return at


def _take_away(exc: BaseException, link: str, name: str) -> None:
    """Take a link away; of what is shown the name of its class stays."""
    if link == "args":
        CHAIN_FIELDS[link].__set__(exc, (f"<{name}>",))
    elif link in _SHOWN:
        _SHOWN[link].__set__(exc, f"<{name}>")
    else:
        was_suppressing = CHAIN_FIELDS["__suppress_context__"].__get__(exc)
        CHAIN_FIELDS[link].__set__(exc, None)
        CHAIN_FIELDS["__suppress_context__"].__set__(exc, was_suppressing)


def _shown(exc: BaseException) -> Iterator[tuple[str | None, BaseException]]:
    args = args_of(exc)
    if len(args) == 1 and is_exception(args[0]):
        yield "args", args[0]
    if issubclass(type(exc), OSError):
        for name, field in _SHOWN.items():
            value = field.__get__(exc)
            if is_exception(value):
                yield name, value


def _chained(exc: BaseException) -> Iterator[tuple[str | None, BaseException]]:
    for name, read in _LINKS:
        target = read(exc)
        if target is not None:
            yield name, target
    if issubclass(type(exc), BaseExceptionGroup):
        for member in MEMBERS(exc):
            yield None, member
