"""arq's worker: ``python -m frameworks.arq_tasks URL WAY``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from arq.connections import RedisSettings
from arq.worker import Function, Worker, func

from frameworks import five_errors

__all__ = ["options", "settings"]


def settings(url: str) -> RedisSettings:
    """Say where Redis is."""
    return RedisSettings(unix_socket_path=url.removeprefix("unix://"))


def options(way: str) -> dict[str, Any]:
    """Give what the worker and its callers have in common. The queue's name is the way."""
    if way == "before":
        return {}
    import picklereg

    return {"job_serializer": picklereg.dumps, "job_deserializer": picklereg.loads}


async def fail(ctx: dict[Any, Any], *args: str) -> None:
    five_errors.fail(*args)


async def give(ctx: dict[Any, Any], *args: str) -> Exception:
    return five_errors.give(*args)


async def work(ctx: dict[Any, Any], *args: int) -> tuple[int, int]:
    return five_errors.work(*args)


async def main() -> None:
    """Work until told to stop."""
    url, way = sys.argv[1:]
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    functions: list[Function] = [func(function, max_tries=1) for function in (fail, give, work)]
    worker = Worker(functions, redis_settings=settings(url), queue_name=way, poll_delay=0.05, **options(way))
    await worker.async_run()


if __name__ == "__main__":
    asyncio.run(main())
