"""How the tests of the libraries write an error: both ways in which a program may."""

from __future__ import annotations

import functools
import pickle
import pkgutil
import tomllib
from pathlib import Path

import picklereg

__all__ = ["declared_sets", "written"]

_PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@functools.cache
def declared_sets() -> dict[str, str]:
    """Give name and value of each entry point that declares a set of ours."""
    with _PYPROJECT.open("rb") as file:
        sets: dict[str, str] = tomllib.load(file)["project"]["entry-points"]["picklereg.exception_sets"]
    return sets


def written(exc: BaseException, how: str, *sets: str) -> bytes:
    """Pickle an exception with a registry that knows some of our sets, and nobody else's.

    Args:
        exc: the exception.
        how: ``"picklereg"`` for picklereg's own pickler, nothing being installed; ``"pickle"`` for plain pickle where it is.
        sets: the names of declared sets that are functions.
    """
    registry = picklereg.Registry(entry_points=False)
    for name in sets:
        pkgutil.resolve_name(declared_sets()[name])(registry)
    if how == "picklereg":
        return picklereg.dumps(exc, registry=registry)
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)
