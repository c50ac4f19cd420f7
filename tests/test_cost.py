"""What a dump costs, in calls, is what ``benchmarks/calls.json`` says: of shapes exactly, of errors that clients really raise at most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = json.loads((ROOT / "benchmarks" / "calls.json").read_text("utf-8"))
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
MODES = ("dumps", "pickle, installed", "cloudpickle, installed")
#: How many times as many calls an error may cost with other versions of its library than those that were counted with.
LEEWAY = 1.1


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    """The counts, made in a process that has done nothing else."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmarks.calls"]
    result: dict[str, int] = json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))
    return result


def test_no_hot_path_became_longer_unseen(counted: dict[str, int]) -> None:
    """If this fails, look at the difference, and keep it by ``python -m benchmarks.calls --update`` on each Python if it is meant."""
    assert {name: calls for name, calls in counted.items() if ": " not in name} == {
        name: calls for name, calls in KEPT[HERE].items() if ": " not in name
    }


@pytest.mark.parametrize("mode", MODES)
def test_no_real_error_became_dearer_unseen(mode: str, counted: dict[str, int]) -> None:
    """Errors that clients really raise cost what they did, in each mode, but for a few calls that their libraries' versions make."""
    found = {name: calls for name, calls in counted.items() if name.endswith(f": {mode}")}
    assert {f"a text: {mode}", f"a chain: {mode}"} <= found.keys()  # Python's own are there, whichever libraries are
    dearer = {name: (calls, KEPT[HERE].get(name)) for name, calls in found.items() if calls > LEEWAY * KEPT[HERE].get(name, 0)}
    assert dearer == {}


@pytest.mark.parametrize("version", KEPT)
def test_each_link_of_a_chain_costs_the_same(version: str) -> None:
    """Twenty links more cost twice what ten links more cost."""
    ten, twenty, forty = (KEPT[version][f"chain of {links}"] for links in (10, 20, 40))
    assert forty - twenty == 2 * (twenty - ten)
