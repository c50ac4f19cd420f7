"""Celery's workers: picklereg is installed in one that stores errors with it, from its start to its end, however it ends.

So Celery's tries of an error succeed: ``on_failure``, errbacks, signals and the log see the error, too.
"""

from __future__ import annotations

import atexit
from typing import Any, Final

from celery import bootsteps, signals  # type: ignore[import-untyped]

from picklereg.frameworks.installing import InstalledForWorkers

__all__ = ["install_for", "install_late"]

_INSTALLED: Final = InstalledForWorkers()
_WORKER: Final = "the worker of this process"  # no more of it is known where a backend is made


class _Termination(bootsteps.StartStopStep):  # type: ignore[misc]  # celery is untyped
    """The end of a worker that is terminated: Celery sends no signal then."""

    def terminate(self, parent: object) -> None:  # noqa: ARG002  # Celery's
        _uninstall()


def install_for(worker: Any) -> None:
    """Install for a worker that is about to start.

    Args:
        worker: the worker.
    """
    _INSTALLED.begin(_WORKER)
    worker.app.steps["worker"].add(_Termination)


def install_late(app: Any) -> None:
    """Install where a worker of an application runs already.

    Args:
        app: the application.
    """
    if app.use_fast_trace_task:  # which Celery sets where a worker of the application runs
        _INSTALLED.begin(_WORKER)


@signals.worker_shutdown.connect  # type: ignore[untyped-decorator]  # celery is untyped
@atexit.register  # of processes that nobody shuts down
def _uninstall(**_: object) -> None:
    """Undo either."""
    _INSTALLED.end(_WORKER)
