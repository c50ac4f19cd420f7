"""``picklereg sets``: what it tells of declared sets, and that it imports none of the libraries."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from terminals import on_terminal

import picklereg
from picklereg.registry.set_reports import is_findable

#: Runs the command, and adds which modules it has imported.
RUN = """
import json, sys
from click.testing import CliRunner
from picklereg.cli.sets import sets_command
before = {*sys.modules}
result = CliRunner().invoke(sets_command, sys.argv[1:])
print(json.dumps([json.loads(result.stdout), result.exit_code, sorted({*sys.modules} - before)]))
"""

LIBRARY = "LOADED = True\nraise RuntimeError('somebody has imported it')\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A directory of libraries that say so loudly if they are imported, and of what is declared for them."""
    files = {
        "ghost_library/__init__.py": LIBRARY,
        "ghost_library/errors.py": LIBRARY,
        "ghost_space/inner/errors.py": LIBRARY,
        "ghost_sets.py": """
            class OneError(Exception):
                pass

            class Answer:
                pass

            def register(registry):
                registry.register([OneError, KeyError])
                registry.register_attachment(Answer, str)

            def fail(registry):
                raise RuntimeError("no good")
        """,
        "good_library.py": "",
    }
    for name, source in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), "utf-8")
    declare(
        tmp_path,
        "ghost-sets",
        "click.core = ghost_sets:register",
        "ghost_library.errors = ghost_sets:register",
        "ghost_space.inner.errors = ghost_space.inner.errors",
        "good_library = ghost_sets:register",
        "nobody_has_this = ghost_sets:register",
    )
    return tmp_path


def declare(directory: Path, distribution: str, *lines: str) -> None:
    """Make it an installed distribution that declares sets."""
    info = directory / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("\n".join(["[picklereg.exception_sets]", *lines]), "utf-8")


def run(command: list[str], site: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(picklereg.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), root]), "COLUMNS": "80", **environment}
    return subprocess.run([sys.executable, *command], env=env, cwd=site.parent, capture_output=True, text=True, check=False)


def listed(site: Path, *arguments: str) -> tuple[dict[tuple[str, str], dict[str, Any]], int, list[str]]:
    """Run the command with ``--json``; give the sets by distribution and name, its exit status, and what it has imported."""
    done = run(["-c", RUN, "--json", *arguments], site)
    assert done.returncode == 0, done.stderr
    data, status, imported = json.loads(done.stdout)
    return {(found["distribution"], found["name"]): found for found in data["sets"]}, status, imported


def of_ghost(found: dict[tuple[str, str], dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return {name: (one["library"], one["state"]) for (distribution, name), one in found.items() if distribution == "ghost-sets"}


# --- what is told -------------------------------------------------------------------------------------------------


def test_states(site: Path) -> None:
    """A set's library is imported, installed or not, and only a set whose library is imported is active."""
    found, status, _ = listed(site)
    assert of_ghost(found) == {
        "click.core": ("imported", "active"),
        "ghost_library.errors": ("installed", "waiting"),
        "ghost_space.inner.errors": ("installed", "waiting"),
        "good_library": ("installed", "waiting"),
        "nobody_has_this": ("not installed", "waiting"),
    }
    assert found["ghost-sets", "click.core"] == {
        "name": "click.core",
        "value": "ghost_sets:register",
        "distribution": "ghost-sets",
        "version": "1.0",
        "library": "imported",
        "state": "active",
        "problem": None,
        "classes": ["KeyError", "ghost_sets.OneError"],
        "attachments": ["ghost_sets.Answer"],
    }
    assert ("picklereg", "litellm.exceptions") in found
    assert status == 0


def test_no_library_is_imported(site: Path) -> None:
    """No module that a set waits for is imported, nor a package that it is in, nor the sets that wait."""
    found, _, imported = listed(site)
    declared = {name.partition(".")[0] for _, name in found}
    assert declared >= {"ghost_library", "ghost_space", "litellm", "httpx"}
    assert declared.isdisjoint(set(imported) - sys.stdlib_module_names)  # any program may have imported parts of those
    assert {name for name in imported if name.startswith("picklereg.sets")} <= {"picklereg.sets", "picklereg.sets.click"}


def test_broken_neighbours(site: Path) -> None:
    """What is broken is told as failed with its reason, the exit status is 1, and the others are as ever."""
    declare(
        site,
        "ghost-broken",
        "click.types = ghost_sets:fail",
        "good_library = ghost_typo:register",
        "ghost_library = ghost_library.typo",
        "no module = ghost_sets",
        "ghost_library.errors = ghost sets",
        "nobody_has_this = ghost_typo:register",
    )
    (site / "ghost_nameless-1.0.dist-info").mkdir()
    (site / "ghost_nameless-1.0.dist-info/entry_points.txt").write_text("[picklereg.exception_sets]\nx = y", "utf-8")
    (site / "ghost_nameless-1.0.dist-info/METADATA").write_bytes(b"\xff\xfe Name")
    found, status, imported = listed(site)
    problems = {name: one["problem"] for (distribution, name), one in found.items() if distribution == "ghost-broken"}
    assert problems == {
        "click.types": "RuntimeError: no good",
        "good_library": "no module named 'ghost_typo'",
        "ghost_library": "no module named 'ghost_library.typo'",
        "no module": "the name is no module's name",
        "ghost_library.errors": "the value must be a module, or a module, a colon and an attribute",
        "nobody_has_this": None,
    }
    states = {one["state"] for (distribution, _), one in found.items() if distribution == "ghost-broken"}
    assert states == {"failed", "waiting"}
    (nameless,) = (one for (distribution, _), one in found.items() if "ghost_nameless" in distribution)
    assert (nameless["state"], nameless["version"]) == ("failed", "")
    assert "its metadata can't be read" in nameless["problem"]
    assert of_ghost(found)["good_library"] == ("installed", "waiting")
    assert "ghost_library" not in imported
    assert status == 1


def test_load(site: Path) -> None:
    """With ``--load`` libraries that are installed are imported elsewhere, and what is wrong with a set is found out."""
    declare(site, "ghost-broken", "good_library = ghost_sets:fail")
    found, status, imported = listed(site, "--load", "good_library", "nobody_has_this", "ghost_library.errors")
    assert of_ghost(found) == {
        "ghost_library.errors": ("installed", "failed"),
        "good_library": ("installed", "active"),
        "nobody_has_this": ("not installed", "waiting"),
    }
    assert found["ghost-sets", "good_library"]["classes"] == ["KeyError", "ghost_sets.OneError"]
    assert found["ghost-sets", "good_library"]["attachments"] == ["ghost_sets.Answer"]
    assert "somebody has imported it" in found["ghost-sets", "ghost_library.errors"]["problem"]
    assert found["ghost-broken", "good_library"]["problem"] == "it failed: RuntimeError: no good"
    assert "good_library" not in imported
    assert status == 1


# --- how it is told -----------------------------------------------------------------------------------------------


def test_table(site: Path) -> None:
    """The table fits into 80 columns, other distributions' sets come first, and totals last."""
    done = run(["-m", "picklereg", "sets"], site)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    assert [line.split() for line in lines[:8]] == [
        ["set", "library", "state"],
        ["ghost-sets", "1.0"],
        ["click.core", "=", "ghost_sets:register", "imported", "active:", "2", "classes,"],
        ["1", "attachment"],
        ["ghost_library.errors", "=", "ghost_sets:register", "installed", "waiting"],
        ["ghost_space.inner.errors", "installed", "waiting"],
        ["good_library", "=", "ghost_sets:register", "installed", "waiting"],
        ["nobody_has_this", "=", "ghost_sets:register", "not", "installed", "waiting"],
    ]
    assert lines[8].startswith("picklereg ")
    assert lines[-1].endswith(" waiting")
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in done.stdout
    assert (done.stderr, done.returncode) == ("", 0)


def test_named_sets(site: Path) -> None:
    """Sets can be named; then what they register is listed, and a name that nobody has declared is an error."""
    done = run(["-m", "picklereg", "sets", "click.core", "good_library", "nothing.of_it"], site)
    assert [line.rstrip() for line in done.stdout.splitlines()[-5:]] == [
        "click.core registers",
        "  KeyError",
        "  ghost_sets.OneError",
        "  ghost_sets.Answer (attachment)",
        "2 sets: 1 active, 1 waiting",
    ]
    assert done.stderr == "picklereg: no set named 'nothing.of_it' is declared; is the distribution that declares it installed here?\n"
    assert done.returncode == 2


def test_nothing_to_tell(site: Path) -> None:
    """If no set is left, there is no table."""
    assert run(["-m", "picklereg", "sets", "nothing.of_it"], site).stdout == "0 sets\n"


def test_reasons(site: Path) -> None:
    """The reason of a failure stands below the table in one line, which isn't cut."""
    declare(site, "ghost-broken", "good_library = ghost_typo:register")
    lines = run(["-m", "picklereg", "sets"], site).stdout.splitlines()
    assert "good_library: no module named 'ghost_typo'" in lines
    assert ", 1 failed" in lines[-1]


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours(site: Path, no_color: str) -> None:
    """Colours are for a terminal, unless ``NO_COLOR`` is set."""
    printed = on_terminal("sets", "click.core", path=site, no_color=no_color)
    assert ("\x1b[32m" in printed) is (no_color == "")


# --- looking for modules ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "is_there"),
    [
        ("json", True),
        ("json.decoder", True),
        ("json.decoder.inner", False),
        ("json.nothing", False),
        ("nothing_of_it", False),
        ("nothing_of_it.inner", False),
        ("__main__", False),
        ("some_space.inner.module", True),
        ("some_space.inner.other", True),
        ("some_space.inner", True),
        ("some_space.empty", False),
    ],
)
def test_module_is_findable(module: str, is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules are found in packages, in namespace packages of several portions, and nowhere else; without importing a package."""
    for name in ("one/some_space/inner/module.py", "two/some_space/inner/other.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    monkeypatch.syspath_prepend(tmp_path / "one")
    monkeypatch.syspath_prepend(tmp_path / "two")
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    assert is_findable(module) is is_there
    assert "some_space" not in sys.modules


def test_broken_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A finder that raises makes a module one that isn't found."""

    class Finder:
        @staticmethod
        def find_spec(name: str, path: object = None, target: object = None) -> None:
            if name.startswith("nothing"):
                raise ImportError

    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    assert not is_findable("nothing_of_it")
    assert is_findable("json.decoder")
