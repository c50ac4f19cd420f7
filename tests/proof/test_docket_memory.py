"""docket's ``memory://``: caller and worker share a process, and errors still travel as pickles."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docket import Docket, ExecutionState, Worker

import picklereg
from picklereg.cli.demo.refusing_provider import REFUSALS
from picklereg.frameworks.docket import EnsurePicklable
from proof.calling import AT_ONCE, PATIENCE, error_of, is_without_its_lock
from proof.tasks import TASKS, NoFallbackLeft, add, ask_model, facts, lose_connection

if TYPE_CHECKING:
    from docket.dependencies import Dependency


@asynccontextmanager
async def a_docket() -> AsyncIterator[Docket]:
    async with Docket(name="proof", url="memory://") as docket:
        for task in TASKS:
            docket.register(task)
        yield docket


@asynccontextmanager
async def a_working_docket(*dependencies: Dependency[Any]) -> AsyncIterator[Docket]:
    """Fails if the worker does not live until the block ends."""
    async with a_docket() as docket:
        async with Worker(docket, dependencies=dependencies) as worker:
            running = asyncio.create_task(worker.run_forever())
            yield docket
        await running


async def dies_of(docket: Docket, name: str) -> str:
    """Run a worker that dies, and give what it died of."""
    async with asyncio.timeout(PATIENCE.total_seconds()), Worker(docket, name=name, redelivery_timeout=AT_ONCE) as worker:
        with pytest.raises(ExceptionGroup) as caught:
            await worker.run_forever()
    return repr(caught.value.exceptions)


@pytest.mark.parametrize("status", [429, 503])
def test_before_the_caller_cannot_read_litellms_error(status: int, provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets a TypeError of litellm's ``__init__`` instead of the error."""

    async def scenario() -> None:
        async with a_working_docket() as docket:
            execution = await docket.add(ask_model)(f"{provider}/{status}", str(tmp_path / "record"))
            error = await error_of(execution)
            assert type(error) is TypeError
            assert "__init__() missing" in str(error)

    asyncio.run(scenario())


def test_before_an_error_with_a_lock_kills_every_worker_that_meets_it(tmp_path: Path) -> None:
    """Without picklereg the worker dies, the task stays RUNNING, and the next worker takes it up and dies too."""

    async def scenario() -> None:
        async with a_docket() as docket:
            execution = await docket.add(lose_connection)(str(tmp_path / "record"))
            for name in ("first", "second"):
                assert "cannot pickle '_thread.lock' object" in await dies_of(docket, name)
                await execution.sync()
                assert (execution.state, execution.worker) == (ExecutionState.RUNNING, name)

    asyncio.run(scenario())


@pytest.mark.parametrize("status", REFUSALS)
def test_after_the_caller_gets_litellms_error(status: int, provider: str, tmp_path: Path) -> None:
    """The caller gets litellm's error as the worker saw it, and the worker does the next task."""
    record = tmp_path / "record"

    async def scenario() -> None:
        async with a_working_docket(EnsurePicklable()) as docket:
            error = await error_of(await docket.add(ask_model)(f"{provider}/{status}", str(record)))
            assert facts(error) == json.loads(record.read_text())
            assert type(error).__module__ == "litellm.exceptions"
            assert REFUSALS[status][0] in str(error)
            assert isinstance(error.__cause__, NoFallbackLeft)
            assert await (await docket.add(add)(2, 3)).get_result(timeout=PATIENCE) == (5, os.getpid())

    with picklereg.installed():
        asyncio.run(scenario())


def test_after_install_alone_carries_what_is_declared(provider: str, tmp_path: Path) -> None:
    """litellm's errors are a declared set: for them ``install`` is enough, also if the cause is of a class that nobody declared."""
    record = tmp_path / "record"

    async def scenario() -> None:
        async with a_working_docket() as docket:
            error = await error_of(await docket.add(ask_model)(f"{provider}/429", str(record)))
            assert facts(error) == json.loads(record.read_text())

    with picklereg.installed() as registry:
        declared = {known.name for known in registry.sets}
        assert "litellm.exceptions" in declared, "the entry points of picklereg's own distribution are missing: pip install ."
        asyncio.run(scenario())


def test_after_an_error_with_a_lock_arrives_without_the_lock(tmp_path: Path) -> None:
    """The caller gets the error, a note says that its lock stayed behind, and the worker does the next task."""
    record = tmp_path / "record"

    async def scenario() -> None:
        async with a_working_docket(EnsurePicklable()) as docket:
            error = await error_of(await docket.add(lose_connection)(str(record)))
            assert is_without_its_lock(error, record)
            assert await (await docket.add(add)(2, 3)).get_result(timeout=PATIENCE) == (5, os.getpid())

    with picklereg.installed():
        asyncio.run(scenario())
