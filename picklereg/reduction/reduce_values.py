"""Reduce values that others give: what the reader will get by them, found out by doing it here.

A reduce may give a new instance, which is compared with the original. It may give one that exists already (a factory, a cache in
``__new__``, one instance for each code): then what the trial gives says nothing of what the reader has, and whatever the trial does to
it, it does to a live error of the program. Two calls tell: either gives the original, or both give the same. And it may give an error
that the reduce value itself holds, as the wrappers do in which pools send errors.
"""

from __future__ import annotations

import copyreg
import functools
from types import BuiltinFunctionType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import has_own_reduce, plan_for
from picklereg.introspection.fields import cause_of, context_of, leave_alone, sub_exceptions
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.kinds import exceptions_in, is_bare, is_container, is_exception, parts_of, rebuilt
from picklereg.introspection.naming import MAIN, is_importable, type_name
from picklereg.reduction.classes import carries_class, is_nameable
from picklereg.reduction.context import Left
from picklereg.reduction.copying import adopt
from picklereg.reduction.first_writings import begun
from picklereg.reduction.native_fields import is_initialised
from picklereg.reduction.round_trip import exceptions_beneath
from picklereg.reduction.sound_values import has_usual_hash, writes_as_usual
from picklereg.reduction.trials import rebuild
from picklereg.unpickling.stand_ins.origin import RECONSTRUCT

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, ReduceValue

__all__ = ["Tried", "UnfitError", "as_call", "try_out"]

_NEWOBJ: Final[Any] = copyreg.__newobj__  # type: ignore[attr-defined]
#: How much may be in a container that is copied without a trial.
_FEW: Final = 100
_NEWOBJ_EX: Final[Any] = copyreg.__newobj_ex__  # type: ignore[attr-defined]


class UnfitError(Exception):
    """A reduce value isn't used; the text says why."""


class Tried:
    """What a reduce value gives.

    Args:
        copy: an exception.
        is_shared: whether it exists already, and is given each time.
        is_held: whether it is an exception that the reduce value holds.
        unread: the names of fields that may not be read, since nobody has initialised them.
    """

    __slots__ = ("copy", "is_held", "is_shared", "unread")

    def __init__(
        self, copy: BaseException, *, is_shared: bool = False, is_held: bool = False, unread: frozenset[str] = frozenset()
    ) -> None:
        self.copy: BaseException = copy
        self.unread: frozenset[str] = unread
        self.is_shared: bool = is_shared
        self.is_held: bool = is_held


def as_call(exc: BaseException, value: Any) -> ReduceValue:
    """Give a reduce value so that pickle doesn't insist on the exception's class, where it is of another one.

    Raises:
        UnfitError: it is none.
    """
    if not isinstance(value, tuple) or not 2 <= len(value) <= 6 or not isinstance(value[1], tuple):
        raise UnfitError(f"it gives no reduce value but {type_name(type(value))}")
    if value[0] in (_NEWOBJ, _NEWOBJ_EX) and value[1][0] is not exc.__class__:
        return _called(value)
    return value


def _called(value: ReduceValue) -> ReduceValue:
    """Give the call that is meant by one of copyreg's two functions, which stand for opcodes of pickle's."""
    function, args, *rest = value
    if function is _NEWOBJ:
        return (args[0].__new__, args, *rest)
    cls, new_args, kwargs = args
    return (functools.partial(cls.__new__, cls, *new_args, **kwargs), (), *rest)


def try_out(exc: BaseException, value: ReduceValue, dump: Dump) -> Tried:
    """Find out what a reduce value gives. Exceptions in it are as they are, and nothing happens to them, nor to the original.

    Args:
        exc: the original.
        value: its reduce value.
        dump: the dump that it is part of.

    Raises:
        UnfitError: it can't be written or read, gives no exception, or can't be followed.
    """
    function = value[0]
    if any(item is exc for item in exceptions_in(value[1])):
        raise UnfitError("it needs this exception itself")
    if _makes_new(value):
        copy, seen = _read_back(exc, value, dump)
    else:
        copy, seen = _read_back(exc, value[:2], dump, exc)
        if not any(item is copy for item in seen):
            again = copy if copy is exc else _read_back(exc, value[:2], dump, exc, copy)[0]
            if again is copy:
                _check_order(exc, value, dump)
                _check_state(copy, value)
                return _shared(exc, copy)
            if len(value) > 2:
                copy, seen = _read_back(exc, value, dump, exc, made=again)
        else:
            _check_state(copy, value)
    _check_order(exc, value, dump)
    cls = type(copy)
    unread = frozenset[str]() if is_initialised(cls, function) else plan_for(cls).native_fields
    return Tried(copy, is_held=any(item is copy for item in seen), unread=unread)


def _check_order(exc: BaseException, value: ReduceValue, dump: Dump) -> None:
    """See that the reader calls a function after it has got all that this uses.

    Raises:
        UnfitError: it is written together with such errors, be it one that the trial has made.
    """
    function, args = value[:2]
    called = [part for part in (function, *args[:1]) if _takes_along(part)]
    beneath = exceptions_beneath(called, dump.host, lambda cls: carries_class(cls, dump)) if called else []
    if any(type(item) is type(exc) or has_own_reduce(type(item)) for item in beneath):
        raise UnfitError("it calls what holds such errors, before that is there")


def _check_state(copy: BaseException, value: ReduceValue) -> None:
    """See that what can't be tried on a live error, since it would change that, can be set: of an exception, a dictionary of names.

    Raises:
        UnfitError: it can't.
    """
    state, *others = value[2:] or (None,)
    if state is None or others[2:] not in ([], [None]) or plan_for(type(copy)).own_setstate:
        return
    if not issubclass(type(state), dict) or not all(issubclass(type(name), str) for name in state):
        raise UnfitError("it gives a state that no exception takes")


def _takes_along(called: Any) -> bool:
    """Tell whether more than a name is written of what a reduce value calls, or of the class that it calls it with."""
    if isinstance(called, type) or type(called) is FunctionType:
        return called.__module__ == MAIN or not is_importable(called)
    return callable(called) and type(called) is not BuiltinFunctionType


def _makes_new(value: ReduceValue) -> bool:
    """Tell whether what is called is a class that makes a new instance each time, as builtin code does."""
    function, args = value[:2]
    cls = args[0] if function in (_NEWOBJ, _NEWOBJ_EX) else function
    return isinstance(cls, type) and issubclass(cls, BaseException) and plan_for(cls).makes_new


def _shared(exc: BaseException, copy: BaseException) -> Tried:
    """Give what is to be completed.

    Raises:
        UnfitError: it can't be: only ``__new__`` sets what a group holds.
    """
    if isinstance(exc, BaseExceptionGroup):
        raise UnfitError("it gives a group that exists already")
    return Tried(copy, is_shared=True)


def _read_back(
    exc: BaseException, value: ReduceValue, dump: Dump, *live: BaseException, made: BaseException | None = None
) -> tuple[BaseException, list[BaseException]]:
    """Give what a reduce value gives, and the exceptions in it; ``made``: what its call gave a moment ago."""
    restores = [leave_alone(item, plan_for(type(item)).own_fields) for item in live]
    try:
        copy, seen = _made_at_once(value, dump, made) or rebuild(_Trial(value), dump)
    finally:
        for restore in restores:
            restore()
    others = [other for other in seen if other is not exc]
    if any(_leads_to(other, exc) for other in others):
        raise UnfitError("it needs an exception that leads back to this one")
    refusal = copy if isinstance(copy, Left) else adopt(exc, others, dump)
    if refusal is not None:
        raise UnfitError(refusal.reason)
    if not is_exception(copy):
        raise UnfitError("it gives no exception")
    return copy, others


def _made_at_once(value: ReduceValue, dump: Dump, made: Any = None) -> tuple[Any, list[BaseException]] | None:
    """Do what the reader does, where nothing has to be written for that: what is called has a name, and is called with plain values.

    Exceptions are as they are. Whatever goes wrong, a trial says better.

    Args:
        value: the reduce value.
        dump: the dump that it is part of.
        made: what the call has given in a trial, if there was one.
    """
    function, args, *rest = value
    state = rest[0] if rest else None
    is_plain = len(rest) < 2 and (state is None or type(state) is dict)  # of an exception, any other state can't be set
    if not (is_plain and writes_as_usual(dump) and (made is not None or _is_called_by_name(function))):
        return None
    args = args if made is None else ()
    parts = _copied((*args, *(state.values() if state else ())))
    if parts is None:
        return None
    seen = [*{id(item): item for part in parts for item in exceptions_in(part)}.values()]
    restores = [leave_alone(item) for item in seen]
    try:
        copy = function(*parts[: len(args)]) if made is None else made
        if state is not None:
            copy.__setstate__(dict(zip(state, parts[len(args) :], strict=True)))
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return None
    finally:
        for restore in restores:
            restore()
    return copy, seen


def _is_called_by_name(function: Any) -> bool:
    """Tell of what a reduce value calls whether it is a class or a function that is written by its name."""
    if isinstance(function, type):
        return has_usual_hash(function) and not _takes_along(function)
    return type(function) is FunctionType and function is not RECONSTRUCT and not _takes_along(function)


def _copied(parts: tuple[Any, ...]) -> list[Any] | None:
    """Give values as a reader gets them: text, numbers, classes, exceptions, and containers of such, each once."""
    copied: list[Any] = []
    for part in parts:
        inner = parts_of(part) if is_container(part) else [part]
        is_plain = all(is_bare(item) or is_exception(item) or (type(item) is type and is_nameable(item)) for item in inner)
        if len(inner) > _FEW or not is_plain:
            return None
        copied.append(rebuilt(part, inner) if is_container(part) else part)
    is_once = len({id(part) for part in parts if is_container(part)}) == sum(map(is_container, parts))
    return copied if is_once else None


class _Trial:
    """Hands a reduce value to pickle as its own; NEWOBJ would insist on the exception's class."""

    __slots__ = ("value",)

    def __init__(self, value: ReduceValue) -> None:
        self.value = value

    def __reduce__(self) -> ReduceValue:
        return begun(_called(self.value) if self.value[0] in (_NEWOBJ, _NEWOBJ_EX) else self.value)


def _leads_to(start: BaseException, goal: BaseException) -> bool:
    seen: set[int] = set()
    stack: list[BaseException | None] = [start]
    while stack:
        item = stack.pop()
        if item is goal:
            return True
        if item is not None and id(item) not in seen:
            seen.add(id(item))
            stack += [cause_of(item), context_of(item), *sub_exceptions(item)]
    return False
