"""The page that goes from an empty folder to a library with a set, tests and a CI: all that it shows, in its order.

Nothing is fetched: what installs, builds elsewhere or asks git has a stand-in here.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from fresh_environment import build, install, make_environment, run
from pages import ROOT, Block, assert_same_output, blocks

PAGE = ROOT / "picklereg/sets/AUTHORS.md"
#: What picklereg's wheel, its extra ``cli`` and the tests of the page need.
DISTRIBUTIONS = ["click", "cloudpickle", "importlib-metadata", "pytest", "rich"]
WORKFLOW = ".github/workflows/errors.yml"


class Hour:
    """Whoever follows the page: a folder, and an environment with picklereg in it."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory / "teashop"
        self.folder.mkdir()
        self.python = make_environment(directory / "env", *DISTRIBUTIONS)
        install(self.python, build(ROOT, directory / "wheels"))
        self.cases: list[str] = []

    def do(self, block: Block) -> None:
        """Do what a block says, and see what it shows."""
        if block.file is not None:
            path = self.folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((path.read_text("utf-8") if block.is_end else "") + block.text, "utf-8")
        elif block.language == "sh":
            for line in block.text.splitlines():
                INSTEAD[line](self)
        else:
            assert block.language == "console"
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, expected = part.partition("\n")
                assert_same_output(expected, self.printed(command))

    def printed(self, command: str) -> str:
        """Run a command of the environment's."""
        path = os.pathsep.join([str(self.python.parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "COLUMNS": "100", "PICKLEREG_CACHE_DIR": str(self.folder / "cache")}
        name, *arguments = shlex.split(command)
        return run(self.python.with_name(name), *arguments, cwd=self.folder, env=environment).stdout.decode()

    def install(self) -> None:
        """Install the library as it is by now."""
        install(self.python, self.build())

    def build(self) -> Path:
        """Build its wheel."""
        return build(self.folder, self.folder / "dist")


def nothing(hour: Hour) -> None:
    """Do what has been done."""
    assert hour.folder.exists()


INSTEAD: dict[str, Callable[[Hour], object]] = {
    "mkdir teashop && cd teashop && git init --quiet": nothing,
    "python3 -m venv .venv && . .venv/bin/activate": nothing,
    "pip wheel --quiet --no-deps --wheel-dir wheels ~/picklereg": nothing,
    "pip install --quiet wheels/*.whl": nothing,
    "pip install --quiet --editable '.[test]'": Hour.install,
    "printf '.venv/\\ndist/\\n' > .gitignore && git add . && git commit --quiet --message 'Declare our errors'": nothing,
    "python -m build": Hour.build,
}


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Hour:
    """The page, followed to its end."""
    hour = Hour(tmp_path_factory.mktemp("hour"))
    for block in blocks(PAGE):
        hour.do(block)
    return hour


def test_the_page_holds_what_it_says(hour: Hour) -> None:
    """Each command prints what the page shows, and what is installed in the end is the library with its set."""
    assert "teashop.Client (attachment)" in hour.printed("picklereg sets --load teashop")


def test_the_ci_is_green(hour: Hour) -> None:
    """Whatever the workflow runs, other than installing, ends well."""
    commands = re.findall(r"- run: (.+)", (hour.folder / WORKFLOW).read_text("utf-8"))
    assert [command for command in commands if command.startswith("pip ")] == ["pip install wheels/*.whl", "pip install '.[test]'"]
    for command in commands[2:]:
        hour.printed(command)
    assert commands[-1] == "picklereg check teashop"
