"""Objects of which a class's own way of being pickled drops something, changes it, or makes it anew."""

from __future__ import annotations

import functools
import io
import re
from collections import OrderedDict, defaultdict, deque
from typing import Any, Self

__all__ = ["ALIKE", "DIFFERING"]


class Token(str):
    """A text that knows where it stood, and forgets where it ended."""

    __slots__ = ("end", "start")
    end: int | None
    start: int

    def __new__(cls, text: str, start: int, end: int | None = None) -> Self:
        made = super().__new__(cls, text)
        made.start, made.end = start, end
        return made

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.start)


class Tagged:
    """Drops its attribute, or sends another value of it."""

    def __init__(self, tag: Any, **others: Any) -> None:
        self.tag = tag
        self.__dict__.update(others)

    def __getstate__(self) -> Any:
        return {name: value for name, value in vars(self).items() if name != "tag" and not name.startswith("_")}


class Rounded(Tagged):
    """Sends less of its number."""

    def __getstate__(self) -> Any:
        return {**vars(self), "tag": round(self.tag)}


class Slotted:
    """Keeps a slot to itself."""

    __slots__ = ("kept", "sent")

    def __init__(self) -> None:
        self.kept = self.sent = 1

    def __getstate__(self) -> Any:
        return None, {"sent": self.sent}


class Short(list[Any]):
    """Sends its first element."""

    def __reduce__(self) -> Any:
        return type(self), (self[:1],)


class Upper(str):
    """Says it louder in the reader."""

    __slots__ = ()

    def __reduce__(self) -> Any:
        return type(self), (self.upper(),)


class Retyped:
    """Has a list where it had a tuple."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __getstate__(self) -> Any:
        return {"items": [*self.items]}


class Plain:
    """Holds something, and is written as Python does."""

    def __init__(self, held: Any) -> None:
        self.held = held


class Keyed(dict[Any, Any]):
    """Has another value in the reader."""

    def __reduce__(self) -> Any:
        return type(self), ({**self, "key": None},)


class Elsewhere:
    """One for all, which a module holds, and which says how it is written itself."""

    def __init__(self) -> None:
        self.ops = ("T",)

    def __getstate__(self) -> Any:
        return {"ops": self.ops}


ELSEWHERE = Elsewhere()


class Silent:
    """One for all, with nothing in it."""


SILENT = Silent()


class Wild:
    """Has code of its own for what is read of it."""

    def __init__(self) -> None:
        self.held = 1

    def __getstate__(self) -> Any:
        return {"held": 2}

    @property  # type: ignore[misc]
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        raise RuntimeError("who asks?")


def _ring() -> Any:
    ring = Tagged(1, same=1)
    holder: list[Any] = [ring]
    vars(ring)["others"] = holder
    del ring.tag
    holder.append(holder)
    return ring


def _with_caches() -> Tagged:
    made = Tagged.__new__(Tagged)
    made.__dict__.update(_cached=1, _hash=12, same=2)
    return made


#: By name: what it is, and what its note says.
DIFFERING: dict[str, tuple[Any, str]] = {
    "a dropped slot of a text": (lambda: Token("word", 1, 5), "is a differing_samples.Token whose 'end' doesn't arrive as it is"),
    "a dropped attribute": (lambda: Tagged("x"), "is a differing_samples.Tagged whose 'tag' doesn't arrive as it is"),
    "a dropped object": (lambda: Tagged(Plain(1)), "is a differing_samples.Tagged whose 'tag' doesn't arrive as it is"),
    "another number": (lambda: Rounded(1.5), "is a differing_samples.Rounded whose 'tag' doesn't arrive as it is"),
    "a slot": (Slotted, "is a differing_samples.Slotted whose 'kept' doesn't arrive as it is"),
    "fewer elements": (lambda: Short([1, 2]), "is a differing_samples.Short that doesn't arrive as it is"),
    "another text": (lambda: Upper("word"), "is a differing_samples.Upper that doesn't arrive as it is"),
    "another type": (lambda: Retyped((1,)), "is a differing_samples.Retyped whose 'items' doesn't arrive as it is"),
    "another value": (lambda: Keyed(key=1), "is a differing_samples.Keyed that doesn't arrive as it is"),
    "one for all": (lambda: ELSEWHERE, "is differing_samples.ELSEWHERE, of which the reader gets a copy, and not its own"),
    "in an object": (lambda: Plain([Tagged("x")]), "holds a differing_samples.Tagged whose 'tag' doesn't arrive as it is"),
    "in a dictionary": (lambda: {"key": (Tagged("x"),)}, "holds a differing_samples.Tagged whose 'tag' doesn't arrive as it is"),
    "as a key": (lambda: {ELSEWHERE: 1}, "holds differing_samples.ELSEWHERE, of which the reader gets a copy, and not its own"),
    "in a deque": (lambda: deque([Token("word", 1, 5)]), "holds a differing_samples.Token whose 'end' doesn't arrive as it is"),
    "in an ordered one": (
        lambda: OrderedDict(key=Token("word", 1, 5)),
        "holds a differing_samples.Token whose 'end' doesn't arrive as it is",
    ),
    "with nothing in it": (
        lambda: Plain(Plain(SILENT)),
        "holds differing_samples.SILENT, of which the reader gets a copy, and not its own",
    ),
}
#: Of which nothing is to be told.
ALIKE: dict[str, Any] = {
    "a cache": lambda: Tagged.__new__(Tagged),
    "caches": _with_caches,
    "not a number": lambda: Plain([float("nan"), Short([float("nan")])]),
    "a ring": _ring,
    "a partial": lambda: functools.partial(int, base=2),
    "a pattern": lambda: Plain([re.compile("a"), io.BytesIO(b"x"), defaultdict(list, a=[1]), {1, 2}]),
    "many": lambda: Plain([Short([n]) for n in range(2_000)]),
}
