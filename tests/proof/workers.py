"""A docket worker in a process of its own: ``python -m proof.workers``, and what starts and watches it."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docket import Worker

from proof import tasks

if TYPE_CHECKING:
    from docket.dependencies import Dependency

__all__ = ["WorkerProcess", "worker_process"]

_PATIENCE: Final = 120


class WorkerProcess:
    """A running worker, seen from outside.

    Attributes:
        name: what docket calls the worker.
        pid: its process.
    """

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.pid = process.pid
        self._process = process
        self._log = log

    def is_alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until the worker ends by itself, and give its exit status."""
        return self._process.wait(_PATIENCE)

    def stop(self) -> int:
        """Ask the worker to finish, as an operator does, and give its exit status."""
        self._process.terminate()
        return self.wait()

    def output(self) -> str:
        """Give what the worker has printed."""
        return self._log.read_text()


@contextmanager
def worker_process(
    log: Path, *, url: str, docket: str, picklereg: bool, redelivery: timedelta | None = None, imports: str | None = None
) -> Iterator[WorkerProcess]:
    """Run a worker for the time of the block.

    Args:
        log: the file for what it prints; its stem is the worker's name.
        url: where Redis is.
        docket: the docket to work on.
        picklereg: whether the worker does what the page tells docket's users to do.
        redelivery: for how long an unfinished task counts as another worker's; docket's five minutes by default.
        imports: a module to import before the first task comes.
    """
    command = [sys.executable, "-m", "proof.workers", f"--name={log.stem}", f"--url={url}", f"--docket={docket}"]
    command += ["--picklereg"] if picklereg else []
    command += [f"--redelivery={redelivery.total_seconds()}"] if redelivery else []
    command += [f"--import={imports}"] if imports else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            yield WorkerProcess(log.stem, process, log)
        finally:
            process.kill()


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser()
    for option in ("--name", "--url", "--docket"):
        parser.add_argument(option, required=True)
    parser.add_argument("--picklereg", action="store_true")
    parser.add_argument("--redelivery", type=float, default=300)
    parser.add_argument("--import", dest="imports")
    options = parser.parse_args()
    dependencies = _installed() if options.picklereg else None
    if options.imports:
        importlib.import_module(options.imports)
    run = Worker.run(
        name=options.name,
        url=options.url,
        docket_name=options.docket,
        redelivery_timeout=timedelta(seconds=options.redelivery),
        tasks=[f"{tasks.__name__}:TASKS"],
        dependencies=dependencies,
    )
    asyncio.run(run)


def _installed() -> list[Dependency[Any]]:
    """Do what the page says."""
    import picklereg
    from picklereg.frameworks.docket import EnsurePicklable

    picklereg.install()
    return [EnsurePicklable()]


if __name__ == "__main__":
    main()
