"""``picklereg show -`` on what docket, Celery and RQ keep in a real Redis: the operator has neither framework nor the errors' classes."""

from __future__ import annotations

import asyncio
import base64
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("celery")
pytest.importorskip("docket")
pytest.importorskip("litellm")  # the workers import it
pytest.importorskip("rich")  # of the command line
pytest.importorskip("rq")
pytest.importorskip("redis")

from celery import Celery  # type: ignore[import-untyped]
from docket import Docket, Worker
from redis import Redis

import picklereg
from frameworks.celery_app import make_app, worker_processes
from frameworks.five_errors import LOCK_NOTE, HoldsLock, NeedsKeywords, fail, give
from frameworks.rq_tasks import queue
from frameworks.worker_tasks import PATIENCE, workers
from picklereg.frameworks.docket import EnsurePicklable
from picklereg.frameworks.rq import error_of

#: Shows what is on standard input, as ``picklereg show -`` does, and fails if it had to import what the error is about.
PROGRAM = """
import atexit, sys
absent = {"celery", "docket", "frameworks", "kombu", "litellm", "openai", "redis", "rq"}
atexit.register(lambda: sys.stdout.write(f"imported: {sorted(absent & sys.modules.keys())}"))
sys.argv[1:] = ["show", "-"]
from picklereg.cli import main
main()
"""
FORMS: dict[str, Callable[[bytes], bytes]] = {"raw": bytes, "base64": base64.b64encode, "hex": lambda data: data.hex().encode()}


def shown(stored: bytes, tmp_path: Path, status: int = 0) -> str:
    """Pipe bytes to the command, in each form that an operator may have them in, and give what it prints each time.

    Args:
        stored: the bytes.
        tmp_path: where the command runs.
        status: its exit status, which is 1 where there is no error in the bytes.
    """
    texts = set()
    for form in FORMS.values():
        command = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(command, input=form(stored), capture_output=True, check=False, cwd=tmp_path, timeout=PATIENCE)
        assert done.returncode == status, done.stderr
        text, _, imported = done.stdout.decode().partition("imported: ")
        assert imported == "[]"
        texts.add(text)
    (text,) = texts
    return text


@pytest.fixture
def store(redis_url: str) -> Iterator[Any]:
    """A client of the store."""
    with Redis.from_url(redis_url) as client:
        yield client


def check(kind: str, text: str) -> None:
    """See that all is there that an operator wants to know of an error."""
    if kind == "holds_lock":
        assert "frameworks.five_errors.HoldsLock: lost db.example after 3 attempts\n" in text
        assert LOCK_NOTE in text
        assert "attributes of frameworks.five_errors.HoldsLock:\n  host = 'db.example'" in text
    else:
        assert "ExceptionGroup: order 7 failed in two places (2 sub-exceptions)\n" in text
        assert "| both on Monday\n" in text
        assert "| The above exception was the direct cause of the following exception:" in text
        assert "| FileNotFoundError: [Errno 2] no such shelf: '/shelves/7'\n    | looked twice\n" in text
        assert "attributes of frameworks.five_errors.NeedsKeywords:\n  order = 7\n  customer = 'Ada'" in text


KINDS = ("holds_lock", "chain")


@pytest.fixture
def _undo() -> Iterator[None]:
    """Leave ``copyreg`` as it was: docket's worker runs in this process."""
    yield
    picklereg.uninstall()


@pytest.mark.usefixtures("_undo")
@pytest.mark.parametrize("kind", KINDS)
def test_what_docket_stores(kind: str, redis_url: str, store: Any, tmp_path: Path) -> None:
    """JSON with base64 in it, under the key of a task's result."""

    async def scenario() -> bytes:
        before = set(store.keys())
        async with Docket(f"shown-{kind}", url=redis_url) as docket, Worker(docket, dependencies=[EnsurePicklable()]) as worker:
            execution = await docket.add(fail)(kind, "", str(tmp_path / "record"))
            await worker.run_until_finished()
            (key,) = (key for key in set(store.keys()) - before if b"results" in key and execution.key.encode() in key)
            stored: bytes = store.get(key)
            return stored

    check(kind, shown(asyncio.run(scenario()), tmp_path))


@pytest.fixture(scope="module")
def celery_app(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A caller's application, and its worker."""
    socket = redis_url.removeprefix("unix://")
    with worker_processes("backend", redis=socket, logs=tmp_path_factory.mktemp("workers")):
        yield make_app("backend", socket)


@pytest.mark.parametrize("kind", KINDS)
def test_what_celery_stores(kind: str, celery_app: Any, store: Any, tmp_path: Path) -> None:
    """What is under the key of a task's result: the error, within what Celery says of the task."""
    result = celery_app.tasks["fail"].delay(kind, "", str(tmp_path / "record"))
    result.get(timeout=PATIENCE, propagate=False)
    text = shown(store.get(f"celery-task-meta-{result.id}"), tmp_path)
    assert "'status': 'FAILURE'" in text
    check(kind, text)


@pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")  # Celery's
def test_what_celery_stores_as_json(redis_url: str, store: Any, tmp_path: Path) -> None:
    """Celery's own setting keeps the error's name and arguments alone."""
    app = Celery("shop", backend=redis_url.replace("unix://", "redis+socket://"), set_as_current=False)
    app.backend.store_result("shown-17", NeedsKeywords(order=7, customer="Ada"), "FAILURE")
    assert shown(store.get("celery-task-meta-shown-17"), tmp_path) == "frameworks.five_errors.NeedsKeywords: order 7 failed\n"


def test_a_message_of_celery(redis_url: str, store: Any, tmp_path: Path) -> None:
    """A task that waits in the queue with an error among its arguments, pickled: JSON with base64 in it."""
    app = Celery("shop", broker=redis_url.replace("unix://", "redis+socket://"), set_as_current=False)
    error = HoldsLock("db.example", 3)
    with picklereg.installed():
        picklereg.ensure(error)
        app.send_task("nobody.does.it", (error,), serializer="pickle", queue="shown")
    check("holds_lock", shown(store.lindex("shown", 0), tmp_path))


@pytest.fixture(scope="module")
def _rq_workers(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """RQ's workers."""
    with workers("rq_tasks", redis_url, tmp_path_factory.mktemp("workers")):
        yield


@pytest.mark.usefixtures("_rq_workers")
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_stored_for_rq(kind: str, redis_url: str, store: Any, tmp_path: Path) -> None:
    """The error that our exception handler stored, and the traceback's text that RQ itself did."""
    job = queue(redis_url, "picklereg").enqueue(fail, kind, "", str(tmp_path / "record"))
    assert error_of(job, timeout=PATIENCE) is not None
    ((_, fields),) = store.xrange(f"picklereg:rq:{job.id}")
    check(kind, shown(fields[b"error"], tmp_path))
    ((_, fields),) = store.xrange(f"rq:results:{job.id}")
    text = shown(fields[b"exc_string"], tmp_path)
    assert text.lstrip(" +").startswith(("Traceback (most recent call last):", "Exception Group Traceback (most recent call last):"))
    assert ("lost db.example after 3 attempts" if kind == "holds_lock" else "order 7 failed in two places") in text


@pytest.mark.usefixtures("_rq_workers")
def test_a_result_and_a_job_of_rq(redis_url: str, store: Any, tmp_path: Path) -> None:
    """An error that a job returned, and the arguments of a job."""
    job = queue(redis_url, "picklereg").enqueue(give, str(tmp_path / "record"))
    assert job.latest_result(timeout=PATIENCE) is not None
    ((_, fields),) = store.xrange(f"rq:results:{job.id}")
    text = shown(fields[b"return_value"], tmp_path)
    assert text.startswith("frameworks.five_errors.Undeclared: nothing on shelf B2\n\nThe above exception was the direct cause")
    assert "attributes of frameworks.five_errors.NeedsKeywords:\n  order = 9\n  customer = 'Grace'" in text
    assert f"'{tmp_path / 'record'}'" in shown(store.hget(job.key, "data"), tmp_path, status=1)
