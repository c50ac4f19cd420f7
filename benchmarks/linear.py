"""Does the cost grow in step with the number of links, sub-exceptions, attributes and sets? Microseconds for each one of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import picklereg
from benchmarks.samples import ShopError
from benchmarks.timing import compare

__all__ = ["SIZES", "linear"]

SIZES: Final = (10, 30, 100, 300, 1_000)
#: Longer chains are cut here.
_LONGEST: Final = 100


def _links(size: int) -> Callable[[], object]:
    links = [ShopError(number, customer="c") for number in range(size)]
    for older, newer in itertools.pairwise(links):
        newer.__cause__ = older
    return lambda: picklereg.dumps(links[-1])


def _sub_exceptions(size: int) -> Callable[[], object]:
    group = ExceptionGroup("several", [ShopError(number, customer="c") for number in range(size)])
    return lambda: picklereg.dumps(group)


def _attributes(size: int) -> Callable[[], object]:
    error = ShopError(3, customer="c")
    error.__dict__.update({f"attribute_{number}": [number, f"value {number}"] for number in range(size)})
    return lambda: picklereg.dumps(error)


def _sets(size: int) -> Callable[[], object]:
    """Sets that wait for libraries that nobody imports: what they cost when an error is dumped."""
    registry = picklereg.Registry(entry_points=False)
    for number in range(size):
        registry.register(f"no_shop_{number}")
    error = ShopError(3, customer="c")
    return lambda: picklereg.dumps(error, registry=registry)


def _classes(size: int) -> Callable[[], object]:
    registry = picklereg.Registry(entry_points=False)
    for number in range(size):
        registry.register(type(f"Shop{number}Error", (Exception,), {}))
    return partial(_install, registry)


def _install(registry: picklereg.Registry) -> None:
    with registry.installed():
        pass


_CURVES: Final[dict[str, Callable[[int], Callable[[], object]]]] = {
    "links of a chain": _links,
    "sub-exceptions": _sub_exceptions,
    "attributes": _attributes,
    "sets that wait": _sets,
    "classes, installed and removed": _classes,
}


def linear(sizes: tuple[int, ...] = SIZES) -> dict[str, dict[str, float]]:
    """Time dumps, and ``install()``, of several sizes.

    Args:
        sizes: how many of each there are.

    Returns:
        By what there are many of, and by their number: microseconds of a call.
    """
    results: dict[str, dict[str, float]] = {}
    for name, make in _CURVES.items():
        calls: dict[str, Any] = {str(size): make(size) for size in sizes if make is not _links or size <= _LONGEST}
        medians, _ = compare(calls)
        results[name] = {size: round(seconds * 1e6, 2) for size, seconds in medians.items()}
    return results
