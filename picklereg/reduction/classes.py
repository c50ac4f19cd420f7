"""What becomes of an exception's class: named, written by value, or neither; and whether anybody has a reducer for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from picklereg.introspection.class_plan import has_own_reduce, plan_for
from picklereg.introspection.naming import MAIN, is_importable
from picklereg.reduction.context import NeedsHost
from picklereg.reduction.round_trip import write_class

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump, Rules

__all__ = ["carries_class", "is_free", "is_nameable", "loses_qualname", "takes_wire_form"]


def is_free(cls: type[BaseException], rules: Rules) -> bool:
    """Tell whether nobody, the class itself included, has a reducer for a class."""
    return not has_own_reduce(cls) and not rules.has_reducer(cls)


def is_nameable(cls: type) -> bool:
    """Tell whether plain pickle can name a class so that any reader finds it."""
    return cls.__module__ != MAIN and is_importable(cls)


def loses_qualname(cls: type) -> bool:
    """Tell whether a class goes by value, where only the last part of its qualified name is kept, and the reader can set it."""
    return "." in cls.__qualname__ and type(cls).__setattr__ is type.__setattr__ and not is_importable(cls)


def takes_wire_form(cls: type[BaseException], dump: Dump) -> bool:
    """Tell whether nobody, the class itself included, has a reducer for a class that the host can name or write.

    Raises:
        NeedsHost: there is no host, and one would have to write the class.
    """
    key = id(cls)
    known = dump.wire_forms.get(key)
    if known is None:
        plan = plan_for(cls)
        is_open = is_free(cls, dump.rules) and plan.makeable and not (plan.readonly or plan.hides_fields)
        known = dump.wire_forms[key] = is_open and carries_class(cls, dump)
    return known


def carries_class(cls: type, dump: Dump) -> bool:
    """Tell whether the host can name a class, or write it by value.

    Raises:
        NeedsHost: there is no host, and one would have to write the class.
    """
    if dump.host is None:
        if not dump.asks_host and not is_nameable(cls):
            raise NeedsHost
        return is_importable(cls)
    key = id(cls)
    if key not in dump.named:
        dump.named[key] = True  # met again while it is being written: it refers to itself
        dump.named[key] = _writes(cls, dump)
    return dump.named[key]


def _writes(cls: type, dump: Dump) -> bool:
    """Try to write a class, if need be. It isn't read back: cloudpickle would set the live class's attributes."""
    try:
        if dump.trusts is not None and dump.trusts(cls):
            return True
        if dump.host.reducer_override(cls) is NotImplemented:
            return is_importable(cls)
        write_class(cls, dump.host, lambda cls: carries_class(cls, dump))
    except Exception:  # noqa: BLE001  # whatever the class holds, or its metaclass refuses
        return False
    return True
