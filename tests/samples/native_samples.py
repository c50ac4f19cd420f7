"""A type of errors that only C makes instances of, as those of some extensions are. The reader imports this module."""

from __future__ import annotations

import ctypes
from typing import Any, Final

__all__ = ["Sealed", "SealedField", "Static", "StaticChild", "SubSealed", "sealed"]

#: CPython ``Include/object.h``.
_BASETYPE: Final = 1 << 10
_DISALLOW_INSTANTIATION: Final = 1 << 7
_TP_GETSET: Final = 73


class _Slot(ctypes.Structure):
    _fields_ = (("slot", ctypes.c_int), ("pfunc", ctypes.c_void_p))


class _Spec(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("basicsize", ctypes.c_int),
        ("itemsize", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("slots", ctypes.POINTER(_Slot)),
    )


class _Likewise(LookupError):
    """Of the same layout, so that its instances can become such."""

    __slots__ = ()


def _type(name: bytes, *slots: _Slot) -> Any:
    make = ctypes.pythonapi.PyType_FromSpecWithBases
    make.restype, make.argtypes = ctypes.py_object, (ctypes.POINTER(_Spec), ctypes.py_object)
    spec = _Spec(name, 0, 0, _BASETYPE | _DISALLOW_INSTANTIATION, (_Slot * (len(slots) + 1))(*slots))
    return make(ctypes.byref(spec), (LookupError,))


#: The spec's name is kept for as long as there is the type.
_NAME: Final = b"native_samples.Sealed"
Sealed: Any = _type(_NAME)
#: The same with a field, which says the same of each.
_CODE: Final = b"code"
_FIELD_NAME: Final = b"native_samples.SealedField"
_GETTER: Final = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
_get: Final = _GETTER(lambda _exc, _closure: 7)
_fields: Final = (ctypes.c_void_p * 10)()  # name, getter, setter, documentation, closure; and the end
_fields[0], _fields[1] = ctypes.cast(ctypes.c_char_p(_CODE), ctypes.c_void_p).value, ctypes.cast(_get, ctypes.c_void_p).value
SealedField: Any = _type(_FIELD_NAME, _Slot(_TP_GETSET, ctypes.addressof(_fields)))


class SubSealed(Sealed):  # type: ignore[misc]
    """Python makes no instances of it, either."""

    __slots__ = ()


def sealed(cls: Any, *args: object) -> Any:
    """Make an instance all the same."""
    made: Any = _Likewise(*args)
    made.__class__ = cls
    return made


# --- a type that isn't made on the heap, as those of older extensions ---------------------------------------------

_POINTER: Final = ctypes.sizeof(ctypes.c_void_p)
#: Where CPython's ``PyTypeObject`` has name, size, flags and base, in pointers.
_REFERENCES, _TYPE_NAME, _SIZE, _FLAGS, _BASE = 0, 3, 4, 21, 32
_STATIC_NAME: Final = b"Static"
_TYPE_SIZE: Final[int] = vars(type)["__basicsize__"].__get__(type)


def _static_type() -> Any:
    """Make a type whose name has no dot: it says that it is of ``builtins``, where it isn't."""
    calloc = ctypes.pythonapi.PyMem_RawCalloc
    calloc.restype, calloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t, ctypes.c_size_t)
    address = calloc(1, _TYPE_SIZE + len(_STATIC_NAME) + 1)  # for ever, since the interpreter looks at it when it ends
    fields = (ctypes.c_void_p * (_TYPE_SIZE // _POINTER)).from_address(address)
    fields[_REFERENCES] = 1
    ctypes.memmove(address + _TYPE_SIZE, _STATIC_NAME, len(_STATIC_NAME))
    fields[_TYPE_NAME] = address + _TYPE_SIZE
    fields[_SIZE] = LookupError.__basicsize__
    fields[_FLAGS] = _BASETYPE
    fields[_BASE] = id(LookupError)
    ready = ctypes.pythonapi.PyType_Ready
    ready.argtypes = (ctypes.c_void_p,)
    assert ready(address) == 0
    return ctypes.cast(address, ctypes.py_object).value


Static: Any = _static_type()


class StaticChild(Static):  # type: ignore[misc]
    """One that is made in Python."""
