"""A caller of Ray, which runs a node with one worker process."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Any, Final

import ray

from frameworks.callers import tell

#: Bytes; the least that Ray takes is 75 MiB.
_STORE: Final = 80 * 1024 * 1024


def set_up() -> None:
    """Prepare a worker process."""
    import picklereg

    picklereg.install(all_exceptions=True)


def run(function: Callable[..., Any], *args: object) -> Any:
    """Have a task done."""
    task: Any = ray.remote(function)
    return ray.get(task.remote(*args))


def cause_of(error: BaseException) -> BaseException:
    """Give what the task raised: Ray raises an error of its own that has it as its ``cause``."""
    return getattr(error, "cause", None) or error


def main(way: str) -> None:
    """Be the caller."""
    hook: dict[str, Any] = {"worker_process_setup_hook": set_up} if way == "picklereg" else {}
    environment = {"PYTHONPATH": os.environ["PYTHONPATH"], "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    with TemporaryDirectory(prefix="ray", dir="/tmp") as directory:  # a short path, for Ray's sockets
        ray.init(
            num_cpus=1,
            object_store_memory=_STORE,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            runtime_env={"env_vars": environment, **hook},
            _temp_dir=directory,
        )
        try:
            tell(run, cause_of)
        finally:
            ray.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
