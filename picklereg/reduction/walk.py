"""What one dump writes: every exception, looked at once, and where the graph is cut.

pickle recurses: each link of a chain is saved inside the one before it, so a long chain ends in ``RecursionError``, and an exception
group is saved *before* it can be referred to, so a link back to it from one of its own sub-exceptions never ends (gh-137889). Both
are decided here, before anything is written, by walking the links in the order in which pickle will save them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import (
    MISSING,
    OWNED,
    args_of,
    cause_of,
    context_of,
    dict_of,
    has_usual_args,
    message_of,
    read_field,
    sub_exceptions,
    suppress_of,
)
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import CONTAINER, DATA, DEEP, LEAVES, PLAIN, TEXT, is_exception, known_kind, parts_of
from picklereg.introspection.text import safe_text
from picklereg.redaction.beneath import LIVE
from picklereg.redaction.beside import are_plain_attributes, given_in
from picklereg.redaction.held import bodies_in, names_of
from picklereg.redaction.marks import CODES, SENT, is_mark, is_mark_in_bytes
from picklereg.redaction.names import COMPRESSED
from picklereg.reduction.native_fields import readable_fields

if TYPE_CHECKING:
    from picklereg.introspection.class_plan import Plan

__all__ = ["Cut", "Node", "Walk", "look_at"]

Cut = Literal["depth", "cycle"]

#: How many containers in a value are looked at, once there is something to decide about it; it is decided about as a whole then.
_MOST_VALUES: Final = 10_000
_PAIRS: Final = (tuple, list)
_NAMES: Final = (str, bytes)
#: Of so many attributes it is told at once whether all are texts, numbers or nothing.
_MANY: Final = 8
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
#: On a stack of values, the end of those that stand in one container.
_UP: Final = object()


class Node:
    """One exception, and what it holds.

    Args:
        exc: the exception.
        texts: takes all text that is found, bytes as UTF-8.

    Attributes:
        plan: that of its class.
        args: as Python keeps them.
        attributes: its live ``__dict__``.
        fields: what its slots and C fields hold, by name; without those that hold nothing.
        cause: its ``__cause__``.
        context: its ``__context__``.
        suppress: its ``__suppress_context__``.
        subs: its sub-exceptions.
        usual: whether its ``args`` are what the ``__new__`` of a group makes of message and sub-exceptions.
        held: exceptions in its arguments, attributes, and fields.
        odd_args: whether there is something to decide about its arguments.
        bare_args: whether its arguments are text, bytes, numbers, ``None``: they lead nowhere.
        odd: names of attributes about which there is something to decide.
        odd_fields: the same of fields.
        is_hiding: whether an attribute has a name that means something else of an exception.
        is_plain: whether there is nothing to decide about it, but for its texts and its chain.
        is_alone: whether it is plain, and leads to no other exception.
        problem: what went wrong when it was looked at; then only its chain is known.
        plain_names: whether the names of its attributes are text, and none is a credential's, may hold one's, or means something else.
        is_refused: whether it holds a credential that couldn't be encoded (``screening``).
        simple: by the name of an attribute, what stands for an attachment that needed no more than to be stripped (``screening``).
    """

    # Most exceptions have none of these.
    fields: Mapping[str, Any] = _NOTHING
    held: tuple[BaseException, ...] = ()
    odd: tuple[Any, ...] = ()
    odd_fields: tuple[str, ...] = ()
    odd_args: bool = False
    simple: Mapping[Any, Any] = _NOTHING
    bare_args: bool = True
    is_hiding: bool = False
    is_refused: bool = False
    is_plain: bool = False
    is_alone: bool = False
    plain_names: bool = True
    problem: BaseException | None = None
    subs: tuple[BaseException, ...] = ()
    usual: bool = False

    def __init__(self, exc: BaseException, texts: list[str]) -> None:
        self.exc = exc
        self.cause = cause_of(exc)
        self.context = context_of(exc)
        self.suppress = suppress_of(exc)
        self.plan = plan = plan_for(type(exc))
        self.args = args = args_of(exc)
        self.attributes = attributes = dict_of(exc)
        if plan.group:
            self.subs, self.usual = sub_exceptions(exc), has_usual_args(exc)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            args = args[:1] if self.usual else (message_of(exc), *args)
        for value in args:
            cls = type(value)
            if cls is str:  # what most are, without a look-up
                texts.append(value)
            elif (kind := known_kind(cls) if type(cls) is type else None) is not PLAIN:
                self.bare_args = self.bare_args and kind is DATA
                if self._is_odd(value, kind, texts):
                    self.odd_args = True
        self.odd_args = self.odd_args or not (self.bare_args or next(given_in(args, LIVE), None) is None)
        if attributes:
            self.odd = self._look(attributes, texts)
            if not _are_plain(tuple(attributes)):
                self.plain_names = False
                self.is_hiding = not OWNED.isdisjoint(attributes)
        if plan.is_plain:
            self.is_plain = self.plain_names and not (self.odd or self.odd_args or (plan.guarded and plan.guarded.intersection(attributes)))
            self.is_alone = self.is_plain and self.cause is None and self.context is None
        elif plan.fields:
            self.fields = fields = dict(_fields_of(exc, plan))
            self.odd_fields = self._look(fields, texts)

    def _look(self, attributes: dict[Any, Any], texts: list[str]) -> tuple[Any, ...]:
        if len(attributes) > _MANY and _are_simple(attributes):
            texts += [value for value in attributes.values() if type(value) is str]
            return ()
        odd: tuple[Any, ...] = ()
        for name, value in attributes.items():
            if value is None:  # as most are, where there are many
                continue
            cls = type(value)
            if cls is str:
                texts.append(value)
            elif (kind := known_kind(cls) if type(cls) is type else None) is not PLAIN and self._is_odd(value, kind, texts):
                odd += (name,)
        return odd

    def _is_odd(self, value: Any, kind: object, texts: list[str]) -> bool:
        """Tell whether there is something to decide about a value; collect its texts, and the exceptions in it."""
        if kind is CONTAINER:
            return self._is_odd_container(value, texts)
        if kind is DATA:
            if value.startswith(COMPRESSED):
                return True
            texts.append(value.decode("utf-8", "surrogateescape"))  # what is replaced may be in any language
            return False
        if is_exception(value):
            self.held += (value,)
        return True

    def _is_odd_container(self, container: Any, texts: list[str]) -> bool:
        is_odd, depth, left = False, 0, _MOST_VALUES
        seen = {id(container)}
        stack: list[Any] = [container]
        while stack and left:
            item = stack.pop()
            if item is _UP:
                depth -= 1
                continue
            left -= is_odd
            inner: list[Any] = []
            is_odd = (
                is_odd
                or (
                    type(item) is dict
                    and (
                        (not item.keys().isdisjoint(SENT) and bool(bodies_in(names_of(item), is_mapping=True)))
                        or ("code" in item and "state" in item)
                        or (b"code" in item and b"state" in item)
                    )
                )
                or (type(item) in _PAIRS and len(item) == 2 and type(item[0]) in _NAMES and item[0] in CODES)  # beside a state, maybe
            )
            for part in parts_of(item):
                cls = type(part)
                kind = known_kind(cls) if type(cls) is type else None
                if kind is PLAIN:
                    continue
                if kind is TEXT:
                    texts.append(part)
                    is_odd = is_odd or is_mark(part)  # the name of one, most likely
                elif kind is not CONTAINER:
                    is_odd = self._is_odd(part, kind, texts) or is_mark_in_bytes(part) or is_odd  # what isn't odd is bytes
                elif id(part) not in seen:
                    seen.add(id(part))
                    inner.append(part)
                else:
                    is_odd = True  # it may lead back to itself
            if inner:
                depth += 1
                is_odd = is_odd or depth >= DEEP
                stack.append(_UP)
                stack += reversed(inner)
        return is_odd

    def links(self) -> list[BaseException]:
        """Give what it leads to in the order of the wire form, without what it can't be made without, its sub-exceptions."""
        return [*self.held, *(link for link in (self.cause, self.context) if link is not None)]


class _Broken(Node):
    """An exception that can't be taken apart: its class or its attributes refuse.

    Args:
        exc: the exception.
        texts: takes its text.
        problem: what went wrong.
    """

    def __init__(self, exc: BaseException, texts: list[str], problem: BaseException) -> None:
        self.exc = exc
        self.cause = cause_of(exc)
        self.context = context_of(exc)
        self.suppress = suppress_of(exc)
        self.args = ()
        self.attributes = {}
        self.problem = problem
        texts.append(safe_text(exc))


def _are_simple(attributes: dict[Any, Any]) -> bool:
    try:
        return LEAVES.issuperset(map(type, attributes.values()))
    except TypeError:  # a class that can't be hashed
        return False


@functools.lru_cache(maxsize=1_024)
def _are_plain(names: tuple[Any, ...]) -> bool:
    return OWNED.isdisjoint(names) and are_plain_attributes(names)


def look_at(exc: BaseException, texts: list[str]) -> Node:
    """Look at an exception, whatever its class does.

    Args:
        exc: the exception.
        texts: takes all text that is found.
    """
    try:
        return Node(exc, texts)
    except BaseException as problem:  # noqa: BLE001  # somebody else's code
        pass_on(problem)
        return _Broken(exc, texts, problem)


def _fields_of(exc: BaseException, plan: Plan) -> Iterator[tuple[str, Any]]:
    fields = readable_fields(exc, plan) if plan.native_fields else plan.fields
    for name, field in fields:
        value = read_field(exc, field)
        # A C field that was never set reads as None, and setting None isn't the same (gh tblib#85).
        if value is not MISSING and (value is not None or "__slots__" in vars(field.__objclass__)):
            yield name, value


class Walk:
    """The exceptions of one dump: met, still to come, and links that are not followed.

    Args:
        limit: how many exceptions deep the graph is written, counted from the outermost one.

    Attributes:
        pending: by identity, what came into view and wasn't written yet.
        texts: what was collected since they were last taken.
        cuts: why a link isn't followed, by the identities of the exceptions that it is from and to.
    """

    __slots__ = ("_counted", "_depth", "_depths", "_left", "cuts", "limit", "pending", "texts")

    def __init__(self, limit: int) -> None:
        self.limit: int = limit
        self.pending: dict[int, Node] = {}
        self.texts: list[str] = []
        self._depth = 0  # of what was written last
        self._depths: dict[int, int] = {}
        self.cuts: dict[tuple[int, int], Cut] = {}
        self._left: set[int] = set()
        self._counted: dict[tuple[int, ...], int] = {}

    def awaits(self, exc: BaseException) -> bool:
        """Tell whether an exception came into view and wasn't written yet."""
        return id(exc) in self.pending  # where each is kept, so that no other one has its identity

    def knows(self, exc: BaseException) -> bool:
        """Tell whether an exception came into view, or was written already."""
        return id(exc) in self._depths

    def begin(self, exc: BaseException) -> list[Node]:
        """Look at an exception that a pickler has come to unexpectedly, and at all that it leads to; give what came into view."""
        return self.begin_with(look_at(exc, self.texts))

    def begin_with(self, node: Node) -> list[Node]:
        """Do the same with an exception that was looked at just now."""
        key = id(node.exc)
        depth = self._depth if self.pending else 0
        if key in self._depths or (node.cause is None and node.context is None and not (node.subs or node.held)):
            self._depths.setdefault(key, depth)
            self.pending[key] = node
            return [node]
        return self._walk(node, depth)

    def take(self, exc: BaseException) -> Node:
        """Give what was found of an exception, which is written now."""
        self._depth = self._depths[id(exc)]
        return self.pending.pop(id(exc))

    def pass_by(self, node: Node) -> None:
        """Take notice of an exception that leads nowhere, and is written now."""
        self._depths[id(node.exc)] = self._depth

    def adopt(self, parent: BaseException, exc: BaseException) -> list[Node] | None:
        """Take in an exception that hides in a value of another one.

        Returns:
            What came into view, or ``None`` if it lies too deep to be written.
        """
        if id(exc) in self._depths:
            return []
        depth = self._depths.get(id(parent), 0) + 1
        return self._walk(look_at(exc, self.texts), depth) if depth < self.limit else None

    def cut(self, parent: BaseException, child: BaseException) -> Cut | None:
        """Tell why the link from ``parent`` to ``child`` must not be written, if it must not."""
        return self.cuts.get((id(parent), id(child)))

    def count_left(self, parent: BaseException, roots: list[BaseException]) -> int:
        """Count the exceptions behind a cut that no other cut has counted; what is asked again is answered as before."""
        key = (id(parent), *map(id, roots))
        if key not in self._counted:
            self._counted[key] = self._count(roots)
        return self._counted[key]

    def _count(self, roots: list[BaseException]) -> int:
        stack, count = [*roots], 0
        while stack:
            exc = stack.pop()
            if id(exc) not in self._depths and id(exc) not in self._left:
                self._left.add(id(exc))
                count += 1
                node = look_at(exc, [])
                stack += node.subs
                stack += node.links()
        return count

    def _walk(self, root: Node, depth: int) -> list[Node]:
        """Visit depth-first, as pickle will; a group stays open until its sub-exceptions are through."""
        found: list[Node] = []
        open_groups: set[int] = set()
        stack: list[tuple[BaseException, BaseException, int]] = [(root.exc, root.exc, depth)]
        while stack:
            parent, exc, depth = stack.pop()
            key = id(exc)
            if depth < 0:
                open_groups.discard(key)
            elif key in open_groups:
                self.cuts[id(parent), key] = "cycle"
            elif key in self._depths:
                continue
            elif depth >= self.limit:
                self.cuts[id(parent), key] = "depth"
            else:
                self._depths[key] = depth
                node = self.pending[key] = root if exc is root.exc else look_at(exc, self.texts)
                found.append(node)
                if node.subs or node.held:
                    _push(stack, node, depth + 1, open_groups)
                    continue
                if node.context is not None:
                    stack.append((exc, node.context, depth + 1))
                if node.cause is not None:
                    stack.append((exc, node.cause, depth + 1))
        return found


def _push(stack: list[tuple[BaseException, BaseException, int]], node: Node, depth: int, open_groups: set[int]) -> None:
    exc = node.exc
    stack.extend((exc, child, depth) for child in reversed(node.links()))
    if node.subs:
        open_groups.add(id(exc))
        stack.append((exc, exc, -1))
        stack.extend((exc, child, depth) for child in reversed(node.subs))
