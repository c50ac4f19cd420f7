"""What leads to a class: its name, or nothing."""

from __future__ import annotations

import sys
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    WrapperDescriptorType,
)
from typing import Any, Final

__all__ = ["MAIN", "is_importable", "is_native", "is_said_to_be_held", "module_of", "says_error", "type_name"]

#: What is defined there goes by value, since readers have another ``__main__``.
MAIN: Final = "__main__"
_ERROR_ENDINGS: Final = ("Error", "Exception", "ErrorGroup", "ExceptionGroup", "Warning")
_UNSAID: Final = ("builtins", "")
#: The first is that of slots, too. No set: the class of a part may be unhashable.
_NATIVE_PARTS: Final = (MemberDescriptorType, ClassMethodDescriptorType, GetSetDescriptorType, MethodDescriptorType, WrapperDescriptorType)


def is_importable(named: Any) -> bool:
    """Tell whether pickle finds a class or function by its module and qualified name, without importing anything."""
    name = named.__qualname__
    try:
        found: Any = sys.modules.get(named.__module__)
    except (AttributeError, TypeError):  # a class needn't say a module, nor a text
        return False
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
        module: object = cls.__module__
    except AttributeError:
        return ""
    return module if isinstance(module, str) else ""


def is_said_to_be_held(cls: type) -> bool:
    """Tell whether the name of a class says that a module holds it, which readers have, too: not a function, nor ``__main__``."""
    return "<locals>" not in cls.__qualname__ and module_of(cls) != MAIN


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
    return cls.__qualname__ if module in _UNSAID else f"{module}.{cls.__qualname__}"
