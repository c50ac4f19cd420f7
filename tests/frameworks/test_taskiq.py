"""taskiq: a mix-in for the result backend."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("taskiq_redis")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from taskiq import TaskiqResult

from frameworks.five_errors import ERRORS, expected, seen
from frameworks.taskiq_tasks import make_broker
from frameworks.worker_tasks import PATIENCE, WAYS, workers

Processes = Mapping[str, subprocess.Popen[bytes]]
QUICK = [kind for kind in ERRORS if kind != "litellm"]


@pytest.fixture(scope="module")
def processes(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The workers."""
    with workers("taskiq_tasks", redis_url, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


def results_of(url: str, way: str, *tasks: tuple[Any, ...], reader: str = "") -> list[Any]:
    """Let a worker do tasks one after the other, and give taskiq's results; ``None`` for one that isn't there when the last one is."""

    async def scenario() -> list[Any]:
        broker, reading = make_broker(url, way), make_broker(url, reader or way)
        try:
            asked = [await broker.find_task(name).kiq(*args) for name, *args in tasks]
            await asked[-1].wait_result(timeout=PATIENCE, check_interval=0.02)
            return [await reading.result_backend.get_result(task.task_id) if await task.is_ready() else None for task in asked]
        finally:
            await broker.shutdown()
            await reading.shutdown()

    return asyncio.run(scenario())


@pytest.mark.parametrize("kind", QUICK)
def test_before_an_error_is_another_one(kind: str, redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of some other class, or one that lacks what the task's error had."""
    record = str(tmp_path / "record")
    failed, done = results_of(redis_url, "before", ("fail", kind, "", record), ("work", 2, 3))
    assert seen(failed.error) != expected(record)
    assert done.return_value == [5, processes["before"].pid]


def test_before_a_returned_error_is_lost(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg a task that returns an error has no result: whoever waits for it waits for ever."""
    given, done = results_of(redis_url, "before", ("give", str(tmp_path / "record")), ("work", 2, 3))
    assert given is None
    assert done.return_value == [5, processes["before"].pid]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, redis_url: str, processes: Processes, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the same process does the next task."""
    record = str(tmp_path / "record")
    failed, done = results_of(redis_url, "picklereg", ("fail", kind, provider, record), ("work", 2, 3))
    assert failed.is_err
    assert seen(failed.error) == expected(record)
    assert (done.error, done.return_value) == (None, (5, processes["picklereg"].pid))
    assert not [label for label in (*failed.labels, *done.labels) if "picklereg" in label]


def test_a_returned_error_arrives(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    [given] = results_of(redis_url, "picklereg", ("give", record))
    assert not given.is_err
    assert seen(given.return_value) == expected(record)


def test_a_caller_without_it_reads_what_it_would_read(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """A backend without the mix-in reads taskiq's own form; where taskiq has none, there is no value."""
    tasks = (("work", 2, 3), ("fail", "undeclared", "", str(tmp_path / "failed")), ("give", str(tmp_path / "given")))
    done, failed, given = results_of(redis_url, "picklereg", *tasks, reader="before")
    assert done.return_value == [5, processes["picklereg"].pid]
    assert failed.is_err
    assert (given.error, given.return_value) == (None, None)


def long_chain() -> Exception:
    """Make an error with more causes than taskiq can make JSON of."""
    error = ValueError(0)
    for number in range(1, 2000):
        error, error.__cause__ = ValueError(number), error
    return error


def stored(url: str, error: Exception | None, value: object) -> list[Any]:
    """Store a result, and read it with picklereg and without."""

    async def scenario() -> list[Any]:
        backends = [make_broker(url, way).result_backend for way in reversed(WAYS)]
        await backends[0].set_result("7", TaskiqResult(is_err=error is not None, return_value=value, execution_time=0, error=error))
        results = [await backend.get_result("7") for backend in backends]
        await backends[1].set_result("8", TaskiqResult(is_err=False, return_value=[2, 3], execution_time=0))
        assert (await backends[0].get_result("8")).return_value == [2, 3]  # from a worker without the mix-in
        for backend in backends:
            await backend.shutdown()
        return results

    return asyncio.run(scenario())


def test_an_error_that_taskiq_cannot_store_arrives(redis_url: str) -> None:
    """The error is stored all the same; a backend without the mix-in gives an error that names its class."""
    whole, plain = stored(redis_url, long_chain(), None)
    assert repr(whole.error) == "ValueError(1999)"
    assert repr(whole.error.__cause__) == "ValueError(1998)"
    assert repr(plain.error) == "Exception('ValueError')"


def test_a_value_that_taskiq_cannot_store_arrives(redis_url: str) -> None:
    """A returned error is stored all the same; a backend without the mix-in gives nothing for it."""
    whole, plain = stored(redis_url, None, [KeyError("tea")])
    assert repr(whole.return_value) == "[KeyError('tea')]"
    assert (plain.error, plain.return_value, plain.is_err) == (None, None, False)
