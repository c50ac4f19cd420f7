"""Standard input as the line to the process that started this one: options come by it, and when it breaks, this one ends.

So nothing is left behind, however the other one ends; and no password in a URL can be seen in a list of processes.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

__all__ = ["run_with_options"]


def run_with_options(main: Any) -> None:
    """Run a coroutine function with the options that come first, until it is done or nobody waits for it any more.

    Args:
        main: the coroutine function; it takes the options.
    """
    options = json.loads(sys.stdin.readline())
    with suppress(asyncio.CancelledError):
        asyncio.run(_until_it_breaks(main(options)))


async def _until_it_breaks(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def wait() -> None:
        os.read(0, 1)  # not sys.stdin, whose lock the end of the interpreter would wait for
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(task.cancel)

    threading.Thread(target=wait, daemon=True).start()
    await task
