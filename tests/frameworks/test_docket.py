"""The adapter for docket: errors of classes that nobody declared, through real workers, with ``install`` nowhere."""

from __future__ import annotations

import asyncio
import copyreg
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from docket import Depends, Docket, ExecutionCancelled, Retry, Worker
from proof.calling import PATIENCE, error_of

import picklereg
from frameworks.not_installed import said_without
from picklereg.frameworks.docket import EnsurePicklable

if TYPE_CHECKING:
    from docket.dependencies import Dependency

URL = "memory://"


class Undeclared(Exception):
    def __init__(self, *, order: int) -> None:
        super().__init__(f"order {order} failed")
        self.order = order
        self.lock = threading.Lock()


class AlsoUndeclared(Undeclared):
    pass


async def fail() -> None:
    raise Undeclared(order=7) from AlsoUndeclared(order=6)


async def succeed() -> str:
    return "fine"


@pytest.fixture(autouse=True)
def _undo() -> Iterator[None]:
    yield
    picklereg.uninstall()


@asynccontextmanager
async def a_working_docket(*dependencies: Dependency[Any]) -> AsyncIterator[Docket]:
    """Fails if the worker does not live until the block ends."""
    async with Docket(name="adapter", url=URL) as docket:
        async with Worker(docket, dependencies=dependencies) as worker:
            running = asyncio.create_task(worker.run_forever())
            yield docket
        await running


def outcome(task: Callable[..., Awaitable[object]], *dependencies: Dependency[Any]) -> Exception:
    """Run a task that fails in a worker with these dependencies, then one that succeeds, and give the first one's error."""

    async def scenario() -> Exception:
        async with a_working_docket(*dependencies) as docket:
            error = await error_of(await docket.add(task)())
            assert await (await docket.add(succeed)()).get_result(timeout=PATIENCE) == "fine"
            return error

    return asyncio.run(scenario())


def is_whole(error: Exception) -> bool:
    cause = error.__cause__
    assert isinstance(error, Undeclared)
    assert isinstance(cause, AlsoUndeclared)
    return (str(error), error.order, str(cause), cause.order) == ("order 7 failed", 7, "order 6 failed", 6)


def test_an_undeclared_error_reaches_the_caller() -> None:
    """The worker survives an error whose class nobody declared, with its cause, and the caller gets both."""
    assert is_whole(outcome(fail, EnsurePicklable()))


def test_tasks_that_fail_at_the_same_time_share_the_dependency() -> None:
    """One instance serves all tasks that a worker runs at a time."""

    async def scenario() -> list[Exception]:
        together = asyncio.Barrier(5)

        async def fail_together() -> None:
            await together.wait()
            await fail()

        async with a_working_docket(EnsurePicklable()) as docket:
            executions = [await docket.add(fail_together)() for _ in range(together.parties)]
            return [await error_of(execution) for execution in executions]

    assert [is_whole(error) for error in asyncio.run(scenario())] == [True] * 5


GUARD = EnsurePicklable()


async def fail_guarded(guard: EnsurePicklable = GUARD) -> None:
    assert isinstance(guard, EnsurePicklable)
    await fail()


def test_a_single_task_can_name_it() -> None:
    """A task with the dependency among its own parameters needs no worker that has it."""
    assert is_whole(outcome(fail_guarded))


TWICE = Retry(attempts=2)


async def fail_twice(retry: Retry = TWICE) -> None:
    await (fail() if retry.attempt == 2 else fail_with(KeyError("first attempt")))


async def fail_with(error: Exception) -> None:
    raise error


def test_the_error_of_the_last_attempt_arrives() -> None:
    """Together with docket's ``Retry``, the caller gets the error of the last attempt."""
    assert is_whole(outcome(fail_twice, EnsurePicklable()))


@asynccontextmanager
async def resource_that_fails_at_the_end() -> AsyncIterator[None]:
    try:
        yield
    finally:
        await fail()


async def fail_with_resource(resource: None = Depends(resource_that_fails_at_the_end)) -> None:
    raise LookupError("order 8")


async def succeed_with_resource(resource: None = Depends(resource_that_fails_at_the_end)) -> str:
    return "fine"


def test_an_error_of_another_dependencys_end_arrives() -> None:
    """What another dependency raises when a failed task leaves it arrives, with the task's own error as its context."""
    error = outcome(fail_with_resource, EnsurePicklable())
    assert is_whole(error)
    assert repr(error.__context__) == "LookupError('order 8')"


def test_an_error_of_another_dependencys_end_does_not_end_the_worker() -> None:
    """docket pickles what a dependency raises after a task has succeeded, though nobody asks for it: the worker survives that."""

    async def scenario() -> list[str]:
        async with a_working_docket(EnsurePicklable()) as docket:
            executions = [await docket.add(succeed_with_resource)(), await docket.add(succeed)()]
            return [await execution.get_result(timeout=PATIENCE) for execution in executions]

    assert asyncio.run(scenario()) == ["fine", "fine"]


async def need_what_fails(resource: None = Depends(fail)) -> None:
    pass


def test_an_error_of_another_dependencys_start_arrives() -> None:
    """docket raises an ``ExceptionGroup`` where a dependency can't be had; what is in it arrives as well."""
    error = outcome(need_what_fails, EnsurePicklable())
    assert isinstance(error, ExceptionGroup)
    assert [is_whole(failed) for failed in error.exceptions] == [True]


def test_a_task_that_succeeds_changes_nothing() -> None:
    """Without an error nothing gets into ``copyreg``."""
    before = dict(copyreg.dispatch_table)

    async def scenario() -> None:
        async with a_working_docket(EnsurePicklable()) as docket:
            assert await (await docket.add(succeed)()).get_result(timeout=PATIENCE) == "fine"

    asyncio.run(scenario())
    assert copyreg.dispatch_table == before


def test_a_cancelled_task_is_left_alone() -> None:
    """docket does not pickle a cancellation, so nothing gets into ``copyreg``."""
    before = dict(copyreg.dispatch_table)

    async def scenario() -> None:
        started = asyncio.Event()

        async def wait_for_ever() -> None:
            started.set()
            await asyncio.Event().wait()

        async with a_working_docket(EnsurePicklable()) as docket:
            execution = await docket.add(wait_for_ever)()
            await started.wait()
            await docket.cancel(execution.key)
            assert isinstance(await error_of(execution), ExecutionCancelled)

    asyncio.run(scenario())
    assert copyreg.dispatch_table == before


async def fail_plainly() -> None:
    raise LookupError("order 8")


class BrokenRegistry(picklereg.Registry):
    def ensure(self, exc: BaseException) -> None:
        raise RuntimeError(f"no way to cover {exc!r}")


def test_a_registry_that_fails_does_not_replace_the_error(caplog: pytest.LogCaptureFixture) -> None:
    """If ``ensure`` itself fails, the task's own error goes its way, and the log says so."""
    with caplog.at_level(logging.ERROR, "picklereg.frameworks.docket"):
        error = outcome(fail_plainly, EnsurePicklable(BrokenRegistry(entry_points=False)))
    assert repr(error) == "LookupError('order 8')"
    (record,) = [record for record in caplog.records if record.name == "picklereg.frameworks.docket"]
    assert record.getMessage() == "can't make a LookupError picklable"
    assert "no way to cover LookupError('order 8')" in caplog.text


def test_another_registry_can_be_used() -> None:
    """The reducers are those of the registry that was handed in, and go when it is uninstalled."""
    registry = picklereg.Registry(entry_points=False)
    assert is_whole(outcome(fail, EnsurePicklable(registry)))
    assert Undeclared in copyreg.dispatch_table
    registry.uninstall()
    assert Undeclared not in copyreg.dispatch_table


TASKS = [fail]


def test_dockets_command_can_name_the_dependency() -> None:
    """``docket worker --dependencies picklereg.frameworks.docket:DEPENDENCIES`` needs no code."""

    async def scenario() -> Exception:
        async with Docket(name="adapter", url=URL) as docket:
            execution = await docket.add(fail)()
            await Worker.run(
                docket_name="adapter",
                url=URL,
                tasks=[f"{__name__}:TASKS"],
                dependencies="picklereg.frameworks.docket:DEPENDENCIES",
                until_finished=True,
            )
            return await error_of(execution)

    assert is_whole(asyncio.run(scenario()))


def run(code: str) -> str:
    """Run code in a fresh interpreter, and give what it prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_the_package_imports_no_framework() -> None:
    """``import picklereg.frameworks`` imports no docket."""
    assert run("import sys, picklereg.frameworks; print('docket' in sys.modules)") == "False"


def test_without_docket_the_error_says_what_to_install() -> None:
    """Where docket isn't installed, the adapter says that it is needed and how to get it."""
    assert said_without("docket", "docket") == "docket picklereg.frameworks.docket needs docket: pip install pydocket"


def test_a_docket_that_lacks_something_says_so_itself() -> None:
    """An installed docket whose own import fails is not reported as missing."""
    assert said_without("redis", "docket") == "redis No module named 'redis'"
