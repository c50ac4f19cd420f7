"""Exceptions out of an untrusted pickle: made by the builtin ``__new__`` beneath their class, and filled without running its code.

No ``__init__``, ``__setstate__``, ``__setattr__`` or property of a class runs, and nothing is set on a class. At the end each is audited,
because Python's own code isn't careful with what it finds in an exception: ``UnicodeDecodeError.start`` is used as an offset into memory
when the error is printed, and ``ImportError.name`` is *imported* then, if ``name_from`` is there (CPython 3.12, ``traceback.py``).
"""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Callable, Collection, Iterator
from types import BuiltinFunctionType, MemberDescriptorType, ModuleType, WrapperDescriptorType
from typing import Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS, dict_of, read_field
from picklereg.introspection.kept_arguments import kept_arguments
from picklereg.introspection.naming import type_name
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue
from picklereg.unpickling.stand_ins.error_names import base_by_fields

__all__ = [
    "AUDITED",
    "NoSuchState",
    "Refused",
    "audit",
    "base_by_state",
    "call_exception",
    "fill_exception",
    "group_class",
    "is_exception",
    "is_makeable",
    "is_reserved",
    "is_stand_in",
    "make_exception",
]

#: Below this number nothing overflows that Python's code computes with a line or a column.
_FAR: Final = 2**31
_LONG: Final = 500
#: Fields that a traceback makes suggestions from; ``name_from`` came with 3.12.
_SUGGESTING: Final = tuple(
    (owner, name) for owner, name in ((AttributeError, "obj"), (NameError, "name"), (ImportError, "name_from")) if name in vars(owner)
)
#: Python takes these fields for what they should be.
_UNICODE_ERRORS: Final[tuple[tuple[type[BaseException], type], ...]] = (
    (UnicodeDecodeError, bytes),
    (UnicodeEncodeError, str),
    (UnicodeTranslateError, str),
)
#: Whose ``object``, ``encoding`` and ``reason`` Python takes for set if they are.
_UNSET: Final = (UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError)

#: What :func:`audit` has to look at.
AUDITED: Final = (*_UNSET, SyntaxError, *(owner for owner, _ in _SUGGESTING))

#: Attributes that Python itself puts into an instance.
_KNOWN: Final = frozenset({"__notes__", "__orig_class__"})
#: Whose ``__init__`` or ``__new__`` converts its arguments, looks them up or goes through them.
_CONVERTING: Final = (SyntaxError, OSError, UnicodeError)
#: Of classes of Python's that say how they are pickled, and whose ``__init__`` only words a text: the exact types that it is handed.
_WORDING: Final[dict[tuple[str, str], tuple[tuple[type, ...], ...]]] = {
    ("asyncio.exceptions", "IncompleteReadError"): ((bytes,), (int, type(None))),
    ("asyncio.exceptions", "LimitOverrunError"): ((str,), (int,)),
    ("json.decoder", "JSONDecodeError"): ((str,), (str,), (int,)),
}
#: Types whose exact instances run no code but Python's when they are converted, hashed or gone through.
_PLAIN: Final = frozenset(
    {str, bytes, int, float, bool, type(None), pathlib.PosixPath, pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.WindowsPath}
)
#: Fields that Python keeps as numbers.
_NUMBERS: Final = frozenset({"start", "end", "characters_written"})
#: What ``AttributeError.obj`` may be, besides stand-ins: ``dir()`` of one runs nobody's code.
_SHOWN: Final = frozenset({str, bytes, int, float, bool, complex, type(None), list, tuple, dict, set, frozenset, bytearray, object})


class Refused(Exception):  # noqa: N818  # not an error by itself: the machine makes one of it, with the position
    """What the bytes ask for isn't done; the text says why."""


class NoSuchState(Refused):
    """A value of another kind than exceptions doesn't take the state that the bytes have for it."""


def is_exception(value: object) -> bool:
    """Tell whether a value is an exception; ``isinstance`` would ask the value's class for its opinion."""
    return issubclass(type(value), BaseException)


def is_makeable(cls: type[BaseException]) -> bool:
    """Tell whether instances can be made, and thrown away, without running any code but Python's own."""
    native: Any = plan_for(cls).native
    is_native = type(native) is BuiltinFunctionType and native.__self__.__module__ == "builtins"
    return is_native and not any("__del__" in vars(base) for base in cls.__mro__)


def is_stand_in(exc: BaseException) -> bool:
    """Tell whether an exception stands for one whose class isn't there."""
    return issubclass(type(exc), MissingError)


def is_reserved(name: object) -> bool:
    """Tell whether an attribute of that name would be called by somebody: by pickle, ``copy``, a notebook or a formatter.

    pickle calls an instance's ``__reduce_ex__`` and ``copy`` its ``__deepcopy__``, whoever put it there, and a class may be a value.
    """
    is_one = type(name) is str and len(name) > 2 and name[0] == name[-1] == "_"
    return is_one and name not in CHAIN_FIELDS and name not in _KNOWN


def make_exception(cls: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    """Make an instance by the builtin ``__new__``, with ``args`` as its arguments.

    Raises:
        Refused: if a group isn't given what it needs.
    """
    plan = plan_for(cls)
    if plan.group:
        return _make_group(cls, args)
    exc = plan.native(cls)
    if args:
        CHAIN_FIELDS["args"].__set__(exc, args)
    return exc


def call_exception(cls: type[BaseException], args: tuple[Any, ...], charge: Callable[[int], None]) -> tuple[BaseException, str | None]:
    """Do as ``cls(*args)``, but for an ``__init__`` that isn't Python's own.

    Args:
        cls: the class.
        args: what it is called with.
        charge: takes what a text that is worded anew costs.

    Returns:
        The instance, and a note, unless it is as if the class had been called.

    Raises:
        Refused: if a group isn't given what it needs, or a text costs too much.
    """
    init: Any = getattr(cls, "__init__", None)
    plan = plan_for(cls)
    if plan.group:
        return _make_group(cls, args), None if type(init) is WrapperDescriptorType else _without_init(cls, ())
    if _may_run(cls, init, args, charge):
        try:
            exc = plan.native(cls, *args)
            init(exc, *args)
        except (TypeError, ValueError, OverflowError):
            pass
        else:
            return exc, None
    exc = make_exception(cls, args)
    kept = kept_arguments(cls, args)
    fill_exception(exc, kept)
    return exc, _without_init(cls, kept)


def _may_run(cls: type[BaseException], init: Any, args: tuple[Any, ...], charge: Callable[[int], None]) -> bool:
    """Tell whether an ``__init__`` is Python's own, and runs nobody else's code on these arguments."""
    if type(init) is WrapperDescriptorType:
        return not issubclass(cls, _CONVERTING) or all(map(_is_plain, args))
    taken = _WORDING.get((cls.__module__, cls.__qualname__), ())
    if not 0 < len(taken) == len(args) or not all(type(arg) in types for arg, types in zip(args, taken, strict=True)):
        return False
    charge(sum(len(arg) for arg in args if type(arg) in (str, bytes)))
    return True


def _without_init(cls: type[BaseException], kept: Collection[str]) -> str:
    told = f"{', '.join(kept)} taken from its arguments, others" if kept else "attributes"
    return f"picklereg: {cls.__qualname__} was made without its __init__: {told} may be missing"


def _is_plain(value: Any) -> bool:
    """Tell whether Python may convert a value, or look into it, without running anybody's code."""
    return type(value) in _PLAIN or (type(value) is tuple and len(value) < 10 and all(type(part) in _PLAIN for part in value))


def _make_group(cls: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    if len(args) != 2 or type(args[0]) is not str or type(args[1]) not in (list, tuple):
        raise Refused("a group is made of a text and a list of exceptions")
    if not all(is_exception(sub) for sub in args[1]):
        raise Refused("a group holds exceptions only")
    try:
        return plan_for(cls).native(cls, *args)
    except (TypeError, ValueError) as problem:  # none at all, or a KeyboardInterrupt in an ExceptionGroup
        raise Refused(f"a group can't be made: {problem}") from problem


def group_class(args: tuple[Any, ...]) -> type[BaseException]:
    """Tell by what an instance is made of which builtin class is beneath a missing exception class: a group is made of nothing else."""
    members = args[1] if len(args) == 2 and type(args[0]) is str and type(args[1]) in (list, tuple) else ()
    if not members or not all(map(is_exception, members)):
        return Exception
    return ExceptionGroup if all(issubclass(type(member), Exception) for member in members) else BaseExceptionGroup


def fill_exception(exc: BaseException, state: dict[Any, Any]) -> None:
    """Set attributes, fields, arguments, chain and notes of an exception that was made here.

    Args:
        exc: the exception.
        state: by name, as ``BaseException.__setstate__`` takes it.

    Raises:
        Refused: for a value that a field doesn't take.
    """
    fields = dict(plan_for(type(exc)).fields)
    attributes = dict_of(exc)
    for name, value in state.items():
        if name in CHAIN_FIELDS:
            _set_chain(exc, name, value)
        elif name == "__notes__":
            attributes[name] = _notes(value)
        elif value is None and type(fields.get(name)) is MemberDescriptorType and fields[name].__objclass__ in _UNSET:
            continue  # an unset field reads as None, and one that is set to None crashes Python
        elif name in _NUMBERS and name in fields and type(value) is not int:
            raise Refused(f"{name} of {type(exc).__qualname__} is a number")  # Python would ask the value for one
        elif name in fields and (type(fields[name]) is MemberDescriptorType or fields[name].__objclass__.__module__ == "builtins"):
            try:
                fields[name].__set__(exc, value)
            except Exception as problem:
                raise Refused(f"{name} of {type(exc).__qualname__} can't be set: {type(problem).__name__}: {problem}") from problem
        else:
            attributes[name] = value


def base_by_state(state: dict[Any, Any]) -> type[BaseException]:
    """Tell by the C fields in a state which builtin class is beneath a missing one."""
    found = base_by_fields(state)
    if found is UnicodeError:
        return UnicodeDecodeError if type(state["object"]) is bytes else UnicodeEncodeError
    return found


def _set_chain(exc: BaseException, name: str, value: Any) -> None:
    if name == "args":
        good = type(value) is tuple
    elif name == "__suppress_context__":
        good = type(value) is bool
    else:
        good = value is None or is_exception(value)
    if not good:
        raise Refused(f"{name} of an exception can't be a {type(value).__qualname__}")
    CHAIN_FIELDS[name].__set__(exc, value)


def _notes(value: Any) -> list[str]:
    """Give notes as Python wants them: a list of texts."""
    notes = value if type(value) in (list, tuple) else [value]
    return [note if type(note) is str else _text(note) for note in notes]


def _text(note: Any) -> str:
    return str(note) if type(note) in (int, float, bool, bytes, type(None)) else f"<{type(note).__qualname__}>"


def audit(exc: BaseException) -> list[str]:
    """Check what Python's own code will rely on when the exception is printed, and drop what it would make suggestions from.

    A traceback says "Did you mean". For that it asks what an ``AttributeError`` holds for its attributes, the module that an
    ``ImportError`` names for its names, and ``self`` in the frame that raised a ``NameError`` whether it has an attribute of that name.

    Returns:
        Notes on what was dropped.

    Raises:
        Refused: if printing it could crash.
    """
    cls = type(exc)
    for kind, holds in _UNICODE_ERRORS:
        if issubclass(cls, kind):
            _audit_unicode_error(exc, kind, holds)
    if issubclass(cls, SyntaxError):
        _audit_syntax_error(exc)
    return [note for owner, name in _SUGGESTING if issubclass(cls, owner) for note in _dropped(exc, owner, name)]


def _dropped(exc: BaseException, owner: type[BaseException], name: str) -> Iterator[str]:
    field = vars(owner)[name]
    value = read_field(exc, field)
    if value is None or _HARMLESS[name](exc, value):
        return
    field.__set__(exc, None)
    shown = f"{value!r} " if type(value) is str and len(value) < _LONG else ""
    yield f"picklereg: attribute {name!r} {shown}({type_name(type(value))}) was left behind: a traceback would make suggestions from it"


def _is_asked_nothing(_exc: BaseException, value: Any) -> bool:
    """Tell whether ``dir()`` of a value runs nobody's code."""
    return type(value) in _SHOWN or issubclass(type(value), (MissingError, MissingValue))


def _names_loaded_module(exc: BaseException, _value: Any) -> bool:  # pragma: no cover  # 3.12 and newer
    """Tell whether importing the module imports nothing, and ``dir()`` of it runs none of its code."""
    name = read_field(exc, vars(ImportError)["name"])
    module = sys.modules.get(name) if type(name) is str and "." not in name else None
    return type(module) is ModuleType and "__dir__" not in vars(module)


_HARMLESS: Final[dict[str, Callable[[BaseException, Any], bool]]] = {
    "obj": _is_asked_nothing,
    "name": lambda _exc, _value: False,
    "name_from": _names_loaded_module,
}


def _audit_syntax_error(exc: BaseException) -> None:
    for name in ("lineno", "offset", "end_lineno", "end_offset"):
        value = read_field(exc, vars(SyntaxError)[name])
        if value is not None and not (type(value) is int and -_FAR < value < _FAR):
            raise Refused(f"{name} of a SyntaxError can't have such a value")
    for name in ("filename", "text", "msg"):
        if type(read_field(exc, vars(SyntaxError)[name])) not in (str, type(None)):
            raise Refused(f"{name} of a SyntaxError is a text")


def _audit_unicode_error(exc: BaseException, cls: type[BaseException], holds: type) -> None:
    found: dict[str, Any] = {
        name: read_field(exc, vars(cls)[name]) for name in ("object", "start", "end", "reason", "encoding") if name in vars(cls)
    }
    held: Any = found["object"]
    length = len(found["object"]) if type(held) is holds else 0
    if held is not None and type(held) is not holds:
        raise Refused(f"object of a {cls.__name__} is no {holds.__name__}")
    if not (0 <= found["start"] <= length and 0 <= found["end"] <= length):
        raise Refused(f"start or end of a {cls.__name__} lies outside its object")
    if any(type(found.get(name)) not in (str, type(None)) for name in ("reason", "encoding")):
        raise Refused(f"reason and encoding of a {cls.__name__} are texts")
