"""Dask distributed: a plugin for the workers. distributed is not imported here: see ``dask_tasks``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from frameworks.five_errors import ERRORS, LOCK_NOTE, expected
from frameworks.not_installed import said_without

# Not imported here: tblib's entries would be in the table of the process that runs the other tests.
if any(find_spec(name) is None for name in ("distributed", "litellm")):
    pytest.skip("distributed or litellm isn't installed", allow_module_level=True)

FIRST = "picklereg first"
WORKERS = ["plain", FIRST]
#: Importing litellm in one worker is enough.
SLOW = (FIRST, "litellm")


def told_by(directory: Path, *arguments: str) -> Any:
    """Run a program, and give what it tells. All that distributed leaves behind is in the directory."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "DASK_TEMPORARY_DIRECTORY": str(directory)}
    command = [sys.executable, "-m", "frameworks.dask_tasks", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def told(provider: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a client tells whose scheduler has a worker without picklereg, and one with ``picklereg run``; both get the plugin later."""
    directory = tmp_path_factory.mktemp("dask")
    return told_by(directory, provider, str(directory))


@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize("kind", ["holds_lock", "chain"])
def test_before_an_error_with_a_lock_is_text(kind: str, worker: str, told: Any) -> None:
    """Without the plugin an error with a lock is an ``Exception`` with the error's repr, also where picklereg is installed."""
    before = told["before"][worker][kind]
    assert before["error"]["type"] == "builtins.Exception"
    assert "HoldsLock('lost db.example after 3 attempts')" in before["error"]["str"]
    assert before["then"] == [5, told["pids"][worker]]


@pytest.mark.parametrize(("worker", "kind"), [(worker, kind) for worker in WORKERS for kind in ERRORS if (worker, kind) != SLOW])
def test_every_error_arrives_and_the_worker_goes_on(worker: str, kind: str, told: Any) -> None:
    """Each error arrives whole, whichever was imported first, with distributed's traceback, and the same process does the next task."""
    outcome = told["plugin"][worker][kind]
    where = outcome["error"].pop("raised in")
    assert outcome["error"] == expected(outcome["record"])
    assert where != "outcome"
    assert outcome["then"] == [5, told["pids"][worker]]


@pytest.mark.parametrize("worker", WORKERS)
def test_a_returned_error_arrives(worker: str, told: Any) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    outcome = told["others"][worker]["returned"]
    assert outcome["error"] == expected(outcome["record"])


@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize(("task", "name"), [("async", "frameworks.five_errors.HoldsLock"), ("local", "__main__.Local")])
def test_other_tasks_errors_arrive(task: str, name: str, worker: str, told: Any) -> None:
    """So do the error of a coroutine, and one whose class exists in the client's program alone."""
    error = told["others"][worker][task]
    assert (error["type"], error["notes"]) == (name, [LOCK_NOTE])


@pytest.mark.parametrize("worker", WORKERS)
def test_an_error_inside_a_result_arrives(worker: str, told: Any) -> None:
    """So does an error in a list that a task returns."""
    [error] = told["others"][worker]["in a list"]
    assert (error["type"], error["str"], error["notes"]) == ("__main__.Local", "number 8", [LOCK_NOTE])


def test_after_the_plugin_all_is_as_before(told: Any) -> None:
    """A worker that loses the plugin sends what it sent without it."""
    assert told["after"]["holds_lock"]["error"] == told["before"]["plain"]["holds_lock"]["error"]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a process sends in which workers with the plugin begin and end."""
    return told_by(tmp_path_factory.mktemp("dask"), "alone")


def test_the_bytes_are_pythons(alone: Any) -> None:
    """With the plugin, tblib writes no error any more, not even one that it could write; whoever reads it needs neither."""
    for name in ("one left", "one that tblib can write"):
        assert alone[name]["named"] == []
        assert alone[name]["traceback"]


def test_the_last_worker_of_a_process_undoes_it(alone: Any) -> None:
    """Workers that share a process share the installation; when the last one ends, all is as it would be without."""
    assert alone["one left"]["error"]["notes"] == [LOCK_NOTE]
    assert alone["none left"] == alone["before"]
    assert alone["left behind"] == 0


def test_what_is_missing_is_named() -> None:
    """Where distributed isn't installed, the adapter says how to get it; what distributed itself lacks, it says itself."""
    assert said_without("distributed", "dask") == "distributed picklereg.frameworks.dask needs distributed: pip install distributed"
    assert said_without("tornado", "dask") == "tornado No module named 'tornado'"
