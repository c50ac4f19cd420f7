"""mpi4py: what an ``MPIPoolExecutor`` calls is ``outcome_of``, and the caller calls ``unwrap``."""

from __future__ import annotations

import sys
from pathlib import Path

from frameworks.callers import RUN_MODULE, assert_whole, require, told
from frameworks.five_errors import ERRORS, expected

#: The MPI that a wheel brought stands beside Python.
LAUNCHER = (str(Path(sys.executable).with_name("mpiexec")), "-n", "2", *RUN_MODULE, "mpi4py.futures", "-m")

require("mpi4py", "litellm")


def test_before_errors_of_pickle_arrive(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets errors of pickle's."""
    answers = told("mpi4py", "before", provider, tmp_path, launcher=LAUNCHER)
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["type"] == "TypeError"
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("mpi4py", "picklereg", provider, tmp_path, launcher=LAUNCHER)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
