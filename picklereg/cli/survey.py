"""Checking many modules or distributions, each in a process of its own, as many at a time as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Protocol

from picklereg.testing.modules import check
from picklereg.testing.process import Processes

if TYPE_CHECKING:
    from picklereg.testing.results import Limits, Result, Target

__all__ = ["Watcher", "cores", "survey"]


class Watcher(Protocol):
    """Who wants to know how it goes; called from several threads."""

    def begin(self, name: str, /) -> None:
        """Hear that one begins."""
        ...

    def go_on(self, name: str, done: int, total: int, /) -> None:
        """Hear how many steps of one are done, and of how many; both are 0 while its modules are imported."""
        ...

    def end(self, name: str, /) -> None:
        """Hear that one is done."""
        ...


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def survey(
    targets: Sequence[Target],
    limits: Limits,
    watcher: Watcher,
    *,
    jobs: int | None = None,
    done: Callable[[Target, Result], object] = lambda *_: None,
) -> list[Result]:
    """Check modules or distributions, some at a time.

    Args:
        targets: which ones.
        limits: how long things may take.
        watcher: who wants to know how it goes.
        jobs: how many at a time; left out: one for each core.
        done: called with each as it is done, in the caller's thread.

    Returns:
        What became of each class, ordered as the targets are.

    Raises:
        BaseException: what interrupts the caller's thread. No process is left then.
    """
    processes = Processes()

    def run(target: Target) -> Result:
        watcher.begin(target.name)
        result = check(target, limits, lambda step, total: watcher.go_on(target.name, step, total), processes)
        watcher.end(target.name)
        return result

    with ThreadPoolExecutor(jobs or cores()) as pool:
        futures = {pool.submit(run, target): target for target in targets}
        try:
            for future in as_completed(futures):
                done(futures[future], future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            processes.end()
            raise
    return [future.result() for future in futures]
