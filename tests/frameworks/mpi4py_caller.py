"""A caller of mpi4py's ``MPIPoolExecutor``, started by ``mpiexec`` beside one worker."""

from __future__ import annotations

import sys

from mpi4py.futures import MPIPoolExecutor

from frameworks.callers import by_outcome, tell


def main(way: str) -> None:
    """Be the caller."""
    with MPIPoolExecutor(max_workers=1) as executor:
        tell(by_outcome(way, lambda function, *args: executor.submit(function, *args).result()))


if __name__ == "__main__":
    main(sys.argv[1])
