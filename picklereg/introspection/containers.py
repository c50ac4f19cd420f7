"""Builtin containers, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["CONTAINERS", "inside", "parts_of", "rebuilt"]

_REBUILD: Final[dict[type, Callable[[list[Any]], Any]]] = {
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    dict: lambda parts: dict(zip(parts[::2], parts[1::2], strict=True)),
}
CONTAINERS: Final = tuple(_REBUILD)  # no set: a class may be unhashable


def inside(where: str) -> str:
    """Say that something stands in what stands there."""
    return where if where.startswith("an item of ") else f"an item of {where}"


def parts_of(container: Any) -> list[Any]:
    """Give the elements of a container; of a dict its keys and values in turn."""
    return [part for item in container.items() for part in item] if type(container) is dict else list(container)


def rebuilt(container: Any, parts: list[Any]) -> Any:
    """Give a container of the same type with other elements."""
    return _REBUILD[type(container)](parts)
