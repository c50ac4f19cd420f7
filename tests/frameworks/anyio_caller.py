"""A caller of anyio's worker processes. Only one runs: nothing here is done at the same time."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import anyio
from anyio import from_thread, to_process, to_thread

from frameworks.callers import tell


async def main() -> None:
    """Work in a thread, which hands its calls to the event loop."""
    run_sync: Any = to_process.run_sync
    if sys.argv[1] == "picklereg":
        from picklereg.frameworks.anyio import run_sync
    await to_thread.run_sync(tell, partial(from_thread.run, run_sync))


if __name__ == "__main__":
    anyio.run(main)
