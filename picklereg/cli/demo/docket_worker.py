"""docket's worker of the demo, and with :func:`run` a process of its own for it."""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from docket import Docket, Worker

import picklereg
from picklereg.cli.demo.failing_tasks import TASKS
from picklereg.cli.demo.lifeline import run_with_options

__all__ = ["run", "work"]


def run() -> None:
    """Be a worker's process: its options come by standard input."""
    run_with_options(work)


async def work(options: dict[str, Any]) -> None:
    """Work until cancelled, or until the worker dies of a task.

    Args:
        options: the docket's ``name`` and ``url``, and whether to install ``picklereg``.
    """
    await asyncio.to_thread(importlib.import_module, "litellm")
    if options["picklereg"]:
        picklereg.install(all_exceptions=True)  # the line that makes the difference
    async with Docket(name=options["name"], url=options["url"]) as docket:
        for task in TASKS:
            docket.register(task)
        async with Worker(docket) as worker:
            await worker.run_forever()
