"""A caller of Prefect's background tasks, which starts the server and a task worker, each in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.task_worker import serve

from frameworks import five_errors
from frameworks.callers import tell
from frameworks.prefect_serving import kept, run_as, serving, working

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

#: Seconds that one task may take.
_PATIENCE: Final = 120


def tasks(way: str) -> dict[str, Any]:
    """Give the tasks by name."""
    functions: list[Callable[..., Any]] = [five_errors.fail, five_errors.give, five_errors.work]
    return {function.__name__: task(name=function.__name__, **kept(way))(function) for function in functions}


def _wait(future: Any) -> None:
    """Wait for a task that was called.

    Prefect's server can know a run before it knows its state; ``wait`` takes that for a run that hasn't started, and raises (3.9.1).
    """
    started = time.monotonic()
    while True:
        try:
            future.wait(_PATIENCE)
        except RuntimeError:
            if time.monotonic() - started > _PATIENCE:
                raise
        else:
            return


def call(way: str) -> None:
    """Be the caller."""
    known = tasks(way)

    def run(function: Callable[..., Any], *args: object) -> Any:
        future = known[function.__name__].delay(*args)
        _wait(future)
        state: State[Any] = future.state
        return state.result()

    with serving(), working(__spec__.name, way):
        tell(run)


def work(way: str) -> None:
    """Do tasks until killed."""
    serve(*tasks(way).values())


if __name__ == "__main__":
    run_as(call, work)
