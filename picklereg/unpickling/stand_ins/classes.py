"""Stand-ins: what a reader makes of a class that it can't import.

A stand-in has the name of the class that it stands for, and holds all that the bytes tell of the instance. Missing exception
classes become subclasses of :class:`MissingError`; they are raised, printed and caught like any exception. All others become
subclasses of :class:`MissingValue`, which do nothing at all.

Pickled again, by whichever pickler, a stand-in names the class that it stands for, so that it becomes the real thing again
where that exists (:mod:`picklereg.unpickling.stand_ins.reducer`). Those that ``safe_loads`` makes are *inert*: pickled again they are plain
data (:mod:`picklereg.unpickling.stand_ins.inert`), until somebody calls :func:`picklereg.bring_to_life`.
"""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

import copy
import importlib
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Final, Self

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS
from picklereg.introspection.public import public
from picklereg.registry.copyreg_entries import hold, release
from picklereg.unpickling.stand_ins.copying import copy_error, copy_value, itself
from picklereg.unpickling.stand_ins.inert import reduce_inert_error, reduce_inert_value
from picklereg.unpickling.stand_ins.origin import DEAD, DeadModule, DeadName, Named, Origin, Reference, origin_of, printable, reduce_class
from picklereg.unpickling.stand_ins.reducer import reduce_error, reduce_value
from picklereg.unpickling.stand_ins.state import set_attributes
from picklereg.unpickling.stand_ins.watch import look_at_arguments, look_at_state

__all__ = ["MissingError", "MissingGroup", "MissingValue", "error_class", "is_inert", "live_twin", "stands_for", "value_class"]


_FIELDS: Final = frozenset(CHAIN_FIELDS)


def _check(cls: Named) -> None:
    if cls._ref is None:
        raise TypeError(f"{cls.__name__} stands for nothing: stand-ins are made where a pickle is read, by picklereg.loads; catch them")


@public
class MissingError(BaseException, metaclass=Named):
    """What every stand-in for an exception class that can't be imported is an instance of.

    Its class has the name and module of the missing one. ``args``, attributes (slots and C fields among them), notes and chain are what
    the bytes tell. ``str()`` follows Python's rule for ``args``: what a missing class's own ``__str__`` would say, nobody knows.

    Stand-ins are subclasses of ``Exception``, too, unless the bytes show that the missing class isn't.
    """

    __slots__ = ()  # or Python 3.11 would let no instance come back to life

    _named: tuple[str, str]
    _ref = None
    _base: type[BaseException]
    _slot: tuple[Any]
    _native: tuple[Any]
    _is_plain: bool

    @property  # which also tells global mode that a stand-in's pickle may name the stand-in itself (installation._hand_over)
    def _origin(self) -> Origin:
        return type(self)._slot[0].__get__(self)  # type: ignore[no-any-return]

    @_origin.setter
    def _origin(self, origin: Origin) -> None:
        type(self)._slot[0].__set__(self, origin)

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:  # noqa: D102
        _check(cls)
        look_at_arguments(cls, args)
        self: Any = cls._native[0](cls, *args)
        cls._slot[0].__set__(self, Origin("new", args, kwargs))
        return self  # type: ignore[no-any-return]

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        type(self)._slot[0].__get__(self).form = "call"

    def __setstate__(self, state: Any) -> None:
        look_at_state(state)
        cls = type(self)
        origin = origin_of(self)
        origin.setter = "build"
        if not isinstance(state, dict) or not all([type(name) is str for name in state]):  # noqa: C419  # a list is faster here
            origin.raw = origin.raw if state is None else (state,)
        elif cls._is_plain and _FIELDS.isdisjoint(state):
            self.__dict__.update(state)  # pyright: ignore[reportAttributeAccessIssue]  # an instance's is a dictionary
        else:
            set_attributes(self, state)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        hold(Named, reduce_class)  # it may hold classes, and have been made before uninstall()
        return reduce_inert_error(self) if is_inert(type(self)) else reduce_error(self)

    def __copy__(self) -> Self:
        return copy_error(self, itself, {})  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copy_error(self, copy.deepcopy, memo)  # type: ignore[no-any-return]


@public
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


#: What a subclass of these is made with is what it is; and how many arguments that is, by the form of its :class:`Origin`.
_TEXTS: Final = (str, bytes, int, float)
_TEXT_FORMS: Final = {"new": 1, "reconstructed": 2}


@public
class MissingValue(metaclass=Named):
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
        hold(Named, reduce_class)
        return reduce_inert_value(self) if is_inert(type(self)) else reduce_value(self, self._origin)

    def __copy__(self) -> Self:
        return copy_value(self, itself, {})  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copy_value(self, copy.deepcopy, memo)  # type: ignore[no-any-return]

    @classmethod
    def reconstructed(cls, base: type, content: Any) -> Self:
        """Make an instance as protocols 0 and 1 do, which write the content of a list and its like at once."""
        self = cls.__new__(cls, base, content)
        self._origin.form = "reconstructed"
        if base is dict:
            self.mapping += content.items()
        elif isinstance(content, Iterable) and base not in _TEXTS:
            self.items += content
        return self

    def __str__(self) -> str:
        text = self._text()
        return repr(self) if text is None else text

    def _text(self) -> str | None:
        """Give the text of a value that is nothing but a text or a number, as a subclass of ``str`` is; else ``None``."""
        value = self.args[-1] if self._origin.form in _TEXT_FORMS and len(self.args) == _TEXT_FORMS[self._origin.form] else None
        return str(value) if type(value) in _TEXTS and not (self.items or self.mapping or self.kwargs) else None

    def __repr__(self) -> str:
        return f"<missing {printable('.'.join(stands_for(type(self))))}>"

    def extend(self, items: Sequence[Any]) -> None:
        """Keep items that pickle adds to a list."""
        self.items.extend(items)

    def append(self, item: Any) -> None:
        """Keep one."""
        self.items.append(item)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.mapping.append((key, value))


_living: Final[set[weakref.ref[Any]]] = set()
#: As long as there are instances: hostile input can't make classes pile up, and two readings give the same class.
_errors: Final[weakref.WeakValueDictionary[tuple[str, str, type, bool], type[MissingError]]] = weakref.WeakValueDictionary()
_values: Final[weakref.WeakValueDictionary[tuple[str, str, bool], type[MissingValue]]] = weakref.WeakValueDictionary()


def error_class(module: str, qualname: str, base: type[BaseException] = Exception, *, inert: bool = False) -> type[MissingError]:
    """Give the stand-in class for a missing exception class.

    Args:
        module: the missing class's module.
        qualname: its qualified name.
        base: the builtin exception class beneath it, if that is known.
        inert: whether its instances, pickled again, are plain data.

    Returns:
        A subclass of :class:`MissingError` and of ``base``; of :class:`MissingGroup`, too, if ``base`` is a group.
    """
    key = (module, qualname, base, inert)
    found = _errors.get(key)
    if found is None:
        first: type[MissingError] = MissingGroup if issubclass(base, BaseExceptionGroup) else MissingError
        bases = (first,) if base in first.__mro__ else (first, base)
        found = _new_class(module, qualname, inert, bases, "_origin")
        found._base = base
        found._slot = (vars(found)["_origin"],)
        del found._origin  # it is no attribute of the missing class's
        plan = plan_for(found)
        found._native, found._is_plain = (plan.native,), not plan.fields
        found = _errors.setdefault(key, found)
    return found


def value_class(module: str, qualname: str, *, inert: bool = False) -> type[MissingValue]:
    """Give the stand-in class for a missing class or function that is no exception class.

    Args:
        module: its module.
        qualname: its qualified name.
        inert: whether its instances, pickled again, are plain data.

    Returns:
        A subclass of :class:`MissingValue`.
    """
    key = (module, qualname, inert)
    found = _values.get(key)
    if found is None:
        found = _values.setdefault(key, _new_class(module, qualname, inert, (MissingValue,)))
    return found


def is_inert(cls: type[MissingError | MissingValue]) -> bool:
    """Tell whether a stand-in class is one of those that ``safe_loads`` makes."""
    return cls._ref is DEAD


def live_twin(cls: Any) -> Any:
    """Give the stand-in class of the same name whose instances become the real thing when they are pickled again."""
    module, qualname = stands_for(cls)
    return error_class(module, qualname, cls._base) if issubclass(cls, MissingError) else value_class(module, qualname)


def stands_for(cls: type[MissingError | MissingValue]) -> tuple[str, str]:
    """Give the module and the qualified name that a stand-in class stands for."""
    return cls._named


def _new_class(module: str, qualname: str, inert: bool, bases: tuple[type, ...], *slots: str) -> Any:
    shown, where = printable(qualname), printable(module)
    names = {"__module__": DeadModule(where), "__qualname__": DeadName(shown)} if inert else {"__module__": where, "__qualname__": shown}
    cls: Any = Named(shown.rpartition(".")[2], bases, {**names, "__slots__": slots, "__doc__": None})
    cls._named = (module, qualname)
    if inert:
        cls._ref = DEAD
    else:
        ref = Reference(importlib.import_module, module)
        for part in qualname.split("."):
            ref = Reference(getattr, ref, part)
        ref.stand_in = cls
        cls._ref = ref
    _living.add(weakref.ref(cls, _forget))
    hold(Named, reduce_class)
    return cls


def _forget(gone: weakref.ref[Any]) -> None:
    _living.discard(gone)
    if not _living:
        release(Named)
