"""How much memory a dump takes at its height, beyond what is there before and the bytes that it gives: in fresh processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from typing import Final

from benchmarks.contenders import CONTENDERS, contenders_in
from benchmarks.workloads import WORKLOADS

__all__ = ["memory"]

_HEAVY: Final = ("100,000 instances", "10 MB of bytes", "group of 50 litellm errors")
_NAMES: Final = ("pickle", "cloudpickle", "picklereg.dumps")


def memory(workloads: Collection[str] = _HEAVY) -> dict[str, dict[str, float]]:
    """Measure the height of one dump.

    Args:
        workloads: names of :data:`benchmarks.workloads.WORKLOADS`.

    Returns:
        By workload and contender: MB (10 to the 6 bytes) that Python's allocators gave out at most, the result's among them.
    """
    return {workload: {name: _in_a_fresh_process(workload, name) for name in _NAMES} for workload in workloads}


def _in_a_fresh_process(workload: str, name: str) -> float:
    command = [sys.executable, "-m", __name__, workload, name]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def _measure(workload: str, name: str) -> None:
    import tracemalloc

    contender = contenders_in(CONTENDERS[name])[name]
    obj = WORKLOADS[workload]()
    contender.dumps(ValueError("a message"))  # what is loaded once, is loaded
    tracemalloc.start()
    contender.dumps(obj)
    print(round(tracemalloc.get_traced_memory()[1] / 1e6, 3))


if __name__ == "__main__":
    _measure(*sys.argv[1:])
