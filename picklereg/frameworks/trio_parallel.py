"""trio-parallel: errors reach whoever awaits a worker process, whatever their classes.

trio-parallel has tblib register every error's classes just before it pickles the error, which takes the place of whatever was
registered before. So :func:`run_sync` has the process pickle what comes of the call on its own:

    from picklereg.frameworks.trio_parallel import run_sync

    await run_sync(resize, picture)
    await run_sync(resize, picture, run=context.run_sync)  # in a worker context of your own
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from picklereg.frameworks.calls import outcome_of, unwrap
from picklereg.frameworks.keeping import needed

__all__ = ["run_sync"]

_Result = TypeVar("_Result")


async def run_sync(sync_fn: Callable[..., _Result], *args: object, run: Callable[..., Awaitable[bytes]] | None = None) -> _Result:
    """Call a function in a worker process.

    Args:
        sync_fn: the function.
        *args: its positional arguments.
        run: a worker context's ``run_sync``, or a partial of it; ``trio_parallel.run_sync``, if left out.

    Returns:
        What the function returns.
    """
    if run is None:
        run = _run_sync()
    returned: _Result = unwrap(await run(outcome_of, sync_fn, *args))
    return returned


def _run_sync() -> Callable[..., Awaitable[bytes]]:
    with needed("trio_parallel", "trio-parallel", by=__name__, install="trio-parallel"):
        import trio_parallel  # type: ignore[import-untyped]  # here: the worker processes do without it
    found: Callable[..., Awaitable[bytes]] = trio_parallel.run_sync
    return found
