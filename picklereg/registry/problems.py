"""Telling of broken exception sets: as a warning at the caller's line, or, where somebody is strict, as an error each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from picklereg.errors import DiscoveryError, DiscoveryWarning
from picklereg.introspection.callers import warn_caller

if TYPE_CHECKING:
    from picklereg.registry.exception_sets import ExceptionSet

__all__ = ["failures_of", "tell"]


def tell(problems: Iterable[DiscoveryError]) -> None:
    """Warn of problems that are new.

    Raises:
        DiscoveryWarning: if the program's filters make an error of it.
    """
    for problem in problems:
        warn_caller(str(problem), DiscoveryWarning)


def failures_of(sets: Iterable[ExceptionSet]) -> Sequence[DiscoveryError]:
    """Give what is wrong with sets, also what was told of before."""
    return [DiscoveryError(known.name, known.value, known.distribution, known.problem) for known in sets if known.problem is not None]
