"""taskiq's worker: ``python -m frameworks.taskiq_tasks URL WAY``."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from taskiq.api import run_receiver_task
from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

from frameworks import five_errors

__all__ = ["make_broker"]


def make_broker(url: str, way: str) -> Any:
    """Make the broker of a way, with its tasks. The queue's name is the way."""
    make_backend: Any = RedisAsyncResultBackend
    if way == "picklereg":
        from picklereg.frameworks.taskiq import WholeResults

        make_backend = type("WholeBackend", (WholeResults, RedisAsyncResultBackend), {})
    url = f"{url}?socket_timeout=120"
    broker = ListQueueBroker(url, queue_name=f"taskiq-{way}").with_result_backend(make_backend(url))
    functions: dict[str, Any] = {"fail": fail, "give": give, "work": work}
    for name, function in functions.items():
        broker.register_task(function, task_name=name)
    return broker


# taskiq renames the functions that it is given: these are for it. It has pydantic check results against annotations.


def fail(kind: str, provider: str, record: str) -> None:
    five_errors.fail(kind, provider, record)


def give(record: str) -> Any:
    return five_errors.give(record)


def work(left: int, right: int) -> tuple[int, int]:
    return five_errors.work(left, right)


async def main() -> None:
    """Work until told to stop, on one task after the other."""
    url, way = sys.argv[1:]
    if way == "picklereg":
        import litellm  # noqa: F401  # pyright: ignore[reportUnusedImport]  # before the first task
    await run_receiver_task(make_broker(url, way), max_async_tasks=1, run_startup=True)


if __name__ == "__main__":
    asyncio.run(main())
