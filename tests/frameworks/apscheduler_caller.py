"""A caller of APScheduler, which has a scheduler in a process of its own do the jobs; results are in a file of SQLite's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from apscheduler import Scheduler, SchedulerRole
from apscheduler.datastores.sqlalchemy import SQLAlchemyDataStore
from apscheduler.eventbrokers.redis import RedisEventBroker
from apscheduler.serializers.pickle import PickleSerializer
from sqlalchemy import create_engine

from frameworks.callers import ANSWERS, error_of, tell
from frameworks.five_errors import work

#: Seconds for which to wait for a lock of the database.
_PATIENCE: Final = 120


def scheduler(way: str, role: SchedulerRole) -> Scheduler:
    """Give a scheduler of either process."""
    serializer: Any = PickleSerializer()
    if way == "picklereg":
        from picklereg.frameworks.apscheduler import Serializer

        serializer = Serializer()
    engine = create_engine("sqlite:///jobs.db", connect_args={"timeout": _PATIENCE})
    store = SQLAlchemyDataStore(engine, serializer=serializer)
    return Scheduler(store, RedisEventBroker(os.environ["BROKER"]), role=role)


def call(way: str, directory: str) -> None:
    """Be the caller."""
    with (
        scheduler(way, SchedulerRole.scheduler) as calling,
        subprocess.Popen([sys.executable, "-m", __spec__.name, f"work {way}"]) as worker,
    ):
        try:

            def run(function: Callable[..., Any], *args: object) -> Any:
                return calling.run_job(function, args=args)

            if way == "before":
                unread = error_of(run, "needs_keywords", "", f"{directory}/record")
                Path(directory, ANSWERS).write_text(json.dumps({"unread": type(unread).__name__, "next": run(work, 2, 3)[0]}))
            else:
                tell(run)
        finally:
            worker.kill()


if __name__ == "__main__":
    _, _, called = sys.argv[1].rpartition(" ")
    if sys.argv[1].startswith("work "):
        with scheduler(called, SchedulerRole.both) as working:
            working.run_until_stopped()
    else:
        call(called, sys.argv[3])
