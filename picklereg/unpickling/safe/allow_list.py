"""Which classes an untrusted pickle may have instances of: exact pairs of module and qualified name, of the sets of this process.

A name is looked up in ``sys.modules`` by way of ``__dict__`` alone, so that looking runs nothing, and what is found counts only if it has
that very name and a set declares it. Nothing is imported but the modules that waiting sets are declared for.
"""

from __future__ import annotations

import enum
import functools
import importlib
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Protocol

from picklereg.errors import DiscoveryWarning
from picklereg.introspection.naming import module_of
from picklereg.registry.registrations import is_exception_class
from picklereg.unpickling.safe.constructors import is_simple_key

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["NO_RULES", "NoRules", "RegistryRules", "Rules"]


#: A class, and the attributes that a new instance has.
Attachment = tuple[type, Mapping[str, Any]]


class Rules(Protocol):
    """What the reader of an untrusted pickle asks."""

    def exception_class(self, module: str, qualname: str, /) -> type[BaseException] | None:
        """Give the exception class of that exact name, if a set declares it."""

    def attachment(self, module: str, qualname: str, /) -> Attachment | None:
        """Give the class of that exact name, if its instances may be made by ``object.__new__`` and filled without running its code."""

    def maker(self, module: str, qualname: str, /) -> Callable[..., Any] | None:
        """Give what is called in place of a function or class of that exact name; it has to check its arguments."""
        ...


class NoRules:
    """Nothing is allowed but what Python itself has."""

    def exception_class(self, _module: str, _qualname: str) -> None:
        """Give nothing."""

    def attachment(self, _module: str, _qualname: str) -> None:
        """Give nothing."""

    def maker(self, _module: str, _qualname: str) -> None:
        """Give nothing."""


NO_RULES: Final = NoRules()

#: Attachments whose instances are nothing but their ``__dict__``, slots or items, by the name of the set that they belong to.
_ATTACHMENTS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "httpx": (
        ("httpx", "Headers"),
        ("httpx", "Request"),
        ("httpx", "Response"),
        ("httpx", "URL"),
        ("httpx._urlparse", "ParseResult"),
    ),
    "httpx2": (
        ("httpx2", "Headers"),
        ("httpx2", "Request"),
        ("httpx2", "Response"),
        ("httpx2", "URL"),
        ("httpx2._urlparse", "ParseResult"),
    ),
    "requests": (
        ("requests.models", "PreparedRequest"),
        ("requests.models", "Response"),
        ("requests.structures", "CaseInsensitiveDict"),
    ),
}
#: What the classes' own ``__setstate__`` sets besides.
_DEFAULTS: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    (module, cls): {"extensions": {}, **others}
    for module in ("httpx", "httpx2")
    for cls, others in (("Request", {}), ("Response", {"is_closed": True, "is_stream_consumed": True}))
}
_SET_OF: Final[Mapping[tuple[str, str], str]] = {pair: name for name, pairs in _ATTACHMENTS.items() for pair in pairs}


class RegistryRules:
    """What the exception sets of a registry allow.

    Args:
        registry: the registry.
        imports: whether a set that waits may be activated by importing the module that it waits for.
    """

    def __init__(self, registry: Registry, *, imports: bool = False) -> None:
        self._registry = registry
        self._imports = imports
        self._tried: set[str] = set()
        self._modules: dict[str, bool] = {}
        with suppress(DiscoveryWarning):  # made an error: then still not one that loses another
            registry.refresh()

    def exception_class(self, module: str, qualname: str) -> type[BaseException] | None:
        """Give the exception class of that exact name, if a set declares it."""
        self._activate(module)
        if _is_python(module):
            found = _look_up(module, qualname)  # under any of its names: os.error, signal.ItimerError
            return found if is_exception_class(found) and _is_python(module_of(found)) else None
        found = _find(module, qualname)
        return found if is_exception_class(found) and self._registry.declares(found) else None

    def attachment(self, module: str, qualname: str) -> Attachment | None:
        """Give the class of that exact name, if its instances may be made by ``object.__new__`` and filled without running its code."""
        declared = self._registry.safe_constructor(module, qualname)
        if declared is not None:
            cls, attributes = declared
            return (cls, attributes) if isinstance(attributes, Mapping) and _find(module, qualname) is cls else None
        name = _SET_OF.get((module, qualname))
        if name is None or not any(known.name == name and known.state == "active" for known in self._registry.sets):
            return None
        found = _find(module, qualname)
        return None if found is None else (found, _DEFAULTS.get((module, qualname), {}))

    def maker(self, module: str, qualname: str) -> Callable[..., Any] | None:
        """Give what is called in place of a function or class of that exact name."""
        declared = self._registry.safe_constructor(module, qualname)
        if declared is not None:
            return None if isinstance(declared[1], Mapping) else declared[1]
        if (module, qualname) == ("pydantic_core._pydantic_core", "ValidationError.from_exception_data"):
            cls: Any = self.exception_class(module, "ValidationError")
            return None if cls is None else functools.partial(_validation_error, cls)
        cls = _find(module, qualname)
        is_enum = isinstance(cls, enum.EnumType) and not issubclass(cls, BaseException)
        return functools.partial(_member, cls) if is_enum and self._has_declared_errors(module) else None

    def _has_declared_errors(self, module: str) -> bool:
        """Tell whether a module is Python's, or defines exceptions that a set declares: then its enumerations may be looked into."""
        if module not in self._modules:
            defined = [value for value in vars(sys.modules[module]).values() if is_exception_class(value) and module_of(value) == module]
            self._modules[module] = _is_python(module) or any(map(self._registry.declares, defined))
        return self._modules[module]

    def _activate(self, module: str) -> None:
        """Import what waiting sets for the same package wait for."""
        package = module.partition(".")[0]
        if package in self._tried:
            return
        self._tried.add(package)
        for known in self._registry.sets:
            if self._imports and known.state == "waiting" and known.name.partition(".")[0] == package:
                with suppress(Exception):  # whatever a module's own code raises: then its errors are stand-ins
                    importlib.import_module(known.name)
        with suppress(DiscoveryWarning):
            self._registry.refresh()


def _member(cls: Any, value: Any) -> Any:
    """Give the member of an enumeration that has this value; none is made, and no code of the class runs."""
    if not is_simple_key(value) and not (type(value) is tuple and all(map(is_simple_key, value))):
        raise TypeError
    return type.__getattribute__(cls, "__dict__")["_value2member_map_"][value]


def _validation_error(cls: Any, title: Any, errors: Any, mode: Any = "python", hide_input: Any = False) -> Any:
    """Make a validation error by pydantic's own function, which is written for data of any kind; the rest is checked here."""
    if type(title) is not str or type(errors) is not list or type(mode) is not str or type(hide_input) is not bool:
        raise TypeError
    if mode not in ("python", "json"):
        raise ValueError
    if not all(type(error) is dict and all(type(name) is str for name in error) for error in errors):
        raise TypeError
    return cls.from_exception_data(title, errors, mode, hide_input)


def _is_python(module: str) -> bool:
    return module.partition(".")[0] in sys.stdlib_module_names


def _look_up(module: str, qualname: str) -> Any:
    """Look a class up by way of ``__dict__`` alone: no descriptor, no ``__getattr__`` of a module, and no other object's attribute."""
    found: Any = sys.modules.get(module)
    if not isinstance(found, ModuleType):
        return None
    found = ModuleType.__getattribute__(found, "__dict__").get(qualname.partition(".")[0])
    for part in qualname.split(".")[1:]:
        found = type.__getattribute__(found, "__dict__").get(part) if isinstance(found, type) else None
    return found if isinstance(found, type) else None


def _find(module: str, qualname: str) -> Any:
    """Find a class that has that very name."""
    found = _look_up(module, qualname)
    if found is None:
        return None
    with suppress(AttributeError):  # a class may say no module
        names = type.__getattribute__(found, "__module__"), type.__getattribute__(found, "__qualname__")
        return found if names == (module, qualname) else None
    return None
