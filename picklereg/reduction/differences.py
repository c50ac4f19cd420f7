"""What a trial's copy of a value lacks or has otherwise: a class's own way of being pickled may drop, change, or make anew what it holds.

Nothing of what is compared is asked: it is read as Python keeps it. What isn't seen there isn't told of, and no more than so much is looked
at, since a note is a help, and no proof.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from types import FunctionType, MethodType, ModuleType
from typing import Any, Final
from weakref import WeakSet

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.homes import held_names
from picklereg.introspection.kinds import MAPPINGS, is_bare, is_container, parts_of, plain_of
from picklereg.introspection.naming import type_name
from picklereg.redaction.held import attributes_of

__all__ = ["difference", "keeps_types"]

#: How many values are compared.
_MOST: Final = 1_000
#: What is the same object, or is told of elsewhere.
_OTHERS: Final = (BaseException, type, FunctionType, MethodType, ModuleType, WeakSet)
#: Of the builtins' subclasses, whose elements are compared in their order; a set's have none.
_ORDERED: Final[tuple[Any, ...]] = (list, tuple, deque)
_SETS: Final[tuple[Any, ...]] = (set, frozenset)
_MAPPINGS: Final[tuple[Any, ...]] = (OrderedDict, *MAPPINGS)
_ABSENT: Final = object()


def keeps_types(container: Any, copy: Any) -> bool:
    """Tell whether what is in a builtin container is of the same types in its copy; what is in sets has no order to compare.

    Args:
        container: the container.
        copy: its copy.
    """
    seen: set[int] = set()
    stack = [(container, copy)]
    while stack:
        one, other = stack.pop()
        if type(one) is not type(other) or type(one) is WeakSet:
            return False
        if is_container(one) and id(one) not in seen and not isinstance(one, _SETS):
            seen.add(id(one))
            stack += zip(parts_of(one), parts_of(other), strict=True)
    return True


def difference(value: object, copy: object) -> str | None:
    """Tell what in a value isn't in its copy as it is.

    Args:
        value: the value.
        copy: what was read back of it.

    Returns:
        How the first such thing differs, to follow on what the value is called; ``None`` if nothing is seen.
    """
    try:
        return _first(value, copy)
    except BaseException as problem:  # noqa: BLE001  # an object's own code, where it has some for what is read
        pass_on(problem)
        return None


def _first(value: object, copy: object) -> str | None:
    seen: set[int] = set()
    pairs: deque[tuple[Any, Any, str]] = deque([(value, copy, "")])  # with how to tell of what holds them
    while pairs and len(seen) < _MOST:
        one, other, holder = pairs.popleft()
        cls = type(one)
        if one is other or id(one) in seen or issubclass(cls, _OTHERS):
            continue
        itself = f"{'is' if one is value else 'holds'} a {type_name(cls)}"
        told = holder if is_container(one) else f"{itself} that doesn't arrive as it is"
        if is_bare(one) or cls is not type(other):
            if _is_unlike(one, other):
                return holder
            continue
        seen.add(id(one))
        name = held_names(one)
        if name is not None:
            return f"{'is' if one is value else 'holds'} {name}, of which the reader gets a copy, and not its own"
        if _is_unlike(one, other):
            return told
        pairs += [(part, there, told) for part, there in _elements(one, other)]
        found = dict(attributes_of(other))
        named = [(key, part) for key, part in attributes_of(one) if not _is_cache(key, part)]
        pairs += [(part, found.get(key, _ABSENT), f"{itself} whose {key!r} doesn't arrive as it is") for key, part in named]
    return None


def _is_cache(name: object, value: object) -> bool:
    """Tell of an attribute that it is no part of what an object is; hashes of texts are others in each process."""
    return type(name) is str and ("cache" in name or ("hash" in name and type(value) is int))


def _is_unlike(one: Any, other: Any) -> bool:
    """Tell at once of two values whether they differ, whatever they hold."""
    if type(one) is not type(other):
        return True
    plain = plain_of(one)
    if is_bare(plain):
        there = plain_of(other)
        return bool(plain != there and plain == plain)  # noqa: PLR0124  # not a number, maybe
    return any(issubclass(type(one), base) and base.__len__(one) != base.__len__(other) for base in (*_ORDERED, *_SETS, *MAPPINGS))


def _elements(one: Any, other: Any) -> list[tuple[Any, Any]]:
    cls = type(one)
    for base in _ORDERED:
        if issubclass(cls, base):
            return [*zip(base.__iter__(one), base.__iter__(other), strict=True)]
    for base in _MAPPINGS:
        if issubclass(cls, base):
            pairs = zip(base.items(one), base.items(other), strict=True)
            return [pair for entry, entry_there in pairs for pair in zip(entry, entry_there, strict=True)]
    return []
