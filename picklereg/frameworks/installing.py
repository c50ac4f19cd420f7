"""What adapters share that have a worker's process to themselves: picklereg in effect there for as long as workers run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

from picklereg.registry.registry import DEFAULT_REGISTRY

__all__ = ["InstalledForWorkers"]


class InstalledForWorkers:
    """picklereg, installed for all exceptions from the first worker's begin in this process to the last one's end.

    Args:
        *beside: each makes a context manager for what else is in effect meanwhile.
    """

    def __init__(self, *beside: Callable[[], AbstractContextManager[object]]) -> None:
        self._beside = beside
        self._lock = threading.Lock()
        self._workers: set[object] = set()
        self._undo = ExitStack()

    @property
    def is_in_effect(self) -> bool:
        """Whether a worker runs here."""
        return bool(self._workers)

    def begin(self, worker: object) -> None:
        """Install, if this is the first worker; twice is once.

        Args:
            worker: who begins, or whatever stands for it.
        """
        with self._lock:
            if not self._workers:
                with ExitStack() as undo:
                    undo.enter_context(DEFAULT_REGISTRY.installed(all_exceptions=True))
                    for also in self._beside:
                        undo.enter_context(also())
                    self._undo = undo.pop_all()
            self._workers.add(worker)

    def end(self, worker: object) -> None:
        """Undo that, if this is the last one; the end of who hasn't begun changes nothing.

        Args:
            worker: what was given when it began.
        """
        with self._lock:
            self._workers.discard(worker)
            if not self._workers:
                self._undo.close()
