"""What is worked out once per class, and remembered for as long as the class lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import ref

__all__ = ["by_class"]

Fact = TypeVar("Fact")


def by_class(work_out: Callable[[Any], Fact], known: dict[int, Fact] | None = None) -> Callable[[Any], Fact]:
    """Have a function remember what it gives for each class.

    Args:
        work_out: takes a class.
        known: where it is remembered, by identity: a class may be unhashable. An entry leaves with its class.

    Returns:
        A function that asks it once per class.
    """
    facts: dict[int, Fact] = {} if known is None else known
    alive: dict[int, ref[type]] = {}

    def give(cls: Any) -> Fact:
        try:
            return facts[id(cls)]
        except KeyError:
            pass
        key, found = id(cls), work_out(cls)

        def forget(_: ref[type]) -> None:
            facts.pop(key, None)
            alive.pop(key, None)

        alive[key] = ref(cls, forget)
        facts[key] = found
        return found

    return give
