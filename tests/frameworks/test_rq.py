"""RQ: ``serializer=picklereg`` for results, an exception handler for errors."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rq")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from crossing import describe
from rq.exceptions import InvalidJobOperation
from rq.job import Job  # noqa: TC002  # importorskip stands above
from rq.results import Result

from frameworks.five_errors import ERRORS, expected, fail, give, seen, work
from frameworks.rq_tasks import give_lock, queue
from frameworks.worker_tasks import PATIENCE, workers
from picklereg.frameworks.keeping import NotKeptError
from picklereg.frameworks.rq import Serializer, error_of, store_error

Processes = Mapping[str, subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def processes(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The workers."""
    with workers("rq_tasks", redis_url, tmp_path_factory.mktemp("workers")) as processes:
        yield processes


def ended(url: str, way: str, function: Callable[..., Any], *args: object) -> tuple[Job, Result]:
    """Let a worker do a job, and wait until it has ended."""
    job = queue(url, way).enqueue(function, *args)
    result = job.latest_result(timeout=PATIENCE)
    assert result is not None
    return job, result


def goes_on(url: str, way: str, process: subprocess.Popen[bytes]) -> bool:
    """Tell whether the worker does the next task."""
    _, result = ended(url, way, work, 2, 3)
    value: Any = result.return_value
    return value[0] == 5 and process.poll() is None


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "litellm"])
def test_before_an_error_is_text(kind: str, redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the caller gets the traceback as text."""
    job, result = ended(redis_url, "before", fail, kind, "", str(tmp_path / "record"))
    assert result.type == Result.Type.FAILED
    assert "Traceback (most recent call last)" in str(result.exc_string)
    assert goes_on(redis_url, "before", processes["before"])
    with pytest.raises(NotKeptError, match="has failed, and its error isn't kept; run its worker with exception_handlers="):
        error_of(job)


def test_before_a_returned_error_is_lost(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """Without picklereg the result of a job that returns an error can't be read."""
    with pytest.raises(TypeError, match=r"NeedsKeywords.__init__\(\)"):
        ended(redis_url, "before", give, str(tmp_path / "record"))
    assert goes_on(redis_url, "before", processes["before"])


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, redis_url: str, processes: Processes, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the same worker does the next job."""
    record = str(tmp_path / "record")
    job = queue(redis_url, "picklereg").enqueue(fail, kind, provider, record)
    error = error_of(job, timeout=PATIENCE)
    assert error is not None
    assert seen(error) == expected(record)
    assert goes_on(redis_url, "picklereg", processes["picklereg"])
    assert job.get_status() == "failed"


def test_a_returned_error_arrives(redis_url: str, processes: Processes, tmp_path: Path) -> None:
    """An error that a job returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    _, result = ended(redis_url, "picklereg", give, record)
    error: Any = result.return_value
    assert seen(error) == expected(record)


def test_what_no_pickler_takes_does_not_end_the_worker(redis_url: str, processes: Processes) -> None:
    """A job that returns a bare lock has RQ's own substitute as its result, and the worker goes on."""
    _, result = ended(redis_url, "picklereg", give_lock)
    assert result.return_value == "Unserializable return value"
    assert goes_on(redis_url, "picklereg", processes["picklereg"])


@pytest.fixture
def job(redis_url: str) -> Job:
    """A job that nobody works on."""
    return queue(redis_url, "nobody").enqueue(work, 2, 3)


def handle(job: Job, error: BaseException) -> bool:
    return store_error(job, type(error), error, None)


@pytest.mark.parametrize(("failure_ttl", "kept"), [(None, 31_536_000), (60, 60), (-1, -1)])
def test_the_error_is_kept_as_long_as_the_job(failure_ttl: int | None, kept: int, job: Job) -> None:
    """RQ's ``failure_ttl`` counts: a year if it isn't set, for ever if it is negative."""
    job.failure_ttl = failure_ttl
    assert handle(job, KeyError("tea"))
    assert job.connection.ttl(f"picklereg:rq:{job.id}") == pytest.approx(kept, abs=30)


def test_the_last_error_counts(job: Job) -> None:
    """Of a job that is tried again the last error is kept."""
    for number in (1, 2):
        handle(job, KeyError(number))
    assert repr(error_of(job)) == "KeyError(2)"


def test_the_handler_never_raises(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    """An error that can't be stored is logged, and the next handler is asked."""
    job.connection.set(f"picklereg:rq:{job.id}", "something else")
    assert handle(job, KeyError("tea"))
    assert f"can't store the error of job {job.id}, a KeyError" in caplog.text


def test_nobody_waits_for_ever(job: Job) -> None:
    """Where a job doesn't end in time, the error says how far it is."""
    with pytest.raises(NotKeptError) as failure:
        error_of(job, timeout=0.001)
    assert str(failure.value) == f"job {job.id} has not ended: it is queued; wait for its error with error_of(job, timeout=...)"
    assert describe(pickle.loads(pickle.dumps(failure.value))) == describe(failure.value)


def test_a_job_that_succeeds_has_no_error(redis_url: str, processes: Processes) -> None:
    """Of a job that has ended without an error there is none."""
    job, _ = ended(redis_url, "picklereg", work, 2, 3)
    assert processes["picklereg"].poll() is None
    assert error_of(job) is None


def test_a_job_that_rq_does_not_know_any_more(job: Job) -> None:
    """RQ says so."""
    job.delete()
    with pytest.raises(InvalidJobOperation, match=str(job.id)):
        error_of(job)


def rq_worker(name: str, url: str, *options: str) -> None:
    """Have RQ's own command do all the jobs of a queue."""
    command = [sys.executable, "-m", "rq.cli", "worker", name, "--url", url, "--burst", *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr


def test_a_handler_that_was_forgotten(redis_url: str, tmp_path: Path) -> None:
    """Where ``rq worker`` wasn't told of the handler, whoever asks for the error is told so."""
    job = queue(redis_url, "forgotten").enqueue(fail, "undeclared", "", str(tmp_path / "record"))
    rq_worker("forgotten", redis_url)
    with pytest.raises(NotKeptError, match=r"--exception-handler picklereg\.frameworks\.rq\.store_error"):
        error_of(job)


def test_rqs_own_command(redis_url: str, provider: str, tmp_path: Path) -> None:
    """``rq worker`` takes both by their names."""
    jobs: Any = queue(redis_url, "command")
    jobs.serializer = Serializer
    failing = jobs.enqueue(fail, "undeclared", provider, str(tmp_path / "failing"))
    giving = jobs.enqueue(give, str(tmp_path / "giving"))
    names = ["--serializer", "picklereg.frameworks.rq.Serializer", "--exception-handler", "picklereg.frameworks.rq.store_error"]
    rq_worker("command", redis_url, *names)
    error, result = error_of(failing), giving.latest_result()
    assert error is not None
    assert seen(error) == expected(tmp_path / "failing")
    assert result is not None
    assert isinstance(result.return_value, BaseException)
