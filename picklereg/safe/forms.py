"""Calls that pickles ask for, and that are done here instead of being written down: those that :func:`picklereg.dumps` writes, and sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from picklereg.safe.exceptions import is_exception, is_stand_in
from picklereg.stand_ins import MissingValue, origin_of, stands_for

if TYPE_CHECKING:
    from picklereg.safe.building import Builder

__all__ = ["FORMS", "Form", "Name"]

Name = tuple[str, str]
#: Gives whether it recognised the arguments, and what the call gives.
Form = Callable[["Builder", tuple[Any, ...]], tuple[bool, Any]]


def _getattr(builder: Builder, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Give the name of what a class has; only what an instance has is written down as a call."""
    if len(args) != 2 or not issubclass(type(args[0]), type) or type(args[1]) is not str:
        return False, None
    cls, name = args
    module, qualname = stands_for(cls) if issubclass(cls, MissingValue) else (str(cls.__module__), cls.__qualname__)
    return True, builder.name(module, f"{qualname}.{name}")


def _set_state(builder: Builder, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as ``BaseException.__setstate__(exc, state)``."""
    if len(args) != 2 or not is_exception(args[0]):
        return False, None
    if args[1] is not None:
        builder.build(*args)
    if is_stand_in(args[0]) and args[1] is not None:
        origin_of(args[0]).setter = "base"
    return True, None


def _update_dict(builder: Builder, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as ``dict.update(getattr(exc, "__dict__"), attributes)``."""
    found: Any = args[0] if len(args) == 2 else None
    if not issubclass(type(found), MissingValue) or stands_for(type(found)) != ("builtins", "getattr") or found.args[1:] != ("__dict__",):
        return False, None
    builder.build(found.args[0], args[1])
    if is_exception(found.args[0]) and is_stand_in(found.args[0]):
        origin_of(found.args[0]).setter = "descriptors"
    return True, None


def _unpack(builder: Builder, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as botocore's function, less the ``__init__`` that makes the text: the keyword arguments become ``kwargs``, as there."""
    if len(args) != 3 or not issubclass(type(args[0]), type) or type(args[1]) not in (tuple, type(None)) or type(args[2]) is not dict:
        return False, None
    exc = builder.call(args[0], args[1] or (args[2],))
    if is_exception(exc):
        builder.build(exc, {"kwargs": args[2]})
    return True, exc


def _make_set(kind: type) -> Form:
    def make(builder: Builder, args: tuple[Any, ...]) -> tuple[bool, Any]:
        if len(args) > 1 or (args and type(args[0]) not in (list, tuple, set, frozenset)):
            return False, None
        return True, builder.set_of(kind, args[0] if args else ())

    return make


FORMS: Final[dict[Name, Form]] = {
    ("builtins", "getattr"): _getattr,
    ("builtins", "BaseException.__setstate__"): _set_state,
    ("builtins", "dict.update"): _update_dict,
    ("builtins", "set"): _make_set(set),
    ("builtins", "frozenset"): _make_set(frozenset),
    ("botocore.exceptions", "_exception_from_packed_args"): _unpack,
}
