"""Objects that are nothing but themselves: a module holds each by a name, and programs compare with it by identity."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Mapping
from typing import Any, Final

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.homes import names_in
from picklereg.introspection.kinds import attributes_of, is_bare, is_plainly_pickled, slots_of
from picklereg.introspection.naming import is_importable, module_of

__all__ = ["is_held", "is_sentinel", "says_its_name"]

#: How much room a slot takes.
_SLOT: Final = 8


class _Plain:
    """Has a ``__dict__`` and nothing else."""


def is_sentinel(value: Any) -> bool:
    """Tell of a value that it is most likely nothing but itself: a bare ``object()``, or of a class that has nothing to say of it.

    It may hold the name under which a module holds it. Where nobody finds its class, any words and numbers may be in it: a copy is of
    another class, and no other instance is right.
    """
    cls = type(value)
    if not is_plainly_pickled(cls):
        return False
    try:
        held = attributes_of(value)
    except BaseException as problem:  # noqa: BLE001  # its class has code for what it holds
        pass_on(problem)
        return False
    return not held or says_its_name(value, held) or (all(map(is_bare, held.values())) and not is_importable(cls))


def is_held(value: object) -> bool:
    """Tell whether the module of an object's own class holds the object: a sentinel, or one for all.

    Args:
        value: the object.
    """
    return any(map(operator.is_, [*names_in(module_of(type(value))).values()], itertools.repeat(value)))


def says_its_name(value: object, held: Mapping[str, Any]) -> bool:
    """Tell of an object whether it holds nothing but the name under which the module of its own class holds it, as named sentinels do.

    Args:
        value: the object.
        held: its attributes, and what is in its slots.
    """
    cls = type(value)
    if cls.__basicsize__ > _Plain.__basicsize__ + _SLOT * len(slots_of(cls)):  # native code holds more
        return False
    module = module_of(cls)
    names = names_in(module)
    found = next((text for text in held.values() if type(text) is str and names.get(text) is value), None)
    return found is not None and all(text is None or (type(text) is str and (found in text or text == module)) for text in held.values())
