"""What every command has: a version, help with an example, JSON, and names that the shell completes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from importlib_metadata import version

import picklereg
from picklereg.cli.commands import commands
from picklereg.cli.demo import command as demo
from picklereg.cli.demo.outcomes import Outcome, Way


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(picklereg.__file__).parents[1]), **environment}
    command = [sys.executable, "-c", "import sys; sys.argv[0] = 'picklereg'; from picklereg.cli import main; main()", *arguments]
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)


def test_version() -> None:
    """It is the distribution's."""
    assert run("--version").stdout == f"picklereg {version('picklereg')}\n"


@pytest.mark.parametrize("name", ["check", "demo", "doctor", "sets", "show"])
def test_help_ends_with_an_example(name: str) -> None:
    """Each command shows how it is called."""
    done = CliRunner().invoke(commands, [name, "--help"])
    assert f"Example: picklereg {name}" in " ".join(done.stdout.split()) or "| picklereg show" in done.stdout
    assert done.exit_code == 0


def test_so_does_the_command_that_is_no_part_of_the_others() -> None:
    """``picklereg run`` begins before anything else is imported."""
    done = run("run", "--help")
    assert "Example: picklereg run" in " ".join(done.stdout.split())
    assert done.returncode == 0


def test_a_command_that_there_is_not() -> None:
    """Is wrong usage."""
    result = CliRunner().invoke(commands, ["chekc"])
    assert "No such command 'chekc'" in result.stderr
    assert result.exit_code == 2


def test_the_demo_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways, each with what became of every error; ``proof/test_demo.py`` runs the whole of it."""
    good, bad = (
        Way({"a": "AError"}, {"a": outcome}, is_ready=True, lived=True) for outcome in (Outcome("whole"), Outcome("lost", "TypeError"))
    )
    monkeypatch.setattr(demo, "_shown", lambda *_: {"without picklereg": bad, "with picklereg": good})
    result = CliRunner().invoke(commands, ["demo", "--json"])
    found = json.loads(result.stdout)
    assert found["with picklereg"]["outcomes"]["a"] == {"fate": "whole", "detail": "", "shows_key": False, "shows_prompt": False}
    assert (found["with picklereg"]["is_good"], found["without picklereg"]["is_good"], result.exit_code) == (True, False, 0)


def completed(*words: str, cwd: Path) -> list[str]:
    """Give what a shell would offer for the last word."""
    line = " ".join(("picklereg", *words))
    done = run(cwd=cwd, _PICKLEREG_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words)))
    return [offer.partition(",")[2] for offer in done.stdout.splitlines()]


def test_names_are_completed(tmp_path: Path) -> None:
    """Commands, options, modules here and in packages, sets; files are the shell's own to complete."""
    (tmp_path / "near_shop" / "inner").mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "_private.py", "inner/__init__.py", "inner/deep.py"):
        (tmp_path / "near_shop" / name).touch()
    assert completed("d", cwd=tmp_path) == ["demo", "doctor"]
    assert completed("check", "--inst", cwd=tmp_path) == ["--installed"]
    assert completed("check", "near_s", cwd=tmp_path) == ["near_shop"]
    assert completed("check", "near_shop.", cwd=tmp_path) == ["near_shop.errors", "near_shop.inner"]
    assert completed("doctor", "--app", "near_shop.inner.", cwd=tmp_path) == ["near_shop.inner.deep"]
    assert "json.decoder" in completed("check", "json.", cwd=tmp_path)
    assert "sys" in completed("check", "sys", cwd=tmp_path)
    assert completed("sets", "litellm", cwd=tmp_path) == ["litellm.exceptions"]
    assert completed("show", "near", cwd=tmp_path) == ["near"]  # of the type "file"


def test_completion_says_how_it_is_set_up() -> None:
    """The help has the line for a shell's profile, and the line works."""
    assert "_PICKLEREG_COMPLETE=bash_source picklereg" in run("--help").stdout
    assert "complete -o nosort -F _picklereg_completion picklereg" in run(_PICKLEREG_COMPLETE="bash_source").stdout
