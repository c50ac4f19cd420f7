"""What objects gave when they were first asked to be written: of such as are changed by it, only that is whole.

A value may be tried out several times before it is written, and ``dumps`` may begin anew. So what a class's own code gives for an object
is kept for as long as it may be asked for again; and what is written in place of an object that is changed is the same one wherever the
object stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.pickling_hooks import CODE, say_of

__all__ = [
    "Asked",
    "FirstWritings",
    "Follower",
    "begun",
    "begun_anew",
    "ended",
    "first_value",
    "followed",
    "has_code",
    "reducer_in",
]

#: By identity and protocol, the reduce values of objects whose classes have code for that; by identity, what is written in their place.
FirstWritings: TypeAlias = dict[Any, Any]

_REDUCE_EX: Final = object.__reduce_ex__
_REDUCE: Final = object.__reduce__
_GETSTATE: Final = object.__getstate__


def has_code(cls: Any) -> bool:
    """Tell of a class whether its own code is asked when an instance is written, and may change that; told at once of most."""
    try:
        is_left = cls.__reduce_ex__ is _REDUCE_EX and cls.__reduce__ is _REDUCE and cls.__getstate__ is _GETSTATE
    except BaseException as problem:  # noqa: BLE001  # its metaclass has code for what is asked
        pass_on(problem)
        is_left = False
    return not is_left and say_of(cls) == CODE


def first_value(firsts: FirstWritings, obj: Any, protocol: int, reducer: Callable[[Any], Any] | None = None) -> Any:
    """Give what an object gave when it was first asked.

    Args:
        firsts: where that is kept.
        obj: the object.
        protocol: the pickle protocol.
        reducer: what a dispatch table has for its class.
    """
    known = firsts.get((id(obj), protocol))
    if known is None:
        value = _reduced(obj, protocol) if reducer is None else reducer(obj)
        if type(value) is not tuple:  # the name of something global; or pickle says what is wrong
            return value
        known = firsts[id(obj), protocol] = obj, _kept(obj, value)
    return begun(known[1])


def ended(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a reduce value of which items and entries, which pickle wants as iterators, are gone through and kept."""
    return (*value[:3], *(None if part is None else [*part] for part in value[3:5]), *value[5:])


def begun(value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give such a reduce value as pickle takes it, once."""
    return (*value[:3], *(None if part is None else iter(part) for part in value[3:5]), *value[5:])


class Asked:
    """Reduces objects in one dump as they were first asked.

    Args:
        firsts: where that is kept.
        protocol: the pickle protocol.
        reducer: what a dispatch table has for their class.
    """

    __slots__ = ("_begun", "_firsts", "_protocol", "_reducer")

    def __init__(self, firsts: FirstWritings, protocol: int, reducer: Callable[[Any], Any] | None = None) -> None:
        self._firsts = firsts
        self._protocol = protocol
        self._reducer = reducer
        self._begun: set[int] = set()

    def __call__(self, obj: Any) -> Any:
        """Reduce one. What it gave may lead back to it: that is being written then and isn't whole yet, so it is asked again."""
        if id(obj) in self._begun:
            return _reduced(obj, self._protocol) if self._reducer is None else self._reducer(obj)
        self._begun.add(id(obj))
        return first_value(self._firsts, obj, self._protocol, self._reducer)


def followed(firsts: FirstWritings, obj: Any, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a reduce value by which it is taken down what is made in place of an object.

    Args:
        firsts: where that is kept.
        obj: the object.
        value: its reduce value.
    """
    return Follower(firsts, id(obj)), value[:2], *value[2:]


def begun_anew(firsts: FirstWritings) -> FirstWritings:
    """Forget what was written in place of objects: it may have been changed by that, too."""
    for key in [key for key in firsts if type(key) is int]:
        del firsts[key]
    return firsts


class Follower:
    """Makes a copy as a reduce value says, and takes it down.

    Args:
        firsts: where.
        key: under what.
    """

    __slots__ = ("_firsts", "_key")

    def __init__(self, firsts: FirstWritings, key: int) -> None:
        self._firsts = firsts
        self._key = key

    def __call__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Make the copy."""
        made = self._firsts[self._key] = function(*args)
        return made


def reducer_in(table: Any, cls: type) -> Any:
    """Give what a dispatch table has for a class; it may know no more than ``__getitem__``, as pickle does."""
    try:
        return table[cls]
    except (KeyError, TypeError):  # a class that can't be hashed is in no table
        return None


def _reduced(obj: Any, protocol: int) -> Any:
    """Reduce an object that may hide its ``__reduce_ex__``, as some proxies do."""
    reduce_ex = getattr(obj, "__reduce_ex__", None)
    return obj.__reduce__() if reduce_ex is None else reduce_ex(protocol)


def _kept(obj: Any, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a reduce value that stays as it is, whatever becomes of the object."""
    function, args, *rest = value
    state: Any = rest[0] if rest else None
    live: Any = getattr(obj, "__dict__", None)
    if type(state) is dict and state is live:
        state = state.copy()
    return ended((function, args, state, *rest[1:]))
