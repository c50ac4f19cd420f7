"""Dask's client with a cluster of two workers: ``python -m frameworks.dask_tasks PROVIDER DIRECTORY``. Prints what arrived, as JSON.

Or, with the one argument ``alone``: what distributed sends from a process without a cluster. Both are programs of their own because
distributed has tblib change ``copyreg``, which would then be so for all other tests.
"""

from __future__ import annotations

import asyncio
import copyreg
import json
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import distributed
from crossing import describe
from distributed.core import clean_exception, error_message
from tblib import Frame  # type: ignore[import-untyped]

from frameworks.five_errors import ERRORS, HoldsLock, NeedsKeywords, fail, give, work
from frameworks.worker_tasks import PATIENCE
from picklereg.frameworks.dask import WholeErrors

__all__ = ["FIRST", "PLAIN"]

#: The workers: one without picklereg, and one that had it before it imported distributed, as ``picklereg run`` does it.
PLAIN: Final = "plain"
FIRST: Final = "picklereg first"
#: What there is to see without having to ask a provider.
QUICK: Final = [kind for kind in ERRORS if kind != "litellm"]


class Local(Exception):
    """A class of ``__main__``, which travels by value."""

    def __init__(self, *, number: int) -> None:
        super().__init__(f"number {number}")
        self.lock = threading.Lock()


def import_litellm() -> None:
    """Import what the first error needs."""
    import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]


async def fail_later() -> None:
    """Fail in the event loop of the worker."""
    await asyncio.sleep(0)
    raise HoldsLock("db.example", 3)


def fail_locally() -> None:
    """Fail with a class that exists here alone."""
    raise Local(number=7)


def give_list() -> list[Exception]:
    """Return an error inside something else."""
    return [Local(number=8)]


@contextmanager
def running() -> Iterator[Any]:
    """Run a scheduler and the two workers, and give a client."""
    untyped: Any = distributed
    plain = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": ":0"}
    first = ["--nthreads=1", "--no-nanny", "--no-dashboard", f"--name={FIRST}"]
    command = [sys.executable, "-m", "picklereg", "run", "--", sys.executable, "-m", "distributed.cli.dask_worker", *first]
    with (
        untyped.LocalCluster(**plain) as cluster,
        untyped.Client(cluster) as client,
        subprocess.Popen([*command, cluster.scheduler_address]) as process,
    ):
        try:
            client.wait_for_workers(2, timeout=PATIENCE)
            yield client
        finally:
            process.terminate()


class Caller:
    """Lets a worker do tasks."""

    def __init__(self, client: Any, worker: str, directory: Path) -> None:
        workers = client.scheduler_info()["workers"]
        self.submit: Any = client.submit
        self.address = next(address for address, known in workers.items() if (known["name"] == FIRST) == (worker == FIRST))
        self.directory = directory

    def ask(self, function: Callable[..., Any], *args: object) -> Any:
        """Ask for a task, and go on."""
        return self.submit(function, *args, pure=False, workers=[self.address])

    def outcome(self, function: Callable[..., Any], *args: object) -> Any:
        """Give what becomes of a task."""
        try:
            return self.ask(function, *args).result(PATIENCE)
        except Exception as error:
            return error

    def error_of(self, function: Callable[..., Any], *args: object) -> dict[str, Any]:
        """Tell about the error of a task, and where it was raised."""
        error = self.outcome(function, *args)
        return {**describe(error), "raised in": traceback.extract_tb(error.__traceback__)[-1].name}

    def errors(self, way: str, kinds: list[str], provider: str = "") -> dict[str, Any]:
        """Tell what becomes of errors, and of the work after each."""
        told = {}
        for kind in kinds:
            record = str(self.directory / f"{way}-{kind}")
            told[kind] = {"record": record, "error": self.error_of(fail, kind, provider, record), "then": self.outcome(work, 2, 3)}
        return told

    def others(self, way: str) -> dict[str, Any]:
        """Tell what becomes of everything else."""
        record = str(self.directory / f"{way}-give")
        return {
            "returned": {"record": record, "error": describe(self.outcome(give, record))},
            "async": self.error_of(fail_later),
            "local": self.error_of(fail_locally),
            "in a list": [describe(error) for error in self.outcome(give_list)],
        }


def with_cluster(provider: str, directory: Path) -> dict[str, Any]:
    """Tell what arrives without the plugin, with it, and after it was taken away."""
    with running() as client:
        callers = {worker: Caller(client, worker, directory) for worker in (PLAIN, FIRST)}
        imported = callers[PLAIN].ask(import_litellm)
        import_litellm()  # it takes a while: there and here at once
        imported.result(PATIENCE)
        told: dict[str, Any] = {"pids": {worker: caller.outcome(work, 0, 0)[1] for worker, caller in callers.items()}}
        told["before"] = {worker: caller.errors(f"before-{worker}", QUICK) for worker, caller in callers.items()}
        client.register_plugin(WholeErrors())
        told["plugin"] = {worker: caller.errors(f"plugin-{worker}", QUICK) for worker, caller in callers.items()}
        told["plugin"][PLAIN] |= callers[PLAIN].errors("plugin", ["litellm"], provider)
        told["others"] = {worker: caller.others(f"plugin-{worker}") for worker, caller in callers.items()}
        client.unregister_worker_plugin("picklereg")
        told["after"] = callers[PLAIN].errors("after", ["holds_lock"])
        return told


def sent(error: Exception) -> dict[str, Any]:
    """Tell what distributed sends for an error."""
    try:
        raise error
    except Exception as raised:
        message: Any = error_message(raised)
    data = message["exception"].data
    _, arrived, frames = clean_exception(data, message["traceback"].data)
    assert arrived is not None
    named = [name for name in ("tblib", "picklereg.") if name.encode() in data]
    return {"error": describe(arrived), "named": named, "traceback": frames is not None}


def alone() -> dict[str, Any]:
    """Tell what is sent by a process in which two workers with the plugin begin and end."""
    told: dict[str, Any] = {"before": sent(HoldsLock("db.example", 3))}
    plugin = WholeErrors()
    plugin.setup("a worker")
    plugin.setup("another one")
    plugin.teardown("a worker")
    told["one left"] = sent(HoldsLock("db.example", 3))
    told["one that tblib can write"] = sent(NeedsKeywords(order=7, customer="Ada"))
    plugin.teardown("another one")
    told["none left"] = sent(HoldsLock("db.example", 3))
    ours = [entry for entry in copyreg.dispatch_table.values() if (entry.__module__ or "").startswith("picklereg.")]
    told["left behind"] = len(ours) + (Frame in copyreg.dispatch_table)
    return told


if __name__ == "__main__":
    json.dump(alone() if sys.argv[1:] == ["alone"] else with_cluster(sys.argv[1], Path(sys.argv[2])), sys.stdout)
