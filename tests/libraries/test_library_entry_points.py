"""Every set that picklereg declares: installed first and imported later, a library's exceptions are in ``copyreg``'s table, with ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from writing import declared_sets

ROOT = Path(__file__).parents[2]
GROUP = "picklereg.exception_sets"
#: Name and value of every entry point: none is forgotten.
SETS = declared_sets()

#: What the subprocess does: install, import the library, and tell the set's state before and after, and which of its classes are covered.
CODE = """
import copyreg, importlib, json, sys, warnings
import picklereg

name = sys.argv[1]

def state():
    (state,) = (known.state for known in registry.sets if (known.name, known.distribution) == (name, "picklereg"))
    return state

def ours(reducer):
    return type(reducer).__module__.startswith("picklereg.")

def theirs(cls):
    return issubclass(cls, BaseException) and cls.__module__.partition(".")[0].lstrip("_") == name.partition(".")[0]

with picklereg.installed() as registry:
    before = state()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library warns of when it is imported is not what is tested
        importlib.import_module(name)
    covered = sorted(cls.__qualname__ for cls, reducer in copyreg.dispatch_table.items() if ours(reducer) and theirs(cls))
    print(json.dumps([before, state(), covered]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that says what an installed picklereg says: the distribution's name and its entry points."""
    site = tmp_path_factory.mktemp("site")
    info = site / "picklereg-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: picklereg\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *(f"{name} = {value}" for name, value in SETS.items())]))
    return site


def imported(name: str, site: Path) -> Any:
    """Give what :data:`CODE` prints in a fresh interpreter."""
    path = os.pathsep.join([str(site), str(ROOT)])
    command = [sys.executable, "-c", CODE, name]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", SETS)
def test_a_declared_set_becomes_active(name: str, site: Path) -> None:
    """It waits until its library is imported, and then the library's exceptions are carried by plain pickle."""
    if find_spec(name.partition(".")[0]) is None:
        pytest.skip(f"{name} isn't installed")
    before, after, covered = imported(name, site)
    assert (before, after) == ("waiting", "active")
    assert covered
