"""Whether what was read can be printed, compared and thrown away: nothing nests too deep, and nothing explodes when it is shown.

Python goes down into values by recursion, in C: ``repr`` shows what is shared again each time that it occurs (a list of two times the
same list, sixty times over, is a billion billion values), ``str`` of an ``OSError`` shows its fields, a traceback shows a group's
members and a cause, and throwing away a long chain of ``OSError`` overflows the stack (CPython, ``OSError_dealloc``; only some types
defer it). So the result is measured, without recursion.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import pathlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of, cause_of, context_of, dict_of, read_field, suppress_of
from picklereg.introspection.kinds import MAPPINGS
from picklereg.unpickling.safe.exceptions import Refused, is_exception
from picklereg.unpickling.stand_ins.classes import MissingValue

if TYPE_CHECKING:
    from picklereg.unpickling.safe.bounds import Bounds

__all__ = ["check_shape", "linked_to"]

_SEQUENCES: Final = (list, tuple, set, frozenset, collections.deque)
_MAPPINGS: Final = (*MAPPINGS, collections.OrderedDict, collections.defaultdict, collections.Counter)
_ZONED: Final = (datetime.datetime, datetime.time)
_TEXTS: Final = (str, bytes, bytearray)
#: Values that are some text, whose length isn't told otherwise.
_NAMED: Final = (decimal.Decimal, pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.WindowsPath)
#: Gives the members of a group, whatever its class says.
MEMBERS: Final[Callable[[BaseException], tuple[BaseException, ...]]] = vars(BaseExceptionGroup)["exceptions"].__get__
#: How many more links than members values may have that lead in a circle: each one more may double what a ``repr`` shows.
_EXTRA_LINKS: Final = 8


def check_shape(made: Sequence[Any], bounds: Bounds, shown: int) -> None:
    """Measure all that was made of a pickle.

    Args:
        made: every container and instance.
        bounds: how deep it may be.
        shown: how many characters and values a ``repr`` may show.

    Raises:
        Refused: if it is too much.
    """
    nodes = {id(value): value for value in made if value is not None and type(value) is not str}  # what a call gave may be as plain
    quick = _Quick(nodes, bounds, shown)
    # Arguments are made before what they are arguments of, and containers before what is put into them.
    rest = [node for node in nodes if not quick.measure(node)]
    rest = [node for node in reversed(rest) if not quick.measure(node)]
    if rest:
        _Measure(quick, rest, _shown_in, bounds, shown).run()
        _Measure(quick, rest, linked_to, bounds).run()


def _shown_in(value: Any) -> Iterable[Any]:
    """Give what a ``repr`` or ``str`` of a value shows, or the traceback of an exception."""
    if issubclass(type(value), MissingValue):
        return ()  # its name
    return _split(value)[0] if is_exception(value) else linked_to(value)


def _split(exc: BaseException) -> tuple[list[Any], list[Any]]:
    """Give what is shown of an exception, and all else that it refers to: more is linked than is shown, never less."""
    plan, attributes, cause, context = plan_for(type(exc)), dict_of(exc), cause_of(exc), context_of(exc)
    shown: list[Any] = [*args_of(exc), cause if cause is not None or suppress_of(exc) else context, attributes.get("__notes__")]
    if plan.fields:
        shown += [read_field(exc, field) for _, field in plan.fields]
    if plan.group:
        shown += MEMBERS(exc)
    is_bare = not attributes and cause is None and context is None
    return shown, [] if is_bare else [*attributes.values(), cause, context]


def _parts_of(value: Any) -> tuple[Iterable[Any], list[Any]]:
    """Give what is shown of a value, and all else that it refers to."""
    if is_exception(value):
        return _split(value)
    return ((), [*linked_to(value)]) if issubclass(type(value), MissingValue) else (linked_to(value), [])


def linked_to(value: Any) -> Iterable[Any]:
    """Give the values that a value refers to in any way; no code of its class runs."""
    cls: Any = type(value)
    if cls in _SEQUENCES:
        return value  # type: ignore[no-any-return]
    if cls in _MAPPINGS:
        return [part for item in value.items() for part in item]
    if issubclass(cls, MissingValue):
        return [*value.args, value.state, *value.items, *(part for pair in value.mapping for part in pair)]
    if is_exception(value):
        shown, hidden = _split(value)
        return shown + hidden
    if cls in _ZONED:
        return (value.tzinfo,)
    if cls is collections.UserList and type(value.data) is list:
        return value.data  # a copy of ours
    items = tuple.__iter__(value) if issubclass(cls, tuple) else ()
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        attributes = {}
    return [*items, *(attributes.values() if type(attributes) is dict else ())]


def _size_of(value: Any) -> int:
    """Give how many characters a value shows by itself."""
    kind = type(value)
    if kind in _TEXTS:
        return len(value) + 1
    if kind is int:
        return 1 + int(value.bit_length()) // 3
    if kind in _NAMED:
        return len(str(value))
    return 1 + len(str(value)) if kind is datetime.timezone else 1


class _Quick:
    """Depth and size of each value whose parts are all measured, as those of nearly all values are, since they don't lead back to it.

    Both are found at once: the depth by all that it refers to, the size by what it shows of that.
    """

    def __init__(self, nodes: dict[int, Any], bounds: Bounds, shown: int) -> None:
        self.nodes = nodes
        self.depth: dict[int, int] = {}
        self.size: dict[int, int] = {}
        self._max_depth = bounds.max_depth
        self._shown = shown

    def measure(self, node: int) -> bool:
        """Measure a value, if its parts are measured, and tell whether they are.

        Raises:
            Refused: if it is too much.
        """
        value = self.nodes[node]
        shown: Iterable[Any] = value
        size, deepest = 1, 0
        if type(value) is not tuple and type(value) is not list:
            shown, hidden = _parts_of(value)
            size, deepest = _size_of(value), self._deepest(hidden) if hidden else 0
        if deepest < 0:
            return False
        nodes, depths, sizes = self.nodes, self.depth, self.size
        for part in shown:
            if type(part) is str:
                size += len(part) + 1
            elif part is None:
                size += 1
            elif (key := id(part)) in nodes:
                below = depths.get(key)
                if below is None:
                    return False
                size += sizes[key]
                deepest = max(deepest, below)
            else:
                size += _size_of(part)
        depths[node], sizes[node] = deepest + 1, size
        if size > self._shown:
            raise Refused(_too_much(self._shown))
        if deepest >= self._max_depth:
            raise Refused(_too_deep(self._max_depth))
        return True

    def _deepest(self, parts: list[Any]) -> int:
        """Give how deep the deepest of some parts is; -1 if one isn't measured."""
        depths = [self.depth.get(id(part), -1) for part in parts if id(part) in self.nodes]
        return -1 if -1 in depths else max(depths, default=0)


def _too_much(shown: int) -> str:
    return f"shown, it would be more than {shown:,} characters and values (max_expanded)"


def _too_deep(depth: int) -> str:
    return f"it is more than {depth:,} values deep (max_depth)"


class _Measure:
    """Depth and size of the other values, found by walking their links once (Tarjan's strongly connected components)."""

    def __init__(
        self, quick: _Quick, rest: list[int], links: Callable[[Any], Iterable[Any]], bounds: Bounds, shown: int | None = None
    ) -> None:
        self._nodes = quick.nodes
        self._rest = rest
        self._links = links
        self._bounds = bounds
        self._shown = shown
        self._depth: dict[int, int] = quick.depth.copy()
        self._size: dict[int, int] = quick.size.copy()
        self._index: dict[int, int] = dict.fromkeys(quick.depth, 0)
        self._low: dict[int, int] = {}
        self._open: list[int] = []
        self._is_open: set[int] = set()
        self._children: dict[int, list[int]] = {}

    def run(self) -> None:
        """Measure them.

        Raises:
            Refused: for the first one that is too much.
        """
        for root in self._rest:
            if root not in self._index:
                self._walk(root)

    def _walk(self, root: int) -> None:
        stack = [(root, iter(self._enter(root)))]
        while stack:
            node, children = stack[-1]
            for child in children:
                if child not in self._index:
                    stack.append((child, iter(self._enter(child))))
                    break
                if child in self._is_open:
                    self._low[node] = min(self._low[node], self._index[child])
            else:
                stack.pop()
                if stack:
                    parent = stack[-1][0]
                    self._low[parent] = min(self._low[parent], self._low[node])
                if self._low[node] == self._index[node]:
                    self._close(node)

    def _enter(self, node: int) -> list[int]:
        self._index[node] = self._low[node] = len(self._index)
        self._open.append(node)
        self._is_open.add(node)
        self._children[node], self._size[node] = self._parts(node)
        return self._children[node]

    def _parts(self, node: int) -> tuple[list[int], int]:
        """Give the values that one refers to and that are measured themselves, and how many characters it shows without them."""
        value, nodes = self._nodes[node], self._nodes
        children: list[int] = []
        size = _size_of(value)
        for part in self._links(value):
            key = id(part)
            if key in nodes:
                children.append(key)
            elif part is not None:
                size += _size_of(part)
            else:
                size += 1
        return children, size

    def _close(self, node: int) -> None:
        """Measure the values that lead in a circle, mostly one that doesn't."""
        members: list[int] = []
        while not members or members[-1] != node:
            members.append(self._open.pop())
            self._is_open.discard(members[-1])
        inside = set(members)
        depth, size, links = 0, sum(self._size[member] for member in members), 0
        for member in members:
            for child in self._children[member]:
                if child in inside:
                    links += 1
                else:
                    depth = max(depth, self._depth[child])
                    size += self._size[child]
        depth += len(members)
        self._check(depth, size, links - len(members))
        for member in members:
            self._depth[member], self._size[member] = depth, size

    def _check(self, depth: int, size: int, extra_links: int) -> None:
        if self._shown is not None:
            if size > self._shown:
                raise Refused(_too_much(self._shown))
            if extra_links > _EXTRA_LINKS:
                raise Refused("too many of its values lead in circles")
        if depth > self._bounds.max_depth:
            raise Refused(_too_deep(self._bounds.max_depth))
