"""Chains of exceptions that lead in a circle: Python never makes one, and whoever follows a chain without a memory never ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from picklereg.introspection.fields import CHAIN_FIELDS, cause_of, context_of
from picklereg.introspection.naming import type_name
from picklereg.unpickling.safe.budget import SLOT
from picklereg.unpickling.safe.depth_bounds import MEMBERS
from picklereg.unpickling.safe.exceptions import is_exception

if TYPE_CHECKING:
    from picklereg.unpickling.safe.budget import Budget

__all__ = ["break_circles"]

_LINKS: Final = (("__cause__", cause_of), ("__context__", context_of))


class _Step(NamedTuple):
    """An exception on the way, what led to it (nothing for a group's member), and where it leads."""

    exc: BaseException
    link: str | None
    ways: Iterator[tuple[str | None, BaseException]]


def break_circles(made: Iterable[Any], budget: Budget) -> list[tuple[BaseException, str]]:
    """Take away what closes a circle of causes, contexts and members of groups.

    Args:
        made: all that was made of a pickle.
        budget: what is left for it.

    Returns:
        The exceptions that lost a link, each with a note.

    Raises:
        Refused: if following the chains takes too many steps.
    """
    notes: list[tuple[BaseException, str]] = []
    done: set[int] = set()
    for root in made:
        if is_exception(root) and id(root) not in done:
            _walk(root, done, notes, budget)
    return notes


def _walk(root: BaseException, done: set[int], notes: list[tuple[BaseException, str]], budget: Budget) -> None:
    way = [_Step(root, None, _ways_of(root))]
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
                way.append(_Step(target, link, _ways_of(target)))
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
    was_suppressing = CHAIN_FIELDS["__suppress_context__"].__get__(exc)
    CHAIN_FIELDS[link].__set__(exc, None)
    CHAIN_FIELDS["__suppress_context__"].__set__(exc, was_suppressing)
    notes.append((exc, f"picklereg: {link} was left behind: it led in a circle, to {type_name(type(target))}"))
    return at


def _ways_of(exc: BaseException) -> Iterator[tuple[str | None, BaseException]]:
    for name, read in _LINKS:
        target = read(exc)
        if target is not None:
            yield name, target
    if issubclass(type(exc), BaseExceptionGroup):
        for member in MEMBERS(exc):
            yield None, member
