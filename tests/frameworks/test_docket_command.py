"""docket by its own command, ``docket worker``, with all that it has beside plain tasks; picklereg is named in one option."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import sysconfig
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from docket import Docket, Execution, ExecutionCancelled, ExecutionState
from proof.calling import PATIENCE, error_of
from redis import Redis

from frameworks import docket_shop as shop
from frameworks.five_errors import ERRORS, HoldsLock, NeedsKeywords, expected, seen

Result = TypeVar("Result")
KINDS: Final = [kind for kind in ERRORS if kind != "litellm"]


@contextmanager
def docket_worker(url: str, name: str, log: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run docket's command for the time of the block, on the docket of a name."""
    docket = os.path.join(sysconfig.get_path("scripts"), "docket")  # noqa: PTH118  # a command line is text
    command = [sys.executable, docket, "worker", "--url", url, "--docket", name, "--name", log.stem]
    command += ["--tasks", f"{shop.__name__}:TASKS", "--dependencies", "picklereg.frameworks.docket:DEPENDENCIES", *options]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def process(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """The worker, which lives until the last test has ended."""
    log = tmp_path_factory.mktemp("workers") / "worker.log"
    options = ["--concurrency", "3", "--logging-level", "WARNING", "--logging-format", "json"]
    with docket_worker(redis_url, "command", log, *options) as process:
        yield process
        assert process.poll() is None, log.read_text()
        process.terminate()
        assert process.wait(PATIENCE.total_seconds()) == 0, log.read_text()


def within(url: str, name: str, scenario: Callable[[Docket], Awaitable[Result]]) -> Result:
    """Let a caller do something on a docket."""

    async def main() -> Result:
        async with Docket(name=name, url=url) as docket:
            return await scenario(docket)

    return asyncio.run(main())


@pytest.fixture
def caller(redis_url: str, process: subprocess.Popen[bytes]) -> Callable[..., Exception]:
    """What has a task fail, gives the error, and has the same worker do the next one."""

    def fails(task: Callable[..., Awaitable[object]], *args: object) -> Exception:
        async def scenario(docket: Docket) -> Exception:
            error = await error_of(await docket.add(task)(*args))
            execution: Execution = await docket.add(shop.work)(2, 3)
            assert await execution.get_result(timeout=PATIENCE) == (5, process.pid)
            return error

        return within(redis_url, "command", scenario)

    return fails


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, caller: Callable[..., Exception], tmp_path: Path) -> None:
    """Each error arrives whole, whoever declared its class, and the same process does the next task."""
    assert seen(caller(shop.fail, kind, str(tmp_path / "record"))) == expected(tmp_path / "record")


@pytest.mark.parametrize("task", [shop.fail_twice, shop.fail_in_time, shop.fail_together], ids=["Retry", "Timeout", "TaskGroup"])
def test_with_what_docket_has(task: Callable[..., Awaitable[object]], caller: Callable[..., Exception], tmp_path: Path) -> None:
    """The last attempt's error, that of a task with a time limit, and those of tasks of asyncio's, arrive whole."""
    assert seen(caller(task, str(tmp_path / "record"))) == expected(tmp_path / "record")


def test_a_perpetual_task(redis_url: str, process: subprocess.Popen[bytes]) -> None:
    """One that fails each time is run again each time, by the same worker, which does other tasks, too."""
    socket = redis_url.removeprefix("unix://")

    async def scenario(docket: Docket) -> tuple[int, int]:
        await docket.add(shop.fail_for_ever)(socket, "perpetual", 3)
        for _ in range(3):
            await asyncio.to_thread(wait_for, socket, "perpetual")
        result: tuple[int, int] = await (await docket.add(shop.work)(2, 3)).get_result(timeout=PATIENCE)
        return result

    assert within(redis_url, "command", scenario) == (5, process.pid)


def test_a_task_whose_time_is_up(redis_url: str, process: subprocess.Popen[bytes]) -> None:
    """docket's own error arrives, and the worker goes on."""

    async def scenario(docket: Docket) -> tuple[int, int]:
        execution = await docket.add(shop.wait)()
        with pytest.raises(TimeoutError, match=r"exceeded timeout of 0\.05s"):
            await execution.get_result(timeout=PATIENCE)
        result: tuple[int, int] = await (await docket.add(shop.work)(2, 3)).get_result(timeout=PATIENCE)
        return result

    assert within(redis_url, "command", scenario) == (5, process.pid)


def test_a_resource_that_cannot_be_had(caller: Callable[..., Exception]) -> None:
    """docket raises an ``ExceptionGroup``; what is in it arrives as well."""
    group = caller(shop.need_what_fails)
    assert isinstance(group, ExceptionGroup)
    (error,) = group.exceptions
    assert isinstance(error, NeedsKeywords)
    assert vars(error) == {"order": 7, "customer": "Ada"}


def test_a_resource_that_fails_when_it_is_given_back(redis_url: str, process: subprocess.Popen[bytes]) -> None:
    """The task has succeeded by then, and docket says so; the worker goes on."""

    async def scenario(docket: Docket) -> tuple[Any, Any]:
        executions = [await docket.add(shop.work_with_what_fails)(), await docket.add(shop.work)(2, 3)]
        return executions[0], [await execution.get_result(timeout=PATIENCE) for execution in executions]

    execution, results = within(redis_url, "command", scenario)
    assert results == ["done", (5, process.pid)]
    assert execution.state == ExecutionState.COMPLETED


def test_a_cancelled_task(redis_url: str, process: subprocess.Popen[bytes]) -> None:
    """docket's own error says that it was cancelled, and the worker goes on."""

    async def scenario(docket: Docket) -> Exception:
        socket = redis_url.removeprefix("unix://")
        execution = await docket.add(shop.wait_until_cancelled)(socket, "cancelled")
        await asyncio.to_thread(wait_for, socket, "cancelled")
        await docket.cancel(execution.key)
        error = await error_of(execution)
        assert await (await docket.add(shop.work)(2, 3)).get_result(timeout=PATIENCE) == (5, process.pid)
        return error

    assert isinstance(within(redis_url, "command", scenario), ExecutionCancelled)


def wait_for(socket: str, name: str) -> None:
    """Wait until a task has got somewhere."""
    with Redis(unix_socket_path=socket, socket_timeout=2 * PATIENCE.total_seconds()) as redis:
        assert redis.blpop([name], timeout=PATIENCE.total_seconds()) is not None


def test_a_worker_that_is_killed_while_it_pickles_an_error(redis_url: str, tmp_path: Path) -> None:
    """Another worker does the task again, its error arrives, and the worker ends when there is nothing left to do, as it was told."""
    socket, at_once = redis_url.removeprefix("unix://"), ["--redelivery-timeout", "1s"]

    async def scenario(docket: Docket) -> tuple[Exception, int]:
        execution = await docket.add(shop.be_interrupted)(socket, "interrupted")
        with docket_worker(redis_url, "killed", tmp_path / "first.log", *at_once) as first:
            await asyncio.to_thread(wait_for, socket, "interrupted")
            first.kill()
        with docket_worker(redis_url, "killed", tmp_path / "second.log", *at_once, "--until-finished") as second:
            error = await error_of(execution)
            assert await asyncio.to_thread(second.wait, PATIENCE.total_seconds()) == 0
            return error, second.pid

    error, pid = within(redis_url, "killed", scenario)
    assert isinstance(error, shop.Interrupted)
    assert vars(error)["awaits"] == "interrupted"
    assert isinstance(error.__cause__, NeedsKeywords)
    assert error.__cause__.order == pid


def test_an_error_that_is_not_kept_any_more(redis_url: str, process: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """When its time is over, docket has its class's name and its text, and raises them as an ``Exception``."""

    async def scenario(docket: Docket) -> tuple[Exception, Exception]:
        execution = await docket.add(shop.fail)("holds_lock", str(tmp_path / "record"))
        first = await error_of(execution)
        assert execution.result_key is not None
        assert await docket.result_storage.delete(execution.result_key)
        return first, await error_of(execution)

    error, text = within(redis_url, "command", scenario)
    assert isinstance(error, HoldsLock)
    assert repr(text) == f"Exception('HoldsLock: {error}')"
    assert process.poll() is None
