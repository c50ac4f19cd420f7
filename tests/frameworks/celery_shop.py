"""A Celery application as people write it: one line says where results go, and all else is Celery's own default.

A worker is ``celery -A frameworks.celery_shop worker`` in a process of its own, told by the environment what it is; the callers make
their application with :func:`make_shop`. What is told of an error inside a worker goes to a list in Redis, by the name of the task's
record.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from celery import Celery, Task, signals  # type: ignore[import-untyped]
from redis import Redis

from frameworks import five_errors
from frameworks.celery_readiness import tell_when_ready, wait_until_ready
from frameworks.five_errors import NeedsKeywords

__all__ = ["Closing", "Shop", "make_shop", "shop_workers", "told"]

_PATIENCE: Final = 120
_SHOP: Final = "SHOP"


class Closing(BaseException):
    """No :class:`Exception`, and plain pickle can't read it."""

    def __init__(self, *, hour: int) -> None:
        super().__init__(f"closed at {hour}")
        self.hour = hour


@dataclass(frozen=True)
class Shop:
    """One application, and its worker.

    Attributes:
        redis: the path of Redis' socket, which is the broker.
        backend: what the application says about its results.
        pool: the worker's pool.
        queue: the worker's queue.
        is_quiet: whether the worker is started with ``--quiet``; its application imports picklereg's module, as one should then.
        task_serializer: how arguments travel.
    """

    redis: str
    backend: str
    pool: str
    queue: str
    is_quiet: bool = False
    task_serializer: str = "json"


class Telling(Task):  # type: ignore[misc]  # celery is untyped
    """A task that tells what it is told."""

    def on_failure(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:  # Celery's
        """Tell of the error."""
        _tell(args[-1], "on_failure", exc)

    def on_retry(self, exc: BaseException, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:  # Celery's
        """Tell of the error."""
        _tell(args[-1], "on_retry", exc)


def make_shop(shop: Shop) -> Any:
    """Make an application."""
    app = Celery("shop", broker=f"redis+socket://{shop.redis}", backend=shop.backend, set_as_current=False)
    app.conf.update(task_default_queue=shop.queue, worker_hijack_root_logger=False, broker_connection_retry_on_startup=True)
    if shop.task_serializer != "json":
        app.conf.update(task_serializer=shop.task_serializer, accept_content=["json", shop.task_serializer])
    for function in (five_errors.fail, five_errors.give, five_errors.work, errback, length, close):
        app.task(function, name=function.__name__, base=Telling)
    app.task(retry, name="retry", base=Telling, bind=True)
    app.task(fail_again, name="fail_again", base=Telling, autoretry_for=(NeedsKeywords,), max_retries=1, default_retry_delay=0)
    app.task(wait, name="wait_softly", soft_time_limit=1)
    app.task(wait, name="wait", time_limit=1)
    return app


# --- what tasks do ------------------------------------------------------------------------------------------------


def errback(request: Any, exc: BaseException, _traceback: object) -> None:
    """Tell of an error that another task raised."""
    _tell(request.args[-1], "errback", exc)


def length(values: list[object]) -> list[str]:
    """Tell what a chord's header gave."""
    return [type(value).__name__ for value in values]


def retry(self: Any, kind: str, provider: str, record: str) -> NoReturn:
    """Fail, and be tried again when everybody has gone."""
    try:
        five_errors.fail(kind, provider, record)
    except Exception as error:
        raise self.retry(exc=error, countdown=3600)


def fail_again(provider: str, record: str) -> NoReturn:
    """Fail with an error that Celery tries again."""
    five_errors.fail("needs_keywords", provider, record)


def close(kind: str, _record: str) -> NoReturn:
    """Raise what is no :class:`Exception`."""
    if kind == "group":
        raise BaseExceptionGroup("all closed", [Closing(hour=18)])
    raise asyncio.CancelledError if kind == "cancelled" else Closing(hour=18)


def wait() -> None:
    """Wait until Celery's limit."""
    threading.Event().wait()


# --- what is told -------------------------------------------------------------------------------------------------


def _tell(record: str, what: str, exc: BaseException) -> None:
    with Redis(unix_socket_path=json.loads(os.environ[_SHOP])["redis"]) as redis:
        redis.rpush(record, json.dumps([what, f"{type(exc).__module__}.{type(exc).__name__}", str(exc)]))


def told(redis: str, record: str, count: int) -> dict[str, list[str]]:
    """Wait until so many have told of the error of one task, and give its class and text by who has.

    Args:
        redis: the path of Redis' socket.
        record: the task's.
        count: how many.
    """
    found: dict[str, list[str]] = {}
    with Redis(unix_socket_path=redis, socket_timeout=2 * _PATIENCE) as client:
        for _ in range(count):
            answer: Any = client.blpop([record], timeout=_PATIENCE)
            assert answer is not None, f"only these have told: {found}"
            what, *error = json.loads(answer[1])
            found[what] = error
    return found


# --- workers ------------------------------------------------------------------------------------------------------


@contextmanager
def shop_workers(shops: Mapping[str, Shop], logs: Path, *launcher: str) -> Iterator[Mapping[str, subprocess.Popen[bytes]]]:
    """Run a worker for each for the time of the block, which begins when all are ready. They start together, and end together.

    Args:
        shops: by name.
        logs: the directory for what they print, each in a file of its name.
        launcher: what is to run ``celery``.

    Yields:
        Their processes.
    """
    options = ["--concurrency=1", "--without-mingle", "--without-gossip", "--without-heartbeat"]
    with ExitStack() as stack:
        processes: dict[str, subprocess.Popen[bytes]] = {}
        for name, shop in shops.items():
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), _SHOP: json.dumps(vars(shop))}
            quiet = ["--quiet"] if shop.is_quiet else []
            command = [*launcher, sys.executable, "-m", "celery", *quiet, "-A", __name__, "worker", f"--pool={shop.pool}", *options]
            log = stack.enter_context((logs / name).open("wb"))
            processes[name] = stack.enter_context(subprocess.Popen(command, stdout=log, stderr=log, env=environment))
            stack.callback(processes[name].kill)
        for shop in shops.values():
            wait_until_ready(shop.redis, shop.queue)
        yield processes
        for process in processes.values():
            process.terminate()
        for name, process in processes.items():
            assert process.wait(_PATIENCE) == 0, (logs / name).read_text()


if _SHOP in os.environ:
    _here = Shop(**json.loads(os.environ[_SHOP]))
    if _here.is_quiet:
        importlib.import_module("picklereg.frameworks.celery")
    app = make_shop(_here)
    tell_when_ready(_here.redis, _here.queue)

    @signals.task_failure.connect  # type: ignore[untyped-decorator]
    def _on_task_failure(exception: BaseException, args: Any, **_: object) -> None:
        if args:
            _tell(args[-1], "task_failure", exception)
