"""What a class asks of its instances' pickles, worked out once per class.

A plan says how an instance is made in the reader without running ``__init__``, which fields lie outside
its ``__dict__``, and whether attributes may be set the ordinary way. It never looks at an instance of the program's.

Facts used here (CPython ``Objects/exceptions.c`` and ``Objects/typeobject.c``, 3.11 to 3.15):

* ``tp_new`` is inherited along ``__base__``, not along the MRO, and ``X.__new__`` refuses a class whose ``tp_new``
  is another one's ("is not safe"): so the native ``__new__`` is the first builtin one along ``__base__``.
* ``OSError.__new__`` ignores its arguments if ``__init__`` is overridden and picks a subclass by errno if it isn't,
  so it is called without arguments. ``MemoryError.__new__`` forgets them when it takes an instance that it kept ready.
  ``BaseException.__new__`` stores them as ``args``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from picklereg.introspection.by_class import by_class
from picklereg.introspection.class_text import links_read, names_read
from picklereg.introspection.naming import MAIN, is_builtin, module_of, mro_of, qualname_of, says_error

if TYPE_CHECKING:
    from picklereg.introspection.fields import Field

__all__ = ["Plan", "Shadowed", "has_layout_of", "has_own_reduce", "plan_for"]

_FIELD_TYPES: Final = (MemberDescriptorType, GetSetDescriptorType)
_NOT_FIELDS: Final = frozenset({"__dict__", "__weakref__"})
_POINTER: Final = 8
#: All of the text that was compiled, for suggestions alone, since Python 3.14. Older ones would keep it as an attribute.
_SOURCE: Final = vars(SyntaxError).get("_metadata")
#: Their fields are treated by name (``args``, the chain), or can only be set by ``__new__`` (a group's).
_ROOTS: Final = frozenset(map(id, (object, BaseException, BaseExceptionGroup)))  # a metaclass may compare as it likes
#: What a group has of its own, and nobody can set.
_OF_GROUPS: Final = ("exceptions", "message")
#: The wire form sets these by name, so a class must not give the name another meaning.
_SET_BY_NAME: Final = ("args", "__cause__", "__context__", "__suppress_context__", "__traceback__")
_NATIVE_REDUCES: Final = frozenset(id(cls.__reduce__) for cls in (BaseException, OSError, ImportError, AttributeError))
#: The builtin ``__new__`` that do more than keep their arguments as ``args``.
_SPECIAL_NEW: Final = frozenset(map(id, (OSError, MemoryError, BaseExceptionGroup)))

#: Of types that only C makes instances of (CPython ``Include/object.h``).
_DISALLOW_INSTANTIATION: Final = 1 << 7


class Shadowed(str):
    """The name of a slot or C field of a base, where a nearer class has a slot of that name: both hold values. It equals itself alone."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


class Plan:  # a frozen dataclass would cost a tenth of the import of picklereg
    """How instances of one exception class are written.

    Attributes:
        hides_fields: whether an extension keeps more in an instance than its fields tell.
        makes_new: whether calling the class makes a new instance each time, as builtin code does.
        native: the builtin ``__new__`` that makes an instance safely.
        newobj: whether ``cls.__new__`` is that same one, and each instance's ``__class__`` is its class, so that pickle's NEWOBJ
            opcode serves.
        args_in_new: whether ``native`` stores its arguments as ``args``.
        makeable: whether ``native(cls)`` works, and what it gives is safe; only classes of C extensions, and subclasses of these, can be
            otherwise.
        group: whether it is an exception group, whose fields only ``native`` can set.
        fields: descriptors of slots and C fields by name, the class's own first, then its bases'.
        field_names: the names of these.
        native_fields: those that an extension's class keeps, by name.
        own_fields: the others, which can be set and deleted: slots, and what builtin classes keep.
        readonly: the names of those that nobody can set.
        guarded: names that can't be set as attributes: a property of the class answers for them, or a class attribute hides a field.
        own_hash: whether code of the class gives its instances' hashes, as a set needs them that the reader fills.
        own_setattr: whether setting an attribute runs, or is forbidden by, code of the class.
        own_setstate: whether pickle's BUILD opcode would run code of the class.
        links_read: what of the traceback and the chain the text is taken from.
        names_read: the names that its ``__str__`` reads.
        untold: whether, where the class is missing, its name alone doesn't say that it is an exception.
        is_plain: whether none of this matters, but for an attribute of a guarded name, and for which call makes it and which sets its
            state: ``cls(*args)`` less ``__init__``, and ``__dict__``.
    """

    __slots__ = (
        *("args_in_new", "field_names", "fields", "group", "guarded", "hides_fields", "is_plain", "makeable"),
        *("makes_new", "native", "links_read", "names_read", "native_fields", "newobj", "own_fields", "own_setattr", "own_setstate"),
        *("own_hash", "readonly", "untold"),
    )
    native: Callable[..., BaseException]
    newobj: bool
    args_in_new: bool
    makeable: bool
    makes_new: bool
    hides_fields: bool
    group: bool
    fields: tuple[tuple[str, Field], ...]
    field_names: tuple[str, ...]
    guarded: frozenset[str]
    links_read: frozenset[str]
    names_read: frozenset[str]
    native_fields: frozenset[str]
    own_fields: tuple[Field, ...]
    readonly: frozenset[str]
    own_hash: bool
    own_setattr: bool
    own_setstate: bool
    is_plain: bool
    untold: bool

    def __init__(self, **facts: Any) -> None:
        for name, fact in facts.items():
            object.__setattr__(self, name, fact)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a plan is frozen: {name!r} can't be set", name=name, obj=self)


def has_own_reduce(cls: type[BaseException]) -> bool:
    """Tell whether a class says itself how it is pickled. Never cached: such methods get patched in."""
    reduce: object = cls.__reduce__
    return cls.__reduce_ex__ is not object.__reduce_ex__ or (reduce is not BaseException.__reduce__ and id(reduce) not in _NATIVE_REDUCES)


def has_own_init(cls: type[BaseException]) -> bool:
    """Tell whether an extension has written the constructor of a class, be it that Python code calls it."""
    return any(isinstance(vars(base).get("__init__"), WrapperDescriptorType) and not is_builtin(base) for base in mro_of(cls))


def has_native_text(cls: type[BaseException]) -> bool:
    """Tell whether an extension gives the text of a class."""
    text: Any = cls.__str__
    return isinstance(text, WrapperDescriptorType) and not is_builtin(text.__objclass__)


#: What a group is made of that is only asked which of its fields can be set.
_OF_ANY_GROUP: Final = ("", (Exception(),))


def has_layout_of(base: type[BaseException], cls: type[BaseException]) -> bool:
    """Tell whether ``base`` is a group exactly if ``cls`` is: a group's sub-exceptions fit nowhere else."""
    return issubclass(base, BaseExceptionGroup) or not issubclass(cls, BaseExceptionGroup)


def _make_plan(cls: type[BaseException]) -> Plan:
    maker, native = _native_new(cls)
    new: Any = cls.__new__
    shadowed = any(getattr(cls, name, None) is not vars(BaseException)[name] for name in _SET_BY_NAME)
    setattr_is_plain = getattr(cls, "__setattr__", None) is BaseException.__setattr__
    reads_plainly = getattr(cls, "__getattribute__", None) is BaseException.__getattribute__
    own_class = not reads_plainly or any("__class__" in vars(base) for base in mro_of(cls)[:-1])
    newobj = isinstance(new, BuiltinFunctionType) and new.__self__ is maker and not own_class
    keeps_args = is_builtin(maker) and id(maker) not in _SPECIAL_NEW
    fields = tuple(_fields(cls))
    native_fields = frozenset(name for name, field in fields if _is_native(field))
    hides_fields = any(map(_hides_fields, mro_of(cls)))
    guarded = frozenset(_guarded(cls, fields)).union(_OF_GROUPS if maker is BaseExceptionGroup else ())
    own_setattr = shadowed or not setattr_is_plain
    is_builtin_made = is_builtin(maker) and not any(map(_forbids_instances, mro_of(cls)))
    makeable = is_builtin_made or _can_make(native, cls)
    parts = _OF_ANY_GROUP if maker is BaseExceptionGroup else ()
    readonly = frozenset(_readonly(native(cls, *parts), fields)) if native_fields and makeable else frozenset[str]()
    if is_builtin_made and (readonly or hides_fields) and has_own_init(cls) and has_native_text(cls):
        makeable = False  # its text may trust that it was initialised, and end the process
    own_setstate = getattr(cls, "__setstate__", None) is not BaseException.__setstate__
    names = names_read(cls)
    read = links_read(names)
    return Plan(
        native=native,
        newobj=newobj,
        args_in_new=keeps_args,
        makeable=makeable,
        hides_fields=hides_fields,
        makes_new=isinstance(new, BuiltinFunctionType) and is_builtin(maker) and type(cls).__call__ is type.__call__,
        group=maker is BaseExceptionGroup,
        fields=fields,
        field_names=tuple(name for name, _ in fields),
        guarded=guarded,
        links_read=read,
        names_read=names,
        native_fields=native_fields,
        own_fields=tuple(field for name, field in fields if name not in native_fields),
        readonly=readonly,
        own_hash=getattr(cls, "__hash__", None) is not BaseException.__hash__,
        own_setattr=own_setattr,
        own_setstate=own_setstate,
        untold=not is_builtin(cls) and not says_error(qualname_of(cls)),
        is_plain=keeps_args
        and makeable
        and not (fields or own_setattr or hides_fields or "__traceback__" in read)
        and not ("." in qualname_of(cls) and module_of(cls) == MAIN),  # whose full name goes with it
    )


def _native_new(cls: type[BaseException]) -> tuple[type, Callable[..., BaseException]]:
    base: Any = cls
    while not isinstance(new := vars(base).get("__new__"), BuiltinFunctionType):
        base = base.__base__
    return base, new


def _forbids_instances(cls: type) -> bool:
    return bool(cls.__flags__ & _DISALLOW_INSTANTIATION)


def _can_make(native: Callable[..., BaseException], cls: type[BaseException]) -> bool:
    try:
        return type(native(cls)) is cls
    except Exception:  # noqa: BLE001  # whatever a C extension's __new__ raises
        return False


def _fields(cls: type[BaseException]) -> Iterator[tuple[str, Field]]:
    found: dict[str, Field] = {}
    shadowed: list[tuple[str, Field]] = []
    for base in mro_of(cls):
        if id(base) in _ROOTS:
            continue
        for name, value in vars(base).items():
            if isinstance(value, _FIELD_TYPES) and name not in _NOT_FIELDS and value is not _SOURCE:
                if name not in found:
                    found[name] = value
                elif "__slots__" in vars(base) or is_builtin(base):
                    shadowed.append((Shadowed(name), value))
    yield from reversed(shadowed)  # the nearest class's last: where they are one attribute in the reader, its value counts
    yield from found.items()


def _is_native(field: Field) -> bool:
    """Tell whether an extension's class keeps a field, which perhaps nobody can set."""
    return "__slots__" not in vars(field.__objclass__) and not is_builtin(field.__objclass__)


def _readonly(subject: BaseException, fields: tuple[tuple[str, Field], ...]) -> Iterator[str]:
    """Give the fields that refuse whatever is set. They are not read: of what nobody has initialised, that may end the process."""
    for name, field in fields:
        try:
            field.__set__(subject, None)
        except AttributeError:
            yield name
        except Exception:  # noqa: BLE001, S112  # not that value
            continue


def _hides_fields(cls: type) -> bool:
    """Tell whether a class adds more to its instances than a pointer for each of its fields, and what its binding keeps for itself.

    That is a table of methods (Cython), or a flag that says who borrows the instance (PyO3).
    """
    if is_builtin(cls):
        return False
    own: Any = vars(cls)
    base: Any = cls.__base__
    told = sum(isinstance(value, _FIELD_TYPES) for value in own.values())
    told += "__pyx_vtable__" in own or ("__new__" in own and "__reduce_cython__" not in own)
    added: int = cls.__basicsize__ - base.__basicsize__
    return added > told * _POINTER


def _guarded(cls: type[BaseException], fields: tuple[tuple[str, Field], ...]) -> Iterator[str]:
    for base in mro_of(cls):
        for name, value in vars(base).items():
            if hasattr(type(value), "__set__") and not isinstance(value, _FIELD_TYPES):
                yield name
    for name, field in fields:  # a class attribute of a field's name: setting it would put the value into __dict__
        if type(name) is not Shadowed and next(vars(base)[name] for base in mro_of(cls) if name in vars(base)) is not field:
            yield name


_plans: Final[dict[int, Plan]] = {}
#: Gives the plan of an exception's class.
plan_for: Final[Callable[[type[BaseException]], Plan]] = by_class(_make_plan, _plans)
