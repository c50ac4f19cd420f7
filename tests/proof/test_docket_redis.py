"""docket on a real Redis: the caller here, each worker in a process of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from docket import Docket, Execution, ExecutionState

from picklereg.cli.demo.refusing_provider import REFUSALS
from proof.calling import AT_ONCE, PATIENCE, error_of, is_without_its_lock
from proof.tasks import NoFallbackLeft, add, ask_model, facts, lose_connection
from proof.workers import WorkerProcess, worker_process


@pytest.fixture(scope="module")
def workers(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, WorkerProcess]]:
    """A worker without picklereg and one with it, each on the docket of its name. They start together."""
    logs = tmp_path_factory.mktemp("workers")
    with (
        worker_process(logs / "before.log", url=redis_url, docket="before", picklereg=False, imports="litellm") as before,
        worker_process(logs / "after.log", url=redis_url, docket="after", picklereg=True, imports="litellm") as after,
    ):
        yield {"before": before, "after": after}
        for docket, worker in ("before", before), ("after", after):  # one that is still starting doesn't know yet how to be stopped
            assert asyncio.run(does_the_next_task(docket, redis_url, worker)), worker.output()
        assert [before.stop(), after.stop()] == [0, 0], before.output() + after.output()


async def fails(docket: str, url: str, status: int, provider: str, record: Path) -> Exception:
    """Have a worker ask the provider, and give the error that arrives here."""
    async with Docket(name=docket, url=url) as there:
        return await error_of(await there.add(ask_model)(f"{provider}/{status}", str(record)))


async def does_the_next_task(docket: str, url: str, worker: WorkerProcess) -> bool:
    """Tell whether the very process that had the error does ordinary work."""
    async with Docket(name=docket, url=url) as there:
        execution = await there.add(add)(2, 3)
        return bool(await execution.get_result(timeout=PATIENCE) == (5, worker.pid))


@pytest.mark.parametrize("status", [429, 503])
def test_before_the_caller_cannot_read_litellms_error(
    status: int, provider: str, redis_url: str, workers: dict[str, WorkerProcess], tmp_path: Path
) -> None:
    """Without picklereg the caller gets a TypeError of litellm's ``__init__`` instead of the error."""
    assert workers["before"].is_alive()
    error = asyncio.run(fails("before", redis_url, status, provider, tmp_path / "record"))
    assert type(error) is TypeError
    assert "__init__() missing" in str(error)


@pytest.mark.parametrize("status", REFUSALS)
def test_after_the_caller_gets_litellms_error(
    status: int, provider: str, redis_url: str, workers: dict[str, WorkerProcess], tmp_path: Path
) -> None:
    """The caller gets litellm's error as the worker saw it, and the worker does the next task."""
    record = tmp_path / "record"
    error = asyncio.run(fails("after", redis_url, status, provider, record))
    assert facts(error) == json.loads(record.read_text())
    assert type(error).__module__ == "litellm.exceptions"
    assert REFUSALS[status][0] in str(error)
    assert isinstance(error.__cause__, NoFallbackLeft)
    assert asyncio.run(does_the_next_task("after", redis_url, workers["after"]))


async def killed_by_its_task(docket: Docket, execution: Execution, name: str, logs: Path, url: str) -> bool:
    """Start a worker without picklereg, and tell whether it died of the task and left it RUNNING."""
    with worker_process(logs / f"{name}.log", url=url, docket=docket.name, picklereg=False, redelivery=AT_ONCE) as worker:
        status = worker.wait()
    await execution.sync()
    assert "cannot pickle '_thread.lock' object" in worker.output()
    return status != 0 and (execution.state, execution.worker) == (ExecutionState.RUNNING, name)


def test_before_an_error_with_a_lock_kills_every_worker_that_meets_it(redis_url: str, tmp_path: Path) -> None:
    """Without picklereg the worker's process dies, the task stays RUNNING, and the next worker takes it over and dies too."""

    async def scenario() -> None:
        async with Docket(name="poison", url=redis_url) as docket:
            execution = await docket.add(lose_connection)(str(tmp_path / "record"))
            assert await killed_by_its_task(docket, execution, "first", tmp_path, redis_url)
            assert await killed_by_its_task(docket, execution, "second", tmp_path, redis_url)

    asyncio.run(scenario())


def test_after_an_error_with_a_lock_arrives_without_the_lock(redis_url: str, workers: dict[str, WorkerProcess], tmp_path: Path) -> None:
    """The caller gets the error, a note says that its lock stayed behind, and the worker does the next task."""
    record = tmp_path / "record"

    async def scenario() -> Exception:
        async with Docket(name="after", url=redis_url) as docket:
            return await error_of(await docket.add(lose_connection)(str(record)))

    error = asyncio.run(scenario())
    assert is_without_its_lock(error, record)
    assert asyncio.run(does_the_next_task("after", redis_url, workers["after"]))


def test_after_a_worker_takes_over_the_task_that_killed_another_one(redis_url: str, tmp_path: Path) -> None:
    """A worker with picklereg takes the task over from a dead one without, delivers its error, and ends only when it is told to."""
    record = tmp_path / "record"

    async def scenario() -> Exception:
        async with Docket(name="rescue", url=redis_url) as docket:
            execution = await docket.add(lose_connection)(str(record))
            assert await killed_by_its_task(docket, execution, "first", tmp_path, redis_url)
            with worker_process(tmp_path / "rescuer.log", url=redis_url, docket="rescue", picklereg=True, redelivery=AT_ONCE) as worker:
                error = await error_of(execution)
                assert worker.stop() == 0, worker.output()
            assert execution.worker == "rescuer"
            return error

    assert is_without_its_lock(asyncio.run(scenario()), record)
