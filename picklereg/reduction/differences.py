"""In what a copy differs from the value that was tried out: in the types of what a container holds, and in what objects hold.

What code of an object's own class gives or leaves out is its own affair. Where Python pickles by itself, nobody wanted a difference: the
reader calls ``__new__`` of a text, number or tuple with what is in it already, and ``append`` or ``__setitem__`` with what these have made
before; and the reduces of ``datetime``, ``Decimal`` or ``Counter`` know nothing of what subclasses hold beside.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Callable, Container, Iterable, Iterator
from types import FunctionType
from typing import Any, Final

from picklereg.introspection.by_class import by_class
from picklereg.introspection.kinds import MAPPINGS, is_bare, is_container, parts_of, plain_of
from picklereg.introspection.naming import mro_of, type_name
from picklereg.introspection.pickling_hooks import NOTHING, say_of

__all__ = ["changes_in", "is_made_otherwise", "keeps_types"]

_SETS: Final[tuple[Any, ...]] = (set, frozenset)
#: How what an instance of a subclass holds is read, whatever that class says.
_CONTENTS: Final[dict[type, Callable[[Any], Iterable[Any]]]] = {
    tuple: tuple.__iter__,
    list: list.__iter__,
    deque: deque.__iter__,
    OrderedDict: lambda value: (part for item in OrderedDict.items(value) for part in item),
    dict: lambda value: (part for item in dict.items(value) for part in item),
    **dict.fromkeys(MAPPINGS[1:], parts_of),
}

_OTHERWISE: Final = "arrives with other contents"


def keeps_types(container: Any, copy: Any) -> bool:
    """Tell whether what is in a builtin container is of the same types in its copy; of what is in sets, only texts and numbers tell it.

    Args:
        container: the container.
        copy: its copy.
    """
    seen: set[int] = set()
    stack = [(container, copy)]
    while stack:
        one, other = stack.pop()
        if type(one) is not type(other) or is_made_otherwise(one, other) or _has_others(one, other):
            return False
        if is_container(one) and id(one) not in seen and not isinstance(one, _SETS):
            seen.add(id(one))
            stack += zip(parts_of(one), parts_of(other), strict=False)
    return True


def _has_others(one: Any, other: Any) -> bool:
    """Tell of a set, in which nothing has a place, whether it holds other texts and numbers than its copy."""
    return isinstance(one, _SETS) and _plain_in(one) != _plain_in(other)


def _plain_in(items: Iterable[Any]) -> set[tuple[int, Any]]:
    """Give the texts and numbers in a set, also those of subclasses, but for what isn't even equal to itself."""
    plain = [(id(type(part)), plain_of(part)) for part in items]
    return {(key, part) for key, part in plain if is_bare(part) and part == part}  # noqa: PLR0124


def is_made_otherwise(value: Any, copy: Any) -> bool:
    """Tell of a text, bytes or a number of a subclass whether its class makes something else of what it is."""
    if type(copy) is not type(value) or (plain := plain_of(value)) is value:
        return False
    return plain != plain_of(copy) and plain == plain and _is_left_to_python(type(value))  # noqa: PLR0124  # a NaN is itself, too


def changes_in(value: Any, copy: Any, told: Container[int]) -> list[str]:
    """Tell what of a value, and of the objects in it, arrives otherwise because of how Python pickles.

    Args:
        value: the value that was tried out.
        copy: its copy.
        told: by identity, the classes of which it is told elsewhere what becomes of their instances.
    """
    return [*dict.fromkeys(_changes(value, copy, told))]


def _changes(value: Any, copy: Any, told: Container[int]) -> Iterator[str]:
    seen: set[int] = set()
    are_left: dict[int, bool] = {}  # by identity, classes
    stack = [(value, copy, value)]
    while stack:
        one, other, owner = stack.pop()
        cls = type(one)
        if is_bare(one):
            if type(other) is not cls or (one != other and one == one):  # noqa: PLR0124  # a NaN is itself, too
                yield _said(value, owner, _OTHERWISE)
        elif one is not other and id(one) not in seen:
            seen.add(id(one))
            if type(other) is not cls:
                if one is not value and id(cls) not in told:
                    yield f"holds {type_name(cls)}, which becomes {type_name(type(other))}"
            elif cls in _SETS:
                yield from [_said(value, owner, _OTHERWISE)] if _has_others(one, other) else ()
            elif _is_left(cls, are_left):
                yield from (_said(value, one, how) for how in _lacks(one, other, stack))


def _is_left(cls: type, known: dict[int, bool]) -> bool:
    if id(cls) not in known:
        known[id(cls)] = _is_left_to_python(cls)
    return known[id(cls)]


def _lacks(one: Any, other: Any, stack: list[tuple[Any, Any, Any]]) -> Iterator[str]:
    """Tell what is missing in one of two objects of a class, where their parts don't tell it; give these."""
    contents, others = _contents(one), _contents(other)
    held, there = _attributes(one), _attributes(other)
    if len(contents) != len(others) or is_made_otherwise(one, other):
        yield _OTHERWISE
    if lost := [repr(name) for name in held if name not in there and not _is_of_class(name, type(one))]:
        yield f"comes without {', '.join(lost)}"
    stack += [(*pair, one) for pair in zip(contents, others, strict=False)]
    stack += [(part, there[name], one) for name, part in held.items() if name in there]


@by_class
def _reader_of(cls: type) -> Callable[[Any], Iterable[Any]] | None:
    return next((read for base, read in _CONTENTS.items() if issubclass(cls, base)), None)


def _contents(item: Any) -> list[Any]:
    """Give the elements of an object, of one with keys its keys and values in turn."""
    read = _reader_of(type(item))
    return [] if read is None else [*read(item)]


def _said(value: Any, owner: Any, how: str) -> str:
    return how if owner is value else f"holds {type_name(type(owner))}, which {how}"


def _attributes(item: Any) -> dict[Any, Any]:
    """Give what an instance of a class holds in its ``__dict__``."""
    try:
        held: dict[Any, Any] = object.__getattribute__(item, "__dict__")
    except AttributeError:  # it has none
        return {}
    return held


def _is_of_class(name: Any, cls: type) -> bool:
    """Tell of an attribute whether the class gives it anew, as a cached property does."""
    return any(name in vars(base) for base in mro_of(cls))


def _is_left_to_python(cls: type) -> bool:
    """Tell whether no code of somebody else's has a say in how instances of a class are written and read."""
    setters = (vars(base).get("__setstate__") for base in mro_of(cls))
    are_pythons = all(type(setter) is not FunctionType or _is_pythons(str(setter.__module__)) for setter in setters)
    return say_of(cls) == NOTHING and are_pythons


def _is_pythons(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names
