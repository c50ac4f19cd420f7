"""What a dump costs, in calls, is what ``benchmarks/calls.json`` says."""

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


@pytest.fixture(scope="module")
def counted() -> dict[str, int]:
    """The counts, made in a process that has done nothing else."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmarks.calls"]
    result: dict[str, int] = json.loads(subprocess.check_output(command, cwd=ROOT, env=environment))
    return result


def test_no_hot_path_became_longer_unseen(counted: dict[str, int]) -> None:
    """If this fails, look at the difference, and keep it by ``python -m benchmarks.calls --update`` on each Python if it is meant."""
    assert counted == KEPT[HERE]


@pytest.mark.parametrize("version", KEPT)
def test_each_link_of_a_chain_costs_the_same(version: str) -> None:
    """Twenty links more cost twice what ten links more cost."""
    ten, twenty, forty = (KEPT[version][f"chain of {links}"] for links in (10, 20, 40))
    assert forty - twenty == 2 * (twenty - ten)
