"""A type of errors that only C makes instances of, as those of some extensions are. The reader imports this module."""

from __future__ import annotations

import ctypes
from typing import Any, Final

__all__ = ["Sealed", "SubSealed", "sealed"]

#: CPython ``Include/object.h``.
_BASETYPE: Final = 1 << 10
_DISALLOW_INSTANTIATION: Final = 1 << 7


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


def _type(name: bytes, *bases: type) -> Any:
    make = ctypes.pythonapi.PyType_FromSpecWithBases
    make.restype, make.argtypes = ctypes.py_object, (ctypes.POINTER(_Spec), ctypes.py_object)
    spec = _Spec(name, 0, 0, _BASETYPE | _DISALLOW_INSTANTIATION, (_Slot * 1)())
    return make(ctypes.byref(spec), bases)


#: The spec's name is kept for as long as there is the type.
_NAME: Final = b"native_samples.Sealed"
Sealed: Any = _type(_NAME, LookupError)


class SubSealed(Sealed):  # type: ignore[misc]
    """Python makes no instances of it, either."""

    __slots__ = ()


def sealed(cls: Any, *args: object) -> Any:
    """Make an instance all the same."""
    made: Any = _Likewise(*args)
    made.__class__ = cls
    return made
