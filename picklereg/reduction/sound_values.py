"""What needs no trial: classes that are named, and instances of which Python alone says how they are pickled, down to texts and numbers."""

from __future__ import annotations

import copyreg
import pickle
from collections import ChainMap
from enum import Enum, EnumType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.by_class import by_class
from picklereg.introspection.kinds import has_usual_dict, is_bare, is_container, is_ordinary
from picklereg.introspection.naming import mro_of
from picklereg.introspection.pickling_hooks import NOTHING, say_of
from picklereg.introspection.sentinels import is_held, says_its_name
from picklereg.reduction.classes import is_nameable

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump

__all__ = ["has_usual_hash", "is_sound", "writes_as_usual"]

#: How many values are looked at, and how deep they stand in one another; what holds more is tried out.
_MOST: Final = 200
_DEEP: Final = 10


class _Plain:
    """What has more in it than its instances have room for, pickle refuses."""


class _Unreferenced:
    """The same of what can't be referred to weakly."""

    __slots__ = ("__dict__",)


#: Code with which a class may give an attribute that no instance holds.
_GETTERS: Final = ("__getattr__", "__getattribute__", "__class__")


def is_sound(value: Any, dump: Dump) -> bool:
    """Tell at once of a value whether it is written, and read back, as it is; where it can't tell, trying it out does.

    Args:
        value: the value.
        dump: the dump that it is part of.
    """
    if not writes_as_usual(dump):
        return False
    seen: set[int] = set()
    stack: list[tuple[Any, int]] = [(value, 0)]
    while stack:
        item, depth = stack.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        parts = _parts_of(item, dump)
        if parts is None or depth > _DEEP or len(seen) + len(stack) > _MOST:
            return False
        stack += [(part, depth + 1) for part in parts if not is_bare(part)]
    return True


def writes_as_usual(dump: Dump) -> bool:
    """Tell whether the host writes by name what has one, keeps nothing out of what it writes, and has such a table as cloudpickle."""
    if not dump.by_name or dump.in_python:
        return False
    host: Any = dump.host
    return host is None or (type(host).persistent_id is pickle.Pickler.persistent_id and type(host.dispatch_table) is ChainMap)


def has_usual_hash(cls: type) -> bool:
    """Tell of a class that any table can hold it, and nobody's code is run for that."""
    return type(cls).__hash__ is type.__hash__


def _parts_of(item: Any, dump: Dump) -> list[Any] | None:
    """Give what has to be sound for a value to be sound; ``None`` if that isn't all."""
    cls = type(item)
    if cls is type:
        return [] if is_nameable(item) else None
    if is_container(item):
        return [*item.values()] if cls is dict and all(map(is_bare, item)) else [*item] if cls is list or cls is tuple else None
    if type(cls) is EnumType:
        return [] if _is_found_by_value(item, cls, dump) else None
    if id(cls) not in dump.sound:
        dump.sound[id(cls)] = _is_left_to_python(cls, dump)
    if not dump.sound[id(cls)]:
        return None
    attributes = vars(item)
    if any(type(name) is not str or name.startswith("__") for name in attributes):  # it may stand for a method
        return None
    is_named = says_its_name(item, attributes) if attributes else is_held(item)
    return None if is_named else [*attributes.values()]


def _is_found_by_value(member: Any, cls: Any, dump: Dump) -> bool:
    """Tell of a member of an enumeration whether the reader asks the class for it by its value, as Python itself has it."""
    value = object.__getattribute__(member, "__dict__").get("_value_")  # as its reduce value has it
    return (
        is_bare(value)
        and value == value  # noqa: PLR0124  # the reader's NaN is another one
        and cls.__reduce_ex__ is Enum.__reduce_ex__
        and value in cls._value2member_map_
        and _is_nobodys(cls, dump)
    )


def _is_left_to_python(cls: Any, dump: Dump) -> bool:
    """Tell whether nobody, the class itself included, has a say in how its instances are written and read."""
    return _is_ordinary_in_all(cls) and is_ordinary(cls) and say_of(cls) == NOTHING and _is_nobodys(cls, dump)


@by_class
def _is_ordinary_in_all(cls: Any) -> bool:
    return (
        has_usual_hash(cls)
        and has_usual_hash(type(cls))
        and not any(name in vars(base) for base in (*mro_of(cls)[:-1], *mro_of(type(cls))[:-2]) for name in _GETTERS)
        and has_usual_dict(cls)
        and cls.__basicsize__ == (_Plain if cls.__weakrefoffset__ else _Unreferenced).__basicsize__
    )


def _is_nobodys(cls: Any, dump: Dump) -> bool:
    """Tell of a class whether it is named, and nobody else has a say in how its instances are written."""
    table: Any = copyreg.dispatch_table if dump.host is None else dump.host.dispatch_table
    has_say = cls in table or type(cls) in table or dump.screening.attachments.strip_for(cls) is not None
    return not has_say and is_nameable(cls)
