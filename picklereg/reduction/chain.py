"""Which exceptions of one dump are written, and where the chain is cut.

pickle recurses: each link of a chain is saved inside the one before it, so a long chain ends in ``RecursionError``, and
an exception group is saved *before* it can be referred to, so a link back to it from one of its own sub-exceptions never
ends (gh-137889). Both are decided here, before anything is written, by walking the links in the order in which pickle will save them.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Final, Literal

from picklereg.introspection.class_plan import BARE, args_of, cause_of, context_of, dict_of, plan_for, read_field

__all__ = ["Chain", "Cut", "exceptions_in", "has_usual_args", "leads_anywhere", "sub_exceptions"]

Cut = Literal["depth", "cycle"]

_CONTAINERS: Final = (list, tuple, dict, set, frozenset)
#: How deep, and at how many values, containers are searched for exceptions; deeper ones are found when pickle meets them.
_SEARCH_DEPTH: Final = 4
_SEARCH_VALUES: Final = 1_000


class Chain:
    """The exceptions of one dump: met, still to come, and links that are not followed.

    Args:
        limit: how many exceptions deep the graph is written, counted from the outermost one.
    """

    __slots__ = ("_cuts", "_depths", "_left", "depth", "limit", "pending")

    def __init__(self, limit: int) -> None:
        self.limit: int = limit
        self.depth: int = 0
        self.pending: dict[int, BaseException] = {}
        self._depths: dict[int, int] = {}
        self._cuts: dict[tuple[int, int], Cut] = {}
        self._left: set[int] = set()

    def enter(self, exc: BaseException) -> list[BaseException]:
        """Note that pickle saves ``exc`` now; give those that came into view with it."""
        known = self.pending.pop(id(exc), None) is not None or id(exc) in self._depths
        found = [] if known else self._walk(exc, self.depth)
        self.pending.pop(id(exc), None)
        self.depth = self._depths[id(exc)]
        return found

    def adopt(self, exc: BaseException) -> list[BaseException] | None:
        """Take in an exception that hides in a value of the current one.

        Returns:
            Those that came into view, or ``None`` if it lies too deep to be written.
        """
        if id(exc) in self._depths:
            return []
        return self._walk(exc, self.depth + 1) if self.depth + 1 < self.limit else None

    def cut(self, parent: BaseException, child: BaseException) -> Cut | None:
        """Tell why the link from ``parent`` to ``child`` must not be written, if it must not."""
        return self._cuts.get((id(parent), id(child)))

    def count_left(self, roots: list[BaseException]) -> int:
        """Count the exceptions behind a cut that no earlier cut has counted."""
        stack, count = list(roots), 0
        while stack:
            exc = stack.pop()
            if id(exc) not in self._depths and id(exc) not in self._left:
                self._left.add(id(exc))
                count += 1
                stack.extend(child for child, _ in _links(exc))
        return count

    def _walk(self, root: BaseException, depth: int) -> list[BaseException]:
        """Visit depth-first, as pickle will; a group stays open until its sub-exceptions are through."""
        found: list[BaseException] = []
        under_construction: set[int] = set()
        stack: list[tuple[BaseException, BaseException, int]] = [(root, root, depth)]
        while stack:
            parent, exc, depth = stack.pop()
            key = id(exc)
            if depth < 0:
                under_construction.discard(key)
            elif key in under_construction:
                self._cuts[id(parent), key] = "cycle"
            elif key in self._depths:
                continue
            elif depth >= self.limit and exc is not root:
                self._cuts[id(parent), key] = "depth"
            else:
                self._depths[key] = depth
                self.pending[key] = exc
                found.append(exc)
                self._push_links(stack, exc, depth + 1, under_construction)
        return found

    @staticmethod
    def _push_links(
        stack: list[tuple[BaseException, BaseException, int]], exc: BaseException, depth: int, under_construction: set[int]
    ) -> None:
        links = list(_links(exc))
        stack.extend((exc, child, depth) for child, building in reversed(links) if not building)
        building = [child for child, building in links if building]
        if building:
            under_construction.add(id(exc))
            stack.append((exc, exc, -1))
            stack.extend((exc, child, depth) for child in reversed(building))


def leads_anywhere(exc: BaseException) -> bool:
    """Tell whether an exception leads to others, as far as can be seen from outside."""
    return any(True for _ in _links(exc))


def sub_exceptions(exc: BaseException) -> tuple[BaseException, ...]:
    """Give the sub-exceptions of a group, and nothing for any other exception."""
    return exc.exceptions if isinstance(exc, BaseExceptionGroup) else ()


def exceptions_in(value: object) -> Iterator[BaseException]:
    """Give the exceptions that a value is or, as a builtin container, holds."""
    stack: list[tuple[object, int]] = [(value, 0)]
    looked_at = 0
    while stack and looked_at < _SEARCH_VALUES:
        item, depth = stack.pop()
        looked_at += 1
        if isinstance(item, BaseException):
            yield item
        elif type(item) in _CONTAINERS and depth < _SEARCH_DEPTH:
            parts: list[object] = [*item, *item.values()] if isinstance(item, dict) else list(item)  # type: ignore[call-overload]
            stack.extend((part, depth + 1) for part in reversed(parts) if type(part) not in BARE)


def _links(exc: BaseException) -> Iterator[tuple[BaseException, bool]]:
    """Give what ``exc`` leads to in the order of the wire form, and whether ``exc`` can't be made without it."""
    for sub in sub_exceptions(exc):
        yield sub, True
    fields = [read_field(exc, field) for _, field in plan_for(type(exc)).fields]
    for value in (*args_of(exc), *dict_of(exc).values(), *fields):
        if type(value) not in BARE and (type(value) in _CONTAINERS or isinstance(value, BaseException)):
            for held in exceptions_in(value):
                yield held, False
    for link in (cause_of(exc), context_of(exc)):
        if link is not None:
            yield link, False


def has_usual_args(exc: BaseException) -> bool:
    """Tell whether the ``args`` of a group are what its ``__new__`` makes them."""
    if not isinstance(exc, BaseExceptionGroup):
        return False
    args = args_of(exc)
    return (
        len(args) == 2
        and args[0] == exc.message
        and type(args[1]) in (list, tuple)
        and len(args[1]) == len(exc.exceptions)
        and all(map(operator.is_, args[1], exc.exceptions))
    )
