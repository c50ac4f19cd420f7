"""A caller of submitit's ``LocalExecutor``, in which each job has a process of its own."""

from __future__ import annotations

import sys

from submitit import LocalExecutor

from frameworks.callers import by_outcome, tell


def main(way: str) -> None:
    """Be the caller."""
    executor = LocalExecutor(folder="jobs")
    executor.update_parameters(timeout_min=2)
    tell(by_outcome(way, lambda function, *args: executor.submit(function, *args).result()))


if __name__ == "__main__":
    main(sys.argv[1])
