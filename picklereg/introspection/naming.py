"""What leads to a class: its name, or nothing."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    WrapperDescriptorType,
)
from typing import Any, Final

from picklereg.introspection.foreign_code import pass_on

__all__ = [
    "MAIN",
    "is_builtin",
    "is_importable",
    "is_native",
    "is_said_to_be_held",
    "module_of",
    "mro_of",
    "name_of",
    "own_bases",
    "qualname_of",
    "says_error",
    "type_name",
]

#: What is defined there goes by value, since readers have another ``__main__``.
MAIN: Final = "__main__"
_ERROR_ENDINGS: Final = ("Error", "Exception", "ErrorGroup", "ExceptionGroup", "Warning")
_UNSAID: Final = ("builtins", "")
#: What is there: a type of C's whose name has no dot says that it is of ``builtins``, too.
_BUILTINS: Final = frozenset(held for held in vars(builtins).values() if type(held) is type)
#: The first is that of slots, too. No set: the class of a part may be unhashable.
_NATIVE_PARTS: Final = (MemberDescriptorType, ClassMethodDescriptorType, GetSetDescriptorType, MethodDescriptorType, WrapperDescriptorType)


# What Python itself keeps of a class, whatever its metaclass says, or does when it is asked.
mro_of: Final[Callable[[type], tuple[type, ...]]] = vars(type)["__mro__"].__get__
_module_of: Final[Callable[[type], object]] = vars(type)["__module__"].__get__
_name_of: Final[Callable[[type], str]] = vars(type)["__name__"].__get__
_qualname_of: Final[Callable[[type], str]] = vars(type)["__qualname__"].__get__
#: The text of a ``str`` subclass: a class may be named by a member of an enumeration.
_exact: Final[Callable[[str], str]] = str.__str__


def is_importable(named: Any) -> bool:
    """Tell whether pickle finds a class or function by its module and qualified name, without importing anything."""
    try:
        name, module = named.__qualname__, named.__module__
    except BaseException as problem:  # noqa: BLE001  # a class needn't say a module, and a metaclass may have code for that
        pass_on(problem)
        return False
    if type(module) is not str or type(name) is not str:  # pickle writes a subclass of it, and reads none
        return False
    found: Any = sys.modules.get(module)
    if "." not in name:
        return getattr(found, name, None) is named
    if "<locals>" in name:  # where pickle looks for nothing, either
        return False
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is named


def module_of(cls: type) -> str:
    """Give the name of the module that a class says it is of; nothing if it says none, as some that C makes, or ``type()`` does."""
    try:
        module = _module_of(cls)
    except AttributeError:
        return ""
    return _exact(module) if isinstance(module, str) else ""


def name_of(cls: type) -> str:
    """Give the name of a class."""
    return _exact(_name_of(cls))


def qualname_of(cls: type) -> str:
    """Give the qualified name of a class."""
    return _exact(_qualname_of(cls))


def is_builtin(cls: type) -> bool:
    """Tell whether a class is one of Python's own that every program finds."""
    return type(cls) is type and cls in _BUILTINS  # another metaclass may have a hash of its own


def own_bases(cls: type) -> list[type]:
    """Give a class and its bases, without Python's own that every program finds."""
    return [base for base in mro_of(cls) if not is_builtin(base)]


def is_said_to_be_held(cls: type) -> bool:
    """Tell whether the name of a class says that a module holds it, which readers have, too: not a function, nor ``__main__``."""
    return "<locals>" not in qualname_of(cls) and module_of(cls) != MAIN


def is_native(cls: type) -> bool:
    """Tell whether an extension made a class. Its parts are written as ``getattr(cls, name)``, which no copy of the class has."""
    own = vars(cls)
    new = own.get("__new__")
    parts = _NATIVE_PARTS[1:] if "__slots__" in own else _NATIVE_PARTS
    return (type(new) is BuiltinFunctionType and new.__self__ is cls) or any(
        type(part) in parts and part.__objclass__ is cls for name, part in own.items() if name not in {"__dict__", "__weakref__"}
    )


def says_error(name: str) -> bool:
    """Tell whether the name of a class says, by how it ends, that it is an exception."""
    return name.endswith(_ERROR_ENDINGS)


def type_name(cls: type) -> str:
    """Give a class's name as a traceback shows it: without the module for a builtin, or where it says none."""
    module = module_of(cls)
    name = qualname_of(cls)
    return name if module in _UNSAID else f"{module}.{name}"
