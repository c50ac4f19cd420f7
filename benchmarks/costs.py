"""What untrusted bytes cost: seconds and megabytes of :func:`picklereg.safe_loads` and ``repr``, where little asks for much.

    python -m benchmarks.costs
    python -m benchmarks.costs --counts
    python -m benchmarks.costs --calls

reads each family of ``tests/unpickling/safe/amplification.py`` at several sizes, and prints what it took at most; with ``--counts`` how
many functions were called for each byte, which shows without a clock whether the cost grows faster than the size; with ``--calls``, all
that a pickle can have called, in every way in which it can be handed something large again and again: of each the way that took the most
memory for each byte of input, and how many times the input that is, which must not grow with the size.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any, Final

import picklereg
from benchmarks.from_tests import from_tests

__all__ = ["calls", "costs", "counts", "main"]

#: Bytes that every pickle may take, however small it is.
_BESIDES: Final = 4 * 2**20
#: How many parts the large value has, and how often it is used.
SIZES: Final = ((1_000, 500), (4_000, 2_000), (16_000, 8_000))


def costs(sizes: tuple[tuple[int, int], ...] = SIZES) -> dict[str, list[dict[str, Any]]]:
    """Read every family at every size.

    Args:
        sizes: how many parts the large value has, and how often it is used.

    Returns:
        By family, for each size: bytes of input, seconds, peak of memory in bytes, and whether it was refused.
    """
    return {name: [_cost(data) for data in written] for name, written in _families(sizes)}


def _families(sizes: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, list[bytes]]]:
    families = from_tests("amplification").FAMILIES
    for name, make in families.items():
        yield name, [make(size, min(times, 60) if "hold" in name else times) for size, times in sizes]


def _cost(data: bytes) -> dict[str, Any]:
    begin, is_refused = time.perf_counter(), False
    tracemalloc.start()
    try:
        repr(picklereg.safe_loads(data))
    except picklereg.UnsafePickleError:
        is_refused = True
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"bytes": len(data), "seconds": round(time.perf_counter() - begin, 4), "peak": peak, "refused": is_refused}


def counts(sizes: tuple[tuple[int, int], ...] = SIZES[:2]) -> dict[str, list[tuple[int, int]]]:
    """Count the calls of functions, Python's own among them, that reading every family at every size takes.

    Args:
        sizes: how many parts the large value has, and how often it is used.

    Returns:
        By family, for each size: bytes of input, and calls.
    """
    return {name: [(len(data), _calls_of(data)) for data in written] for name, written in _families(sizes)}


def _calls_of(data: bytes) -> int:
    seen: list[str] = []
    sys.setprofile(lambda _frame, event, _arg: seen.append(event))
    try:
        repr(picklereg.safe_loads(data))
    except picklereg.UnsafePickleError:
        pass
    finally:
        sys.setprofile(None)
    return seen.count("call") + seen.count("c_call")


def calls(sizes: tuple[tuple[int, int], ...] = ((500, 250), (2_000, 1_000))) -> dict[str, list[tuple[float, str]]]:
    """Read every way to have something called with what is large.

    Args:
        sizes: how many parts the large value has, and how often it is used.

    Returns:
        By what is called, for each size: the peak of memory, beyond what every pickle may take, in bytes for each byte of input; and how.
    """
    amplification = from_tests("amplification")
    found: dict[str, list[tuple[float, str]]] = {}
    for module, name in amplification.CALLED:
        for size, times in sizes:
            written = amplification.calls_of(module, name, size, times)
            costs_of = [(max(0, (cost := _cost(data))["peak"] - _BESIDES) / cost["bytes"], way) for way, data in written.items()]
            found.setdefault(f"{module}.{name}", []).append(max(costs_of))
    return found


def main() -> None:
    """Print a table."""
    if "--calls" in sys.argv[1:]:
        for name, worst in calls().items():
            print(f"{name[:50]:50} {' | '.join(f'{times:6.1f} times, {way:45}' for times, way in worst)}")
        return
    if "--counts" in sys.argv[1:]:
        for name, counted in counts().items():
            print(f"{name[:50]:50} {' | '.join(f'{size:9,} bytes, {number / size:5.2f} calls for each' for size, number in counted)}")
        return
    for name, rows in costs().items():
        cells = [
            f"{row['bytes'] / 2**20:7.2f} MB {row['seconds']:7.3f} s {row['peak'] / 2**20:7.1f} MB {'refused' if row['refused'] else '':7}"
            for row in rows
        ]
        print(f"{name[:36]:36} {' | '.join(cells)}")


if __name__ == "__main__":
    main()
