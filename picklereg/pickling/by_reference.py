"""The short way to a pickle: through plain pickle's own pickler, which asks Python once per class and not once per object.

It can name classes and functions, but not write them by value. Where that is needed it gives up, and :mod:`picklereg.pickling.pickler`
begins anew; what it does write is what would be written there.
"""

from __future__ import annotations

import functools
import io
import operator
import pickle
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final

import cloudpickle

from picklereg.introspection.arguments import wrong_type
from picklereg.introspection.fields import drop_pickles_notes
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import CONTAINER, LEAVES, MAPPINGS, PLAIN, is_ordinary, known_kind
from picklereg.introspection.naming import is_importable
from picklereg.introspection.pickling_hooks import CODE, say_of
from picklereg.reduction.context import Dump, NeedsHost
from picklereg.reduction.first_writings import Asked, has_code
from picklereg.reduction.wire_form import reduce_exception, written_for
from picklereg.registry.pool_classes import WRAPPER_NAMES

if TYPE_CHECKING:
    from picklereg.reduction.first_writings import FirstWritings
    from picklereg.registry.registry import Registry

__all__ = ["DEFAULT_PROTOCOL", "MAIN", "OWN_TABLE", "REDUCE_EX", "exact", "look_up", "pickled_by_name"]

#: What ``Pickler`` and ``dumps`` use if nothing is said, as cloudpickle does.
DEFAULT_PROTOCOL: Final[int] = cloudpickle.DEFAULT_PROTOCOL
#: The class's own, in which other parties' entries may be.
OWN_TABLE: Final[Any] = cloudpickle.Pickler.dispatch_table
#: How an ordinary instance is reduced, by protocol, without a step through Python.
REDUCE_EX: Final = [operator.methodcaller("__reduce_ex__", protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]

_OWN_TABLES: Final[list[Any]] = OWN_TABLE.maps
#: cloudpickle writes by value what is defined there, and plain pickle wouldn't.
MAIN: Final = "__main__"
_NAMED_MAIN: Final = bytes([len(MAIN)]) + MAIN.encode()
#: With what pickle's own writes begin, from protocol 4 on; others are long texts and bytes, which it hands to the file as they are.
_OWN_WRITES: Final = (pickle.PROTO[0], pickle.FRAME[0])
#: Texts and bytes up to this length are copied right away.
_MUCH: Final = 1 << 14
#: How many values in a container are looked at beforehand.
_FEW: Final = 40
#: How many containers within others; with more the other pickler is as fast as looking at them.
_FEWER: Final = 3
_CONTAINERS: Final = frozenset({dict, list, tuple})


class _Pickler(pickle.Pickler):
    """pickle's own. Because it looks for a table first of all, and finds nothing in half a microsecond, there is one."""

    __slots__ = ()
    dispatch_table: Any = {}  # noqa: RUF012  # one for all


_SET_TABLE: Final[Callable[[pickle.Pickler, Any], None]] = vars(pickle.Pickler)["dispatch_table"].__set__


class _File(io.BytesIO):
    """What is written to. Long texts and bytes are copied once, at the end; where ``__main__`` may have been named, the end is now."""

    _long: list[tuple[int, bytes]] | None = None  # with where they stand

    def write(self, data: Any, /) -> int:
        if type(data) is bytes:
            if len(data) > _MUCH and data[0] not in _OWN_WRITES:
                if self._long is None:
                    self._long = []
                self._long.append((self.tell(), data))
                return len(data)
            if data.find(_NAMED_MAIN) >= 0:  # quicker than "in", which at first takes it for a number
                raise NeedsHost  # also where it is but a text: a name may refer to it later on
        return _WRITE(self, data)

    def content(self) -> bytes:
        """Give all that was written."""
        if self._long is None:
            return self.getvalue()
        written, start = self.getbuffer(), 0
        parts: list[Any] = []
        for end, data in self._long:
            parts += written[start:end], data
            start = end
        return b"".join([*parts, written[start:]])


_WRITE: Final = io.BytesIO.write


class _NameTable(dict[type, Callable[[Any], Any]]):
    """The dispatch table of one dump in which everything is named, and nobody is asked.

    Attributes:
        dump: what was decided about the exceptions, if there are any.
        firsts: what objects gave when they were first written.
        protocol: the pickle protocol.
        registry: whose reducers and settings count.
    """

    __slots__ = ("dump", "firsts", "protocol", "registry")
    dump: Dump | None
    firsts: FirstWritings
    protocol: int
    registry: Registry

    def __missing__(self, cls: type) -> Any:
        found: Any
        if issubclass(cls, BaseException):
            if self.dump is None:
                self.registry.refresh_for_dump()
                consulted = _cloudpickles if self.protocol == DEFAULT_PROTOCOL else None
                self.dump = Dump(self.registry, asks_host=False, consulted=consulted, firsts=self.firsts, protocol=self.protocol)
            found = functools.partial(reduce_exception, dump=self.dump)
        else:
            found = look_up(cls)
            if issubclass(cls, type):
                if found is None:  # pickle has its own way with classes
                    raise KeyError(cls)
                found = functools.partial(_reduce_class, reducer=found)
            elif cls.__module__ == MAIN or cls.__name__ in WRAPPER_NAMES:
                raise NeedsHost
            elif found is None:
                found = REDUCE_EX[self.protocol]  # fails where a proxy hides __reduce_ex__
                if has_code(cls):  # which may change what is written, and all may begin anew
                    found = Asked(self.firsts, self.protocol)
            elif cls is MethodType:
                found = _reduce_method
            elif say_of(cls, found) == CODE:
                found = Asked(self.firsts, self.protocol, found)
        self[cls] = found
        return found


def _reduce_class(cls: type, reducer: Callable[[type], Any]) -> Any:
    """Reduce a class as its metaclass's entry in ``copyreg`` says, which cloudpickle asks of those alone that can be named."""
    if cls.__module__ == MAIN or not is_importable(cls):
        raise NeedsHost
    return reducer(cls)


def _reduce_method(method: MethodType) -> Any:
    """Reduce a bound method as Python does, where its name leads to it; else cloudpickle writes the function and what it is bound to."""
    subject, function = method.__self__, method.__func__
    if type(function) is not FunctionType or function.__module__ == MAIN or not is_importable(function):  # set on the class here alone
        raise NeedsHost
    cls, name = type(subject), function.__name__
    found = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
    # A reader asks the subject for it, maybe before that has its attributes.
    if found is not function or not is_ordinary(cls) or cls.__getattribute__ is not object.__getattribute__ or name in vars(subject):
        raise NeedsHost
    return getattr, (subject, name)


def exact(protocol: int) -> int:
    """Give the protocol that pickle takes a number for.

    Raises:
        ArgumentTypeError: for what is no number.
    """
    try:
        number = operator.index(protocol)
    except TypeError:
        raise wrong_type("protocol", protocol, "pass a number, or leave it out") from None
    return number if 0 <= number <= pickle.HIGHEST_PROTOCOL else pickle.HIGHEST_PROTOCOL


def look_up(cls: type) -> Any:
    """Look into cloudpickle's table and ``copyreg``'s: the maps of a ``ChainMap``, which takes longer to say no."""
    for table in _OWN_TABLES:
        if cls in table:
            return table[cls]
    return None


def pickled_by_name(
    obj: Any, protocol: int | None, registry: Registry, firsts: FirstWritings | None = None, *, fix_imports: bool
) -> bytes | None:
    """Pickle an object without cloudpickle, whose questions cost more than the answers, if nothing in it needs it.

    Args:
        obj: the object.
        protocol: as for :func:`picklereg.dumps`.
        registry: whose reducers and settings count.
        firsts: takes what objects give when they are first written.
        fix_imports: as for :func:`picklereg.dumps`.

    Returns:
        The pickle, or ``None`` if something would go by value, somebody has to be asked, it nests too deep, or can't be pickled at all.
    """
    if firsts is None:
        firsts = {}
    try:
        dump: Dump | None = None
        cls = type(obj)
        kind = known_kind(cls) if type(cls) is type else None
        # Nobody is asked about it, whoever writes it.
        if kind is not None and (kind is PLAIN or (_is_flat(obj) if kind is CONTAINER else len(obj) <= _MUCH)):
            return pickle.dumps(obj, DEFAULT_PROTOCOL if protocol is None else protocol, fix_imports=fix_imports)
        is_exception = issubclass(cls, BaseException)
        if cls.__module__ == MAIN or (not is_exception and _begins_by_value(obj)) or cloudpickle.list_registry_pickle_by_value():
            return None
        if protocol is None:
            protocol = DEFAULT_PROTOCOL
        if is_exception:
            registry.refresh_for_dump()
            alone, dump = written_for(obj, registry, exact(protocol), _cloudpickles if protocol == DEFAULT_PROTOCOL else None, firsts)
            if alone is not None:
                data = pickle.dumps(alone, protocol, fix_imports=fix_imports)
                return None if dump is not None and dump.is_left_in(data) else data
        table = _NameTable()
        table.dump = dump
        table.firsts = firsts
        table.registry = registry
        table.protocol = protocol if protocol == DEFAULT_PROTOCOL else exact(protocol)
        if table.protocol < 4:  # where names are written in another way
            return None
        file = _File()
        pickler = _Pickler(file, protocol, fix_imports)  # by position: a keyword takes longer
        _SET_TABLE(pickler, table)
        pickler.dump(obj)
    except NeedsHost:
        return None
    except BaseException as problem:  # noqa: BLE001  # the other way will do, or say what is wrong
        pass_on(problem)
        drop_pickles_notes(problem)
        return None
    data = file.content()
    return None if table.dump is not None and table.dump.is_left_in(data) else data


def _is_flat(value: Any) -> bool:
    """Tell at once of a container that it holds nothing but a few texts and numbers, or other containers of such."""
    found: list[Any] = [value]
    for item in found:  # grows meanwhile
        if len(item) > _FEW:
            return False
        parts = item
        if type(item) in MAPPINGS:
            if not LEAVES.issuperset(map(type, item)):
                return False
            parts = item.values()
        if LEAVES.issuperset(map(type, parts)):
            continue
        for part in parts:
            cls = type(part)
            if cls not in LEAVES:
                if cls not in _CONTAINERS or len(found) > _FEWER:
                    return False
                found.append(part)
    return True


def _cloudpickles() -> pickle.Pickler:
    """Make a pickler that writes classes and functions by value; it writes nothing but trials."""
    return cloudpickle.Pickler(io.BytesIO(), DEFAULT_PROTOCOL)


def _begins_by_value(obj: Any) -> bool:
    """Tell at once of a function, also where it begins a call as frameworks send one, whether it can't be named."""
    if (type(obj) is tuple or type(obj) is list) and obj:
        obj = obj[0]
    return type(obj) is FunctionType and ("<" in obj.__qualname__ or obj.__module__ == MAIN)
