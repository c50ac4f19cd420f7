"""What a registration or an exception set holds, checked before anything takes effect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from picklereg.errors import RegistrationError
from picklereg.introspection.naming import module_of, type_name
from picklereg.introspection.text import safe_repr

if TYPE_CHECKING:
    from picklereg.reduction.attachments import Strip
    from picklereg.reduction.context import Reducer
    from picklereg.registry.safe_constructors import SafeConstructors

__all__ = ["Contents", "check_exception", "check_settings", "defined_in", "is_exception_class", "subclasses_of"]

_A_CLASS = "pass an exception class, an iterable of them, a mapping from class to reducer, or a module's name"


class Contents:
    """Exception classes with or without a reducer, strip functions of attachments, and names of modules to wait for.

    Attributes:
        classes: exception classes that count with their subclasses.
        reducers: reducers by class.
        strips: strip functions by attachment class.
        safe: how :func:`picklereg.safe_loads` may make what these give.
        exact: classes that a module defines, which count alone.
        modules: names of modules whose exceptions are wanted.
    """

    __slots__ = ("classes", "exact", "modules", "reducers", "safe", "strips")

    def __init__(self) -> None:
        self.classes: dict[type[BaseException], None] = {}
        self.exact: dict[type[BaseException], None] = {}
        self.reducers: dict[type[BaseException], Reducer] = {}
        self.strips: dict[type, Strip] = {}
        self.safe: SafeConstructors = {}
        self.modules: dict[str, None] = {}

    def add(self, target: Any, reducer: Reducer | None = None) -> None:
        """Take in whatever ``register`` accepts.

        Raises:
            RegistrationError: for anything else; part of an iterable may have been taken in by then.
        """
        if isinstance(target, str):
            self._add_name(target, reducer)
        elif isinstance(target, bytes | bytearray):
            raise RegistrationError(safe_repr(target), f"{type_name(type(target))} is no module's name", "pass the name as a str")
        elif isinstance(target, type):
            self._add_class(target, reducer)
        elif isinstance(target, Mapping):
            for cls, own in target.items():
                self._add_class(cls, reducer if own is None else own)
        elif isinstance(target, Iterable):
            for cls in target:
                self._add_class(cls, reducer)
        else:
            kind = "an exception" if isinstance(target, BaseException) else type_name(type(target))
            raise RegistrationError(safe_repr(target), f"{kind} is no exception class", _A_CLASS)

    def add_strip(self, cls: Any, strip: Any, safe: Any = None) -> None:
        """Take in what an attachment class becomes inside an exception, and how that may be made of untrusted bytes.

        Raises:
            RegistrationError: if it isn't a class, is an exception class, if ``strip`` can't be called, or for bad safe constructors.
        """
        if not isinstance(cls, type):
            raise RegistrationError(safe_repr(cls), "an attachment is registered by its class", "pass the class")
        if issubclass(cls, BaseException):
            raise RegistrationError(type_name(cls), "an exception is no attachment", "use register(..., reducer=...)")
        if not callable(strip):
            raise RegistrationError(
                type_name(cls), f"{safe_repr(strip)} can't be called", "pass a function from the value to what may travel"
            )
        if safe is not None:
            from picklereg.registry.safe_constructors import safe_constructors  # here, because most sets declare none

            self.safe |= safe_constructors(safe)
        self.strips[cls] = strip

    def merge(self, other: Contents) -> None:
        """Take in everything of another one; it wins, but for what is safe: that is nobody's to replace."""
        self.classes |= other.classes
        self.exact |= other.exact
        self.reducers |= other.reducers
        self.strips |= other.strips
        self.safe = {**other.safe, **self.safe}
        self.modules |= other.modules

    def _add_name(self, name: str, reducer: Reducer | None) -> None:
        if not all(part.isidentifier() for part in name.split(".")):
            raise RegistrationError(repr(name), "it is no module's name", _A_CLASS)
        if reducer is not None:
            raise RegistrationError(repr(name), "a reducer belongs to classes, not to a module", "register the classes with it")
        self.modules[name] = None

    def _add_class(self, cls: Any, reducer: Any) -> None:
        if not is_exception_class(cls):
            raise RegistrationError(type_name(cls) if isinstance(cls, type) else safe_repr(cls), "it is no exception class", _A_CLASS)
        if type(cls).__hash__ is None:
            raise RegistrationError(
                type_name(cls),
                f"its metaclass {type_name(type(cls))} makes it unhashable, so no dispatch table can hold it",
                "leave it unregistered: picklereg's Pickler and dumps carry it all the same",
            )
        if reducer is not None:
            if not callable(reducer):
                raise RegistrationError(
                    type_name(cls), f"{safe_repr(reducer)} is no reducer", "pass a function from an instance to a reduce value"
                )
            self.reducers[cls] = reducer
        self.classes[cls] = None


def check_settings(max_chain: object, redact: object) -> None:
    """Check what a registry is made with.

    Raises:
        RegistrationError: if ``max_chain`` is no positive number, or ``redact`` is neither a bool nor a function.
    """
    if not isinstance(max_chain, int) or isinstance(max_chain, bool) or max_chain < 1:
        raise RegistrationError(f"max_chain={max_chain!r}", "a chain has at least one exception", "pass a positive number")
    if not isinstance(redact, bool) and not callable(redact):
        raise RegistrationError(f"redact={redact!r}", "it is no function", "pass True, False, or a function from text to text")


def check_exception(exc: object) -> None:
    """Check what is to be covered.

    Raises:
        RegistrationError: if it is no exception.
    """
    if not isinstance(exc, BaseException):
        raise RegistrationError(safe_repr(exc), f"{type_name(type(exc))} is no exception", "pass the exception itself")


def is_exception_class(value: object) -> bool:
    """Tell whether a value is a class of exceptions (``issubclass`` alone raises for ``list[int]``)."""
    return issubclass(type(value), type) and issubclass(value, BaseException)  # type: ignore[arg-type]  # no isinstance: lazy objects


def defined_in(module: ModuleType) -> Iterator[type[BaseException]]:
    """Give the exception classes that a module defines, also those whose ``__module__`` names a package above it."""
    package = module.__name__.partition(".")[0]
    for value in list(vars(module).values()):
        if is_exception_class(value) and type(value).__hash__ is not None and module_of(value).partition(".")[0] == package:
            yield value


def subclasses_of(roots: Iterable[type]) -> Iterator[type]:
    """Give classes and all their subclasses that exist now."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        cls = stack.pop()
        if id(cls) not in seen:
            seen.add(id(cls))
            yield cls
            stack.extend(type.__subclasses__(cls))
