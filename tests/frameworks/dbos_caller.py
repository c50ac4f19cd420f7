"""A DBOS application on SQLite, and a client of it, each in a process of its own: the client starts the application."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Final

from dbos import DBOS, DBOSClient

from frameworks import five_errors
from frameworks.callers import tell

#: How often, in seconds, both look into the database.
_PERIOD: Final = 0.05
_URL: Final = "sqlite:///tasks.sqlite"


def serializer(way: str) -> dict[str, Any]:
    """Give what the configuration of application and client has for a way."""
    if way == "before":
        return {}
    from picklereg.frameworks.dbos import Serializer

    return {"serializer": Serializer()}


def work(way: str) -> None:
    """Be the application, until told to stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    config: Any = {"name": "shop", "system_database_url": _URL, "run_admin_server": False, "log_level": "ERROR", **serializer(way)}
    DBOS(config=config)
    functions: list[Callable[..., Any]] = [five_errors.fail, five_errors.give, five_errors.work]
    for function in functions:
        DBOS.workflow(name=function.__name__)(function)
    DBOS.launch()
    DBOS.register_queue("tasks", polling_interval_sec=_PERIOD)
    print("ready", flush=True)  # noqa: T201  # to the client
    signal.pause()


def call(way: str) -> None:
    """Be the client."""
    with subprocess.Popen([sys.executable, "-m", __spec__.name, f"work {way}"], stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout is not None
        try:
            assert application.stdout.readline() == "ready\n"
            client = DBOSClient(system_database_url=_URL, **serializer(way))

            def run(function: Callable[..., Any], *args: object) -> Any:
                handle: Any = client.enqueue({"workflow_name": function.__name__, "queue_name": "tasks"}, *args)
                return handle.get_result(polling_interval_sec=_PERIOD)

            tell(run)
            client.destroy()
        finally:
            application.kill()


if __name__ == "__main__":
    _, _, called = sys.argv[1].rpartition(" ")
    (work if sys.argv[1].startswith("work ") else call)(called)
