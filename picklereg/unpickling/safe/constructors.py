"""Values of the standard library that an untrusted pickle may hold: each made by a function of ours that checks its arguments.

A function here gets what the bytes say, whatever that is. It raises ``TypeError``, ``ValueError`` or ``ArithmeticError`` for what it
doesn't take; then the reader puts an inert value in its place. It must not call anything that the arguments bring along, so the
arguments' exact types are looked at first.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import pathlib
import types
import uuid
from collections.abc import Callable
from typing import Any, Final

from picklereg.introspection.kinds import MAPPINGS
from picklereg.unpickling.safe.exceptions import NoSuchState

__all__ = ["INERT_CLASSES", "MAKERS", "MUTABLE_MAPPINGS", "MUTABLE_SEQUENCES", "build_uuid", "is_simple_key"]

Maker = Callable[..., Any]

#: Classes that may be named as values; nothing in the bytes can call them.
INERT_CLASSES: Final[dict[str, Any]] = {
    cls.__name__: cls for cls in (bool, bytearray, bytes, complex, dict, float, frozenset, int, list, object, set, str, tuple)
}
#: What APPENDS and SETITEMS may change, besides stand-ins.
MUTABLE_SEQUENCES: Final = (list, collections.deque)
MUTABLE_MAPPINGS: Final = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
#: Decimal numbers and names of paths are no longer than this.
_SHORT: Final = 4_096


def _exactly(value: Any, *types_: type) -> Any:
    if type(value) not in types_:
        raise TypeError
    return value


def _encoded(text: Any, encoding: Any) -> bytes:
    """Make the bytes that protocols 0 to 2 write as text."""
    if _exactly(encoding, str) not in ("latin1", "latin-1"):
        raise ValueError
    return bytes(_exactly(text, str).encode("latin-1"))


def _bytes(*args: Any) -> bytes:
    return b"" if not args else _encoded(*args)


def _bytearray(*args: Any) -> bytearray:
    if len(args) == 1:
        return bytearray(_exactly(args[0], bytes))
    return bytearray(_bytes(*args))


def _complex(real: Any, imaginary: Any) -> complex:
    return complex(_exactly(real, float), _exactly(imaginary, float))


def _range(*args: Any) -> range:
    return range(*(_exactly(arg, int) for arg in args))


def _slice(start: Any, stop: Any, step: Any) -> slice:
    return slice(*(_exactly(arg, int, type(None)) for arg in (start, stop, step)))


def _date(state: Any) -> datetime.date:
    year, year_low, month, day = _exactly(state, bytes)
    return datetime.date(year * 256 + year_low, month, day)


def _datetime(state: Any, zone: Any = None) -> datetime.datetime:
    # Checked by making it anew: Python itself takes these bytes as they are.
    year, year_low, month, day, hour, minute, second, *fraction = _exactly(state, bytes)
    return datetime.datetime(  # as aware as what was written
        year * 256 + year_low, month & 127, day, hour, minute, second, _microsecond(fraction), _zone(zone), fold=month >> 7
    )


def _time(state: Any, zone: Any = None) -> datetime.time:
    hour, minute, second, *fraction = _exactly(state, bytes)
    return datetime.time(hour & 127, minute, second, _microsecond(fraction), _zone(zone), fold=hour >> 7)


def _microsecond(fraction: list[int]) -> int:
    if len(fraction) != 3:
        raise ValueError
    return int.from_bytes(fraction, "big")


def _zone(zone: Any) -> datetime.timezone | None:
    return _exactly(zone, datetime.timezone, type(None))  # type: ignore[no-any-return]


def _timedelta(days: Any, seconds: Any, microseconds: Any) -> datetime.timedelta:
    return datetime.timedelta(_exactly(days, int), _exactly(seconds, int), _exactly(microseconds, int))


def _timezone(offset: Any, *name: Any) -> datetime.timezone:
    return datetime.timezone(_exactly(offset, datetime.timedelta), *(_exactly(text, str) for text in name))


def _decimal(text: Any) -> decimal.Decimal:
    if len(_exactly(text, str)) > _SHORT:
        raise ValueError
    return decimal.Decimal(text)


def _path(cls: type[pathlib.PurePath]) -> Maker:
    def make(*parts: Any) -> pathlib.PurePath:
        if sum(len(_exactly(part, str)) for part in parts) > _SHORT:
            raise ValueError
        return cls(*parts)

    return make


def _ordered_dict(*args: Any) -> Any:
    return collections.OrderedDict() if not args else _refuse()


def _default_dict(factory: Any) -> Any:
    if factory is not None and all(factory is not cls for cls in INERT_CLASSES.values()):
        raise TypeError
    return collections.defaultdict(factory)


def _from_dict(cls: type[Any]) -> Maker:
    return lambda items: cls(_exactly(items, dict))


def _deque(items: Any = (), limit: Any = None) -> Any:
    if _exactly(items, tuple):
        raise TypeError
    return collections.deque(maxlen=_exactly(limit, int, type(None)))


def _namespace(*args: Any) -> types.SimpleNamespace:
    return types.SimpleNamespace() if not args else _refuse()


def _user_list(*values: Any) -> Any:
    made: Any = object.__new__(collections.UserList)
    made.data = [*_exactly(values[0], list)] if values else []
    return made


def _uuid(*args: Any) -> uuid.UUID:
    return uuid.UUID(int=0) if not args else _refuse()


def _refuse() -> Any:
    raise TypeError


def _item(container: Any, index: Any) -> Any:
    return _exactly(container, tuple)[_exactly(index, int)]


_PATHS: Final = {
    (module, cls.__name__): _path(cls)
    for cls in (pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.WindowsPath)
    for module in ("pathlib", "pathlib._local")
}

#: By module and name, as pickle writes them.
MAKERS: Final[dict[tuple[str, str], Maker]] = {
    ("_codecs", "encode"): _encoded,
    ("_operator", "getitem"): _item,
    ("builtins", "bytearray"): _bytearray,
    ("builtins", "bytes"): _bytes,
    ("builtins", "complex"): _complex,
    ("builtins", "range"): _range,
    ("builtins", "slice"): _slice,
    ("collections", "Counter"): _from_dict(collections.Counter),
    ("collections", "OrderedDict"): _ordered_dict,
    ("collections", "UserList"): _user_list,
    ("collections", "defaultdict"): _default_dict,
    ("collections", "deque"): _deque,
    ("datetime", "date"): _date,
    ("datetime", "datetime"): _datetime,
    ("datetime", "time"): _time,
    ("datetime", "timedelta"): _timedelta,
    ("datetime", "timezone"): _timezone,
    ("decimal", "Decimal"): _decimal,
    ("operator", "getitem"): _item,
    ("types", "SimpleNamespace"): _namespace,
    ("uuid", "UUID"): _uuid,
    **{("builtins", cls.__name__): _from_dict(cls) for cls in MAPPINGS if cls is not dict},
    **_PATHS,
}


def is_simple_key(value: Any) -> bool:
    """Tell whether a value's hash and equality are Python's own, and can't be chosen to be equal to many others'."""
    kind = type(value)
    return kind in (str, bytes, bool, type(None)) or (kind is int and -(2**60) < value < 2**60)


def build_uuid(target: uuid.UUID, state: Any) -> None:
    """Set the state of a UUID, which is its number.

    Raises:
        NoSuchState: for anything else.
    """
    number = state.get("int") if type(state) is dict else None
    if type(number) is not int or not 0 <= number < 1 << 128:
        raise NoSuchState("the state of a UUID is its number")
    object.__setattr__(target, "int", number)
