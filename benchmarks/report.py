"""What the benchmarks print."""

from __future__ import annotations

import itertools
import statistics
from typing import Any

__all__ = ["against", "contest_header", "contest_row", "growth", "linear", "memory", "profiles", "redaction", "startup"]


def contest_header() -> None:
    """Print the head of the contest's table."""
    print("microseconds; how many times as fast as cloudpickle, with quartiles; how many times as long as pickle; bytes")
    print(f"{'':28} {'dumps':>10} {'faster than cloudpickle':>25} {'pickle':>7} {'loads':>10} {'pickle':>7} {'bytes':>11}")


def contest_row(workload: str, found: dict[str, dict[str, Any]]) -> None:
    """Print the rows of one workload, as soon as it is done."""
    print(workload)
    for name, facts in found.items():
        if facts["outcome"] == "dumps fails":
            print(f"  {name:26} {'fails':>10}")
            continue
        faster = "{:.2f} ({:.2f} to {:.2f})".format(*facts["dumps, times cloudpickle"]) if "dumps, times cloudpickle" in facts else ""
        dumps = f"{facts['dumps']:10.1f} {faster:>25} {_longer(facts, 'dumps'):>7}"
        loads = f"{facts['loads']:10.1f} {_longer(facts, 'loads'):>7}" if "loads" in facts else f"{'fails':>10} {'':>7}"
        changed = "  changed" if facts["outcome"] == "changed" else ""
        print(f"  {name:26} {dumps} {loads} {facts['bytes']:11,}{changed}", flush=True)


def _longer(facts: dict[str, Any], what: str) -> str:
    times = facts.get(f"{what}, times pickle")
    return f"{1 / times[0]:.2f}" if times else ""


def linear(results: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Print microseconds for each of many."""
    for name, found in results.items():
        print(f"{name}: " + ", ".join(f"{size}: {microseconds / int(size):.2f} each" for size, microseconds in found.items()))
    return results


def startup(results: dict[str, float]) -> dict[str, float]:
    """Print milliseconds."""
    for name, value in results.items():
        print(f"{name:42} {value:8.2f}")
    return results


def memory(results: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Print MB."""
    for workload, found in results.items():
        print(f"{workload:28} " + ", ".join(f"{name} {height:.3f} MB" for name, height in found.items()))
    return results


def redaction(results: dict[str, tuple[float, float, float]]) -> dict[str, tuple[float, float, float]]:
    """Print how many times as long it takes with redaction."""
    for name, (median, low, high) in results.items():
        print(f"{name:42} {median:5.2f} ({low:.2f} to {high:.2f}) times as long with redaction")
    return results


def growth(results: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Print milliseconds, and how many times as long each takes as the one before."""
    for name, found in results.items():
        steps = [f"{size}: {found[size]:.1f} ms ({found[size] / found[before]:.1f})" for before, size in itertools.pairwise(found)]
        print(f"{name}: {next(iter(found))}: {next(iter(found.values())):.1f} ms, " + ", ".join(steps))
    return results


def profiles(results: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Print shares of the time."""
    for workload, found in results.items():
        print(f"{workload:28} " + ", ".join(f"{step} {share:.0%}" for step, share in found.items()))
    return results


def against(results: dict[str, dict[str, dict[str, float]]]) -> dict[str, dict[str, dict[str, float]]]:
    """Print microseconds by error, and the ratios of all: what one of them fails with (``nan``) is in none."""
    for mode, rows in results.items():
        print(f"{mode}: microseconds of " + ", ".join(next(iter(rows.values()))))
        for name, found in rows.items():
            print(f"  {name:36} " + " ".join(f"{each:10.1f}" for each in found.values()))
        for other in [other for other in next(iter(rows.values())) if other != "this"]:
            pairs = [(found["this"], found[other]) for found in rows.values() if found["this"] > 0 and found[other] > 0]  # no nan is
            ratios = [this / that for this, that in pairs]
            total = sum(this for this, _ in pairs) / sum(that for _, that in pairs)
            print(
                f"  this / {other}: median {statistics.median(ratios):.2f}, sum {total:.2f}, most {max(ratios):.2f}, of {len(pairs)} errors"
            )
    return results
