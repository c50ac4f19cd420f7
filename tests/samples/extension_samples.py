"""Exception classes as extensions make them, with fields that can only be read, or not even that. The reader imports this module.

They are made by ``PyType_FromSpecWithBases`` through ctypes, so that no compiler is needed.
"""

from __future__ import annotations

import copyreg
import ctypes
from typing import Any, Final, Self

__all__ = [
    "READ_BARE",
    "Borrowed",
    "BorrowedChild",
    "Computed",
    "ComputedChild",
    "ComputedReduce",
    "Cythonic",
    "CythonicInArguments",
    "Hiding",
    "HidingChild",
    "HidingGroup",
    "HidingOne",
    "OfSystem",
    "Readable",
    "ReadableCalled",
    "ReadableChild",
    "ReadableGroup",
    "ReadableNewobj",
    "ReadableReduce",
    "ReadableSlotted",
    "Speaking",
    "SpeakingChild",
    "SpeakingOtherwise",
    "Tabled",
    "Tight",
    "fill",
    "readable_shared",
]

_POINTER: Final = ctypes.sizeof(ctypes.c_void_p)
_START: Final = Exception.__basicsize__
_TEXT, _OBJECT, _OBJECT_EX, _READONLY = 5, 6, 16, 1
_BASETYPE: Final = 1 << 10
_TP_INIT, _TP_NEW, _TP_STR, _TP_MEMBERS, _TP_GETSET = 60, 65, 70, 72, 73

#: What was read of instances that nobody has initialised, where an extension may end the process.
READ_BARE: Final[list[str]] = []
_KEPT: Final[list[Any]] = []  # what C refers to


class _Member(ctypes.Structure):
    _fields_ = (
        *(("name", ctypes.c_char_p), ("type", ctypes.c_int), ("offset", ctypes.c_ssize_t)),
        *(("flags", ctypes.c_int), ("doc", ctypes.c_char_p)),
    )


_GETTER: Final = ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
_INIT: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
_STR: Final = ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object)
_NEW: Final = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.py_object, ctypes.c_void_p)


class _GetSet(ctypes.Structure):
    _fields_ = (
        *(("name", ctypes.c_char_p), ("get", _GETTER), ("set", ctypes.c_void_p)),
        *(("doc", ctypes.c_char_p), ("closure", ctypes.c_void_p)),
    )


class _Slot(ctypes.Structure):
    _fields_ = (("slot", ctypes.c_int), ("function", ctypes.c_void_p))


class _Spec(ctypes.Structure):
    _fields_ = (
        *(("name", ctypes.c_char_p), ("basicsize", ctypes.c_int), ("itemsize", ctypes.c_int)),
        *(("flags", ctypes.c_uint), ("slots", ctypes.POINTER(_Slot))),
    )


def _store(exc: BaseException, index: int, value: Any) -> None:
    _KEPT.append(value)
    ctypes.c_void_p.from_address(id(exc) + _START + index * _POINTER).value = id(value)


def _get(exc: Any, _: object) -> Any:
    address = ctypes.c_void_p.from_address(id(exc) + _START + 2 * _POINTER).value
    if address is None:
        READ_BARE.append(type(exc).__name__)
        return None
    return ctypes.cast(address, ctypes.py_object).value


def _init(exc: Any, args: Any, _: object) -> int:
    BaseException.__init__(exc, *args)
    _store(exc, 1, f"told of {args[0]}")
    _store(exc, 2, [*args])
    return 0


def _new(cls: Any, _args: object, _: object) -> Any:
    """Forget the arguments; the constructor sets them."""
    slot = ctypes.pythonapi.PyType_GetSlot
    slot.restype, slot.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_int]
    return _NEW(slot(BaseException, _TP_NEW))(cls, (), None)


def _init_of_system(exc: Any, args: Any, _: object) -> int:
    OSError.__init__(exc, *args)
    return 0


def _str(exc: Any) -> Any:
    return f"{_get(exc, None)}, from C"


def _make(name: str, count: int, *slots: tuple[int, Any], base: Any = Exception) -> Any:
    """Make a class whose instances hold so many pointers."""
    table = (_Slot * (len(slots) + 1))(*(_Slot(number, ctypes.cast(found, ctypes.c_void_p)) for number, found in slots))
    full_name = f"{__name__}.{name}".encode()
    spec = _Spec(full_name, base.__basicsize__ + count * _POINTER, 0, _BASETYPE, table)
    _KEPT.extend((table, full_name, spec, *slots))
    function = ctypes.pythonapi.PyType_FromSpecWithBases
    function.restype, function.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.py_object]
    return function(ctypes.addressof(spec), (base,))


_members = (_Member * 3)(
    _Member(b"kept", _OBJECT_EX, _START, 0, None),
    _Member(b"told", _OBJECT, _START + _POINTER, _READONLY, None),
)
_getsets = (_GetSet * 2)(_GetSet(b"shown", _GETTER(_get), None, None, None))
_of_groups = (_Member * 3)(
    _Member(b"kept", _OBJECT_EX, ExceptionGroup.__basicsize__, 0, None),
    _Member(b"told", _OBJECT, ExceptionGroup.__basicsize__ + _POINTER, _READONLY, None),
)
_text_member = (_Member * 2)(_Member(b"size", _TEXT, _START, 0, None))
_text = ctypes.c_char_p(b"one of 3")
_init_function = _INIT(_init)
_init_of_system_function = _INIT(_init_of_system)
_str_function = _STR(_str)
_new_function = _NEW(_new)

#: Its fields are set by whoever raises it, in C.
Readable: Any = _make("Readable", 3, (_TP_MEMBERS, _members), (_TP_GETSET, _getsets))
#: Its fields are set by its constructor.
Computed: Any = _make("Computed", 3, (_TP_MEMBERS, _members), (_TP_GETSET, _getsets), (_TP_INIT, _init_function))
#: Its field is text of C, which can't be set.
Texted: Any = _make("Texted", 1, (_TP_MEMBERS, _text_member))
#: What is in it can't be read.
Hiding: Any = _make("Hiding", 3)
#: Its text is taken from that.
Speaking: Any = _make("Speaking", 3, (_TP_INIT, _init_function), (_TP_STR, _str_function))
#: Python keeps more of it than its arguments.
OfSystem: Any = _make("OfSystem", 1, (_TP_INIT, _init_of_system_function), base=OSError)
#: A group.
HidingGroup: Any = _make("HidingGroup", 1, base=ExceptionGroup)
#: A group with fields.
ReadableGroup: Any = _make("ReadableGroup", 2, (_TP_MEMBERS, _of_groups), base=ExceptionGroup)
#: It is no more than a pointer.
HidingOne: Any = _make("HidingOne", 1)
#: Holds what PyO3 keeps for itself.
Borrowed: Any = _make("Borrowed", 1, (_TP_NEW, _new_function))
#: Holds what Cython keeps for itself.
Tabled: Any = _make("Tabled", 1)
Tabled.__pyx_vtable__ = "a table of functions"


class ReadableReduce(Readable):  # type: ignore[misc]
    """With a reduce of its own, which doesn't initialise the fields."""

    def __reduce__(self) -> Any:
        return type(self), self.args


class ReadableNewobj(Readable):  # type: ignore[misc]
    """The same without a constructor."""

    def __reduce__(self) -> Any:
        return copyreg.__newobj__, (type(self), *self.args)  # type: ignore[attr-defined]


class ReadableCalled(Readable):  # type: ignore[misc]
    """The same by a function."""

    def __reduce__(self) -> Any:
        return readable_called, self.args


def readable_called(text: str) -> Any:
    """Make one."""
    return ReadableCalled(text)


class ComputedReduce(Computed):  # type: ignore[misc]
    """With a reduce of its own, which does initialise them."""

    def __reduce__(self) -> Any:
        return type(self), self.args


class ReadableShared(Readable):  # type: ignore[misc]
    """One for each text."""

    def __reduce__(self) -> Any:
        return readable_shared, self.args


_SHARED: Final[dict[str, Any]] = {}


def readable_shared(text: str) -> Any:
    """Give the one of a text."""
    return _SHARED.setdefault(text, fill(ReadableShared(text)))


class ReadableChild(Readable):  # type: ignore[misc]
    """A class of Python's, with an attribute."""

    def __init__(self, text: str, *, code: int) -> None:
        super().__init__(text)
        self.code = code


class ReadableSlotted(Readable):  # type: ignore[misc]
    """The same with a slot."""

    __slots__ = ("code",)


class ComputedChild(Computed):  # type: ignore[misc]
    """The same."""


class HidingChild(Hiding):  # type: ignore[misc]
    """The same."""


class SpeakingChild(Speaking):  # type: ignore[misc]
    """The same, with a constructor of Python's."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.order = 8


class SpeakingOtherwise(Speaking):  # type: ignore[misc]
    """The same, which can't be called with its arguments."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}", code)


class Cythonic(Hiding):  # type: ignore[misc]
    """Does as Cython's classes do, whose reduce isn't used where a base has one."""

    def put(self, held: object) -> Self:
        """Set what can't be read."""
        _store(self, 0, held)
        return self

    @property
    def held(self) -> Any:
        """What can't be read otherwise."""
        address = ctypes.c_void_p.from_address(id(self) + _START).value
        return None if address is None else ctypes.cast(address, ctypes.py_object).value

    def __reduce_cython__(self) -> Any:
        return _UNPICKLE, (type(self), 7, None), (self.held, vars(self))


class CythonicInArguments(Cythonic):
    """The same without a state of its own."""

    def __reduce_cython__(self) -> Any:
        return _UNPICKLE, (type(self), 7, (self.held,))


class BorrowedChild(Borrowed):  # type: ignore[misc]
    """A class of Python's, which can't be called with its arguments."""

    def __init__(self, text: str) -> None:
        super().__init__(text, len(text))


#: Does as Cython's classes do that have no table.
Tight: Any = _make("Tight", 1, (_TP_NEW, _new_function))
Tight.put, Tight.held = Cythonic.put, Cythonic.held
Tight.__reduce_cython__ = Cythonic.__reduce_cython__


def __pyx_unpickle_Cythonic(cls: Any, _checksum: int, state: Any) -> Any:  # noqa: N802  # as Cython names it
    return cls.__new__(cls).put(state[0])


_UNPICKLE: Final = __pyx_unpickle_Cythonic  # whose name means another one inside a class


def fill(exc: Any, kept: object = "kept", told: object = "told", shown: object = "shown") -> Any:
    """Set the fields, as an extension does."""
    exc.kept = kept
    _store(exc, 1, told)
    _store(exc, 2, shown)
    return exc


def texted() -> Any:
    """Give an error with such a field."""
    exc = Texted("text")
    ctypes.memmove(id(exc) + _START, ctypes.addressof(_text), _POINTER)
    return exc
