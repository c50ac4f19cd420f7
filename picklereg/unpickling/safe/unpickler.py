"""Reading errors from a store that one does not trust: ``safe_load`` and ``safe_loads``.

They build plain data, exceptions of Python and of the exception sets of this process, the attachments of some of these, and stand-ins for
everything else. They call nothing that the bytes name, import nothing, and set attributes on instances only. With ``imports=True`` they
import the modules that waiting sets are declared for: twenty bytes of a stranger's then have a large library imported, which takes seconds
and hundreds of megabytes, so it isn't the default.

Whatever is wrong with the bytes, an :class:`picklereg.errors.UnsafePickleError` says what and where.
"""

from __future__ import annotations

from typing import IO, Any, Final

from picklereg.errors import ArgumentTypeError, UnsafePickleError
from picklereg.introspection.arguments import check_bytes, check_flags, check_instance, wrong_type
from picklereg.introspection.public import public
from picklereg.registry.checked import checked_registry
from picklereg.registry.registry import DEFAULT_REGISTRY, Registry
from picklereg.unpickling.diagnosis import diagnose
from picklereg.unpickling.safe.allow_list import RegistryRules, Rules
from picklereg.unpickling.safe.bounds import DEFAULT_BOUNDS, Bounds
from picklereg.unpickling.safe.budget import Budget
from picklereg.unpickling.safe.builder import Builder, Errors
from picklereg.unpickling.safe.machine import Machine

__all__ = ["read", "safe_load", "safe_loads"]

#: How often bytes are read again because a missing class turned out to be an exception.
_ATTEMPTS: Final = 4
#: What stands in what is said of a bound.
_BOUND: Final = "(max_"
_IF_TOO_MUCH: Final = "if it is yours, raise the bound, or read it with picklereg.loads"


@public
def safe_loads(
    data: bytes | bytearray | memoryview, *, registry: Registry | None = None, bounds: Bounds = DEFAULT_BOUNDS, imports: bool = False
) -> Any:
    """Read a pickle without running anything that it asks for.

    Args:
        data: the pickle.
        registry: whose exception sets count; left out: the default registry's.
        bounds: how much is too much.
        imports: whether the module of a declared set may be imported because the pickle names one of its classes. Without it, the
            errors of a set whose module isn't imported are stand-ins.

    Returns:
        The object. Exceptions are made without their ``__init__``; those that aren't subclasses of ``Exception``, as ``SystemExit``,
        come out as they are, so catch what you raise by ``BaseException``. A class that is neither Python's nor declared is a
        :class:`picklereg.MissingError`, if the bytes show that it is an exception (its name, its state or its place says so), and else a
        :class:`picklereg.MissingValue`. Both stay inert, also when they are pickled again, until :func:`picklereg.bring_to_life` is
        called.

    Raises:
        ArgumentTypeError: for what holds no bytes, and for anything but a registry, bounds, and true or false.
        UnsafePickleError: if the bytes are broken, ask for what isn't done, or are too much.

    Example:
        >>> import os, pickle
        >>> class Exploit:
        ...     def __reduce__(self):
        ...         return os.system, ("echo you lost",)
        >>> safe_loads(pickle.dumps(ValueError("all is well")))
        ValueError('all is well')
        >>> safe_loads(pickle.dumps([Exploit()]))
        [<missing posix.system>]
    """
    check_bytes(data)
    check_flags(imports=imports)
    check_instance("bounds", bounds, Bounds, "pass picklereg.Bounds(...)")
    rules = RegistryRules(DEFAULT_REGISTRY if registry is None else checked_registry(registry), imports=imports)
    return read(bytes(memoryview(data)), rules, bounds)


@public
def safe_load(file: IO[bytes], *, registry: Registry | None = None, bounds: Bounds = DEFAULT_BOUNDS, imports: bool = False) -> Any:
    """Read a pickle from a file, which holds nothing else, without running anything that it asks for.

    Args:
        file: has a ``read`` method; no more than the bounds allow is read.
        registry: as for :func:`safe_loads`.
        bounds: as for :func:`safe_loads`.
        imports: as for :func:`safe_loads`.

    Returns:
        The object.

    Raises:
        ArgumentTypeError: if ``file`` can't be read from, and as :func:`safe_loads`.
        UnsafePickleError: as :func:`safe_loads`.
    """
    if not hasattr(file, "read"):
        raise wrong_type("file", file, "pass a file that is open for reading in binary mode; for bytes there is safe_loads")
    check_instance("bounds", bounds, Bounds, "pass picklereg.Bounds(...)")
    data: Any = file.read(bounds.max_size + 1)
    if isinstance(data, str):
        raise ArgumentTypeError("file", "open as text", "open it in binary mode: open(path, 'rb')")
    return safe_loads(data, registry=registry, bounds=bounds, imports=imports)


def read(data: bytes, rules: Rules, bounds: Bounds) -> Any:
    """Read a pickle by any rules.

    Args:
        data: the pickle.
        rules: which classes may be made.
        bounds: how much is too much.

    Returns:
        The object.

    Raises:
        UnsafePickleError: as :func:`safe_loads`.
    """
    try:
        return _read(data, rules, bounds)
    except UnsafePickleError as problem:
        remedy = _IF_TOO_MUCH if _BOUND in problem.problem else None
        if remedy is None and (found := diagnose(data)) is not None:
            raise UnsafePickleError(f"{found.problem}: {problem.problem}", problem.position, problem.opcode, found.remedy) from None
        raise problem if remedy is None else UnsafePickleError(problem.problem, problem.position, problem.opcode, remedy) from None


def _read(data: bytes, rules: Rules, bounds: Bounds) -> Any:
    errors: Errors = {}
    result: Any = None
    budget = Budget(len(data), bounds)
    for attempt in range(1, _ATTEMPTS + 1):
        builder = Builder(rules, bounds, errors, budget, is_last=attempt == _ATTEMPTS)
        try:
            result = Machine(data, builder, bounds, budget).run()
        except UnsafePickleError:
            if attempt == _ATTEMPTS or not builder.tells_more:
                raise
        else:
            if not builder.tells_more:
                return result
        errors = errors | builder.found_errors
    return result
