"""The standard library's errors, for which the general mechanism is enough: each case raises one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import multiprocessing
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cases import Cases
from writing import written

if TYPE_CHECKING:
    from crossing import Reader

CASES = Cases()


@CASES.add("CalledProcessError", "[obj.returncode, obj.stdout, obj.stderr, obj.output, obj.cmd[0]]")
def subprocess_failed() -> None:
    subprocess.run(
        [sys.executable, "-c", "import sys; print('o'); print('e', file=sys.stderr); sys.exit(3)"], check=True, capture_output=True
    )


@CASES.add("TimeoutExpired", "[obj.timeout, obj.cmd[1:]]")
def subprocess_timed_out() -> None:
    subprocess.run([sys.executable, "-c", "import threading; threading.Event().wait()"], timeout=0.01, capture_output=True, check=False)


@CASES.add("ExceptionGroup", "[[type(sub).__name__, sub.args] for sub in obj.exceptions]")
def task_group() -> None:
    async def fail(value: int) -> None:
        raise ValueError(value)

    async def together() -> None:
        async with asyncio.TaskGroup() as group:
            for value in range(3):
                group.create_task(fail(value))
            raise KeyError("body")

    asyncio.run(together())


@CASES.add("ExceptionGroup", "[[type(sub).__name__, len(sub.exceptions)] for sub in obj.exceptions]")
def nested_task_groups() -> None:
    async def inner() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    async def fail() -> None:
        raise OSError(2, "gone", "file")

    async def outer() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(inner())

    asyncio.run(outer())


@CASES.add("IncompleteReadError", "[obj.partial, obj.expected]")
def asyncio_incomplete_read() -> None:
    async def read() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(b"ab")
        reader.feed_eof()
        await reader.readexactly(5)

    asyncio.run(read())


@CASES.add("CancelledError")
def future_cancelled() -> None:
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.cancel()
    future.result()


@CASES.add("TimeoutError")
def future_timed_out() -> None:
    concurrent.futures.Future[None]().result(timeout=0)


@CASES.add("InvalidStateError")
def future_already_done() -> None:
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    future.set_result(1)
    future.set_result(2)


@CASES.add("BrokenProcessPool")
def process_pool_broken() -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(os._exit, 1).result()


@CASES.add("ValueError", "[type(obj.__cause__).__name__, 'Traceback' in str(obj.__cause__)]")
def process_pool_job_failed() -> None:
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(int, "x").result()


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("name", CASES)
def test_an_error_arrives_whole(name: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    CASES.check(name, how, reader)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_future_in_an_attribute(how: str, reader: Reader) -> None:
    """A future has a lock: it is left behind, and a note says so."""
    future: concurrent.futures.Future[None] = concurrent.futures.Future()
    future.set_exception(ValueError("x"))
    with pytest.raises(ValueError, match="x") as caught:
        future.result()
    caught.value.__dict__["future"] = future
    notes = reader.describe(written(caught.value, how))["notes"]
    assert len(notes) == 1
    assert notes[0].startswith("picklereg: attribute 'future' (concurrent.futures._base.Future) was left behind: TypeError: cannot pickle")
