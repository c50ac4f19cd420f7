"""Where loaded modules hold a class that its own name doesn't lead to.

``signal.ItimerError`` calls itself ``itimer_error``, classes of extensions say a private module or none, those of vendored copies the
original's. A name that leads to the class itself is what an ``except`` clause in the reader needs.

Modules are looked into by way of their ``__dict__`` alone, since an attribute that a module gives may be code of its own that runs.
What was found is remembered for as long as the class lives; what wasn't, until modules are added.
"""

from __future__ import annotations

import itertools
import operator
import sys
from collections.abc import Iterable, Mapping
from types import FunctionType, ModuleType
from typing import Any, Final
from weakref import ref

from picklereg.introspection.naming import MAIN, module_of, name_of

__all__ = ["Home", "holder_of", "home_of", "names_in"]

#: A module, and the name in it, with dots where a class in it holds the class.
Home = tuple[str, str]
_Names = Mapping[str, Any]

#: Readers have others of these; the last two hold whatever an interactive session came upon last.
_NOBODYS: Final = frozenset({MAIN, "__mp_main__", "builtins", "sys"})
_IN_PYTHON: Final = (".py", ".pyc")

#: By identity: a class may be unhashable. An entry leaves with its class.
_homes: Final[dict[int, tuple[Home | None, object]]] = {}
_sought: Final[dict[int, ref[type]]] = {}
#: What classes modules held when there were as many as now. To look at all that they hold takes ten times as long as to look for one
#: name, and a function may define a class in each call.
_held: Final[dict[object, frozenset[int]]] = {}


def home_of(cls: type) -> Home | None:
    """Give the module that holds a class, and the name under which it does, if a loaded one does.

    Args:
        cls: the class, which its own name doesn't lead to.

    Returns:
        The best of the names that lead to it.
    """
    found = _homes.get(id(cls))
    if found is not None:
        home, stamp = found
        if stamp == _stamp() if home is None else _at(home) is cls:
            return home
    return _seek(id(cls), cls)


def holder_of(value: object, classes: Iterable[type]) -> Home | None:
    """Give a module that holds an object which is nothing but itself, and the name under which it does.

    Args:
        value: the object.
        classes: only what a reader imports for these is looked into.
    """
    near = {module for cls in classes for module in _with_packages(module_of(cls)) if _can_be_found(module)}
    found = [(module, name) for module in near for name, held in [*names_in(module).items()] if held is value]
    return min(found, key=lambda home: (_is_private(home), home[0].count("."), home), default=None)


def _seek(key: int, cls: type) -> Home | None:
    def forget(_: ref[type]) -> None:
        _homes.pop(key, None)
        _sought.pop(key, None)

    stamp = _stamp()
    home = _search(cls, stamp)
    _sought[key] = ref(cls, forget)
    _homes[key] = home, stamp
    return home


def _stamp() -> object:
    """Give what differs once modules were added."""
    return len(sys.modules), next(reversed(sys.modules), None)


def _search(cls: type, stamp: object) -> Home | None:
    said = module_of(cls)
    near = _with_packages(said)
    found = _under_any_name(cls, near) or _in_classes(cls, near) or _under_its_name(cls)
    if not found and id(cls) in _held_by_modules(stamp):
        found = _under_any_name(cls, [*sys.modules])
    makers = {_maker(module) for module, _ in found if _is_extension(module)}
    makers |= {_maker(str(value.__module__)) for value in [*vars(cls).values()] if type(value) is FunctionType}
    return min(found, key=lambda home: _rank(home, cls, said, makers), default=None)


def _held_by_modules(stamp: object) -> frozenset[int]:
    if stamp not in _held:
        _held.clear()
        values = (value for module in [*sys.modules] for value in [*names_in(module).values()])
        _held[stamp] = frozenset(id(value) for value in values if issubclass(type(value), type))
    return _held[stamp]


def _with_packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _under_its_name(cls: type) -> list[Home]:
    name = name_of(cls)
    return [(module, name) for module in [*sys.modules] if names_in(module).get(name) is cls and _can_be_found(module)]


def _under_any_name(cls: type, modules: Iterable[str]) -> list[Home]:
    itself = itertools.repeat(cls)
    found = [(module, names) for module in modules if any(map(operator.is_, [*(names := names_in(module)).values()], itself))]
    return [(module, name) for module, names in found if _can_be_found(module) for name, value in [*names.items()] if value is cls]


def _in_classes(cls: type, modules: Iterable[str]) -> list[Home]:
    """Give the names that classes of modules have for a class: object-relational mappers make their errors for each model."""
    holders = [(module, name, held) for module in modules if _can_be_found(module) for name, held in [*names_in(module).items()]]
    return [(module, f"{holder}.{name}") for module, holder, held in holders for name, value in [*_parts_of(held).items()] if value is cls]


def _parts_of(held: Any) -> _Names:
    return type.__getattribute__(held, "__dict__") if issubclass(type(held), type) else {}


def _at(home: Home) -> Any:
    module, name = home
    first, *parts = name.split(".")
    found = names_in(module).get(first)
    for part in parts:
        found = _parts_of(found).get(part)
    return found


def names_in(module: str) -> _Names:
    """Give what a loaded module holds, by name."""
    found = sys.modules.get(module)
    return object.__getattribute__(found, "__dict__") if issubclass(type(found), ModuleType) else {}


def _can_be_found(module: str) -> bool:
    """Tell whether an import in another process can find a module, as far as it tells itself.

    What extensions put into ``sys.modules`` beneath themselves has no spec, since nobody had to find it: it comes with its parent.
    """
    parent, _, name = module.rpartition(".")
    if module in _NOBODYS or not (names := names_in(module)):
        return False
    return names.get("__spec__") is not None or (names_in(parent).get(name) is sys.modules[module] and _can_be_found(parent))


def _is_extension(module: str) -> bool:
    """Tell whether a module isn't written in Python: it seldom holds what others have made."""
    return not str(names_in(module).get("__file__", "")).endswith(_IN_PYTHON)


def _package(module: str) -> str:
    return module.partition(".")[0]


def _maker(module: str) -> str:
    """Give the package that a class was made in: what ``_types`` makes is ``types``', whichever Python has the one without the other."""
    return _package(module).lstrip("_")


def _is_standard(module: str) -> bool:
    return _package(module) in sys.stdlib_module_names


def _rank(home: Home, cls: type, said: str, makers: set[str]) -> tuple[int, ...]:
    """Give what is least for the best name: in the package that the class says, a copy of it, or its maker's; public; short."""
    module, name = home
    return (
        not said or _package(module) != _package(said),
        not said or not module.endswith(f".{said}"),
        _is_standard(module) != _is_standard(said),
        _maker(module) not in makers,
        names_in(module).get("__spec__") is None,
        _is_private(home),
        name != name_of(cls),
        module.count("."),
    )


def _is_private(home: Home) -> bool:
    module, name = home
    return any(part.startswith("_") for part in (*module.split("."), *name.split(".")))
