"""Classes of errors that their own names don't lead to, or to which no name leads at all. The reader imports this module."""

from __future__ import annotations

import copyreg
import sys
from types import ModuleType
from typing import Any, Final

__all__ = ["GHOSTS", "GHOST_VALUES", "HELD", "make_error"]


class Base(Exception):
    """What others are made of by ``type()``."""


def make_error(name: str) -> Any:
    """Make a class as factories do."""

    class Made(Base):
        pass

    Made.__name__ = name
    return Made


def _reduce(exc: Any) -> Any:
    return type(exc), exc.args


def _rebuild(cls: Any, args: Any) -> Any:
    return cls(*args)


def _reduce_by_function(exc: Any) -> Any:
    return _rebuild, (type(exc), exc.args)


def _reduce_newly(exc: Any) -> Any:
    return copyreg.__newobj__, (type(exc), *exc.args)  # type: ignore[attr-defined]


def _new(cls: Any, *args: Any) -> Any:
    return Exception.__new__(cls, *args)


def _fixed(*_args: object) -> None:
    raise AttributeError("nothing may be set")


_unsaid: dict[str, Any] = {}
exec("Unsaid = type('Unsaid', (Base,), {})", _unsaid | {"Base": Base}, _unsaid)

Alias: Any = Base
#: Says another name than its own, as ``signal.ItimerError`` does.
Renamed: Any = type("renamed_error", (ValueError,), {"__module__": __name__})
#: Says a module that isn't there, as those of extensions do.
Internal: Any = type("Internal", (OSError,), {"__module__": "_internal"})
#: Says none.
Unsaid: Any = _unsaid["Unsaid"]
#: Was made in a function.
NotFound: Any = make_error("NotFound")
#: Reduces itself.
Reducing: Any = type("Reducing", (Exception,), {"__module__": "_internal", "__reduce__": _reduce})
#: The same by a function.
Rebuilt: Any = type("Rebuilt", (Exception,), {"__module__": "_internal", "__reduce__": _reduce_by_function})
#: The same in pickle's own way.
Newing: Any = type("Newing", (Exception,), {"__module__": "_internal", "__reduce__": _reduce_newly})
#: The same, with a ``__new__`` of its own.
Newer: Any = type("Newer", (Exception,), {"__module__": "_internal", "__reduce__": _reduce_newly, "__new__": _new})
#: Forbids to set anything, and has a slot.
Fixed: Any = type("Fixed", (Exception,), {"__module__": "_internal", "__slots__": ("code",), "__setattr__": _fixed})


class SelfNaming(Exception):
    """Says a public module from its first instance on, which readers that run no ``__init__`` don't make."""

    __module__ = "_home_samples"

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        type(self).__module__ = __name__


class Model:
    """What a mapper makes an error for."""

    DoesNotExist: Any = type("ModelDoesNotExist", (Base,), {"__module__": __name__})


#: A module that an extension puts beneath itself as it is imported: nobody had to find it.
inner: Any = ModuleType(f"{__name__}.inner")
inner.Kept = type("Kept", (Base,), {"__module__": "inner"})
sys.modules[inner.__name__] = inner

#: A group.
Several: Any = type("Several", (ExceptionGroup,), {"__module__": "_internal"})

#: By the name that leads to it, an instance of each.
HELD: Final[dict[str, Any]] = {
    "Renamed": lambda: Renamed("text", 1),
    "Internal": lambda: Internal(2, "No such file", "a.txt"),
    "Unsaid": lambda: Unsaid("text"),
    "NotFound": lambda: NotFound("text"),
    "Reducing": lambda: Reducing("text", 1),
    "Rebuilt": lambda: Rebuilt("text", 1),
    "Newing": lambda: Newing("text", 1),
    "Newer": lambda: Newer("text", 1),
    "Fixed": lambda: _with_code(Fixed("text")),
    "inner.Kept": lambda: inner.Kept("text"),
    "Model.DoesNotExist": lambda: Model.DoesNotExist("text"),
    "Several": lambda: Several("several", [ValueError(1)]),
}


def _with_code(exc: Any) -> Any:
    Fixed.code.__set__(exc, 7)
    return exc


#: Held by no module under any name, though each says that this one holds it.
GHOSTS: Final[tuple[Any, ...]] = (
    type("Ghost", (KeyError,), {"__module__": __name__}),
    type("ReducingGhost", (KeyError,), {"__module__": __name__, "__reduce__": _reduce}),
    type("GhostOfNone", (KeyError,), {"__module__": "_internal"}),
    type("Alias", (KeyError,), {"__module__": __name__}),  # where it holds one that says another name
    type("Sealed", (KeyError,), {"__module__": "native_samples"}),  # where it holds one that can't be made
)
#: The same, and no error.
GHOST_VALUES: Final[tuple[Any, ...]] = (type("GhostValue", (), {"__module__": __name__}),)
