"""Whether readers can make a copy of a class that goes by value: of what it is made, and what it holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import EnumType
from functools import cached_property
from types import BuiltinFunctionType, BuiltinMethodType, CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, ModuleType
from typing import Any, Final

from picklereg.introspection.class_hooks import may_refuse_empty
from picklereg.introspection.kinds import is_bare, is_container, parts_of
from picklereg.introspection.naming import MAIN, is_builtin, is_importable, is_native, module_of

__all__ = ["holds_little", "own_attributes", "values_of", "variables_of", "why_no_copy"]

#: What pickle gives them, each with those that Python passes first: a class is made anew without the keywords of its class statement.
_METACLASS_HOOKS: Final = {"__prepare__": 3, "__new__": 4, "__init__": 4}
_FIELDS: Final = (GetSetDescriptorType, MemberDescriptorType)
_WRAPPERS: Final = (classmethod, staticmethod)
#: Names that a class body may give another meaning, and ``setattr`` may not.
_TYPES_OWN: Final = frozenset(
    {
        *("__base__", "__bases__", "__basicsize__", "__class__", "__dictoffset__", "__flags__", "__itemsize__", "__mro__", "__name__"),
        "__weakrefoffset__",
    }
)
_OWN_TEXTS: Final = ("__doc__", "__module__", "__qualname__")


def why_no_copy(cls: type) -> str | None:
    """Give the reason why no reader can make a class of its parts, if that can be told without trying, which would run its bases' code."""
    if is_native(cls):
        return "is made of native code, which no pickle holds"
    if type(cls) is not type and (reason := _why_not_by_metaclass(cls)) is not None:
        return reason
    has_hooks = type(cls) is not type or type(cls.__init_subclass__) is not BuiltinMethodType  # nearly all have none
    if has_hooks and any(_wants_more(function, given) for function, given in _hooks(cls)):
        return "can't be made without the keywords of its class statement, which nobody keeps"
    if has_hooks and may_refuse_empty(cls):
        return "may be refused by its bases or its metaclass as long as it is empty, as it is made at first"
    if not _TYPES_OWN.isdisjoint(vars(cls)):
        return "holds what can't be set afterwards"
    if _shares_slots(cls):
        return "has the very slots of its base, which cloudpickle takes for inherited"
    return None


def _why_not_by_metaclass(cls: type) -> str | None:
    if _has_native_maker(type(cls)):
        return "is made by the native code of its metaclass, which gets it empty at first"
    if type(cls).__eq__ is not type.__eq__:
        return "is compared by its metaclass, and so may be taken for another one"
    if issubclass(type(cls), EnumType) and not all(map(_is_made_of_value, cls.__members__.values())):  # type: ignore[attr-defined]
        return "makes its members by code, which it doesn't have when its copy gets them"
    return None


def _is_made_of_value(member: Any) -> bool:
    """Tell whether the base of a member of an enumeration, if it has one, makes the same of the value; code of others isn't run."""
    base, value = type(member)._member_type_, member._value_
    if base is object:
        return True
    if not is_builtin(base):
        return False
    try:
        made = base(*(value if type(value) is tuple else (value,)))
    except (TypeError, ValueError):
        return False
    return base.__eq__(made, member) is True


def own_attributes(cls: type) -> list[str]:
    """Give the names of attributes that the members of an enumeration have been given, of which a copy of it knows nothing."""
    members = cls.__members__.values() if issubclass(type(cls), EnumType) else ()  # type: ignore[attr-defined]
    held = {name for member in members for name in vars(member) if not (name.startswith("_") and name.endswith("_"))}
    return sorted(name for name in held if type(getattr(cls, name, None)) is not cached_property)  # which is worked out again


def _has_native_maker(metaclass: type) -> bool:
    """Tell whether an extension's code makes the classes of a metaclass; what the standard library's makes can be told."""
    return any(
        type(vars(base).get("__new__")) is BuiltinFunctionType and module_of(base).partition(".")[0] not in sys.stdlib_module_names
        for base in metaclass.__mro__
    )


def _shares_slots(cls: type) -> bool:
    """Tell whether a class names its slots by the same object as a base: cloudpickle leaves that out, and then sets what has no slot."""
    slots = vars(cls).get("__slots__")
    return bool(slots) and any(vars(base).get("__slots__") is slots for base in cls.__bases__)


def _hooks(cls: type) -> Iterator[tuple[Any, int]]:
    """Give what runs when a class is made, and how many arguments it then gets."""
    yield _found("__init_subclass__", cls.__mro__[1:]), 1
    metaclass: type = type(cls)
    for name, given in _METACLASS_HOOKS.items():
        yield _found(name, metaclass.__mro__), given


def _found(name: str, bases: tuple[type, ...]) -> Any:
    found = next((vars(base)[name] for base in bases if name in vars(base)), None)
    return found.__func__ if isinstance(found, _WRAPPERS) else found


def _wants_more(function: Any, given: int) -> bool:
    if type(function) is not FunctionType:
        return False
    code = function.__code__
    positional = code.co_argcount - len(function.__defaults__ or ())
    return positional > given or code.co_kwonlyargcount > len(function.__kwdefaults__ or ())


def holds_little(cls: type) -> bool:
    """Tell whether a class holds nothing, its functions' variables included, whose pickle might be written and not be read.

    Args:
        cls: the class.

    Returns:
        Whether that is certain at a glance.
    """
    stack: list[Any] = [*vars(cls).values()]
    if not _lists_fields(cls):
        return False
    seen: set[int] = {id(cls)}
    while stack:
        part = stack.pop()
        if is_bare(part) or id(part) in seen or isinstance(part, _FIELDS) or _is_loaded(part):
            continue
        seen.add(id(part))
        if is_container(part):
            stack += parts_of(part)
        elif type(part) in _WRAPPERS:
            stack.append(part.__func__)
        elif type(part) is property:
            stack += part.fget, part.fset, part.fdel
        elif isinstance(part, type) or (type(part) is FunctionType and is_importable(part)):
            if part.__module__ == MAIN or not is_importable(part):
                return False
        elif type(part) is FunctionType:
            stack += [value for _, value in variables_of(part)]
        else:
            return False
    return True


def _lists_fields(cls: type) -> bool:
    """Tell whether a class names all its slots as they are called: cloudpickle writes private ones, and no reader finds them."""
    slots = vars(cls).get("__slots__", ())
    listed = {"__dict__", "__weakref__", *([slots] if isinstance(slots, str) else slots)}
    return all(name in listed for name, part in vars(cls).items() if type(part) is MemberDescriptorType)


def _is_loaded(part: Any) -> bool:
    """Tell whether it is a module that is named; others go by value."""
    return type(part) is ModuleType and sys.modules.get(part.__name__) is part


def variables_of(function: FunctionType) -> Iterator[tuple[Any, Any]]:
    """Give what travels with a function that goes by value, with the names that it has there."""
    code = function.__code__
    arguments, defaults = code.co_varnames[: code.co_argcount], function.__defaults__ or ()
    yield from zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()
    yield from vars(function).items()
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:  # an empty one
            continue
    codes = [code]
    for code in codes:  # grows meanwhile
        codes += [const for const in code.co_consts if type(const) is CodeType]
        yield from ((name, function.__globals__[name]) for name in code.co_names if name in function.__globals__)


def values_of(cls: type) -> Iterator[tuple[Any, Any]]:
    """Give the values that travel with a class that goes by value, with their names: its attributes, and variables of its functions."""
    stack: list[tuple[Any, Any]] = [(name, part) for name, part in vars(cls).items() if name not in _OWN_TEXTS]
    seen: set[int] = set()
    while stack:
        name, part = stack.pop()
        if type(part) in _WRAPPERS:
            stack.append((name, part.__func__))
        elif type(part) is property:
            stack += [(name, function) for function in (part.fget, part.fset, part.fdel)]
        elif type(part) is not FunctionType:
            yield name, part
        elif id(part) not in seen and (part.__module__ == MAIN or not is_importable(part)):
            seen.add(id(part))
            stack += variables_of(part)
