"""A set that a stranger declares by the words of its page: built as a wheel, and installed beside a broken neighbour.

Nothing is fetched: hatchling builds in this environment, and what picklereg needs is linked into the fresh one.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import textwrap
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from pages import ROOT, files_shown

#: What picklereg depends on.
DEPENDENCIES = ["cloudpickle", "importlib-metadata"]

LIBRARY = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "warehouse"
        version = "1.0"
    """,
    "warehouse.py": """
        import threading

        class Client:
            def __init__(self, host, *, password):
                self.host = host
                self.shelf = 3
                self._password = password
                self._lock = threading.Lock()

        class WarehouseError(Exception):
            pass

        class RefusedError(WarehouseError):
            def __init__(self, client, *, code):
                super().__init__(f"{client.host} refuses")
                self.client = client
                self.code = code
    """,
}

NEIGHBOUR = {
    "pyproject.toml": """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "broken-neighbour"
        version = "1.0"

        [project.entry-points."picklereg.exception_sets"]
        "warehouse" = "broken_neighbour:register"
        "json" = "broken_neighbour:NOT_THERE"
        "json.decoder" = "not_there_at_all"
    """,
    "broken_neighbour.py": """
        def register(registry):
            registry.register(KeyError)
            raise RuntimeError("half-way")
    """,
}

#: In a process that has never heard of the set.
WORKER = """
import pickle, sys, warnings
import picklereg

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    picklereg.install()
    assert "warehouse" not in sys.modules
    assert "warehouse_pickling" not in sys.modules
    import warehouse

for warning in caught:
    print(warning.message, file=sys.stderr)
try:
    raise warehouse.RefusedError(warehouse.Client("wh.example", password="opensesame"), code=7) from TimeoutError("slow")
except warehouse.RefusedError as error:
    sys.stdout.buffer.write(pickle.dumps(error))
"""

#: Reads by plain pickle; what picklereg installs is none of its business.
CALLER = """
import json, pickle, sys
error = pickle.loads(sys.stdin.buffer.read())
print(json.dumps([repr(error), error.client, error.code, repr(error.__cause__), "picklereg" in sys.modules]))
"""

STATES = """
import json
from picklereg.registry.set_reports import declared_sets
print(json.dumps([[found.distribution, found.name, found.state, found.problem] for found in declared_sets()]))
"""


def run(*command: str | Path, cwd: Path | None = None, read: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(command, cwd=cwd, input=read, capture_output=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done


def shown() -> dict[str, str]:
    """Give the files that the page shows for a set in a distribution of one's own."""
    return files_shown(ROOT / "picklereg/sets/README.md", "A set in a distribution of your own")


def wheel(directory: Path, files: dict[str, str]) -> Path:
    """Build a distribution from its files."""
    directory.mkdir()
    for name, text in files.items():
        (directory / name).write_text(textwrap.dedent(text), "utf-8")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory / "dist", cwd=directory)
    return next((directory / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment, in which picklereg, the library, the set and its neighbour are installed."""
    directory = tmp_path_factory.mktemp("stranger")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", directory / "dist", cwd=ROOT)
    wheels = [
        next((directory / "dist").glob("*.whl")),
        wheel(directory / "library", LIBRARY),
        wheel(directory / "set", shown()),
        wheel(directory / "neighbour", NEIGHBOUR),
    ]
    venv.create(directory / "env", symlinks=True)
    found = directory / "env/bin/python"
    run(sys.executable, "-m", "pip", "--python", found, "install", "--quiet", "--no-deps", "--no-index", *wheels)
    site = Path(run(found, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.decode().strip())
    for part in sorted(parts_of(DEPENDENCIES)):
        (site / part.name).symlink_to(part)
    return found


def parts_of(distributions: list[str]) -> set[Path]:
    """Give the modules and packages of installed distributions and of all that they depend on."""
    parts: set[Path] = set()
    names = [*distributions]
    for name in names:  # grows meanwhile
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}
        parts |= {Path(str(distribution.locate_file(top))) for top in tops if top != "__pycache__"}
        required = map(Requirement, distribution.requires or ())
        needed = [one.name for one in required if one.marker is None or one.marker.evaluate({"extra": ""})]
        names += [one for one in needed if one not in names]
    return parts


def test_page_shows_a_whole_distribution() -> None:
    """The page's walk-through consists of a project file, the set, and its test."""
    assert [*shown()] == ["pyproject.toml", "warehouse_pickling.py", "test_warehouse_pickling.py"]


@pytest.mark.parametrize("name", ["test_set", "test_refused_error"])
def test_tests_of_the_set_pass(name: str, python: Path, tmp_path: Path) -> None:
    """The tests that the page shows pass where the wheels are installed."""
    (tmp_path / "set_tests.py").write_text(shown()["test_warehouse_pickling.py"], "utf-8")
    run(python, "-c", f"import set_tests; set_tests.{name}()", cwd=tmp_path)


def test_set_works_in_a_program(python: Path, tmp_path: Path) -> None:
    """A program that installs picklereg sends the library's error whole, stripped, to one that reads it by plain pickle."""
    worker = run(python, "-c", WORKER, cwd=tmp_path)
    assert b"opensesame" not in worker.stdout
    caller = run(python, "-c", CALLER, cwd=tmp_path, read=worker.stdout)
    assert json.loads(caller.stdout) == [
        "RefusedError('wh.example refuses')", {"host": "wh.example", "shelf": 3}, 7, "TimeoutError('slow')", False,
    ]  # fmt: skip


def test_broken_neighbour_is_named(python: Path, tmp_path: Path) -> None:
    """Each of the neighbour's sets is warned of, with its distribution and the reason, and nobody else's."""
    warned = run(python, "-c", WORKER, cwd=tmp_path).stderr.decode().splitlines()
    assert any(
        "'warehouse' = 'broken_neighbour:register' of distribution 'broken-neighbour': RuntimeError: half-way" in line for line in warned
    )
    assert all("'broken-neighbour'" in line for line in warned)


def test_states_are_told(python: Path, tmp_path: Path) -> None:
    """Without its library having been imported, a set waits; what is broken beyond doubt is known already."""
    told = {
        (distribution, name): (state, problem)
        for distribution, name, state, problem in json.loads(run(python, "-c", STATES, cwd=tmp_path).stdout)
    }
    assert told["warehouse-pickling", "warehouse"] == ("waiting", None)
    assert told["broken-neighbour", "warehouse"] == ("waiting", None)
    assert told["broken-neighbour", "json.decoder"][0] == "failed"
    assert "not_there_at_all" in told["broken-neighbour", "json.decoder"][1]
