"""When a Celery worker is ready: it says so itself, in Redis. Before that, what ends a worker ends a Python that is still importing."""

from __future__ import annotations

from typing import Any, Final

from celery import signals  # type: ignore[import-untyped]
from redis import Redis

__all__ = ["tell_when_ready", "wait_until_ready"]

#: Nothing here takes that long; it is what a worker costs that doesn't start.
_PATIENCE: Final = 120


def tell_when_ready(redis: str, queue: str) -> None:
    """Have the worker that this process is going to be tell when it takes tasks.

    Args:
        redis: the path of Redis' socket.
        queue: the worker's queue.
    """

    def tell(**_: object) -> None:
        with Redis(unix_socket_path=redis) as client:
            client.rpush(_list_of(queue), "ready")

    signals.worker_ready.connect(tell, weak=False)


def wait_until_ready(redis: str, queue: str) -> None:
    """Wait until the worker of a queue has told.

    Args:
        redis: the path of Redis' socket.
        queue: the worker's queue.
    """
    with Redis(unix_socket_path=redis, socket_timeout=2 * _PATIENCE) as client:
        answer: Any = client.blpop([_list_of(queue)], timeout=_PATIENCE)
    assert answer is not None, f"the worker of the queue {queue} did not start"


def _list_of(queue: str) -> str:
    return f"ready to take from {queue}"
