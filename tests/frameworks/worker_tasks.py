"""What starts the workers of several frameworks: ``python -m frameworks.<name>_tasks URL WAY``, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

__all__ = ["PATIENCE", "WAYS", "workers"]

#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 120
#: Without picklereg, and with it.
WAYS: Final = ("before", "picklereg")


@contextmanager
def workers(module: str, url: str, logs: Path) -> Iterator[Mapping[str, subprocess.Popen[bytes]]]:
    """Run a worker without picklereg and one with it for the time of the block.

    Args:
        module: the module to run, in this package. Its arguments are the URL and one of :data:`WAYS`.
        url: where the broker is.
        logs: a directory for what the workers print.

    Yields:
        Their processes.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with ExitStack() as stack:
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for way in WAYS:
            log = stack.enter_context((logs / way).open("wb"))
            command = [sys.executable, "-m", f"frameworks.{module}", url, way]
            processes[way] = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log, env=environment))
            stack.callback(processes[way].kill)
        yield processes
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            _wait(process)


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait until it has ended, and ask again now and then: on Python 3.11 a worker of arq (0.25 with redis 8.1) can miss a SIGTERM.

    It cancels its task, and where the task is about to get redis' answer at that moment, it goes on.
    """
    for _ in range(PATIENCE // 10):
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
            return
        process.terminate()
    process.wait(0)
