"""RQ's worker: ``python -m frameworks.rq_tasks URL WAY``. It forks a process for each job."""

from __future__ import annotations

import sys
import threading
from typing import Any

from redis import Redis
from rq import Queue, Worker

__all__ = ["give_lock", "queue"]


def queue(url: str, way: str) -> Queue:
    """Make the queue of a worker: its name is the way."""
    options: dict[str, Any] = {}
    if way == "picklereg":
        import picklereg

        options["serializer"] = picklereg
    return Queue(way, connection=Redis.from_url(url, socket_timeout=120), **options)


def give_lock() -> object:
    """Return what no pickler takes."""
    return threading.Lock()


def main() -> None:
    """Work until told to stop."""
    url, way = sys.argv[1:]
    options: dict[str, Any] = {}
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # once, and not in each of the processes

        import picklereg
        from picklereg.frameworks.rq import store_error

        options = {"serializer": picklereg, "exception_handlers": [store_error]}
    works_on = queue(url, way)
    Worker([works_on], connection=works_on.connection, **options).work()


if __name__ == "__main__":
    main()
