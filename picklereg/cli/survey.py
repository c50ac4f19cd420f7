"""``picklereg check --installed``: every installed distribution that defines exceptions, each in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Final

from picklereg.testing.modules import check

if TYPE_CHECKING:
    from picklereg.testing.results import Limits, Result, Target

__all__ = ["survey"]

#: More at a time would make each other wait for the disk.
_MAX_JOBS: Final = 4


def survey(targets: Sequence[Target], limits: Limits, progress: Callable[[str, int, int], None]) -> list[Result]:
    """Check distributions, some at a time.

    Args:
        targets: which ones.
        limits: how long things may take.
        progress: called with a distribution's name as it is done, how many are, and of how many.

    Returns:
        What became of each class, ordered as the distributions are.
    """
    progress("", 0, len(targets))
    with ThreadPoolExecutor(min(_MAX_JOBS, os.cpu_count() or 1)) as pool:
        futures = [pool.submit(check, target, limits) for target in targets]
        for done, future in enumerate(as_completed(futures), 1):
            progress(future.result().name, done, len(targets))
        return [future.result() for future in futures]
