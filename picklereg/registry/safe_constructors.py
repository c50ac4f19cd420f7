"""How a reader that trusts nothing may make what travels inside exceptions: declared by class or function, exact and append-only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType
from typing import Any, Final, TypeAlias

from picklereg.errors import RegistrationError
from picklereg.introspection.naming import is_importable, type_name
from picklereg.introspection.text import safe_repr

__all__ = ["SafeConstructor", "SafeConstructors", "safe_constructors"]

#: The attributes that a new instance has, or what is called in the place of the class or function.
SafeConstructor: TypeAlias = Mapping[str, object] | Callable[..., object]
#: By module and qualified name, with the class or function that must be found there.
SafeConstructors: TypeAlias = dict[tuple[str, str], tuple[Any, SafeConstructor]]

_NAMED: Final = (type, FunctionType, BuiltinFunctionType)
_WHAT: Final = "pass a mapping from each class or function that the stripped value's pickle names to attributes or a function"


def safe_constructors(safe: Any) -> SafeConstructors:
    """Check declared safe constructors.

    Args:
        safe: by class or function, how it is made.

    Returns:
        The same by name.

    Raises:
        RegistrationError: for what has no name, or can't be made like that.
    """
    if not isinstance(safe, Mapping):
        raise RegistrationError(safe_repr(safe), "it declares no safe constructors", _WHAT)
    found: SafeConstructors = {}
    for target, how in safe.items():
        if not isinstance(target, _NAMED) or (isinstance(target, type) and issubclass(target, BaseException)) or not is_importable(target):
            raise RegistrationError(safe_repr(target), "it is no class or function that can be imported by its name", _WHAT)
        if isinstance(how, Mapping):
            _check_filled(target, how)
        elif not callable(how):
            raise RegistrationError(_name(target), f"{safe_repr(how)} doesn't say how it is made", _WHAT)
        found[target.__module__, target.__qualname__] = target, how
    return found


def _check_filled(target: Any, attributes: Mapping[Any, object]) -> None:
    """Check that an instance is what its attributes or items are, and runs no code when it is made or thrown away."""
    name = _name(target)
    advice = "pass a function that checks its arguments and makes the value"
    if not isinstance(target, type) or not _is_bare(target):
        raise RegistrationError(name, "its instances aren't made by object.__new__ and a __dict__", advice)
    if any("__del__" in vars(base) for base in target.__mro__):
        raise RegistrationError(name, "its __del__ would run on whatever untrusted bytes say", advice)
    if not all(type(key) is str for key in attributes):
        raise RegistrationError(name, "names of attributes are strings", advice)


def _name(target: Any) -> str:
    return type_name(target) if isinstance(target, type) else f"{target.__module__}.{target.__qualname__}"


def _is_bare(cls: type) -> bool:
    try:
        if issubclass(cls, tuple):
            return type(tuple.__new__(cls)) is cls
        object.__getattribute__(object.__new__(cls), "__dict__")
    except (AttributeError, TypeError):
        return False
    return True
