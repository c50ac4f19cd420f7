"""A caller of mpi4py's ``MPIPoolExecutor``, started by ``mpiexec`` beside one worker."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from mpi4py.futures import MPIPoolExecutor

from frameworks.callers import tell


def main(way: str) -> None:
    """Be the caller."""
    with MPIPoolExecutor(max_workers=1) as executor:

        def run(function: Callable[..., Any], *args: object) -> Any:
            if way == "before":
                return executor.submit(function, *args).result()
            from picklereg.frameworks.calls import outcome_of, unwrap

            return unwrap(executor.submit(outcome_of, function, *args).result())

        tell(run)


if __name__ == "__main__":
    main(sys.argv[1])
