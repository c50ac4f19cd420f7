"""The Celery application of the tests, and what starts its workers.

A worker is ``celery -A frameworks.celery_app worker`` in a process of its own, told by the environment which way it goes;
the callers make theirs with :func:`make_app`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from celery import Celery  # type: ignore[import-untyped]

from frameworks import five_errors
from frameworks.celery_readiness import tell_when_ready, wait_until_ready

__all__ = ["make_app", "worker_processes"]

_PATIENCE: Final = 120


def make_app(way: str, redis: str) -> Any:
    """Make an application.

    Args:
        way: ``"install"``, with Celery's result backend; ``"backend"``, with picklereg's; or ``"before"``, without picklereg. It is the
            name of the worker's queue, too.
        redis: the path of Redis' socket.
    """
    url = f"redis+socket://{redis}"
    app = Celery("shop", broker=url, backend=f"picklereg+{url}" if way == "backend" else url, set_as_current=False)
    app.conf.update(
        result_serializer="pickle",
        result_accept_content=["pickle"],
        task_default_queue=way,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
    )
    for function in (five_errors.fail, five_errors.give, five_errors.work):
        app.task(function, name=function.__name__)
    return app


@contextmanager
def worker_processes(*ways: str, redis: str, logs: Path, command: Sequence[str] = ("-m", "celery")) -> Iterator[None]:
    """Run a worker for each way for the time of the block, which begins when all are ready. They start together, and end together.

    Args:
        ways: as for :func:`make_app`; ``"install"`` calls :func:`picklereg.install` in the worker.
        redis: the path of Redis' socket.
        logs: the directory for what they print.
        command: what Python is to run with Celery's arguments.
    """
    arguments = ["-A", "frameworks.celery_app", "worker", "--concurrency=1", "--without-mingle", "--without-gossip", "--without-heartbeat"]
    with ExitStack() as stack:
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for way in ways:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CELERY_WAY": way, "CELERY_REDIS": redis}
            log = stack.enter_context((logs / way).open("wb"))
            process = subprocess.Popen([sys.executable, *command, *arguments], stdout=log, stderr=log, env=environment)
            processes[way] = stack.enter_context(process)
            stack.callback(process.kill)
        for way in ways:
            wait_until_ready(redis, way)
        yield
        for process in processes.values():
            process.terminate()
        for way, process in processes.items():
            assert process.wait(_PATIENCE) == 0, (logs / way).read_text()


if "CELERY_WAY" in os.environ:
    if os.environ["CELERY_WAY"] != "before":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # here, so that workers that start together import it together
    if os.environ["CELERY_WAY"] == "install":
        import picklereg

        picklereg.install(all_exceptions=True)
    app = make_app(os.environ["CELERY_WAY"], os.environ["CELERY_REDIS"])
    tell_when_ready(os.environ["CELERY_REDIS"], os.environ["CELERY_WAY"])
