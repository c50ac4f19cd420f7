"""anyio: errors reach whoever awaits a worker process, whatever their classes.

``anyio.to_process`` pickles errors and results with plain ``pickle``, and has no place to say what its processes do at their start.
:func:`run_sync` is its function with one step more: the process installs picklereg, if it hasn't yet.

    from picklereg.frameworks.anyio import run_sync

    await run_sync(resize, picture)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from picklereg import install
from picklereg.frameworks.keeping import needed

with needed("anyio", "anyio", by=__name__):
    from anyio import to_process

if TYPE_CHECKING:
    from anyio import CapacityLimiter

__all__ = ["run_sync"]

_Result = TypeVar("_Result")


async def run_sync(
    func: Callable[..., _Result], *args: object, cancellable: bool = False, limiter: CapacityLimiter | None = None
) -> _Result:
    """Call a function in a worker process, as ``anyio.to_process.run_sync`` does, with picklereg installed there.

    Args:
        func: the function.
        *args: its positional arguments.
        cancellable: whether to kill the process if the caller is cancelled.
        limiter: limits the number of processes that work at a time; anyio's own, if left out.

    Returns:
        What the function returns.
    """
    return await to_process.run_sync(partial(_call, func), *args, cancellable=cancellable, limiter=limiter)


def _call(func: Callable[..., _Result], *args: object) -> _Result:
    """Install picklereg, and call a function: in the worker process."""
    install(all_exceptions=True)
    return func(*args)
