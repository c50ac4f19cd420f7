"""``python -m benchmarks.storm``: ten thousand failing tasks through docket on a real Redis, while workers are killed.

Thirty kinds of errors, poison among them: what can't be pickled ends a worker of docket's, and each one that takes the task over.
Counted are errors that arrived whole, arrived with notes on what is missing, or were lost; and workers that died by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from docket import Docket, Execution, Worker
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.from_tests import from_tests
from benchmarks.storm_errors import KINDS, facts, fail

__all__ = ["Count", "main", "storm"]

_AT_A_TIME: Final = 40
#: litellm asks the network for its prices when it is imported.
_OFFLINE: Final = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
_REDELIVERY: Final = timedelta(seconds=3)
OUTCOMES: Final = {"whole": "green", "noted": "cyan", "changed": "yellow", "lost": "red"}


async def task(kind: str, number: int) -> None:
    """Fail."""
    fail(kind, number)


TASKS: Final = [task]


class Count:
    """What became of the errors of one storm, and of the workers."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.kinds: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
        self.killed = 0
        self.died = 0
        self.seconds = 0.0

    @property
    def rate(self) -> float:
        """How many tasks ended in a second, of those that did."""
        return (self.outcomes.total() - self.outcomes["lost"]) / max(self.seconds, 1e-9)

    def add(self, kind: str, outcome: str) -> None:
        """Count one error."""
        self.outcomes[outcome] += 1
        self.kinds[kind][outcome] += 1


class _Workers:
    """Several worker processes; who dies is replaced."""

    def __init__(self, url: str, docket: str, number: int, log: Path, *, picklereg: bool) -> None:
        self._command = [sys.executable, "-m", "benchmarks.storm", "--work", url, docket, *(["--picklereg"] if picklereg else [])]
        self._log = log.open("ab")
        self._running = [self._start() for _ in range(number)]
        self._killed: set[int] = set()
        self._turn = itertools.count()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, stdout=self._log, stderr=self._log, env={**os.environ, **_OFFLINE})

    def kill_one(self) -> None:
        """Kill a worker at once, as the kernel does when memory runs out."""
        victim = self._running[next(self._turn) % len(self._running)]
        self._killed.add(victim.pid)
        victim.send_signal(signal.SIGKILL)

    def replace_dead(self, count: Count) -> None:
        """Start a worker for each that is gone, and count who killed it."""
        for index, worker in enumerate(self._running):
            if worker.poll() is not None:
                count.killed += worker.pid in self._killed
                count.died += worker.pid not in self._killed
                self._running[index] = self._start()

    def stop(self) -> None:
        """End all of them."""
        for worker in self._running:
            worker.kill()
            worker.wait()
        self._log.close()


async def storm(url: str, progress: Progress, *, tasks: int, workers: int, kills: int, patience: float, picklereg: bool) -> Count:
    """Let tasks fail, kill workers meanwhile, and count.

    Args:
        url: where Redis is.
        progress: shows how far it is.
        tasks: how many tasks fail.
        workers: how many worker processes there are at a time.
        kills: how many of them are killed, evenly spread over the tasks.
        patience: for how many seconds nothing may arrive before the rest counts as lost.
        picklereg: whether the workers do what the page tells docket's users to do.

    Returns:
        The count.
    """
    count = Count()
    name = "with picklereg" if picklereg else "without"
    log = Path(tempfile.gettempdir(), f"storm-{name.replace(' ', '-')}.log")
    began = time.monotonic()
    async with Docket(name=name.replace(" ", "-"), url=url) as docket:
        docket.register(task)
        bar = progress.add_task(f"{name}: adding", total=tasks)
        added: list[tuple[str, int, Execution]] = []
        for number, kind in zip(range(tasks), itertools.cycle(KINDS), strict=False):
            added.append((kind, number, await docket.add(task)(kind, number)))
            progress.advance(bar)
        progress.reset(bar, description=f"{name}: arrived", total=tasks)
        pool = _Workers(url, docket.name, workers, log, picklereg=picklereg)
        try:
            killing_at = {tasks * (index + 1) // (kills + 1) for index in range(kills)}
            async for kind, number, error in _arrivals(added, pool, count, patience):
                count.add(kind, _outcome(kind, number, error))
                progress.advance(bar)
                if count.outcomes.total() in killing_at:
                    pool.kill_one()
        finally:
            pool.stop()
    for kind, _, _ in added:  # what is left of them
        count.add(kind, "lost")
    count.seconds = time.monotonic() - began
    return count


async def _arrivals(
    added: list[tuple[str, int, Execution]], pool: _Workers, count: Count, patience: float
) -> AsyncIterator[tuple[str, int, BaseException | None]]:
    """Give each error when it has arrived; end when nothing has for long."""
    waiting = iter(list(added))
    running: dict[asyncio.Task[BaseException | None], tuple[str, int, Execution]] = {}
    last = time.monotonic()
    while True:
        for entry in itertools.islice(waiting, _AT_A_TIME - len(running)):
            running[asyncio.create_task(_error_of(entry[2]))] = entry
        if not running:
            return
        done, _ = await asyncio.wait(running, timeout=1, return_when=asyncio.FIRST_COMPLETED)
        pool.replace_dead(count)
        for finished in done:
            kind, number, execution = running.pop(finished)
            added.remove((kind, number, execution))
            last = time.monotonic()
            yield kind, number, finished.result()
        if time.monotonic() - last > patience:
            for unfinished in running:
                unfinished.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            return


async def _error_of(execution: Execution) -> BaseException | None:
    try:
        await execution.get_result()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is looked at
        return error
    return None


def _outcome(kind: str, number: int, error: BaseException | None) -> str:
    try:
        fail(kind, number)
    except Exception as raised:  # noqa: BLE001  # what the worker raised
        expected = facts(raised)
    if error is None or f"task {number}" not in getattr(error, "__notes__", []):
        return "lost"
    noted = any("picklereg:" in str(note) for note in error.__notes__)
    if facts(error) == expected:
        return "noted" if noted else "whole"
    return "noted" if noted else "changed"


def report(counts: dict[str, Count], console: Console) -> None:
    """Print the table and the picture."""
    table = Table(title="What became of the errors")
    for column in ("", *OUTCOMES, "workers killed", "workers that died", "seconds", "a second"):
        table.add_column(column, justify="right" if column else "left")
    for name, count in counts.items():
        numbers = [f"{count.outcomes[outcome]:,}" for outcome in OUTCOMES]
        table.add_row(name, *numbers, str(count.killed), str(count.died), f"{count.seconds:.0f}", f"{count.rate:.1f}")
    console.print(table)
    for name, count in counts.items():
        console.print(f"[bold]{name}[/bold]")
        for outcome, colour in OUTCOMES.items():
            share = count.outcomes[outcome] / max(1, count.outcomes.total())
            console.print(f"  {outcome:8} [{colour}]{'█' * round(share * 50)}[/] {share:.1%}")
        bad = {kind: found for kind, found in count.kinds.items() if found["lost"] or found["changed"]}
        if bad:
            console.print("  lost or changed: " + ", ".join(f"{kind} {found['lost'] + found['changed']}" for kind, found in bad.items()))


async def _work(url: str, docket: str, *, picklereg: bool) -> None:
    importlib.import_module("litellm")  # it takes seconds, in which no task would end
    dependencies: list[Any] | None = None
    if picklereg:
        import picklereg as library
        from picklereg.frameworks.docket import EnsurePicklable

        library.install()
        dependencies = [EnsurePicklable()]
    await Worker.run(
        name=f"storm-{os.getpid()}",
        url=url,
        docket_name=docket,
        redelivery_timeout=_REDELIVERY,
        tasks=["benchmarks.storm:TASKS"],
        dependencies=dependencies,
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the storm, with and without picklereg."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--without-tasks", type=int, default=1_000, help="how many without picklereg: most of them never end")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--patience", type=float, default=60, help="seconds without an arrival after which the rest counts as lost")
    parser.add_argument("--svg", type=Path, help="where to keep the table and the picture")
    parser.add_argument("--work", nargs=2, metavar=("URL", "DOCKET"), help=argparse.SUPPRESS)
    parser.add_argument("--picklereg", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        asyncio.run(_work(*options.work, picklereg=options.picklereg))
        return
    os.environ.update(_OFFLINE)
    console = Console(record=options.svg is not None, width=110)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    counts: dict[str, Count] = {}
    for name, tasks, picklereg in (("with picklereg", options.tasks, True), ("without", options.without_tasks, False)):
        with from_tests("valkey_server").serving_redis() as url, Progress(*columns, console=Console(stderr=True)) as progress:
            run = storm(
                url,
                progress,
                tasks=tasks,
                workers=options.workers,
                kills=options.kills,
                patience=options.patience,
                picklereg=picklereg,
            )
            counts[f"{name}, {tasks:,} tasks"] = asyncio.run(run)
    report(counts, console)
    if options.svg:
        console.save_svg(str(options.svg), title="picklereg: the storm")


if __name__ == "__main__":
    main()
