"""Where the time of a dump goes, by step.

Samples are taken, because a profiler that is told of each call makes Python's calls look longer than they are, beside pickle's in C.
"""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from types import FrameType
from typing import Any, Final

import cloudpickle

import picklereg
from benchmarks.workloads import WORKLOADS

__all__ = ["profiles"]

_CHOSEN: Final = (
    "1,000 instances",
    "1,000 rows",
    "80 classes",
    "own exception",
    "litellm error",
    "group of 50 litellm errors",
    "100 attributes",
    "attachment",
    "chain of 100",
)
_SECONDS: Final = 1.0
_INTERVAL: Final = 0.001
_OURS: Final = str(Path(picklereg.__file__).parent)
_CLOUDPICKLES: Final = str(Path(cloudpickle.__file__).parent)
_HERE: Final = __file__
#: What the modules of picklereg do in a dump; the others take the error apart. pickle is called in the first three.
_STEPS: Final = {
    "byname": "pickle's own work",
    "expression": "pickle's own work",
    "pickling": "pickle's own work",
    "attachments": "stripping attachments",
    "sets": "stripping attachments",
    "redaction": "looking for credentials",
    "cleaning": "looking for credentials",
}


def profiles(workloads: Collection[str] = _CHOSEN, seconds: float = _SECONDS) -> dict[str, dict[str, float]]:
    """Look again and again at what ``picklereg.dumps`` is doing.

    Args:
        workloads: names of :data:`benchmarks.workloads.WORKLOADS`.
        seconds: how long each is dumped.

    Returns:
        By workload and step, the share of the time, the largest first.
    """
    return {workload: _shares(WORKLOADS[workload](), seconds) for workload in workloads}


def _shares(obj: Any, seconds: float) -> dict[str, float]:
    found: Counter[str] = Counter()

    def look(_number: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename != _HERE:
            found[_step_of(frame.f_code.co_filename)] += 1

    picklereg.dumps(obj)  # what is worked out once, is worked out
    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)
    try:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            picklereg.dumps(obj)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return {step: round(number / found.total(), 3) for step, number in found.most_common()}


def _step_of(path: str) -> str:
    if path.startswith(_OURS):
        return _STEPS.get(Path(path).relative_to(_OURS).parts[0].removesuffix(".py"), "taking the error apart")
    return "cloudpickle" if path.startswith(_CLOUDPICKLES) else "the libraries' own code"
