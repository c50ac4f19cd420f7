"""What a class asks of its instances' pickles, worked out once per class.

A plan says how an instance is made in the reader without running ``__init__``, which fields lie outside
its ``__dict__``, and whether attributes may be set the ordinary way. It never looks at an instance.

Facts used here (CPython ``Objects/exceptions.c`` and ``Objects/typeobject.c``, 3.11 to 3.13):

* ``tp_new`` is inherited along ``__base__``, not along the MRO, and ``X.__new__`` refuses a class whose ``tp_new``
  is another one's ("is not safe"): so the native ``__new__`` is the first builtin one along ``__base__``.
* ``OSError.__new__`` ignores its arguments if ``__init__`` is overridden and picks a subclass by errno if it isn't,
  so it is called without arguments. ``MemoryError.__new__`` forgets them when it takes an instance that it kept ready.
  ``BaseException.__new__`` stores them as ``args``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import (
    BuiltinFunctionType,
    ClassMethodDescriptorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    SimpleNamespace,
    TracebackType,
    WrapperDescriptorType,
)
from typing import Any, Final
from weakref import ref

__all__ = [
    "BARE",
    "MISSING",
    "Field",
    "Plan",
    "args_of",
    "cause_of",
    "context_of",
    "dict_of",
    "has_own_reduce",
    "is_importable",
    "is_native",
    "nearest_importable",
    "plan_for",
    "read_field",
    "suppress_of",
    "traceback_of",
    "type_name",
]

#: Types whose exact instances travel as they are. No set: a class may be unhashable, and most values are among the first.
BARE: Final[tuple[type, ...]] = (str, type(None), int, bool, bytes, float, complex, type(...), type(NotImplemented))

Field = MemberDescriptorType | GetSetDescriptorType

#: What :func:`read_field` gives for a field that holds nothing.
MISSING: Final = object()

# A class may give these names another meaning; these read what Python itself keeps.
args_of: Final[Callable[[BaseException], tuple[Any, ...]]] = vars(BaseException)["args"].__get__
dict_of: Final[Callable[[BaseException], dict[Any, Any]]] = vars(BaseException)["__dict__"].__get__
cause_of: Final[Callable[[BaseException], BaseException | None]] = vars(BaseException)["__cause__"].__get__
context_of: Final[Callable[[BaseException], BaseException | None]] = vars(BaseException)["__context__"].__get__
traceback_of: Final[Callable[[BaseException], TracebackType | None]] = vars(BaseException)["__traceback__"].__get__
suppress_of: Final[Callable[[BaseException], bool]] = vars(BaseException)["__suppress_context__"].__get__

#: The first is that of slots, too. No set: the class of a part may be unhashable.
_NATIVE_PARTS: Final = (MemberDescriptorType, ClassMethodDescriptorType, GetSetDescriptorType, MethodDescriptorType, WrapperDescriptorType)
_FIELD_TYPES: Final = (MemberDescriptorType, GetSetDescriptorType)
_NOT_FIELDS: Final = frozenset({"__dict__", "__weakref__"})
#: Their fields are treated by name (``args``, the chain), or can only be set by ``__new__`` (a group's).
_ROOTS: Final = (object, BaseException, BaseExceptionGroup)
#: The wire form sets these by name, so a class must not give the name another meaning.
_SET_BY_NAME: Final = ("args", "__cause__", "__context__", "__suppress_context__", "__traceback__")
_NATIVE_REDUCES: Final = frozenset(id(cls.__reduce__) for cls in (BaseException, OSError, ImportError, AttributeError))
#: The builtin ``__new__`` that do more than keep their arguments as ``args``.
_SPECIAL_NEW: Final = frozenset({OSError, MemoryError, BaseExceptionGroup})


class Plan(SimpleNamespace):  # a NamedTuple or a dataclass would cost a tenth of the import of picklereg
    """How instances of one exception class are written.

    Attributes:
        native: the builtin ``__new__`` that makes an instance safely.
        newobj: whether ``cls.__new__`` is that same one, and each instance's ``__class__`` is its class, so that pickle's NEWOBJ
            opcode serves.
        args_in_new: whether ``native`` stores its arguments as ``args``.
        makeable: whether ``native(cls)`` works; only classes of C extensions can be otherwise.
        group: whether it is an exception group, whose fields only ``native`` can set.
        fields: descriptors of slots and C fields by name, the class's own first, then its bases'.
        guarded: names that can't be set as attributes: a property of the class answers for them, or a class attribute hides a field.
        own_setattr: whether setting an attribute runs, or is forbidden by, code of the class.
        own_setstate: whether pickle's BUILD opcode would run code of the class.
        is_plain: whether none of this matters: ``cls(*args)`` less ``__init__``, and ``__dict__``.
    """

    native: Callable[..., BaseException]
    newobj: bool
    args_in_new: bool
    makeable: bool
    group: bool
    fields: tuple[tuple[str, Field], ...]
    guarded: frozenset[str]
    own_setattr: bool
    own_setstate: bool
    is_plain: bool


#: By identity: a class may be unhashable, and this lookup is on the hot path. An entry leaves with its class.
_plans: Final[dict[int, Plan]] = {}
_planned: Final[dict[int, ref[type[BaseException]]]] = {}


def plan_for(cls: type[BaseException]) -> Plan:
    """Give the plan of a class, from the cache if there is one."""
    try:
        return _plans[id(cls)]
    except KeyError:
        return _remembered(id(cls), cls)


def _remembered(key: int, cls: type[BaseException]) -> Plan:
    def forget(_: ref[type[BaseException]]) -> None:
        _plans.pop(key, None)
        _planned.pop(key, None)

    plan = _make_plan(cls)
    _planned[key] = ref(cls, forget)
    _plans[key] = plan
    return plan


def has_own_reduce(cls: type[BaseException]) -> bool:
    """Tell whether a class says itself how it is pickled. Never cached: such methods get patched in."""
    return cls.__reduce_ex__ is not object.__reduce_ex__ or id(cls.__reduce__) not in _NATIVE_REDUCES


def is_importable(named: Any) -> bool:
    """Tell whether pickle finds a class or function by its module and qualified name, without importing anything."""
    name = named.__qualname__
    found: Any = sys.modules.get(named.__module__)
    if "." not in name:
        return getattr(found, name, None) is named
    if "<locals>" in name:  # where pickle looks for nothing, either
        return False
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is named


def is_native(cls: type) -> bool:
    """Tell whether an extension made a class. Its parts are written as ``getattr(cls, name)``, which no copy of the class has."""
    own = vars(cls)
    new = own.get("__new__")
    parts = _NATIVE_PARTS[1:] if "__slots__" in own else _NATIVE_PARTS
    return (type(new) is BuiltinFunctionType and new.__self__ is cls) or any(
        type(part) in parts and part.__objclass__ is cls for name, part in own.items() if name not in {"__dict__", "__weakref__"}
    )


def nearest_importable(cls: type[BaseException]) -> type[BaseException]:
    """Give the first class of the MRO that pickle finds by name and that can be made without arguments."""
    return next(
        base
        for base in cls.__mro__
        if issubclass(base, BaseException) and is_importable(base) and _has_layout_of(base, cls) and plan_for(base).makeable
    )


def read_field(exc: BaseException, field: Field) -> Any:
    """Give what a slot or C field holds, or :data:`MISSING`."""
    try:
        return field.__get__(exc)
    except Exception:  # noqa: BLE001  # AttributeError for an empty slot, TypeError for an empty UnicodeError, ...
        return MISSING


def type_name(cls: type) -> str:
    """Give a class's name as a traceback shows it: without the module for a builtin."""
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _has_layout_of(base: type[BaseException], cls: type[BaseException]) -> bool:
    """Tell whether ``base`` is a group exactly if ``cls`` is: a group's sub-exceptions fit nowhere else."""
    return issubclass(base, BaseExceptionGroup) or not issubclass(cls, BaseExceptionGroup)


def _make_plan(cls: type[BaseException]) -> Plan:
    maker, native = _native_new(cls)
    new: Any = cls.__new__
    shadowed = any(getattr(cls, name, None) is not vars(BaseException)[name] for name in _SET_BY_NAME)
    setattr_is_plain = getattr(cls, "__setattr__", None) is BaseException.__setattr__
    reads_plainly = getattr(cls, "__getattribute__", None) is BaseException.__getattribute__
    own_class = not reads_plainly or any("__class__" in vars(base) for base in cls.__mro__[:-1])
    newobj = isinstance(new, BuiltinFunctionType) and new.__self__ is maker and not own_class
    keeps_args = maker.__module__ == "builtins" and maker not in _SPECIAL_NEW
    fields = tuple(_fields(cls))
    own_setattr = shadowed or not setattr_is_plain
    own_setstate = getattr(cls, "__setstate__", None) is not BaseException.__setstate__
    return Plan(
        native=native,
        newobj=newobj,
        args_in_new=keeps_args,
        makeable=maker.__module__ == "builtins" or _can_make(native, cls),
        group=maker is BaseExceptionGroup,
        fields=fields,
        guarded=frozenset(_guarded(cls, fields)),
        own_setattr=own_setattr,
        own_setstate=own_setstate,
        is_plain=newobj and keeps_args and not (fields or own_setattr or own_setstate),
    )


def _native_new(cls: type[BaseException]) -> tuple[type, Callable[..., BaseException]]:
    base: Any = cls
    while not isinstance(new := vars(base).get("__new__"), BuiltinFunctionType):
        base = base.__base__
    return base, new


def _can_make(native: Callable[..., BaseException], cls: type[BaseException]) -> bool:
    try:
        return type(native(cls)) is cls
    except Exception:  # noqa: BLE001  # whatever a C extension's __new__ raises
        return False


def _fields(cls: type[BaseException]) -> Iterator[tuple[str, Field]]:
    seen: set[str] = set()
    for base in cls.__mro__:
        if base in _ROOTS:
            continue
        for name, value in vars(base).items():
            if isinstance(value, _FIELD_TYPES) and name not in _NOT_FIELDS and name not in seen:
                seen.add(name)
                yield name, value


def _guarded(cls: type[BaseException], fields: tuple[tuple[str, Field], ...]) -> Iterator[str]:
    for base in cls.__mro__:
        if base not in _ROOTS:
            for name, value in vars(base).items():
                if hasattr(type(value), "__set__") and not isinstance(value, _FIELD_TYPES):
                    yield name
    for name, field in fields:  # a class attribute of a field's name: setting it would put the value into __dict__
        if next(vars(base)[name] for base in cls.__mro__ if name in vars(base)) is not field:
            yield name
