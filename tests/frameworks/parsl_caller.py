"""A caller of parsl's ``HighThroughputExecutor``, whose workers and interchange are processes of their own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import parsl
from parsl.config import Config
from parsl.executors import HighThroughputExecutor
from parsl.executors.high_throughput.executor import DEFAULT_LAUNCH_CMD
from parsl.providers import LocalProvider

from frameworks import five_errors
from frameworks.callers import ANSWERS, tell


def executor(way: str) -> Any:
    """Give an executor with one worker."""
    return HighThroughputExecutor(
        label="local",
        address="127.0.0.1",
        max_workers_per_node=1,
        encrypted=False,
        launch_cmd=f"picklereg run -- {DEFAULT_LAUNCH_CMD}" if way == "picklereg" else DEFAULT_LAUNCH_CMD,
        provider=LocalProvider(init_blocks=1, max_blocks=1),
    )


def run(function: Callable[..., Any], *args: object) -> Any:
    """Have a task done."""
    app: Any = parsl.python_app(function)
    return app(*args).result()


def tell_what_hangs(chosen: Any) -> None:
    """Have a task raise an error that can't be loaded, wait until the thread that reads results is dead, and look at the task."""
    app: Any = parsl.python_app(five_errors.fail)
    future = app("needs_keywords", "", f"{sys.argv[3]}/needs_keywords")
    chosen._result_queue_thread.join()
    Path(sys.argv[3], ANSWERS).write_text(json.dumps({"done": future.done()}))


def main(way: str) -> None:
    """Be the caller."""
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    chosen = executor(way)
    with parsl.load(Config(executors=[chosen], run_dir="runs", usage_tracking=0, initialize_logging=False)):
        if way == "picklereg":
            tell(run)
        else:
            tell_what_hangs(chosen)


if __name__ == "__main__":
    main(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)  # one of parsl's threads may wait for ever
