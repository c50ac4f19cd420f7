"""A caller of submitit's ``LocalExecutor``, in which each job has a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from submitit import LocalExecutor

from frameworks.callers import tell


def main(way: str) -> None:
    """Be the caller."""
    executor = LocalExecutor(folder="jobs")
    executor.update_parameters(timeout_min=2)

    def run(function: Callable[..., Any], *args: object) -> Any:
        if way == "before":
            return executor.submit(function, *args).result()
        from picklereg.frameworks.calls import outcome_of, unwrap

        return unwrap(executor.submit(outcome_of, function, *args).result())

    tell(run)


if __name__ == "__main__":
    main(sys.argv[1])
