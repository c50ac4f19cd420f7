"""Containers of classes that can't be made, or filled, as Python's own rule would have it. The reader imports this module."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Self

from attachment_samples import Request

__all__ = ["ALONE", "MENDED", "PLAIN", "shown"]


class ByNew(list[Any]):
    """Can't be made without its arguments."""

    source: Any = None

    def __new__(cls, first: Any, second: Any) -> Self:
        return super().__new__(cls)

    def __init__(self, first: Any, second: Any) -> None:
        super().__init__([first, second])
        self.first = first


class Point(tuple[Any, ...]):  # noqa: SLOT001  # it has attributes
    """The same, and can't be changed."""

    note: str

    def __new__(cls, *items: Any) -> Self:
        self = super().__new__(cls, items)
        if len(items) > 2:
            self.note = "in space"
        return self


class Fixed(frozenset[Any]):
    """The same."""

    def __new__(cls, first: Any, second: Any) -> Self:
        return super().__new__(cls, [first, second])


class Tags(set[Any]):
    """Its reduce calls it with a list."""

    __slots__ = ("source", "unset")

    def __init__(self, first: Any, second: Any) -> None:
        super().__init__([first, second])
        self.source = "here"


class Ordered(OrderedDict[Any, Any]):
    """The same, with nothing."""

    def __init__(self, first: Any) -> None:
        super().__init__()
        self["first"] = first


class Grouped(defaultdict[Any, Any]):
    """The same, with what makes a default."""

    def __init__(self, factory: Any, first: Any) -> None:
        super().__init__(factory)
        self["first"] = first


class Latest(deque[Any]):
    """Takes what it is called with for its items."""

    def __init__(self, *items: Any) -> None:
        super().__init__(items, 3)


class Tally(Counter[Any]):
    """Can't be made without its arguments."""

    def __init__(self, first: Any, second: Any) -> None:
        super().__init__([first, second])


class Shut(dict[Any, Any]):
    """Refuses what pickle puts in."""

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("shut")


class Tagging(list[Any]):
    """Changes what is appended."""

    def append(self, item: Any) -> None:
        super().append(("tag", item))

    def extend(self, items: Iterable[Any]) -> None:
        for item in items:
            self.append(item)


class Dropping(dict[str, Any]):
    """Holds less than it tells."""

    def items(self) -> Any:
        return [*super().items()][:1]


class Pair(NamedTuple):
    """Has names for its items."""

    first: Any
    second: Any


class OwnList(list[Any]):
    """Is as Python's own."""


class Reducing(list[Any]):
    """Has a reduce of its own, which fails."""

    def __reduce__(self) -> Any:
        raise TypeError("not me")


class Slotted(dict[Any, Any]):
    """Has a slot."""

    __slots__ = ("kept",)

    def __new__(cls, given: Any) -> Self:
        return super().__new__(cls)

    def __init__(self, given: Any) -> None:
        super().__init__(a=given)


class Closed(Slotted):
    """Has a property of the slot's name, which can't be set."""

    @property
    def kept(self) -> int:
        """Is the same in all."""
        return 1


class Holder:
    """Holds something."""

    def __init__(self, held: Any) -> None:
        self.held = held


def _with_source(container: Any) -> Any:
    container.source = "here"
    return container


def _in_itself() -> ByNew:
    found = ByNew(1, {"two": 2})
    found.append(found)
    found.source = [found]
    return found


#: By what they show: what arrives whole.
MENDED: dict[str, Callable[[], Any]] = {
    "a list": lambda: ByNew(1, ByNew("in it", 2)),
    "a list in itself": _in_itself,
    "a tuple": lambda: Point(1, [Point(3)]),
    "a tuple with an attribute": lambda: Point(1, 2, 3),
    "a frozen set": lambda: Fixed(1, 2),
    "a set": lambda: Tags(1, 2),
    "an ordered dictionary": lambda: Ordered([1]),
    "a dictionary of defaults": lambda: Grouped(list, 1),
    "a queue": lambda: Latest(1, 2),
    "a counter": lambda: Tally("a", "b"),
    "a counter with an attribute": lambda: _with_source(Tally("a", "b")),
    "a dictionary that can't be filled": lambda: Shut(a=1),
    "a list that changes what it gets": lambda: _filled(Tagging(), 1),
    "a dictionary that tells less": lambda: Dropping(a=1, b=2),
    "in a queue": lambda: deque([Point(1, 2)], 3),
    "in an object": lambda: Holder(ByNew(1, 2)),
    "a dictionary of defaults with an attribute": lambda: _with_source(Grouped(list, 1)),
}
#: The same, which is changed where it stands in something else: what is in it that can't travel, and what of it isn't kept.
ALONE: dict[str, tuple[Callable[[], Any], Any, str]] = {
    "a lock in a list": (lambda: OwnList([threading.Lock(), 2]), ["<lock>", 2], "_thread.lock) was replaced by its repr"),
    "a lock in a pair": (lambda: Pair(threading.Lock(), 2), ["<lock>", 2], "_thread.lock) was replaced by its repr"),
    "a lock in a tuple": (lambda: Point(threading.Lock(), 2), ["<lock>", 2], "_thread.lock) was replaced by its repr"),
    "a lock beside a list": (lambda: _with_source(_locked(ByNew(1, 2))), [1, 2], "'lock' of "),
    "an attachment": (lambda: OwnList([Request(url="x", headers={})]), ["<x>"], ""),
}
#: What becomes a plain container.
PLAIN: dict[str, tuple[Callable[[], Any], Any, str]] = {
    "a reduce of its own": (lambda: Reducing([1, 2]), [1, 2], "becomes list: TypeError: not me"),
    "a default that can't travel": (lambda: Grouped(threading.Lock().acquire, 1), {"first": 1}, "becomes dict: TypeError: cannot pickle"),
    "attributes that can't be set": (lambda: Closed(1), {"a": 1}, "becomes dict: TypeError: Slotted.__new__() missing"),
}


def _filled(container: Any, *items: Any) -> Any:
    for item in items:
        container.append(item)
    return container


def _locked(container: Any) -> Any:
    container.lock = threading.Lock()
    return container


def shown(value: Any, depth: int = 0) -> Any:
    """Show a value: its class, its content, and what it holds besides."""
    cls = type(value)
    if cls is Request:
        return "<x>"
    if "lock" in cls.__name__ or (cls is str and ("lock" in value or value == "<x>")):
        return "<lock>" if value != "<x>" else value
    bases: Any = (OrderedDict, dict, list, tuple, set, frozenset, deque)
    for base in bases:
        if isinstance(value, base) and depth < 5:
            content: Any = base.items(value) if issubclass(base, dict) else base.__iter__(value)
            parts = [shown(part, depth + 1) for part in content]
            held = {name: shown(getattr(value, name), depth + 1) for name in ("source", "first", "note", "maxlen") if hasattr(value, name)}
            factory = getattr(value, "default_factory", None)
            return [cls.__name__, sorted(parts) if base in {set, frozenset} else parts, held, factory and factory.__name__]
    return shown(vars(value), depth) if cls is Holder else repr(value)
