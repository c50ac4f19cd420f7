"""Calls that pickles ask for, and that are done here instead of being written down: those that :func:`picklereg.dumps` writes, and sets.

Arguments are looked at by their types and identity first: to compare one to anything would run its class's ``__eq__``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, Protocol

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import dict_of
from picklereg.unpickling.safe.budget import weight
from picklereg.unpickling.safe.exceptions import is_exception, is_reserved, is_stand_in
from picklereg.unpickling.stand_ins.classes import MissingValue, stands_for
from picklereg.unpickling.stand_ins.origin import origin_of

__all__ = ["CALL", "FORMS", "Form", "Making", "Name", "bound_to"]

Name = tuple[str, str]
#: What a call of anything but a name is written down as.
CALL: Final = ("operator", "call")
#: Characters of an attribute's name.
_LONG: Final = 500
_IMPORT: Final = ("importlib", "import_module")
_BUILTIN_TYPE: Final = ("cloudpickle.cloudpickle", "_builtin_type")


class Making(Protocol):
    """What makes the objects."""

    def name(self, module: str, qualname: str, /) -> Any:
        """Give the class that a name means."""

    def new(self, cls: Any, args: tuple[Any, ...], /) -> Any:
        """Do as NEWOBJ."""

    def call(self, function: Any, args: tuple[Any, ...], /) -> Any:
        """Do as REDUCE."""

    def build(self, target: Any, state: Any, /) -> None:
        """Do as BUILD."""

    def expect_exceptions(self, values: Iterable[Any], /) -> None:
        """Take note of missing classes whose instances have to be exceptions."""

    def charge(self, cost: int, /) -> None:
        """Take what something costs."""

    def set_of(self, kind: type, items: Collection[Any], /) -> Any:
        """Make a set or frozen set."""


#: Gives whether it recognised the arguments, and what the call gives.
Form = Callable[[Making, tuple[Any, ...]], tuple[bool, Any]]


def _getattr(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Give the name of what a class has, or a module; only what an instance has is written down as a call."""
    if len(args) != 2 or type(args[1]) is not str or len(args[1]) > _LONG:
        return False, None
    cls, name = args
    module = _module_named_by(cls)
    if module is not None:
        return True, builder.name(module, name)
    if not issubclass(type(cls), type):
        return False, None
    module, qualname = stands_for(cls) if issubclass(cls, MissingValue) else (str(cls.__module__), cls.__qualname__)
    return True, builder.name(module, f"{qualname}.{name}")


def _module_named_by(value: Any) -> str | None:
    """Give the name of a module whose import was written down: a class that its own name doesn't lead to is written so."""
    if not issubclass(type(value), MissingValue) or stands_for(type(value)) != _IMPORT or len(value.args) != 1:
        return None
    return value.args[0] if type(value.args[0]) is str else None


def _set_state(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as ``BaseException.__setstate__(exc, state)``."""
    if len(args) != 2 or not is_exception(args[0]):
        builder.expect_exceptions(args[:1])
        return False, None
    if args[1] is not None:
        builder.build(*args)
    if is_stand_in(args[0]) and args[1] is not None:
        origin_of(args[0]).setter = "base"
    return True, None


def _update_dict(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as ``dict.update(getattr(exc, "__dict__"), attributes)``."""
    found: Any = args[0] if len(args) == 2 else None
    if not issubclass(type(found), MissingValue) or stands_for(type(found)) != ("builtins", "getattr") or len(found.args) != 2:
        return False, None
    if type(found.args[1]) is not str or found.args[1] != "__dict__":
        return False, None
    exc, attributes = found.args[0], args[1]
    if not is_exception(exc) or is_stand_in(exc) or type(attributes) is not dict:
        builder.build(exc, attributes)
        if is_exception(exc) and is_stand_in(exc):
            origin_of(exc).setter = "descriptors"
        return True, None
    builder.charge(2 * weight(attributes))
    fields = dict(plan_for(type(exc)).fields)
    hidden = {name: value for name, value in attributes.items() if type(name) is str and name in fields}
    builder.build(exc, {name: value for name, value in attributes.items() if type(name) is not str or name not in fields})
    dict_of(exc).update({name: value for name, value in hidden.items() if not is_reserved(name)})  # beside the fields, as it was
    return True, None


def _unpack(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as botocore's function, less the ``__init__`` that makes the text: the keyword arguments become ``kwargs``, as there."""
    if len(args) != 3 or not issubclass(type(args[0]), type) or type(args[1]) not in (tuple, type(None)) or type(args[2]) is not dict:
        return False, None
    exc = builder.call(args[0], args[1] or (args[2],))
    if is_exception(exc):
        builder.build(exc, {"kwargs": args[2]})
    return True, exc


def _make_new(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Do as anthropic's function: ``cls.__new__(cls, *args)``."""
    return (True, builder.new(args[0], args[1:])) if args and issubclass(type(args[0]), type) else (False, None)


def _type(_builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Give ``type(None)``, which pickle writes so."""
    return len(args) == 1 and args[0] is None, type(None)


def _make_set(kind: type) -> Form:
    def make(builder: Making, args: tuple[Any, ...]) -> tuple[bool, Any]:
        if len(args) > 1 or (args and type(args[0]) not in (list, tuple, set, frozenset)):
            return False, None
        return True, builder.set_of(kind, args[0] if args else ())

    return make


def bound_to(function: MissingValue) -> type | None:
    """Give the class to which cloudpickle bound a class method: it calls ``types.MethodType(function, cls)``."""
    maker: Any = function.args[0] if stands_for(type(function)) == CALL and len(function.args) == 3 else None
    if not issubclass(type(maker), MissingValue) or stands_for(type(maker)) != _BUILTIN_TYPE or len(maker.args) != 1:
        return None
    is_method = type(maker.args[0]) is str and maker.args[0] == "MethodType"
    return function.args[2] if is_method and issubclass(type(function.args[2]), type) else None


FORMS: Final[dict[Name, Form]] = {
    ("builtins", "getattr"): _getattr,
    ("builtins", "BaseException.__setstate__"): _set_state,
    ("builtins", "dict.update"): _update_dict,
    ("builtins", "set"): _make_set(set),
    ("builtins", "frozenset"): _make_set(frozenset),
    ("builtins", "type"): _type,
    ("anthropic._exceptions", "new_error"): _make_new,
    ("botocore.exceptions", "_exception_from_packed_args"): _unpack,
}
