"""One of the two ways, in a process of its own, which :func:`run` is all of.

It is the caller. With docket's ``memory://`` the worker runs in this process, too, since it can't be reached from another one; with
Redis it is a process of its own. What is to be told goes to standard output, as JSON lines.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Final, cast

from docket import Docket, Execution

from picklereg.cli.demo.docket_worker import work
from picklereg.cli.demo.failing_tasks import API_KEY, FAILURES, PROMPT, extract_memories, summarize
from picklereg.cli.demo.lifeline import run_with_options
from picklereg.cli.demo.outcomes import Outcome, fate_of
from picklereg.cli.demo.stored_secrets import stands_in
from picklereg.testing.reader import describe

__all__ = ["call", "run"]

#: Longer than the process that started this one waits, which tells what it waited for.
_PATIENCE: Final = timedelta(minutes=5)


def run() -> None:
    """Be this process: its options come by standard input."""
    run_with_options(call)


async def call(options: dict[str, Any]) -> None:
    """Let every task fail, then let the worker do one more, and tell what came.

    Args:
        options: those of :func:`picklereg.cli.demo.docket_worker.work`, and the task's ``provider``, ``deaf`` and ``records``.
    """
    with _answers() as answers:
        await asyncio.to_thread(importlib.import_module, "litellm")
        print("{}", file=answers, flush=True)
        async with _worker(options) as worker, Docket(name=options["name"], url=options["url"]) as docket:
            for failure in FAILURES:
                outcome = Outcome("untried") if worker.done() else await _tried(docket, worker, failure, options)
                said = {"failure": failure, "type": _described(failure, options)[0]["type"], "outcome": asdict(outcome)}
                print(json.dumps(said), file=answers, flush=True)
            print(json.dumps({"lived": not worker.done() and await _does_the_next_task(docket)}), file=answers, flush=True)


def _answers() -> IO[str]:
    """Give standard output for what is to be told, and let what libraries print go elsewhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


@asynccontextmanager
async def _worker(options: dict[str, Any]) -> AsyncIterator[asyncio.Task[None]]:
    """Run the worker until the block ends; give what is done when it has died."""
    worker = asyncio.create_task(work(options) if options["url"] == "memory://" else _work_elsewhere(options))
    try:
        yield worker
    finally:
        worker.cancel()
        await asyncio.wait([worker])


async def _work_elsewhere(options: dict[str, Any]) -> None:
    command = [sys.executable, "-P", "-c", "from picklereg.cli.demo.docket_worker import run; run()"]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    lifeline = cast("asyncio.StreamWriter", process.stdin)
    try:
        lifeline.write(json.dumps(options).encode() + b"\n")
        await process.wait()
    finally:
        lifeline.close()
        await process.wait()


async def _tried(docket: Docket, worker: asyncio.Task[None], failure: str, options: dict[str, Any]) -> Outcome:
    """Have the worker do a failing task, and look at what comes."""
    execution = await docket.add(extract_memories)(failure, options["provider"], options["deaf"], options["records"])
    getting: asyncio.Future[Any] = asyncio.gather(execution.get_result(timeout=_PATIENCE), return_exceptions=True)
    await asyncio.wait({getting, worker}, return_when=asyncio.FIRST_COMPLETED)
    if not getting.done():
        getting.cancel()
        with suppress(asyncio.CancelledError):
            await getting
        return Outcome("deadly")
    (error,) = getting.result()
    stored = await _stored(docket, execution)
    fate, detail = fate_of(_described(failure, options), describe(error), stored)
    return Outcome(fate, detail, stands_in(API_KEY, stored), stands_in(PROMPT, stored))


async def _stored(docket: Docket, execution: Execution) -> bytes:
    """Give what docket keeps of an error: its pickle, and its text."""
    kept = await docket.result_storage.get(execution.result_key or "") or {"data": ""}
    return base64.b64decode(kept["data"]) + (execution.error or "").encode()


def _described(failure: str, options: dict[str, Any]) -> Any:
    """Give what the worker wrote down of an error before docket got hold of it."""
    path = Path(options["records"], failure)
    return json.loads(path.read_text("utf-8")) if path.exists() else [{"type": ""}]


async def _does_the_next_task(docket: Docket) -> bool:
    execution = await docket.add(summarize)(["and", "so", "on"])
    return bool(await execution.get_result(timeout=_PATIENCE) == "and so on")
