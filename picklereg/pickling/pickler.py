"""The pickler: ``cloudpickle.Pickler``, but every exception goes through a registry, and ordinary instances go fast.

cloudpickle asks Python code twice for every instance: ``reducer_override``, then a ``ChainMap`` that misses. Here one dictionary
answers after the first instance of a class. It lives as long as one dump, so that whatever changes between two dumps
(``copyreg`` entries, modules pickled by value, classes that come and go) is seen, and nothing piles up.
"""

from __future__ import annotations

import functools
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import IO, TYPE_CHECKING, Any, Final

import cloudpickle

from picklereg.introspection.arguments import told_of_target
from picklereg.introspection.copies import holds_little, why_no_copy
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.naming import is_importable
from picklereg.introspection.pickling_hooks import CODE, say_of
from picklereg.introspection.public import public
from picklereg.pickling.by_reference import DEFAULT_PROTOCOL, MAIN, OWN_TABLE, REDUCE_EX, exact, look_up, pickled_by_name
from picklereg.reduction.expression import named
from picklereg.reduction.first_writings import Asked, has_code
from picklereg.registry.checked import checked_registry
from picklereg.registry.pool_classes import WRAPPER_NAMES, is_wrapper
from picklereg.registry.registry import DEFAULT_REGISTRY, Registry
from picklereg.unpickling.stand_ins.origin import Named, reduce_class

__all__ = ["DEFAULT_PROTOCOL", "Pickler", "dump", "dumps"]

BufferCallback = Callable[[pickle.PickleBuffer], Any]

#: The C methods, found once.
_INIT: Final[Any] = pickle.Pickler.__init__
_DUMP: Final[Any] = pickle.Pickler.dump
_OVERRIDE: Final[Any] = cloudpickle.Pickler.reducer_override
#: What is tried, in :func:`dumps`, when errors nest too deep for the stack that is left.
_SHORTER_CHAINS: Final[dict[int | None, int]] = {None: 25, 25: 5, 5: 1}
_TOO_DEEP: Final = "Could not pickle object as excessively deep recursion required."
_MODULES: Final = sys.modules


class _DispatchTable(dict[type, Callable[[Any], Any]]):
    """The dispatch table of one dump: what a class was found to need, it needs until the dump ends.

    Attributes:
        base: the table that a subclass of :class:`Pickler` brought, or cloudpickle's.
        protocol: the pickle protocol.
        pickler: whose dump it is, while there is one.
    """

    __slots__ = ("base", "pickler", "protocol")
    base: Any
    pickler: Pickler | None
    protocol: int

    def __missing__(self, cls: type) -> Any:
        pickler = self.pickler
        if pickler is None:  # somebody copies it
            return self.base[cls]
        found = look_up(cls) if self.base is OWN_TABLE else _find(self.base, cls)
        if (found is None or self.base is OWN_TABLE) and issubclass(cls, BaseException):
            found = pickler.reduce_exception
        if found is None:
            if issubclass(cls, type):  # pickle has its own way with classes
                raise KeyError(cls)
            if cls.__name__ in WRAPPER_NAMES and is_wrapper(cls):
                return pickler.reduce_wrapper
            if has_code(cls):
                found = Asked(pickler.first_writings(), self.protocol)
            else:
                is_open = cls.__getattribute__ is object.__getattribute__
                found = REDUCE_EX[self.protocol] if is_open else functools.partial(_reduce_as_pickle, protocol=self.protocol)
        elif issubclass(cls, type):  # reducer_override must see every class
            return found
        elif not issubclass(cls, BaseException) and say_of(cls, found) == CODE:
            found = Asked(pickler.first_writings(), self.protocol, found)
        self[cls] = found
        return found

    def __iter__(self) -> Iterator[type]:
        """Iterate over all that is known beforehand: loky copies the table, and extends the copy."""
        return iter(self.base)

    def keys(self) -> Any:
        """Give the same as a set."""
        return self.base.keys()


def _reduce_as_pickle(obj: Any, protocol: int) -> Any:
    """Reduce an object that may hide its ``__reduce_ex__``, as some proxies do."""
    reduce_ex = getattr(obj, "__reduce_ex__", None)
    return obj.__reduce__() if reduce_ex is None else reduce_ex(protocol)


def _find(table: Any, cls: type) -> Any:
    """Look into a table that may know no more than ``__getitem__``, as pickle does."""
    try:
        return table[cls]
    except KeyError:
        return None


if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue
    from picklereg.reduction.first_writings import FirstWritings

    _Base = pickle.Pickler
else:
    _Base = cloudpickle.Pickler


@public
class Pickler(_Base):
    """Pickles what ``cloudpickle.Pickler`` pickles, the same way, and exceptions whole.

    Args:
        file: what the pickle is written to; needs a ``write`` method.
        protocol: the pickle protocol; negative or left out: the highest.
        buffer_callback: takes out-of-band buffers (PEP 574).
        fix_imports: as for :class:`pickle.Pickler`, for readers on Python 2. Off by default, because with protocol 2 it turns
            ``TimeoutError`` and its siblings, if they have no number, into ``OSError`` (Lib/_compat_pickle.py).
        registry: whose reducers and settings count; left out: the default registry's.

    Raises:
        ArgumentTypeError: if ``file`` can't be written to, ``protocol`` is no number, or ``registry`` no registry.
        ArgumentValueError: for a protocol that doesn't exist.

    Example:
        >>> import io, pickle
        >>> file = io.BytesIO()
        >>> Pickler(file).dump(KeyError("colour"))
        >>> pickle.loads(file.getvalue())
        KeyError('colour')
    """

    max_chain: int | None = None  #: in place of the registry's, if set
    _registry: Registry = DEFAULT_REGISTRY
    _dump: Dump | None = None
    _met_exceptions: bool = False
    is_trusting: bool = False  #: whether classes go by value without a try; for who stands ready to begin anew
    _has_trusted: bool = False
    firsts: FirstWritings | None = None  #: what objects gave when they were first written, in this dump, or a try before it
    _reduce: Callable[[BaseException, Dump], ReduceValue]  # set with the first exception

    def __init__(
        self,
        file: IO[bytes],
        protocol: int | None = None,
        buffer_callback: BufferCallback | None = None,
        *,
        fix_imports: bool = False,
        registry: Registry | None = None,
    ) -> None:
        if registry is not None:
            self._registry = checked_registry(registry)
        protocol = DEFAULT_PROTOCOL if protocol is None else protocol
        table = _DispatchTable()
        table.base = self.dispatch_table
        table.pickler = None
        table.protocol = protocol if protocol == DEFAULT_PROTOCOL else exact(protocol)
        # pickle takes an instance's table only if it is there before __init__ (Modules/_pickle.c, 3.11 to 3.15).
        self.dispatch_table: Any = table
        self._table = table
        # What cloudpickle.Pickler.__init__ does, less a call, and with fix_imports.
        try:
            _INIT(self, file, protocol, fix_imports, buffer_callback)
        except (TypeError, ValueError) as problem:
            raise told_of_target(problem, file, protocol) from None
        self.globals_ref: dict[int, dict[str, Any]] = {}
        self.proto: int = int(protocol)

    def dump(self, obj: Any) -> None:
        """Write the pickle of an object.

        Args:
            obj: the object.

        Raises:
            pickle.PicklingError: if it nests too deep, or as pickle does.
            Exception: what the object's own reduction raises. Exceptions do not raise: what can't travel is named in a note.
        """
        table = self._table
        table.pickler = self
        try:
            _DUMP(self, obj)
        except RecursionError as problem:  # as cloudpickle.Pickler.dump does
            raise pickle.PicklingError(_TOO_DEEP) from problem
        finally:  # also unties the pickler from its table, so that no garbage collection is needed
            table.pickler = None
            table.clear()
            self._dump = self.firsts = None

    def first_writings(self) -> FirstWritings:
        """Give what objects gave in this dump when they were first written, to be added to."""
        if self.firsts is None:
            self.firsts = {}
        return self.firsts

    def reducer_override(self, obj: Any) -> Any:
        """Reduce classes and functions as cloudpickle does; the dispatch table does the rest.

        Args:
            obj: any object.

        Returns:
            A reduce value, or ``NotImplemented``.
        """
        cls = type(obj)
        if cls is FunctionType:
            return NotImplemented if _is_named(obj) else _OVERRIDE(self, obj)
        if cls is type:
            return NotImplemented if _is_named(obj) else self._class_by_value(obj)
        try:
            if cls in self._table:
                return NotImplemented
        except BaseException as problem:  # noqa: BLE001  # a metaclass without __hash__, or with one that raises: no table can hold the class
            pass_on(problem)
            return self.reduce_exception(obj) if issubclass(cls, BaseException) else NotImplemented
        if issubclass(cls, type):
            return NotImplemented if _is_named(obj) else reduce_class(obj) if cls is Named else self._class_by_value(obj)
        if self.dispatch_table is not self._table and _find(self.dispatch_table, cls) is None:  # a copy of our table was set in its place
            if issubclass(cls, BaseException):
                return self.reduce_exception(obj)
            if cls.__name__ in WRAPPER_NAMES and is_wrapper(cls):
                return self.reduce_wrapper(obj)
        return NotImplemented

    def was_too_deep(self, problem: Exception) -> bool:
        """Tell whether shorter chains of exceptions might have avoided a problem of :meth:`dump`.

        Args:
            problem: what :meth:`dump` raised.

        Returns:
            Whether there were exceptions, and the stack was too short.
        """
        return self._met_exceptions and isinstance(problem.__cause__, RecursionError)

    def trusts_class(self, cls: type) -> bool:
        """Tell whether a class of exceptions is written by value without a try, which takes longer than the writing.

        Args:
            cls: the class.

        Returns:
            Whether somebody stands ready to dump anew where that fails, and it may be worth it.
        """
        if not self.is_trusting or why_no_copy(cls) is not None or not holds_little(cls):
            return False
        self._has_trusted = True
        return True

    def was_too_trusting(self) -> bool:
        """Tell whether, where :meth:`dump` failed, one that tries the classes out might not."""
        return self._has_trusted

    def _class_by_value(self, cls: type) -> Any:
        if issubclass(cls, BaseException) and (found := named(cls)) is not cls:  # no copy of what a module holds
            return found.__reduce__()
        value = _OVERRIDE(self, cls)
        # From now on also what trusted classes refer to must be copies that work; a shorter value says where a class is found.
        if self._has_trusted and value is not NotImplemented and len(value) > 2 and (reason := why_no_copy(cls)) is not None:
            raise pickle.PicklingError(f"class {cls.__qualname__} {reason}")
        return value

    def reduce_exception(self, exc: BaseException) -> ReduceValue:
        """Reduce an exception by the registry's rules.

        Args:
            exc: the exception.

        Returns:
            A reduce value.
        """
        dump = self._dump or self._begun()
        return self._reduce(exc, dump)

    def reduce_wrapper(self, wrapper: Any) -> Any:
        """Reduce what a pool sends a raised error in, so that the error's cause stays."""
        from picklereg.registry.pool_wrappers import raised_in, reduce_raised  # here, because few dumps need it

        value = wrapper.__reduce_ex__(self.proto)
        return value if raised_in(value) is None else reduce_raised(value, self._dump or self._begun())

    def _begun(self) -> Dump:
        from picklereg.reduction.context import Dump
        from picklereg.reduction.wire_form import reduce_exception

        self._registry.refresh_for_dump()
        self._dump = Dump(self._registry, self, max_chain=self.max_chain, trusts=self.trusts_class, firsts=self.first_writings())
        self._reduce = reduce_exception
        self._met_exceptions = True
        return self._dump


def _is_named(obj: Any) -> bool:
    """Tell, quicker than cloudpickle, of most classes and functions that it writes them by name; of the others that it may not."""
    try:  # at first in the module's dictionary: to find nothing by getattr takes long
        found = _MODULES[module := obj.__module__]
        if module == MAIN or found.__dict__.get(name := obj.__qualname__) is not obj or type(name) is not str or type(module) is not str:
            return False
    except BaseException as problem:  # noqa: BLE001  # no module, or an odd one, or a metaclass with code for it
        pass_on(problem)
        return False
    return (type(found) is ModuleType or is_importable(obj)) and not cloudpickle.list_registry_pickle_by_value()


@public
def dump(
    obj: Any,
    file: IO[bytes],
    protocol: int | None = None,
    buffer_callback: BufferCallback | None = None,
    *,
    fix_imports: bool = False,
    registry: Registry | None = None,
) -> None:
    """Write the pickle of an object to a file.

    Args:
        obj: the object.
        file: what the pickle is written to.
        protocol: as for :class:`Pickler`.
        buffer_callback: as for :class:`Pickler`.
        fix_imports: as for :class:`Pickler`.
        registry: as for :class:`Pickler`.

    Raises:
        ArgumentTypeError: as :class:`Pickler`.
        ArgumentValueError: as :class:`Pickler`.
        pickle.PicklingError: as :meth:`Pickler.dump`.
    """
    Pickler(file, protocol, buffer_callback, fix_imports=fix_imports, registry=registry).dump(obj)


@public
def dumps(
    obj: Any,
    protocol: int | None = None,
    buffer_callback: BufferCallback | None = None,
    *,
    fix_imports: bool = False,
    registry: Registry | None = None,
) -> bytes:
    """Give the pickle of an object, which plain :func:`pickle.loads` reads, also where picklereg isn't installed.

    Args:
        obj: the object.
        protocol: as for :class:`Pickler`.
        buffer_callback: as for :class:`Pickler`.
        fix_imports: as for :class:`Pickler`.
        registry: as for :class:`Pickler`.

    Returns:
        The pickle.

    Raises:
        ArgumentTypeError: as :class:`Pickler`.
        ArgumentValueError: as :class:`Pickler`.
        pickle.PicklingError: as :meth:`Pickler.dump`.

    Example:
        >>> import pickle
        >>> try:
        ...     raise KeyError("colour") from ValueError("no such colour")
        ... except KeyError as error:
        ...     data = dumps(error)
        >>> pickle.loads(data).__cause__
        ValueError('no such colour')
    """
    firsts: FirstWritings = {}
    if buffer_callback is None:
        rules = DEFAULT_REGISTRY if registry is None else checked_registry(registry)
        data = pickled_by_name(obj, protocol, rules, firsts, fix_imports=fix_imports)
        if data is not None:
            return data
    is_final = buffer_callback is not None  # buffers that were handed over can't be taken back
    is_trusting, max_chain = not is_final, None
    while True:
        file = io.BytesIO()
        pickler = Pickler(file, protocol, buffer_callback, fix_imports=fix_imports, registry=registry)
        pickler.is_trusting, pickler.firsts, pickler.max_chain = is_trusting, firsts, max_chain
        try:
            pickler.dump(obj)
            return file.getvalue()
        except Exception as problem:
            pass_on(problem)
            if pickler.was_too_trusting():
                is_trusting = False
                continue
            max_chain = _SHORTER_CHAINS.get(max_chain)
            if max_chain is None or not pickler.was_too_deep(problem) or is_final:
                raise
