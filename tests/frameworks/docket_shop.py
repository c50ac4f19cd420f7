"""What docket's own command works on: ``docket worker --tasks frameworks.docket_shop:TASKS``. Nothing here imports picklereg."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from docket import Depends, Perpetual, Retry, Timeout
from redis import Redis

from frameworks import five_errors
from frameworks.five_errors import HoldsLock, NeedsKeywords

__all__ = ["TASKS", "Awaits", "Interrupted"]

TWICE = Retry(attempts=2)
AGAIN = Perpetual()
AT_ONCE = Timeout(timedelta(milliseconds=50))
IN_TIME = Timeout(timedelta(minutes=10))


class Awaits:
    """When it is pickled for the first time, it says so, and waits for the end of the process."""

    def __init__(self, redis: str, name: str) -> None:
        self.redis = redis
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        with Redis(unix_socket_path=self.redis) as redis:
            if redis.incr(f"{self.name}:count") == 1:
                redis.rpush(self.name, "pickling")
                threading.Event().wait()
        return str, (self.name,)


class Interrupted(Exception):
    """Takes so long to pickle that the worker is killed meanwhile."""

    def __init__(self, *, awaits: Awaits) -> None:
        super().__init__("interrupted")
        self.awaits = awaits


async def fail(kind: str, record: str) -> None:
    """Raise one of the five errors."""
    five_errors.fail(kind, "", record)


async def work(left: int, right: int) -> tuple[int, int]:
    """Do ordinary work, and tell which process did it."""
    return five_errors.work(left, right)


async def fail_twice(record: str, retry: Retry = TWICE) -> None:
    """Fail in both attempts, differently."""
    five_errors.fail("needs_keywords" if retry.attempt == 2 else "holds_lock", "", record)


async def fail_for_ever(redis: str, name: str, left: int, perpetual: Perpetual = AGAIN) -> None:
    """Say that it runs, and fail, so many times."""
    with Redis(unix_socket_path=redis) as client:
        client.rpush(name, "running")
    if left > 1:
        perpetual.perpetuate(redis, name, left - 1)
    else:
        perpetual.cancel()
    raise HoldsLock("db.example", attempts=left)


async def wait(_timeout: Timeout = AT_ONCE) -> None:
    """Wait for longer than there is time."""
    await asyncio.Event().wait()


async def wait_until_cancelled(redis: str, name: str) -> None:
    """Say that it waits, and do."""
    with Redis(unix_socket_path=redis) as client:
        client.rpush(name, "waiting")
    await asyncio.Event().wait()


async def fail_in_time(record: str, _timeout: Timeout = IN_TIME) -> None:
    """Fail before the time is up."""
    five_errors.fail("chain", "", record)


async def fail_together(record: str) -> None:
    """Fail twice at the same time."""
    try:
        async with asyncio.TaskGroup() as together:
            together.create_task(_raise(NeedsKeywords(order=7, customer="Ada")))
            together.create_task(_raise(HoldsLock("db.example", attempts=3)))
    except ExceptionGroup as group:
        five_errors.write_down(group, record)
        raise


async def _raise(error: Exception) -> None:
    raise error


async def need_what_fails(_resource: None = Depends(lambda: _raise(NeedsKeywords(order=7, customer="Ada")))) -> None:
    """Need what can't be had."""


@asynccontextmanager
async def _fails_at_the_end() -> AsyncIterator[None]:
    yield
    raise HoldsLock("db.example", attempts=3)


async def work_with_what_fails(_resource: None = Depends(_fails_at_the_end)) -> str:
    """Succeed, with something that fails when it is given back."""
    return "done"


async def be_interrupted(redis: str, name: str) -> None:
    """Fail with an error during whose pickling the worker is killed."""
    raise Interrupted(awaits=Awaits(redis, name)) from NeedsKeywords(order=os.getpid(), customer="Ada")


TASKS: list[Callable[..., Awaitable[object]]] = [
    fail,
    work,
    fail_twice,
    fail_for_ever,
    wait,
    wait_until_cancelled,
    fail_in_time,
    fail_together,
    need_what_fails,
    work_with_what_fails,
    be_interrupted,
]
