"""A caller of trio-parallel's worker processes. Only one runs: nothing here is done at the same time."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import trio
import trio_parallel  # type: ignore[import-untyped]

from frameworks.callers import tell


async def main() -> None:
    """Work in a thread, which hands its calls to the event loop."""
    run: Any = trio_parallel.run_sync
    if sys.argv[1] == "before":
        await trio.to_thread.run_sync(tell, partial(trio.from_thread.run, run))
        return
    from picklereg.frameworks.trio_parallel import run_sync

    async with trio_parallel.open_worker_context() as context:
        assert await run_sync(int, "7") == 7  # in trio-parallel's own context
        run = partial(run_sync, run=context.run_sync)
        await trio.to_thread.run_sync(tell, partial(trio.from_thread.run, run))


if __name__ == "__main__":
    trio.run(main)
