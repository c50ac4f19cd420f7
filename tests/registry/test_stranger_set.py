"""A set that a stranger declares by the words of its page: built as a wheel, and installed beside a broken neighbour.

Nothing is fetched: hatchling builds in this environment, and what picklereg needs is linked into the fresh one.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fresh_environment import build, install, make_environment, run, write
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


def shown() -> dict[str, str]:
    """Give the files that the page shows for a set in a distribution of one's own."""
    return files_shown(ROOT / "picklereg/sets/README.md", "A set in a distribution of your own")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment, in which picklereg, the library, the set and its neighbour are installed."""
    directory = tmp_path_factory.mktemp("stranger")
    found = make_environment(directory / "env", *DEPENDENCIES)
    install(found, build(ROOT, directory / "dist"))
    for name, files in {"library": LIBRARY, "set": shown(), "neighbour": NEIGHBOUR}.items():
        install(found, build(write(directory / name, files), directory / name / "dist"))
    return found


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
