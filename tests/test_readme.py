"""The README runs: each section's blocks, in order, in a directory of their own, and prints what it shows.

| block | what is done with it |
| --- | --- |
| ``python``, first line ``# name.py`` | saved under that name |
| any other ``python`` | run as a program; the ``text`` block after it, or nothing, is what it prints |
| ``console`` | each ``$`` line is run; what follows it is what it prints; ``proof/test_demo.py`` does so with what the demo prints |
| ``toml`` | parsed |
| ``sh`` | commands that install or take minutes: ``.ci/run`` runs the two that matter, as the last tests here check |

In expected output ``...`` stands for anything.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FILE_NAME = re.compile(r"# ([\w/]+\.py)\b.*\n")
COMMANDS = ["pip install '.[demo]' && picklereg demo", "pip install '.[test]' && pytest"]


class Block(NamedTuple):
    """A fenced block: where it is, what it is, what it holds."""

    section: str
    line: int
    language: str
    text: str


def blocks() -> Iterator[Block]:
    tokens = MarkdownIt().parse(README.read_text("utf-8"))
    section = ""
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            section = following.content
        elif token.type == "fence":
            assert token.map is not None
            yield Block(section, token.map[0] + 1, token.info, token.content)


SECTIONS = list(dict.fromkeys(block.section for block in blocks()))


class Story:
    """The blocks of one section, being run in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.printed: str | None = None

    def tell(self, block: Block) -> None:
        handle = getattr(self, f"on_{block.language}", None)
        assert handle is not None, f"line {block.line}: nobody runs a block in {block.language!r}"
        handle(block)

    def on_python(self, block: Block) -> None:
        self.end()
        file = FILE_NAME.match(block.text)
        if file is None:
            self.printed = self.run([sys.executable, "-c", block.text])
        else:
            path = self.directory / file[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")

    def on_text(self, block: Block) -> None:
        assert self.printed is not None, f"line {block.line}: whose output is this?"
        assert_same_output(block.text, self.printed)
        self.printed = None

    def on_console(self, block: Block) -> None:
        self.end()
        assert block.text.startswith(("$ ", COMMANDS[0] + "\n")), f"line {block.line}: what prints this?"
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            assert_same_output(expected, self.run(shlex.split(command)))

    def on_toml(self, block: Block) -> None:
        self.end()
        assert tomllib.loads(block.text)

    def on_sh(self, block: Block) -> None:
        self.end()
        assert {*block.text.splitlines()} <= {*COMMANDS, ".ci/run"}, f"line {block.line}: nothing runs this"

    def end(self) -> None:
        """Check that the program before had nothing to say that the README doesn't show."""
        assert self.printed in {None, ""}
        self.printed = None

    def run(self, command: list[str]) -> str:
        environment = {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]), "COLUMNS": "100"}
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def assert_same_output(expected: str, printed: str) -> None:
    expected, printed = (re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n") + "\n" for text in (expected, printed))
    if not doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS):
        assert printed == expected


@pytest.mark.parametrize("section", SECTIONS)
def test_section_prints_what_it_shows(section: str, tmp_path: Path) -> None:
    """Every block of a section runs, and prints what the README says it prints."""
    story = Story(tmp_path)
    for block in blocks():
        if block.section == section:
            story.tell(block)
    story.end()


def test_readme_has_the_two_commands_near_the_top() -> None:
    """Somebody who has just cloned the repository finds how to see it work and how to test it, each on a line of its own."""
    lines = README.read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("pip install '.[")] == COMMANDS
    assert lines.index(COMMANDS[0]) < 10
    assert lines.index(COMMANDS[-1]) < 110


def test_ci_runs_the_commands_that_the_readme_gives() -> None:
    """``.ci/run`` has no copy of the commands: it takes them from the README."""
    printed = subprocess.run([ROOT / ".ci/run", "--commands"], capture_output=True, text=True, check=True, cwd="/").stdout
    assert printed.splitlines() == COMMANDS
