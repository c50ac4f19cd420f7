"""Trying out whether something can be written and read back, as a given host would write it.

A trial puts a place-holder for every exception that it meets, because each exception is reduced on its own, and for every
class that goes by value: read back in this process, cloudpickle's copy of a class would set the live class's attributes.
So do the classes of stand-ins, which have the names of what isn't here.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Iterable
from enum import EnumType
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from picklereg.introspection.copies import why_no_copy
from picklereg.introspection.fields import drop_pickles_notes, leave_alone
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import exceptions_in
from picklereg.introspection.naming import MAIN, type_name
from picklereg.introspection.pickling_hooks import CODE, NOTHING, say_of
from picklereg.reduction.python_pickler import PythonPickler
from picklereg.unpickling.stand_ins.origin import RECONSTRUCT, Named, Reference, reconstruct

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Beneath
    from picklereg.redaction.secrets import Secrets

__all__ = [
    "HIGHEST",
    "Findings",
    "copy_through_bytes",
    "copy_with_other_text",
    "exceptions_beneath",
    "protocols_of",
    "write_class",
    "written_anew",
]

#: What is tried for a host that may write with any protocol: what a value gives may depend on it, as that of buffers does from 5 on.
_ANY: Final = (4, pickle.HIGHEST_PROTOCOL)
#: What is tried where the host isn't to be asked.
HIGHEST: Final = (pickle.HIGHEST_PROTOCOL,)


class Findings:
    """What trying out a value tells beside its copy.

    Attributes:
        copied: the classes of which the reader gets a copy, though a module's name is theirs.
        is_changed: whether something in it is changed by being written, so that only what was written first is whole: the copy.
        loses_weak: whether a set in it that keeps nothing alive arrives with less.
    """

    __slots__ = ("copied", "is_changed", "loses_weak")

    def __init__(self) -> None:
        self.copied: list[type] = []
        self.is_changed: bool = False
        self.loses_weak: bool = False


def protocols_of(host: pickle.Pickler | None) -> tuple[int, ...]:
    """Give the protocols with which a value has to be tried: the host's own, where it tells.

    Args:
        host: the pickler that writes; ``None`` if nobody knows it.
    """
    protocol = getattr(host, "proto", None)
    return (max(1, protocol),) if type(protocol) is int else _ANY  # with 0, persistent ids are text


def copy_through_bytes(
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    refuses: Callable[[type], bool] | None = None,
    *,
    protocols: tuple[int, ...] = HIGHEST,
    in_python: bool = False,
    findings: Findings | None = None,
    look: Callable[[bytes, list[Any], int], None] | None = None,
) -> tuple[Any, list[BaseException]]:
    """Write a value and read it back.

    Args:
        value: the value.
        host: the pickler whose ``reducer_override``, ``dispatch_table`` and ``persistent_id`` are followed.
        writes_class: tells of a class that goes by value whether it can be written.
        refuses: tells of a class whether its instances may not be met.
        protocols: with which it is written; the copy is made by the first.
        in_python: whether the value is to be written by a pickler made of Python code, for which less is too deep.
        findings: takes what else is found out.
        look: is given what was written, what is kept apart from it, and by which protocol, if classes have had a say in it.

    Returns:
        The copy, and the exceptions that were met; they are in the copy as they are.

    Raises:
        Exception: whatever writing or reading raises.
    """
    how = value, host, writes_class, refuses
    data, seen, say = _written(*how, protocols[0])
    has_code = say == CODE
    copy = _read(data, seen, host, findings=findings)
    met = {id(item): item for item in seen if isinstance(item, BaseException)}
    is_known = findings is not None and has_code and _is_written_again(data, *how, protocols[-1])
    if findings is not None and has_code and not is_known:  # it has changed, or the protocol matters
        findings.is_changed = len(protocols) == 1 or not _is_written_again(data, *how, protocols[0])
        if findings.is_changed:
            return copy, [*met.values()]
    if in_python:
        PythonPickler(_Pickler(io.BytesIO(), [], host, writes_class, protocols[0])).dump(value)
    if look is not None and say != NOTHING:
        look(data, seen, protocols[0])
    for protocol in () if is_known else protocols[1:]:
        other, seen, _ = _written(*how, protocol)
        if other[_HEADER:] != data[_HEADER:]:  # else it is read as the first was
            _read(other, seen, host)
            met |= {id(item): item for item in seen if isinstance(item, BaseException)}
    return copy, [*met.values()]


def _is_written_again(data: bytes, *args: Any) -> bool:
    """Tell whether a value is written a second time as it was the first time, whatever the protocol is called."""
    try:
        return _written(*args)[0][_HEADER:] == data[_HEADER:]
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return False


def copy_with_other_text(
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    secrets: Secrets,
    *,
    is_placed: bool,
    beneath: Beneath | None = None,
) -> Any:
    """Give a copy of a value with credentials replaced, or the value itself if there are none in it.

    Args:
        value: the value.
        host: as for :func:`copy_through_bytes`.
        writes_class: as for :func:`copy_through_bytes`.
        secrets: what is replaced.
        is_placed: whether something may have to be replaced for the place where it stands in the value.
        beneath: where the value stands beneath a credential's name, if it does.

    Returns:
        The copy, in which exceptions are as they are.

    Raises:
        Exception: whatever writing or reading raises.
    """
    data, seen, say = _written(value, host, writes_class, None)
    is_changed = say == CODE and not _is_written_again(data, value, host, writes_class, None)
    if not (is_placed or secrets.may_change(data)):
        return _read(data, seen, host) if is_changed else value
    from picklereg.redaction.pickles import rewrite_pickle  # here, to keep the import of picklereg cheap

    rewritten = rewrite_pickle(data, secrets.text, secrets.data, seen if is_placed else None, beneath)
    if rewritten is None:
        return _read(data, seen, host) if is_changed else value
    copy = _read(rewritten, seen, host)
    # Not all that was read can be written: in 3.15.2, the results of urlsplit can't.
    again, seen_again, _ = _written(copy, host, writes_class, None)
    if rewrite_pickle(again, secrets.text, secrets.data, seen_again if is_placed else None, beneath) is not None:
        msg = "it holds a credential, and makes it anew"
        raise pickle.PicklingError(msg)
    return _read(rewritten, seen, host) if is_changed else copy


def written_anew(value: object, host: pickle.Pickler | None, writes_class: Callable[[type], bool]) -> tuple[bytes, list[Any]]:
    """Give what :func:`copy_through_bytes` would write of a value with the highest protocol, and what is kept apart from it."""
    return _written(value, host, writes_class, None)[:2]


def _read(
    data: bytes,
    seen: list[Any],
    host: pickle.Pickler | None,
    unpickler: type[_Unpickler] | None = None,
    findings: Findings | None = None,
) -> Any:
    """Read back a trial. Exceptions stand in it as they are, and reduces of others may change what they carry."""
    restores = [leave_alone(item) for item in seen if isinstance(item, BaseException)]
    weak_sets: list[tuple[WeakSet[Any], int]] = []
    try:
        copy = (unpickler or _Unpickler)(io.BytesIO(data), seen, host, weak_sets).load()
        if findings is not None:  # now that nothing but the copy keeps anything alive
            findings.loses_weak = any(len(found) < count for found, count in weak_sets)
        return copy
    finally:
        for restore in restores:
            restore()


def _written(
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    refuses: Callable[[type], bool] | None,
    protocol: int = pickle.HIGHEST_PROTOCOL,
) -> tuple[bytes, list[Any], int]:
    """Give what is written, what is kept apart, and which say classes have had in it."""
    seen: list[Any] = []
    file = io.BytesIO()
    has_ids = host is not None and type(host).persistent_id is not pickle.Pickler.persistent_id
    pickler = (_PicklerWithIds if has_ids else _Pickler)(file, seen, host, writes_class, protocol)
    pickler.refuses = refuses
    pickler.dump(value)
    return file.getvalue(), seen, max(pickler.classes.values(), default=NOTHING)


def exceptions_beneath(value: object, host: pickle.Pickler | None, writes_class: Callable[[type], bool]) -> list[BaseException]:
    """Give the exceptions that are written before a value is complete, also those that classes hold which go by value with it.

    Args:
        value: the value.
        host: as for :func:`copy_through_bytes`.
        writes_class: as for :func:`copy_through_bytes`.

    Raises:
        Exception: whatever writing raises.
    """
    _, seen, _ = _written(value, host, writes_class, None)
    done: set[int] = set()
    for item in seen:  # grows meanwhile
        if isinstance(item, type) and id(item) not in done:
            done.add(id(item))
            pickler = _Pickler(io.BytesIO(), seen, host, writes_class)
            pickler.written = item
            pickler.dump(item)
    return [item for item in seen if isinstance(item, BaseException)]


def write_class(cls: type, host: pickle.Pickler, writes_class: Callable[[type], bool]) -> None:
    """Write a class by value, and read back what it holds, but make no class: that would run its bases' code.

    Args:
        cls: the class.
        host: the pickler that does it.
        writes_class: tells of the classes that it refers to whether they can be written.

    Raises:
        Exception: whatever writing or reading raises.
    """
    file, seen = io.BytesIO(), list[Any]()
    pickler = _Pickler(file, seen, host, writes_class)
    pickler.written = cls
    pickler.dump(cls)
    _read(file.getvalue(), seen, host, _ClassUnpickler)


class _Pickler(pickle.Pickler):
    """Writes as its host would, but puts a place-holder for every exception and every class that goes by value."""

    def __init__(
        self,
        data: io.BytesIO,
        seen: list[Any],
        host: Any,
        writes_class: Callable[[type], bool],
        protocol: int = pickle.HIGHEST_PROTOCOL,
    ) -> None:
        if hasattr(host, "dispatch_table"):
            self.dispatch_table = host.dispatch_table
        super().__init__(data, protocol, fix_imports=False)
        self.protocol: int = protocol
        self._seen = seen
        self._host: Any = host
        self._writes_class = writes_class
        self.refuses: Callable[[type], bool] | None = None
        self.written: type | None = None  #: the one class that is written for real
        self.classes: dict[int, int] = {}  #: by identity, which say a class has in this

    def dump(self, obj: Any) -> None:
        """Write, and leave nothing on what is raised meanwhile."""
        try:
            super().dump(obj)
        except BaseException as problem:
            drop_pickles_notes(problem)
            raise

    def reducer_override(self, obj: Any) -> Any:
        if issubclass(type(obj), BaseException) or type(obj) is Named:
            return self._place(obj)
        if isinstance(obj, BaseException):  # a proxy; nobody has looked at its subject, of which would be written what that holds
            msg = "it stands for an exception"
            raise pickle.PicklingError(msg)
        if type(obj) is Reference and obj.stand_in is not None:  # can't be imported: that is why there is a stand-in
            return self._place(obj.stand_in)
        if issubclass(type(type(obj)), EnumType) and _is_told_by_error(obj):
            msg = "an exception is its value, and the reader's is another one"
            raise pickle.PicklingError(msg)
        if self.refuses is not None and self.refuses(type(obj)):
            msg = f"an instance of {type_name(type(obj))} has to be stripped"
            raise pickle.PicklingError(msg)
        key = id(type(obj))
        if key not in self.classes:
            self.classes[key] = say_of(type(obj))
        if self._host is None:
            return NotImplemented
        value = self._host.reducer_override(obj)
        if value is NotImplemented:
            return value
        function: Any = obj
        if issubclass(type(obj), FunctionType) and len(value) > 2 and not self._writes_class(function):
            msg = f"function {function.__qualname__} holds a credential"
            raise pickle.PicklingError(msg)
        return self._value_of_class(obj, value) if issubclass(type(obj), type) else value

    def _value_of_class(self, obj: Any, value: Any) -> Any:
        if self.written is not None and obj is self.written:
            reason = why_no_copy(self.written) if len(value) > 2 else None  # else it says where the class is found
            if reason is not None:
                msg = f"class {type_name(obj)} {reason}"
                raise pickle.PicklingError(msg)
            return value
        if not self._writes_class(obj):
            msg = f"class {type_name(obj)} can't be written by value"
            raise pickle.PicklingError(msg)
        return self._place(obj)

    def _place(self, obj: Any) -> tuple[Any, tuple[int]]:
        self._seen.append(obj)
        return _seen, (len(self._seen) - 1,)


class _PicklerWithIds(_Pickler):
    """The same for a host that keeps some objects out of the pickle (``persistent_id``)."""

    def persistent_id(self, obj: Any) -> Any:
        return None if self._host.persistent_id(obj) is None else self._place(obj)[1][0]


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: io.BytesIO, seen: list[Any], host: pickle.Pickler | None, weak_sets: list[tuple[WeakSet[Any], int]]) -> None:
        super().__init__(data, fix_imports=False)
        self._seen = seen
        self._weak_sets = weak_sets
        self._writes_main = hasattr(host, "reducer_override")

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == _SEEN:
            return self._seen.__getitem__
        if module == MAIN and self._writes_main:  # what of it goes by value has been; the reader has another ``__main__``
            msg = f"Can't pickle {MAIN}.{name}: the reader has another {MAIN}, and it can't be written by value"
            raise pickle.PicklingError(msg)
        found = super().find_class(module, name)
        if found is WeakSet:
            return partial(_make_weak_set, self._weak_sets)
        return reconstruct if found is RECONSTRUCT else found

    def persistent_load(self, pid: Any) -> Any:
        return self._seen[pid]


class _ClassUnpickler(_Unpickler):
    """Makes an empty class in place of each that goes by value, and sets nothing of it."""

    def find_class(self, module: str, name: str) -> Any:
        return _make_nothing if name in _MAKES_CLASSES else super().find_class(module, name)


def _make_weak_set(made: list[tuple[WeakSet[Any], int]], items: Iterable[Any] = ()) -> WeakSet[Any]:
    """Make a set that keeps nothing alive, and remember how much was in it."""
    weak_set = WeakSet(items)
    made.append((weak_set, len(weak_set)))
    return weak_set


def _make_nothing(*_args: object) -> type:
    return type("Copy", (), {})


def _is_told_by_error(member: Any) -> bool:
    """Tell of a member of an enumeration whether its value, by which the reader looks for it, holds an exception."""
    return next(exceptions_in(getattr(member, "_value_", None)), None) is not None


def _seen(_index: int) -> None:
    """Stand in a trial for what :class:`_Unpickler` puts back; its name never leaves the process."""


#: cloudpickle's, and those of vendored copies of it.
_MAKES_CLASSES: Final = frozenset({"_make_skeleton_class", "_make_skeleton_enum", "_class_setstate"})
#: The opcode that tells the protocol, and its number.
_HEADER: Final = 2
_SEEN: Final = (__name__, _seen.__name__)
