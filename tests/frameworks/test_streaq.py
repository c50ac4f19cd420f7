"""streaq: ``picklereg.dumps`` and ``picklereg.loads`` are enough."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("streaq")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from streaq import StreaqError
from valkey_server import serving_redis

from frameworks.five_errors import ERRORS, expected, seen
from frameworks.streaq_tasks import make_worker
from frameworks.worker_tasks import PATIENCE, workers

Processes = Mapping[str, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    """A server of its own: what streaq keeps in it is nobody else's."""
    with serving_redis() as url:
        yield url


@pytest.fixture(scope="module")
def processes(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The workers."""
    with workers("streaq_tasks", server_url, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


def outcome(url: str, way: str, name: str, *args: object, wait: bool = True) -> Any:
    """Enqueue a task, and give its result, or streaq's own error instead."""

    async def scenario() -> Any:
        async with make_worker(url, way) as worker:
            task = await worker.enqueue_unsafe(name, *args)
            try:
                return await task.result(PATIENCE) if wait else None
            except StreaqError as error:
                return error

    return asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["needs_keywords", "undeclared"])
def test_before_an_error_is_lost(kind: str, server_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg an error that can't be read is streaq's error."""
    error = outcome(server_url, "before", "fail", kind, "", str(tmp_path / "record"))
    assert isinstance(error, StreaqError)
    assert outcome(server_url, "before", "work", 2, 3).result == (5, processes["before"].pid)


def test_before_a_returned_error_is_lost(server_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the result of a task that returns an error can't be read."""
    error = outcome(server_url, "before", "give", str(tmp_path / "record"))
    assert isinstance(error, StreaqError)
    assert "Failed to deserialize" in str(error)


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(
    kind: str, server_url: str, processes: Processes, provider: str, tmp_path: Path
) -> None:
    """Each error arrives whole, and the same process does the next task."""
    record = str(tmp_path / "record")
    result = outcome(server_url, "picklereg", "fail", kind, provider, record)
    assert not result.success
    assert seen(result.exception) == expected(record)
    assert outcome(server_url, "picklereg", "work", 2, 3).result == (5, processes["picklereg"].pid)


def test_a_returned_error_arrives(server_url: str, processes: Processes, tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(outcome(server_url, "picklereg", "give", record).result) == expected(record)


def test_before_an_error_ends_the_worker(server_url: str, tmp_path: Path) -> None:
    """Without picklereg an error that can't be written is the worker's end."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "frameworks.streaq_tasks", server_url, "doomed"]
    outcome(server_url, "doomed", "fail", "holds_lock", "", str(tmp_path / "record"), wait=False)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode != 0
    assert "cannot pickle '_thread.lock' object" in done.stderr
