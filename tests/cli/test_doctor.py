"""``picklereg doctor``: what it tells of a worker's environment, and that it imports no framework that it isn't pointed at."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

import picklereg
from picklereg.cli.diagnoses import diagnosed
from picklereg.cli.framework_table import FRAMEWORKS
from picklereg.registry.set_reports import registered_sets

#: Runs the command, and adds which modules are there at its end.
RUN = """
import atexit, sys
from picklereg.cli import main
sys.argv[0] = "picklereg"
atexit.register(lambda: print("imported:", *sys.modules, file=sys.stderr))
main()
"""

#: An app for each way in which picklereg may be in effect.
APPS = {
    "by_install": "import picklereg\npicklereg.install()",
    "by_install_of_all": "import picklereg\npicklereg.install(all_exceptions=True)",
    "by_nothing": "import picklereg\nprint('noise')\nimport queue\nq = queue.Queue()",
    "by_adapter": "import picklereg.frameworks.rq",
    "by_serializer": """
        from ghost_queue import Queue
        import picklereg
        queue = Queue(picklereg)
        plain = Queue(None)
        other = Queue("json")
        functions = Queue({"a": [{picklereg.dumps, len}]})
        instance = Queue(picklereg.Signer("kept in the environment, not in the code"))
        named = Queue("picklereg")
        class Own(Queue): pass
        own = Own(picklereg.loads)
        itself = Queue(None)
        itself.serializer = itself
    """,
    "by_settings": """
        class Conf:
            result_backend = "picklereg+redis://:secret@h/0"
            @property
            def task_serializer(self): raise RuntimeError("not configured")
        from ghost_queue import Queue
        app = Queue(None)
        app.conf = Conf()
    """,
    "registers": """
        import picklereg
        picklereg.install()
        picklereg.register("ghost_queue.erors")
        picklereg.register("wave")
        picklereg.register("json")
    """,
    "raises": "raise RuntimeError('no broker')",
    "leaves": "import sys\nsys.exit('bye')",
    "lacks": "import not_there_at_all",
}
#: Stands for a framework that the doctor knows.
GHOST = """
class Queue:
    def __init__(self, serializer):
        self.serializer = serializer
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for name, source in APPS.items():
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(source).replace("ghost_queue import", "saq import"), "utf-8")
    (tmp_path / "saq").mkdir()
    (tmp_path / "saq" / "__init__.py").write_text(GHOST, "utf-8")
    (tmp_path / "ghost_queue").mkdir()
    (tmp_path / "ghost_queue" / "__init__.py").touch()
    (tmp_path / "ghost_queue" / "errors.py").touch()
    return tmp_path


def run(site: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(picklereg.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), root]), "COLUMNS": "100", **environment}
    return subprocess.run([sys.executable, "-c", RUN, *arguments], env=env, cwd=site, capture_output=True, text=True, check=False)


def told(site: Path, app: str | None) -> tuple[dict[str, Any], int]:
    done = run(site, "doctor", "--json", *([] if app is None else ["--app", app]))
    return json.loads(done.stdout), done.returncode


def needs(*distributions: str) -> None:
    """Skip where a framework isn't installed: the app only looks like one, but what is there is told by distributions."""
    for distribution in distributions:
        pytest.importorskip(distribution)


def test_from_outside(site: Path) -> None:
    """It names the frameworks by their distributions alone, each with a line, and can't tell whether picklereg is in effect."""
    needs("saq")
    done = run(site, "doctor")
    assert done.returncode == 0
    imported = done.stderr.partition("imported: ")[2].split()
    assert {framework.module for framework in FRAMEWORKS}.isdisjoint(imported)
    assert "whether picklereg is in effect can't be told from outside" in done.stdout
    assert "saq " in done.stdout
    assert "declared sets: " in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("app", "effect"),
    [
        ("by_install", "installed by picklereg.install, for declared exceptions"),
        ("by_install_of_all", "installed by picklereg.install, for all exceptions"),
        ("by_adapter", "in rq: picklereg.frameworks.rq is imported"),
        ("by_serializer", "in saq: Queue has picklereg"),
        ("by_serializer:queue", "in saq: Queue has picklereg"),
        ("by_serializer:functions", "in saq: Queue has picklereg.dumps"),
        ("by_serializer:instance", "in saq: Queue has picklereg.Signer"),
        ("by_serializer:named", "in saq: Queue has 'picklereg'"),
        ("by_serializer:own", "in saq: Own has picklereg.loads"),
        ("by_settings:app", "in saq: Queue has 'picklereg+redis'"),
    ],
)
def test_in_effect(app: str, effect: str, site: Path) -> None:
    """It says what has put picklereg into effect in the app, and shows no secret of it."""
    needs(*(name for name in ("rq", "saq") if f"in {name}: " in effect))
    done = run(site, "doctor", "--app", app)
    assert done.returncode == 0, done.stderr
    assert f"in effect{' ' if effect.startswith('in ') else ': '}{effect}\n" in done.stdout
    assert "secret" not in done.stdout


@pytest.mark.parametrize("app", ["by_nothing", "by_serializer:plain", "by_serializer:other", "by_serializer:itself"])
def test_not_in_effect(app: str, site: Path) -> None:
    """It says so, with the line to add; a module that is merely imported is no effect. The app's own output goes elsewhere."""
    needs(*(["saq"] if app.startswith("by_serializer") else []))
    done = run(site, "doctor", "--app", app)
    assert done.returncode == 1
    assert f"not in effect: nothing in {app}" in done.stdout
    assert "picklereg.install(all_exceptions=True)" in done.stdout
    assert "noise" not in done.stdout
    assert ("class Queue(WholeErrors, RedisQueue)" in done.stdout) is ("serializer" in app)
    assert "celery" not in done.stdout  # which isn't imported there


def test_started_by_run(site: Path) -> None:
    """So it sees what ``picklereg run`` does."""
    done = run(site, "run", "--", sys.executable, "-c", RUN, "doctor")
    assert "in effect: installed by picklereg run, for all exceptions\n" in done.stdout
    assert done.returncode == 0


def test_modules_that_never_came(site: Path) -> None:
    """One that can't be found is to be mended, and a near one is named; one that may still be imported is told."""
    found, status = told(site, "registers")
    problem = "no module of that name can be found, so it waits for ever; did you mean 'ghost_queue.errors'?"
    assert (found["waiting"], status) == ({"ghost_queue.erors": problem, "wave": None}, 1)
    lines = run(site, "doctor", "--app", "registers", COLUMNS="").stdout.splitlines()
    assert f"registered module ghost_queue.erors never came: {problem}" in lines
    assert "registered module wave never came: it can be found, and nothing has imported it yet" in lines


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ghost_queu", "ghost_queue"),
        ("ghost_queu.errors", "ghost_queue"),
        ("ghost_queue.inner.dep", "ghost_queue.inner.deep"),
        ("nothing_like_that_anywhere", None),
    ],
)
def test_a_near_name(name: str, near: str | None, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is looked for beside the part of the name that isn't there, and nothing is imported for it."""
    (site / "ghost_queue" / "inner").mkdir()
    (site / "ghost_queue" / "inner" / "__init__.py").touch()
    (site / "ghost_queue" / "inner" / "deep.py").touch()
    monkeypatch.syspath_prepend(site)
    registry = picklereg.Registry(entry_points=False)
    registry.register(name)
    registry.register("json")
    waiting, active = registered_sets(registry)
    assert (waiting.problem or "").partition("did you mean ")[2] == ("" if near is None else f"{near!r}?")
    assert (waiting.state, active.state, active.problem) == ("waiting", "active", None)
    assert "ghost_queue" not in sys.modules


def test_where_no_framework_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is none to tell of, and nothing wrong with that."""
    importlib.import_module("importlib_metadata")  # which is there, wherever frameworks are looked for
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    found = diagnosed(None, None)
    assert (found.frameworks, found.in_effect) == ((), None)


def test_sets_of_an_app(site: Path) -> None:
    """``picklereg sets --app`` lists what is registered there, and one that can't be found is exit status 1."""
    done = run(site, "sets", "--app", "registers", "ghost_queue.erors", "wave")
    assert "registered in this process" in done.stdout
    assert "ghost_queue.erors: no module of that name can be found, so it waits for ever; did you mean" in done.stdout
    assert "2 sets: 2 waiting" in done.stdout
    assert done.returncode == 1
    assert run(site, "sets", "--app", "registers", "wave").returncode == 0


def test_broken_sets(site: Path) -> None:
    """They are named, and to be mended."""
    info = site / "ghost-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ghost\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[picklereg.exception_sets]\njson = ghost_typo\n", "utf-8")
    found, status = told(site, None)
    assert (found["broken"], found["in_effect"], status) == ({"json": "ModuleNotFoundError: No module named 'ghost_typo'"}, None, 1)
    assert "set json is broken: ModuleNotFoundError" in run(site, "doctor").stdout


@pytest.mark.parametrize(
    ("app", "problem"),
    [
        ("raises", "importing 'raises' raises RuntimeError: no broker"),
        ("leaves", "importing 'leaves' raises SystemExit: bye"),
        ("lacks", "importing 'lacks' raises ModuleNotFoundError: No module named 'not_there_at_all'"),
        ("nowhere.at.all", "no module named 'nowhere.at.all', here or in this environment; name it as in an import statement"),
        ("by_nothing:apq", "importing 'by_nothing:apq' raises AttributeError: module 'by_nothing' has no attribute 'apq'"),
    ],
)
def test_apps_that_can_not_be_imported(app: str, problem: str, site: Path) -> None:
    """That is one line, and exit status 2."""
    done = run(site, "doctor", "--app", app)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"picklereg: {problem}\n" in done.stderr


def test_an_import_that_is_interrupted(site: Path) -> None:
    """Ctrl-C ends it, as it ends every command."""
    (site / "interrupted.py").write_text("raise KeyboardInterrupt", "utf-8")
    assert run(site, "doctor", "--app", "interrupted").returncode == 1


def test_the_table_knows_every_adapter() -> None:
    """Each module of ``picklereg.frameworks`` is in it, but those that others of them use."""
    modules = {path.stem: path.read_text("utf-8") for path in (Path(picklereg.__file__).parent / "frameworks").glob("*.py")}
    used = {name for text in modules.values() for name in re.findall(r"from picklereg\.frameworks\.(\w+) import", text)}
    assert modules.keys() - used - {"__init__", "kombu"} <= {framework.adapter for framework in FRAMEWORKS}
