"""arq: ``picklereg.dumps`` and ``picklereg.loads`` are enough."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("arq")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from arq import create_pool
from arq.jobs import DeserializationError, ResultNotFound, SerializationError

from frameworks.arq_tasks import options, settings
from frameworks.five_errors import ERRORS, expected, seen
from frameworks.worker_tasks import PATIENCE, workers

Processes = Mapping[str, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def processes(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The workers."""
    with workers("arq_tasks", redis_url, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


def result_of(url: str, way: str, name: str, *args: object) -> Any:
    """Let a worker do a job, and give what comes back."""

    async def scenario() -> Any:
        pool: Any = await create_pool(settings(url), default_queue_name=way, **options(way))
        try:
            job = await pool.enqueue_job(name, *args)
            assert job is not None
            with suppress(ResultNotFound):  # arq looked for the result just before the job ended, and into the queue just after
                return await job.result(timeout=PATIENCE, poll_delay=0.02)
            return await job.result(timeout=PATIENCE)  # out here, where no other error becomes its context
        finally:
            await pool.aclose(close_connection_pool=True)

    return asyncio.run(scenario())


def error_of(url: str, way: str, name: str, *args: object) -> Exception:
    try:
        result = result_of(url, way, name, *args)
    except Exception as error:
        return error
    raise AssertionError(f"the job was to fail, and gave {result!r}")


#: What becomes of each error without picklereg.
WITHOUT = {
    "needs_keywords": DeserializationError,
    "holds_lock": SerializationError,
    "chain": SerializationError,
    "undeclared": DeserializationError,
}


@pytest.mark.parametrize("kind", WITHOUT)
def test_before_an_error_is_lost(kind: str, redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the caller learns that there is an error that can't be read or written."""
    error = error_of(redis_url, "before", "fail", kind, "", str(tmp_path / "record"))
    assert type(error) is WITHOUT[kind]
    assert result_of(redis_url, "before", "work", 2, 3) == (5, processes["before"].pid)


def test_before_a_returned_error_is_lost(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the result of a job that returns an error can't be read."""
    assert type(error_of(redis_url, "before", "give", str(tmp_path / "record"))) is DeserializationError


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, redis_url: str, processes: Processes, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the same process does the next job."""
    record = str(tmp_path / "record")
    error = error_of(redis_url, "picklereg", "fail", kind, provider, record)
    assert seen(error) == expected(record)
    assert result_of(redis_url, "picklereg", "work", 2, 3) == (5, processes["picklereg"].pid)


def test_a_returned_error_arrives(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """An error that a job returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(result_of(redis_url, "picklereg", "give", record)) == expected(record)
