"""Stand-ins: what a reader makes of a class that it can't import.

A stand-in has the name of the class that it stands for, and holds all that the bytes tell of the instance. Missing exception
classes become subclasses of :class:`MissingError`; they are raised, printed and caught like any exception. All others become
subclasses of :class:`MissingValue`, which do nothing at all.

Pickled again, by whichever pickler, a stand-in names the class that it stands for, so that it becomes the real thing again
where that exists. pickle writes the name of a class only if it can import it, so the name is written as what ``pickle`` does
to find it: ``getattr(importlib.import_module(module), name)``. The instance is written as it was read: its :class:`Origin`
remembers whether ``__init__`` ran, and how the state was set.
"""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

import copy
import copyreg
import functools
import importlib
import operator
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

from picklereg.expression import Expression
from picklereg.origins import Copied, Origin, Reference, printable
from picklereg.plans import MISSING, args_of, cause_of, context_of, dict_of, plan_for, read_field, suppress_of
from picklereg.state import CHAIN_FIELDS, SET_STATE

__all__ = [
    "MissingError",
    "MissingGroup",
    "MissingValue",
    "Origin",
    "args_differ",
    "error_class",
    "origin_of",
    "reduce_stand_in",
    "stands_for",
    "value_class",
]


class _Named(type):
    """The class of stand-in classes.

    ``copyreg`` knows it, so that pickle writes their names although it can't import them. There is no other way: pickle asks
    neither a class nor its metaclass. But the entry is there only as long as there is a stand-in class.
    """

    _ref: Reference | None


def _reduce_class(cls: _Named) -> Any:
    return cls.__qualname__ if cls._ref is None else cls._ref.__reduce__()


def _check(cls: _Named) -> None:
    if cls._ref is None:
        raise TypeError(f"{cls.__name__} stands for nothing: stand-ins are made where a pickle is read, by picklereg.loads; catch them")


class MissingError(BaseException, metaclass=_Named):
    """What every stand-in for an exception class that can't be imported is an instance of.

    Its class has the name and module of the missing one. ``args``, attributes (slots and C fields among them), notes and chain are what
    the bytes tell. ``str()`` follows Python's rule for ``args``: what a missing class's own ``__str__`` would say, nobody knows.

    Stand-ins are subclasses of ``Exception``, too, unless the bytes show that the missing class isn't.
    """

    _named: tuple[str, str]
    _ref = None
    _base: type[BaseException]
    _slot: tuple[Any]

    @property
    def _origin(self) -> Origin:
        return self._slot[0].__get__(self)  # type: ignore[no-any-return]

    @_origin.setter
    def _origin(self, origin: Origin) -> None:
        self._slot[0].__set__(self, origin)

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:  # noqa: D102
        _check(cls)
        self: Any = _make_error(cls, args)
        self._origin = Origin("new", args, kwargs)
        return self  # type: ignore[no-any-return]

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        origin_of(self).form = "call"

    def __setstate__(self, state: Any) -> None:
        origin = origin_of(self)
        origin.setter = "build"
        if isinstance(state, dict) and all(type(name) is str for name in state):
            set_attributes(self, state)
        elif state is not None:
            origin.raw = (state,)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return _reduce_error(self)

    def __copy__(self) -> Self:
        return _copy_error(self, _itself, {})  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return _copy_error(self, copy.deepcopy, memo)  # type: ignore[no-any-return]


class MissingGroup(MissingError, BaseExceptionGroup[Any]):  # noqa: N818  # as in ExceptionGroup
    """A stand-in for a group: ``except*``, ``split`` and ``exceptions`` work as for every group."""

    def derive(self, excs: Sequence[BaseException], /) -> Any:
        """Make a part of the group under the same name: it is all that is known of the class.

        Args:
            excs: the exceptions in the part.

        Returns:
            The part.
        """
        return type(self).__new__(type(self), self.message, excs)


class MissingValue(metaclass=_Named):
    """What a value inside an exception becomes if its class can't be imported. It does nothing.

    Attributes:
        args: what its class was called with.
        kwargs: the keyword arguments among that.
        state: what its attributes were, or whatever else its class took for a state; ``None`` if it had none.
        items: the items of a list or set.
        mapping: the items of a dictionary, as pairs.
    """

    __slots__ = ("_origin", "args", "items", "kwargs", "mapping", "state")

    _named: tuple[str, str]
    _ref = None

    _origin: Origin
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    state: Any
    items: list[Any]
    mapping: list[tuple[Any, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:  # noqa: D102
        _check(cls)
        self = super().__new__(cls)
        self._fill(args, kwargs)
        return self

    def _fill(self, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self._origin = Origin("new", args, kwargs)
        self.args = args
        self.kwargs = self._origin.kwargs
        self.state = None
        self.items = []
        self.mapping = []

    def __getattr__(self, name: str) -> Any:
        if name not in MissingValue.__slots__:
            raise AttributeError(f"{self!r} has no attribute {name!r}: its class can't be imported here", name=name, obj=self)
        self._fill()  # object.__new__ made it, as protocols 0 and 1 do
        return getattr(self, name)

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        self._origin.form = "call"

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        function, args = _maker(self, self._origin.form, self.args, self.kwargs)
        if self._origin.form == "reconstructed":
            return function, args, self.state
        return function, args, self.state, iter(self.items) if self.items else None, iter(self.mapping) if self.mapping else None

    def __copy__(self) -> Self:
        return _copy_value(self, _itself, {})  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return _copy_value(self, copy.deepcopy, memo)  # type: ignore[no-any-return]

    @classmethod
    def reconstructed(cls, base: type, content: Any) -> Self:
        """Make an instance as protocols 0 and 1 do, which write the content of a list and its like at once."""
        self = cls.__new__(cls, base, content)
        self._origin.form = "reconstructed"
        if base is dict:
            self.mapping += content.items()
        elif isinstance(content, Iterable):
            self.items += content
        return self

    def __repr__(self) -> str:
        return f"<missing {'.'.join(stands_for(type(self)))}>"

    def extend(self, items: Sequence[Any]) -> None:
        """Keep items that pickle adds to a list."""
        self.items.extend(items)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.mapping.append((key, value))


_living: Final[set[weakref.ref[Any]]] = set()
#: As long as there are instances: hostile input can't make classes pile up, and two readings give the same class.
_errors: Final[weakref.WeakValueDictionary[tuple[str, str, type], type[MissingError]]] = weakref.WeakValueDictionary()
_values: Final[weakref.WeakValueDictionary[tuple[str, str], type[MissingValue]]] = weakref.WeakValueDictionary()


def error_class(module: str, qualname: str, base: type[BaseException] = Exception) -> type[MissingError]:
    """Give the stand-in class for a missing exception class.

    Args:
        module: the missing class's module.
        qualname: its qualified name.
        base: the builtin exception class beneath it, if that is known.

    Returns:
        A subclass of :class:`MissingError` and of ``base``; of :class:`MissingGroup`, too, if ``base`` is a group.
    """
    key = (module, qualname, base)
    found = _errors.get(key)
    if found is None:
        first: type[MissingError] = MissingGroup if issubclass(base, BaseExceptionGroup) else MissingError
        bases = (first,) if base in first.__mro__ else (first, base)
        found = _new_class(module, qualname, bases, "_origin")
        found._base = base
        found._slot = (vars(found)["_origin"],)
        del found._origin  # it is no attribute of the missing class's
        found = _errors.setdefault(key, found)
    return found


def value_class(module: str, qualname: str) -> type[MissingValue]:
    """Give the stand-in class for a missing class or function that is no exception class.

    Args:
        module: its module.
        qualname: its qualified name.

    Returns:
        A subclass of :class:`MissingValue`.
    """
    found = _values.get((module, qualname))
    if found is None:
        found = _values.setdefault((module, qualname), _new_class(module, qualname, (MissingValue,)))
    return found


def stands_for(cls: type[MissingError | MissingValue]) -> tuple[str, str]:
    """Give the module and the qualified name that a stand-in class stands for."""
    return cls._named


def origin_of(exc: MissingError) -> Origin:
    """Give how a stand-in came out of the bytes; one that a builtin ``__new__`` made is told so here."""
    try:
        return exc._origin
    except AttributeError:
        group = (exc.message, list(exc.exceptions)) if isinstance(exc, BaseExceptionGroup) else ()
        exc._origin = origin = Origin("native", group)
        return origin


def set_attributes(exc: MissingError, state: dict[str, Any]) -> None:
    """Set what a state says, without running code of anybody's.

    Args:
        exc: the stand-in.
        state: attributes, C fields, ``args``, chain and notes.

    Raises:
        TypeError: if a field can't hold what it is given.
    """
    fields = {**dict(plan_for(type(exc)).fields), **CHAIN_FIELDS}
    for name, value in state.items():
        field = fields.get(name)
        if field is None:
            dict_of(exc)[name] = value
        else:
            field.__set__(exc, value)


def _new_class(module: str, qualname: str, bases: tuple[type, ...], *slots: str) -> Any:
    shown = printable(qualname)
    namespace = {"__module__": printable(module), "__qualname__": shown, "__slots__": slots, "__doc__": None}
    cls: Any = _Named(shown.rpartition(".")[2], bases, namespace)
    cls._named = (module, qualname)
    ref = Reference(importlib.import_module, module)
    for part in qualname.split("."):
        ref = Reference(getattr, ref, part)
    ref.stand_in = cls
    cls._ref = ref
    _living.add(weakref.ref(cls, _forget))
    copyreg.pickle(_Named, _reduce_class)
    return cls


def _forget(gone: weakref.ref[Any]) -> None:
    _living.discard(gone)
    if not _living:
        copyreg.dispatch_table.pop(_Named, None)


def _make_error(cls: type[Any], args: tuple[Any, ...]) -> Any:
    return plan_for(cls).native(cls, *args)


def reduce_stand_in(
    exc: MissingError, args: tuple[Any, ...], kwargs: dict[str, Any], raw: tuple[Any, ...], state: dict[str, Any]
) -> tuple[Any, ...]:
    """Give the reduce value of a stand-in, which makes an instance of the class that it stands for, as its own bytes did.

    Args:
        exc: the stand-in.
        args: the positional arguments of its :class:`Origin`, or what is left of them.
        kwargs: the keyword arguments.
        raw: the state that is no dictionary.
        state: what to set, in this order.

    Returns:
        A reduce value.
    """
    origin = origin_of(exc)
    function, args = _maker(exc, origin.form, args, kwargs)
    if raw or origin.setter == "descriptors":
        return function, args, _by_descriptors(exc, origin, raw, state), None, None, SET_STATE
    if not state:
        return function, args
    return (function, args, state) if origin.setter == "build" else (function, args, state, None, None, SET_STATE)


def _maker(found: MissingError | MissingValue, form: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, tuple[Any, ...]]:
    """Give what makes an instance of the missing class, and the arguments."""
    cls: Any = type(found)
    if form == "native":
        return cls._base.__new__, (cls._ref, *args)
    if form == "reconstructed":
        return copyreg._reconstructor, (cls._ref, *args)  # type: ignore[attr-defined]
    target = cls._ref if form == "call" else Reference(getattr, cls._ref, "__new__")
    args = args if form == "call" else (cls._ref, *args)
    return (functools.partial(target, *args, **kwargs), ()) if kwargs else (target, args)


def _reduce_error(exc: MissingError) -> tuple[Any, ...]:
    origin = origin_of(exc)
    return reduce_stand_in(exc, origin.args, origin.kwargs, origin.raw, _state_of(exc))


def _state_of(exc: MissingError) -> dict[str, Any]:
    """Give all that is to be set, in an order in which it can be: setting the cause sets the flag."""
    state = dict(dict_of(exc))
    for name, field in plan_for(type(exc)).fields:
        value = read_field(exc, field)
        if value is not MISSING and value is not None:
            state[name] = value
    if args_differ(exc):
        state["args"] = args_of(exc)
    links = {"__cause__": cause_of(exc), "__context__": context_of(exc)}
    state.update({name: link for name, link in links.items() if link is not None})
    if suppress_of(exc) != ("__cause__" in state):
        state["__suppress_context__"] = suppress_of(exc)
    return state


def args_differ(exc: MissingError) -> bool:
    """Tell whether ``args`` aren't what they are before a state is set, if the class keeps to Python's rule; else a state says so."""
    return args_of(exc) != (() if exc._base in (OSError, MemoryError) else origin_of(exc).args)


def _by_descriptors(exc: MissingError, origin: Origin, raw: tuple[Any, ...], state: dict[str, Any]) -> Expression:
    owners: dict[str, Any] = {name: field.__objclass__ for name, field in {**dict(plan_for(type(exc)).fields), **CHAIN_FIELDS}.items()}
    owners |= {name: owner._ref for name, owner in origin.fields.items()}
    steps = [Expression(operator.methodcaller("__setstate__", part), exc) for part in raw]
    steps += [
        Expression(operator.methodcaller("__set__", exc, value), Expression(getattr, owners[name], name))
        for name, value in state.items()
        if name in owners
    ]
    attributes = {name: value for name, value in state.items() if name not in owners}
    if attributes:
        steps.append(Expression(dict.update, Expression(getattr, exc, "__dict__"), attributes))
    return Expression(operator.getitem, (*steps, None), -1)


def _itself(value: Any, _memo: dict[int, Any]) -> Any:
    return value


def _copy_error(found: MissingError, copied: Copied, memo: dict[int, Any]) -> Any:
    exc: Any = found  # a type checker takes it for a group from the next line on
    cls: Any = type(found)
    group: Any = (exc.message, copied(list(exc.exceptions), memo)) if isinstance(exc, BaseExceptionGroup) else ()
    new: Any = plan_for(cls).native(cls, *group)
    memo[id(exc)] = new
    origin = origin_of(found)
    state = {**_state_of(found), "args": args_of(exc)}
    new._origin = origin.copy(copied, memo)
    set_attributes(new, {name: copied(value, memo) for name, value in state.items()})
    return new


def _copy_value(value: MissingValue, copied: Copied, memo: dict[int, Any]) -> Any:
    cls: Any = type(value)
    memo[id(value)] = new = cls.__new__(cls)
    new._origin = value._origin.copy(copied, memo)
    for name in ("args", "kwargs", "state"):
        setattr(new, name, copied(getattr(value, name), memo))
    new.extend(copied(value.items, memo))
    new.mapping += copied(value.mapping, memo)
    return new
