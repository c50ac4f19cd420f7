"""SAQ's worker: ``python -m frameworks.saq_tasks URL WAY``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from redis.asyncio import Redis
from saq import Worker
from saq.queue.redis import RedisQueue

from frameworks import five_errors

__all__ = ["make_queue"]


def make_queue(url: str, way: str) -> RedisQueue:
    """Make the queue of a way: its name is the way."""
    redis: Any = Redis.from_url(url, socket_timeout=120)
    if way == "before":
        return RedisQueue(redis, name=way)
    import picklereg
    from picklereg.frameworks.saq import WholeErrors

    cls: Any = type("WholeQueue", (WholeErrors, RedisQueue), {})
    queue: RedisQueue = cls(redis, name=way, dump=picklereg.dumps, load=picklereg.loads)
    return queue


async def fail(context: Any, *, kind: str, provider: str, record: str) -> None:
    five_errors.fail(kind, provider, record)


async def give(context: Any, *, record: str) -> Exception:
    return five_errors.give(record)


async def work(context: Any, *, left: int, right: int) -> tuple[int, int]:
    return five_errors.work(left, right)


async def main() -> None:
    """Work until told to stop."""
    url, way = sys.argv[1:]
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    functions: Any = [fail, give, work]
    queue = make_queue(url, way)
    await queue.sweep(lock=3600)  # not while the worker takes its first job: that would be swept away
    await Worker(queue, functions=functions).start()


if __name__ == "__main__":
    asyncio.run(main())
