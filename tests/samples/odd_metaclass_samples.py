"""Errors of classes whose metaclass refuses what one asks of every class. The reader imports this module; who looks through all classes
that there are would come upon these, so writers do it in processes of their own."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["NAMES", "UNHASHABLE"]


def _raising(*_args: object) -> Any:
    raise RuntimeError("not of me")


def _hiding(hidden: str) -> Any:
    def getattribute(cls: type, name: str) -> Any:
        if hidden in {name, "all"}:
            raise RuntimeError(name)
        return type.__getattribute__(cls, name)

    return getattribute


def _numbering(cls: type, name: str) -> Any:
    return 7 if name == "__qualname__" else type.__getattribute__(cls, name)


#: By the name of a class, what its metaclass has.
_ODD: Final[dict[str, dict[str, Any]]] = {
    "Unhashed": {"__hash__": _raising},
    "Unequal": {"__eq__": _raising, "__hash__": type.__hash__},
    "Uncompared": {"__eq__": _raising},
    "Unknown": {"__getattribute__": _hiding("all")},
    "OfNoModule": {"__getattribute__": _hiding("__module__")},
    "OfNoName": {"__getattribute__": _hiding("__qualname__")},
    "Numbered": {"__getattribute__": _numbering},
    "Undecided": {"__bool__": _raising},
    "OfNoInstance": {"__instancecheck__": _raising, "__subclasscheck__": _raising},
    "Unshown": {"__repr__": _raising},
    "Unanswering": {"__getattr__": _raising},
    "NamedOtherwise": {"__name__": property(lambda cls: 7)},
}
for _name, _namespace in _ODD.items():
    globals()[_name] = type("Odd", (type,), _namespace)(_name, (Exception,), {"__module__": __name__})

NAMES: Final = tuple(_ODD)
#: Pickle itself looks up the class of what it writes.
UNHASHABLE: Final = ("Unhashed", "Uncompared")
