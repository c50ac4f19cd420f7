"""The package as it is shipped: the wheel is built from this checkout, installed elsewhere and looked at there.

Nothing is fetched: hatchling builds in this environment, and pip installs without dependencies.
"""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from pages import PAGES, ROOT, name_of

import picklereg.testing

VERSION = "0.1.0"
#: What a program that imports picklereg must not pay for: cloudpickle, entry points, and anything optional or declared.
NOT_IMPORTED = ["cloudpickle", "importlib_metadata", "litellm", "openai", "httpx", "click", "rich", "tblib"]
#: The same of picklereg itself: what few processes need, by the first name below the package.
LATER = {
    *("cli", "frameworks", "pickling", "sets", "signing", "testing", "unpickling"),
    *("reduction.context", "reduction.custom_reducers", "reduction.decisions", "reduction.pieces", "reduction.round_trip"),
    *("reduction.state_setter", "reduction.tracebacks", "reduction.walk", "reduction.wire_form"),
    *("registry.copyreg_table", "registry.entry_points", "registry.exception_sets", "registry.import_hook", "registry.set_reports"),
}


def run(*command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds the sdist and the wheel."""
    directory = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "--directory", directory, cwd=ROOT)
    return directory


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory into which the wheel was installed."""
    directory = tmp_path_factory.mktemp("site")
    (wheel,) = built.glob("*.whl")
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile", "--target", directory, wheel)
    return directory


def python(installed: Path, code: str) -> str:
    """Run code in a fresh interpreter that finds the installed wheel first."""
    return run(sys.executable, "-c", code, env={**os.environ, "PYTHONPATH": str(installed)}, cwd=installed)


def test_wheel_holds_the_package_and_nothing_else(built: Path) -> None:
    """Every module and the ``py.typed`` mark are in the wheel; tests, benchmarks and the CI script aren't."""
    names = set(zipfile.ZipFile(next(built.glob("*.whl"))).namelist())
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "picklereg").rglob("*.py")}
    assert {name for name in names if not name.startswith(f"picklereg-{VERSION}.dist-info/")} == {*modules, "picklereg/py.typed"}


def test_sdist_can_be_tested(built: Path) -> None:
    """The sdist holds what a distributor needs to build and test it."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "picklereg/__init__.py", "picklereg/py.typed", "tests/conftest.py", ".ci/run"} <= names
    assert {name_of(page) for page in PAGES} <= names
    assert not any("__pycache__" in name for name in names)


def test_needs_two_distributions(installed: Path) -> None:
    """Without extras, cloudpickle and importlib-metadata are all that gets installed beside it."""
    metadata = email.message_from_string((installed / f"picklereg-{VERSION}.dist-info/METADATA").read_text("utf-8"))
    required = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert sorted(line.partition(">")[0] for line in required) == ["cloudpickle", "importlib-metadata"]
    assert metadata["Requires-Python"] == ">=3.11"
    assert {"litellm", "cli", "demo", "tracebacks", "test"} <= set(metadata.get_all("Provides-Extra", []))


def test_declares_its_sets_and_its_command(installed: Path) -> None:
    """The installed metadata names the exception sets that picklereg ships, and its command."""
    code = """
import json
from importlib_metadata import distribution
print(json.dumps([[point.group, point.name, point.value] for point in distribution("picklereg").entry_points]))
"""
    points = {(group, name): value for group, name, value in json.loads(python(installed, code))}
    assert points["console_scripts", "picklereg"] == "picklereg.cli:main"
    assert {name for group, name in points if group == "picklereg.exception_sets"} >= {"httpx", "litellm.exceptions", "openai"}


def test_declared_sets_are_found_and_wait(installed: Path) -> None:
    """Discovery finds the shipped sets by the installed metadata, and none is activated before its library is imported."""
    code = """
import sys, json, picklereg
registry = picklereg.Registry()
registry.discover(strict=True)
print(json.dumps({known.name: known.state for known in registry.sets if known.distribution == "picklereg"}))
assert "litellm" not in sys.modules
"""
    states = json.loads(python(installed, code))
    assert states.keys() >= {"httpx", "litellm.exceptions", "openai"}
    assert set(states.values()) == {"waiting"}


def test_console_script_runs(installed: Path) -> None:
    """The command that the wheel installs starts, and tells what it can do."""
    printed = run(installed / "bin" / "picklereg", "--help", env={**os.environ, "PYTHONPATH": str(installed)})
    assert "check" in printed


def test_module_runs_as_the_command(installed: Path) -> None:
    """``python -m picklereg`` does what the command does."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    assert "check" in run(sys.executable, "-m", "picklereg", "--help", env=environment)


def test_import_is_cheap(installed: Path) -> None:
    """``import picklereg`` imports neither what finds entry points nor anything optional nor a library that a set is about."""
    imported = python(installed, "import json, sys, picklereg; print(json.dumps([picklereg.__file__, *sys.modules]))")
    file, *modules = json.loads(imported)
    assert Path(file).is_relative_to(installed)
    assert set(NOT_IMPORTED).isdisjoint(modules)
    ours = {name.removeprefix("picklereg.") for name in modules if name.startswith("picklereg.")}
    assert "registry.registry" in ours
    assert LATER.isdisjoint(ours)


def test_reference_lists_the_public_face() -> None:
    """The reference names every public name, and nothing that isn't there."""
    section = (ROOT / "picklereg/registry/README.md").read_text("utf-8").partition("\n## Reference\n")[2].partition("\n## ")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    names = {name for cell in first_cells for name in re.findall(r"`(\w+)`", cell)}
    assert names - {"demo", "doctor", "show", "run", "sets"} == set(picklereg.__all__)
    testing = next(line for line in section.splitlines() if line.startswith("| `picklereg.testing`"))
    assert set(re.findall(r"`(\w+)`", testing)) == set(picklereg.testing.__all__)


def test_install_imports_no_declared_library(installed: Path) -> None:
    """``picklereg.install()`` finds the declared sets without importing a library that one of them is about."""
    imported = python(installed, "import json, sys, picklereg; picklereg.install(); print(json.dumps(list(sys.modules)))")
    assert {"litellm", "openai", "httpx"}.isdisjoint(json.loads(imported))
