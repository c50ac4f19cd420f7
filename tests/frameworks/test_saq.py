"""SAQ: ``picklereg.dumps`` and ``picklereg.loads`` for results, and a mix-in for the worker's queue for errors."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

pytest.importorskip("saq")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from saq import Job, Queue, Status
from saq.job import TERMINAL_STATUSES

from frameworks.five_errors import ERRORS, expected, seen
from frameworks.saq_tasks import make_queue
from frameworks.worker_tasks import PATIENCE, workers

Processes = Mapping[str, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def processes(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The workers."""
    with workers("saq_tasks", redis_url, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


def ended(url: str, way: str, name: str, **arguments: object) -> Job:
    """Let a worker do a job, and give the job after it has ended."""

    async def scenario() -> Job:
        queue = make_queue(url, way)
        await queue.connect()
        try:
            job = await queue.enqueue(name, timeout=PATIENCE, **arguments)
            assert job is not None
            # The queue's own listen() subscribes later than it looks, and misses the end of a job in between.
            await Queue.listen(queue, [job.key], lambda _, status: status in TERMINAL_STATUSES, PATIENCE, poll_interval=0.05)
            await job.refresh()
            return job
        finally:
            await queue.disconnect()

    return asyncio.run(scenario())


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "litellm"])
def test_before_an_error_is_text(kind: str, redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the caller gets the traceback as text."""
    job = ended(redis_url, "before", "fail", kind=kind, provider="", record=str(tmp_path / "record"))
    assert job.status == Status.FAILED
    assert "Traceback (most recent call last)" in str(job.error)
    assert job.result is None
    assert ended(redis_url, "before", "work", left=2, right=3).result == [5, processes["before"].pid]


def test_before_a_returned_error_is_text(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg a job that returns an error has failed: SAQ can't write it as JSON."""
    job = ended(redis_url, "before", "give", record=str(tmp_path / "record"))
    assert job.status == Status.FAILED
    assert "not JSON serializable" in str(job.error)


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, redis_url: str, processes: Processes, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, beside SAQ's own text, and the same process does the next job."""
    record = str(tmp_path / "record")
    job = ended(redis_url, "picklereg", "fail", kind=kind, provider=provider, record=record)
    assert job.status == Status.FAILED
    assert "Traceback (most recent call last)" in str(job.error)
    assert seen(job.result) == expected(record)
    assert ended(redis_url, "picklereg", "work", left=2, right=3).result == (5, processes["picklereg"].pid)


def test_a_returned_error_arrives(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """An error that a job returns, with its cause, is the result of a job that has not failed."""
    record = str(tmp_path / "record")
    job = ended(redis_url, "picklereg", "give", record=record)
    assert job.status == Status.COMPLETE
    assert seen(job.result) == expected(record)
