"""Writing a trial: what its host would write, with place-holders for exceptions, and for classes that go by value."""

from __future__ import annotations

import copyreg
import io
import operator
import pickle
from collections.abc import Callable
from enum import EnumType
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.copies import why_no_copy
from picklereg.introspection.fields import drop_pickles_notes
from picklereg.introspection.kinds import exceptions_in, is_plainly_pickled
from picklereg.introspection.naming import type_name
from picklereg.introspection.pickling_hooks import CODE, NOTHING, say_of
from picklereg.introspection.sentinels import is_sentinel
from picklereg.redaction.kept_apart import kept_apart
from picklereg.reduction.first_writings import Follower, first_value, followed, reducer_in
from picklereg.reduction.shared_copies import says_same
from picklereg.unpickling.stand_ins.origin import Named, Reference

if TYPE_CHECKING:
    from picklereg.reduction.first_writings import FirstWritings

__all__ = ["Linker", "TrialPickler", "has_ids", "pickler_for", "say_in", "written_in_trial"]

#: What has a name, or is written by value.
_BY_NAME: Final = (type, FunctionType)


def written_in_trial(
    value: object,
    host: pickle.Pickler | None,
    writes_class: Callable[[type], bool],
    refuses: Callable[[type], bool] | None,
    protocol: int = pickle.HIGHEST_PROTOCOL,
    firsts: FirstWritings | None = None,
    memo: dict[int, tuple[int, Any]] | None = None,
    sentinels: list[Any] | None = None,
) -> tuple[bytes, list[Any], dict[int, int]]:
    """Give what is written, what is kept apart, and by the identities of the classes which say they have had in it.

    What may be met again is taken by ``memo``, objects that are nothing but themselves by ``sentinels``.
    """
    seen: list[Any] = []
    file = io.BytesIO()
    pickler = pickler_for(file, seen, host, writes_class, protocol)
    pickler.refuses, pickler.firsts, pickler.sentinels = refuses, firsts, sentinels
    pickler.dump(value)
    if memo is not None:
        memo.update(pickler.memo.copy())
    return file.getvalue(), seen, pickler.classes


def say_in(classes: dict[int, int]) -> int:
    """Give the greatest say that one of the classes has in what is written."""
    return max(classes.values(), default=NOTHING)


def pickler_for(
    file: io.BytesIO, seen: list[Any], host: pickle.Pickler | None, writes_class: Callable[[type], bool], protocol: int
) -> TrialPickler:
    """Give the pickler for a trial.

    Args:
        file: what it writes to.
        seen: takes what is kept apart.
        host: the pickler that it follows.
        writes_class: tells of a class that goes by value whether it can be written.
        protocol: the pickle protocol.
    """
    return (_PicklerWithIds if has_ids(host) else TrialPickler)(file, seen, host, writes_class, protocol)


def has_ids(host: pickle.Pickler | None) -> bool:
    """Tell whether a host keeps some objects out of what it writes."""
    return host is not None and type(host).persistent_id is not pickle.Pickler.persistent_id


class TrialPickler(pickle.Pickler):
    """Writes as its host would, but puts a place-holder for every exception and every class that goes by value."""

    def __init__(
        self,
        data: io.BytesIO,
        seen: list[Any],
        host: Any,
        writes_class: Callable[[type], bool],
        protocol: int = pickle.HIGHEST_PROTOCOL,
    ) -> None:
        table = getattr(host, "dispatch_table", copyreg.dispatch_table)
        self._table: Any = getattr(table, "base", table)  # ours remembers what objects gave, and wouldn't ask them again
        if hasattr(host, "dispatch_table"):
            self.dispatch_table = self._table
        super().__init__(data, protocol, fix_imports=False)
        self.protocol: int = protocol
        self._seen = seen
        self._host: Any = host
        self._writes_class = writes_class
        self.refuses: Callable[[type], bool] | None = None
        self.written: type | None = None  #: the one class that is written for real
        self.classes: dict[int, int] = {}  #: by identity, which say a class has in this
        self.firsts: FirstWritings | None = None
        self.sentinels: list[Any] | None = None  #: takes objects that are nothing but themselves
        self._plain: dict[int, list[Any]] = {}  # the same, by the identities of classes of which there may be such
        self._asked: set[int] = set()  # by identity, the objects whose classes' code was asked, which live as long as the first writings
        self.is_followed: bool = False  #: whether it is taken down what is made of each object that may be changed

    def dump(self, obj: Any) -> None:
        """Write, and leave nothing on what is raised meanwhile."""
        try:
            super().dump(obj)
        except BaseException as problem:
            drop_pickles_notes(problem)
            raise

    def reducer_override(self, obj: Any) -> Any:
        """Reduce as the host does, or keep apart."""
        if issubclass(type(obj), BaseException) or type(obj) is Named or type(obj) is Follower:
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
            self.classes[key] = say_of(type(obj), None if issubclass(type(obj), _BY_NAME) else reducer_in(self._table, type(obj)))
            if self.sentinels is not None and self.classes[key] == NOTHING and is_plainly_pickled(type(obj)):
                self._plain[key] = self.sentinels
        if key in self._plain and is_sentinel(obj):
            self._plain[key].append(obj)
        value = NotImplemented if self._host is None else self._host.reducer_override(obj)
        if value is NotImplemented:
            is_asked = self.firsts is not None and self.classes[key] == CODE and not issubclass(type(obj), type)
            return self._first_value(obj, self.firsts) if is_asked else value
        return self._value_of_host(obj, value)

    def _value_of_host(self, obj: Any, value: Any) -> Any:
        function: Any = obj
        if not issubclass(type(obj), _BY_NAME):  # the host's own code
            self.classes[id(type(obj))] = CODE
        if issubclass(type(obj), FunctionType) and len(value) > 2 and not self._writes_class(function):
            msg = f"function {function.__qualname__} holds a credential"
            raise pickle.PicklingError(msg)
        return self._value_of_class(obj, value) if issubclass(type(obj), type) else value

    def _first_value(self, obj: Any, firsts: Any) -> Any:
        if self.is_followed and id(obj) in firsts:
            return self._place(firsts[id(obj)])
        if id(obj) in self._asked:  # what it gave leads back to it; that is being written, and isn't whole yet
            return NotImplemented
        self._asked.add(id(obj))
        value = first_value(firsts, obj, self.protocol, reducer_in(self._table, type(obj)))
        if not self.is_followed or type(value) is not tuple:
            return value
        return followed(firsts, obj, value)

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
        return kept_apart, (len(self._seen) - 1,)


class _PicklerWithIds(TrialPickler):
    """The same for a host that keeps some objects out of the pickle (``persistent_id``)."""

    def persistent_id(self, obj: Any) -> Any:
        return None if self._host.persistent_id(obj) is None else self._place(obj)[1][0]


class Linker(TrialPickler):
    """The same, but puts in the place of a copy what is written elsewhere for the same object, if that says the same."""

    doubles: dict[int, Any]
    _left: int = 1_000_000  #: so many bytes are compared

    def persistent_id(self, obj: Any) -> Any:
        """Keep apart what is written elsewhere."""
        double = self.doubles.get(id(obj), obj)
        if double is obj or self._left <= 0:
            return None
        data, seen, _ = written_in_trial(obj, self._host, self._writes_class, None)
        self._left -= len(data)
        other, others, _ = written_in_trial(double, self._host, self._writes_class, None)
        is_same = says_same(data, other) and all(map(operator.is_, seen, others))
        return self._place(double)[1][0] if is_same else None


def _is_told_by_error(member: Any) -> bool:
    """Tell of a member of an enumeration whether its value, by which the reader looks for it, holds an exception."""
    return next(exceptions_in(getattr(member, "_value_", None)), None) is not None
