"""streaq's worker: ``python -m frameworks.streaq_tasks URL WAY``."""

from __future__ import annotations

import sys
from typing import Any

from streaq import Worker

from frameworks import five_errors

__all__ = ["make_worker"]


def make_worker(url: str, way: str) -> Any:
    """Make the worker of a way, which callers use, too. The queue's name is the way."""
    options: dict[str, Any] = {}
    if way == "picklereg":
        import picklereg

        options = {"serializer": picklereg.dumps, "deserializer": picklereg.loads}
    worker: Any = Worker(redis_url=url, queue_name=f"streaq-{way}", **options)
    for function in (fail, give, work):
        worker.task(name=function.__name__, max_tries=1)(function)
    return worker


async def fail(kind: str, provider: str, record: str) -> None:
    five_errors.fail(kind, provider, record)


async def give(record: str) -> Exception:
    return five_errors.give(record)


async def work(left: int, right: int) -> tuple[int, int]:
    return five_errors.work(left, right)


def main() -> None:
    """Work until told to stop."""
    url, way = sys.argv[1:]
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    make_worker(url, way).run_sync()


if __name__ == "__main__":
    main()
