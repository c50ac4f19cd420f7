"""A caller of Prefect's background tasks, which starts the server and a task worker, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from prefect import task
from prefect.serializers import PickleSerializer
from prefect.server.api.server import SubprocessASGIServer
from prefect.task_worker import serve

from frameworks import five_errors
from frameworks.callers import tell

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

#: Seconds that one task may take.
_PATIENCE: Final = 120


def tasks(way: str) -> dict[str, Any]:
    """Give the tasks by name; their results are kept in files, in the user's directory."""
    serializer = PickleSerializer(picklelib="picklereg") if way == "picklereg" else PickleSerializer()
    options: dict[str, Any] = {"persist_result": True, "result_serializer": serializer}
    functions: list[Callable[..., Any]] = [five_errors.fail, five_errors.give, five_errors.work]
    return {function.__name__: task(name=function.__name__, **options)(function) for function in functions}


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
    server = SubprocessASGIServer()
    server.start()
    try:
        os.environ["PREFECT_API_URL"] = server.api_url
        with subprocess.Popen([sys.executable, "-m", __spec__.name, f"work {way}"]) as worker:
            try:

                def run(function: Callable[..., Any], *args: object) -> Any:
                    future = known[function.__name__].delay(*args)
                    _wait(future)
                    state: State[Any] = future.state
                    return state.result()

                tell(run)
            finally:
                worker.kill()
    finally:
        server.stop()


if __name__ == "__main__":
    _, _, called = sys.argv[1].rpartition(" ")
    if sys.argv[1].startswith("work "):
        serve(*tasks(called).values())
    else:
        call(called)
