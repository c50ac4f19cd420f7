"""Writing an error in every way in which a program may, with the sets that picklereg declares; and looking at what it holds here."""

from __future__ import annotations

import functools
import io
import pickle
import pkgutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import cloudpickle

import picklereg

__all__ = ["WAYS", "a_registry", "reachable", "written"]

_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@functools.cache
def _declared_sets() -> dict[str, str]:
    with _PYPROJECT.open("rb") as file:
        sets: dict[str, str] = tomllib.load(file)["project"]["entry-points"]["picklereg.exception_sets"]
    return sets


def a_registry(**options: Any) -> picklereg.Registry:
    """Give a registry with all of picklereg's own sets whose library is imported, and nobody else's."""
    registry = picklereg.Registry(entry_points=False, **options)
    for name, value in _declared_sets().items():
        if name in sys.modules:
            if ":" in value:
                pkgutil.resolve_name(value)(registry)
            else:
                registry.register(value)
    return registry


def _by_dumps(exc: BaseException, registry: picklereg.Registry) -> bytes:
    return picklereg.dumps(exc, registry=registry)


def _by_dumps_in_a_dict(exc: BaseException, registry: picklereg.Registry) -> bytes:
    """As one of several results, so that it isn't all there is to write."""
    return picklereg.dumps({"results": [1, exc]}, registry=registry)


def _by_pickler(exc: BaseException, registry: picklereg.Registry) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file, registry=registry).dump(exc)
    return file.getvalue()


def _by_copyreg(exc: BaseException, registry: picklereg.Registry) -> bytes:
    with registry.installed(all_exceptions=True):
        return pickle.dumps(exc)


def _by_copyreg_in_cloudpickle(exc: BaseException, registry: picklereg.Registry) -> bytes:
    with registry.installed(all_exceptions=True):
        data: bytes = cloudpickle.dumps(exc)  # type: ignore[no-untyped-call]
    return data


def _by_ensure(exc: BaseException, registry: picklereg.Registry) -> bytes:
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)


WAYS: dict[str, Callable[[BaseException, picklereg.Registry], bytes]] = {
    "dumps": _by_dumps,
    "dumps in a dict": _by_dumps_in_a_dict,
    "Pickler": _by_pickler,
    "copyreg": _by_copyreg,
    "copyreg in cloudpickle": _by_copyreg_in_cloudpickle,
    "ensure": _by_ensure,
}


def written(exc: BaseException, how: str, **options: Any) -> bytes:
    """Pickle an exception in one of the :data:`WAYS`, with a registry of these options."""
    return WAYS[how](exc, a_registry(**options))


def reachable(value: object, nesting: int = 8) -> object:
    """Give all that an object holds, deep down, as something that can be compared later on."""
    if value is None or isinstance(value, (str, bytes, int, float)):
        return value
    if nesting == 0 or isinstance(value, (type, ModuleType, FunctionType)):
        return id(value)
    if isinstance(value, dict):
        return [id(value), *((reachable(key, nesting - 1), reachable(part, nesting - 1)) for key, part in list(value.items()))]
    if isinstance(value, (list, tuple, set, frozenset)):
        return [id(value), *(reachable(part, nesting - 1) for part in list(value))]
    parts = [getattr(value, "__dict__", None)]
    if isinstance(value, BaseException):
        parts += [value.args, value.__cause__, value.__context__, value.__suppress_context__, value.__traceback__]
    return [id(value), *(reachable(part, nesting - 1) for part in parts)]
