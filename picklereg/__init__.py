"""picklereg: an exception raised in one process arrives in another one whole, whoever wrote its class.

Two ways to use it. Hand this module (it keeps the contract of :mod:`pickle`) or its :class:`Pickler` to a task framework; or call
:func:`install`, and every pickler that consults ``copyreg`` carries the exceptions of declared sets.

Any number of threads may dump, load, register and install at once, with a lock of the interpreter's or without one. :func:`install` and
:func:`uninstall` do it for the whole process; that of a block of :func:`installed` is undone with the last such block of all threads.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from pickle import HIGHEST_PROTOCOL, PickleError, PicklingError, UnpicklingError
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from picklereg.errors import (
    ArgumentTypeError,
    ArgumentValueError,
    DiscoveryError,
    DiscoveryWarning,
    EndOfPickleError,
    PickleregError,
    RegistrationError,
    SignatureError,
    SigningKeyError,
    UnreadablePickleError,
    UnsafePickleError,
)
from picklereg.registry.registry import DEFAULT_REGISTRY, Registry

if TYPE_CHECKING:
    from picklereg.pickling.pickler import Pickler, dump, dumps
    from picklereg.reduction.context import Reducer
    from picklereg.registry.safe_constructors import SafeConstructor
    from picklereg.signing import Signer
    from picklereg.unpickling.safe.bounds import Bounds
    from picklereg.unpickling.safe.life import bring_to_life
    from picklereg.unpickling.safe.unpickler import safe_load, safe_loads
    from picklereg.unpickling.stand_ins.classes import MissingError, MissingGroup, MissingValue
    from picklereg.unpickling.unpickler import Unpickler, load, loads

__all__ = [
    "DEFAULT_PROTOCOL",
    "HIGHEST_PROTOCOL",
    "ArgumentTypeError",
    "ArgumentValueError",
    "Bounds",
    "DiscoveryError",
    "DiscoveryWarning",
    "EndOfPickleError",
    "MissingError",
    "MissingGroup",
    "MissingValue",
    "PickleError",
    "Pickler",
    "PickleregError",
    "PicklingError",
    "RegistrationError",
    "Registry",
    "SignatureError",
    "Signer",
    "SigningKeyError",
    "Unpickler",
    "UnpicklingError",
    "UnreadablePickleError",
    "UnsafePickleError",
    "bring_to_life",
    "discover",
    "dump",
    "dumps",
    "ensure",
    "install",
    "installed",
    "load",
    "loads",
    "register",
    "register_attachment",
    "safe_load",
    "safe_loads",
    "uninstall",
]

_ExceptionClass = TypeVar("_ExceptionClass", bound=type[BaseException])
_Value = TypeVar("_Value")

#: As cloudpickle's.
DEFAULT_PROTOCOL: Final[int] = HIGHEST_PROTOCOL

#: Where the names are that many processes never use: a worker only writes, and :func:`install` needs no cloudpickle.
_LATE: Final = {
    "Bounds": "picklereg.unpickling.safe.bounds",
    "MissingError": "picklereg.unpickling.stand_ins.classes",
    "MissingGroup": "picklereg.unpickling.stand_ins.classes",
    "MissingValue": "picklereg.unpickling.stand_ins.classes",
    "Pickler": "picklereg.pickling.pickler",
    "Signer": "picklereg.signing",
    "Unpickler": "picklereg.unpickling.unpickler",
    "dump": "picklereg.pickling.pickler",
    "dumps": "picklereg.pickling.pickler",
    "bring_to_life": "picklereg.unpickling.safe.life",
    "load": "picklereg.unpickling.unpickler",
    "loads": "picklereg.unpickling.unpickler",
    "safe_load": "picklereg.unpickling.safe.unpickler",
    "safe_loads": "picklereg.unpickling.safe.unpickler",
}


class _Late:
    """A public name whose module is imported when it is first asked for. From then on the package's own dictionary answers."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, module: ModuleType | None, _: type | None = None) -> Any:
        if module is None:
            return self
        value = vars(module)[self._name] = getattr(import_module(_LATE[self._name]), self._name)
        return value


class _Package(ModuleType):
    """The class of this package, in which the late names stand, so that :func:`inspect.getattr_static` finds them, too.

    That is how :mod:`typing` looks whether something keeps a protocol, and so how RQ looks at its serializer.
    """

    def __dir__(self) -> list[str]:
        return sorted({*vars(self), *_LATE})

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:  # cloudpickle knows modules by their exact class
        return import_module, (self.__name__,)


for _name in _LATE:
    setattr(_Package, _name, _Late(_name))
sys.modules[__name__].__class__ = _Package


# Functions, not the default registry's bound methods: frameworks pickle them by name (``initializer=picklereg.install``).


def install(*, all_exceptions: bool = False, strict: bool = False) -> None:
    """Install the default registry in this process: see :meth:`Registry.install`.

    Args:
        all_exceptions: cover every exception class, not only declared ones.
        strict: whether to raise for a broken exception set.

    Raises:
        ArgumentTypeError: if an argument is neither true nor false.
        DiscoveryError: with ``strict``, for a broken exception set, each time.
    """
    DEFAULT_REGISTRY.install(all_exceptions=all_exceptions, strict=strict)


def uninstall() -> None:
    """Undo :func:`install` and :func:`ensure`: see :meth:`Registry.uninstall`."""
    DEFAULT_REGISTRY.uninstall()


def installed(*, all_exceptions: bool = False, strict: bool = False) -> AbstractContextManager[Registry]:
    """Be installed within a ``with`` block: see :meth:`Registry.installed`.

    Args:
        all_exceptions: as for :func:`install`.
        strict: as for :func:`install`.

    Returns:
        A context manager that gives the default registry.
    """
    return DEFAULT_REGISTRY.installed(all_exceptions=all_exceptions, strict=strict)


def discover(*, strict: bool = False) -> None:
    """Find the exception sets that installed distributions declare: see :meth:`Registry.discover`.

    Args:
        strict: whether to raise for a broken one.

    Raises:
        DiscoveryError: with ``strict``, for a broken one.
    """
    DEFAULT_REGISTRY.discover(strict=strict)


def ensure(exc: BaseException) -> None:
    """Make sure that plain pickle can carry one exception: see :meth:`Registry.ensure`.

    Args:
        exc: the exception.

    Raises:
        RegistrationError: if it is no exception.
    """
    DEFAULT_REGISTRY.ensure(exc)


@overload
def register(target: _ExceptionClass, *, reducer: Reducer | None = None) -> _ExceptionClass: ...
@overload
def register(
    target: str | Iterable[type[BaseException]] | Mapping[type[BaseException], Reducer | None], *, reducer: Reducer | None = None
) -> None: ...
@overload
def register(*, reducer: Reducer) -> Callable[[_ExceptionClass], _ExceptionClass]: ...
def register(target: Any = None, *, reducer: Reducer | None = None) -> Any:
    """Register exceptions with the default registry: see :meth:`Registry.register`.

    Args:
        target: an exception class, an iterable of them, a mapping from class to reducer, or a module's name. Left out: a decorator.
        reducer: how instances are reduced, as :func:`copyreg.pickle` takes it.

    Returns:
        The class, if it was one.

    Raises:
        RegistrationError: if something is no exception class or no reducer.
    """
    return DEFAULT_REGISTRY.register(target, reducer=reducer)


def register_attachment(
    cls: type[_Value], strip: Callable[[_Value], object], *, safe: Mapping[Callable[..., Any], SafeConstructor] | None = None
) -> None:
    """Say what values of a class become inside an exception: see :meth:`Registry.register_attachment`.

    Args:
        cls: the class; it counts with its subclasses.
        strip: gives for a value what may travel.
        safe: how :func:`safe_loads` may make what ``strip`` gives.

    Raises:
        RegistrationError: if one of them isn't what it should be.
    """
    DEFAULT_REGISTRY.register_attachment(cls, strip, safe=safe)
