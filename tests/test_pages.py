"""The README and the pages beside the code run, are short, and lead where they say.

Each section's blocks run in order, in a directory of their own, and print what the section shows:

| block | what is done with it |
| --- | --- |
| ``python``, first line ``# name.py`` | saved under that name |
| any other ``python`` | run as a program; the ``text`` block after it, or nothing, is what it prints |
| ``console`` | each ``$`` line is run; what follows it is what it prints |
| ``toml`` | parsed |
| ``sh`` | commands that install or take minutes: ``.ci/run`` runs the README's two, as tests here check |

In expected output ``...`` stands for anything.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest
from pages import PAGES, README, ROOT, Block, anchors, assert_same_output, blocks, headings, links, name_of

from picklereg.cli.framework_table import FRAMEWORKS

COMMANDS = ["pip install '.[demo]' && picklereg demo", "pip install '.[test]' && pytest"]
BESIDE = PAGES[1:]
#: How long a page may be, in lines.
MOST, MOST_OF_README = 249, 199
#: One story from its first to its last section: ``registry/test_authors_hour.py`` tells it.
ONE_STORY = ROOT / "picklereg/sets/AUTHORS.md"
SECTIONS = list(dict.fromkeys((name_of(page), block.section) for page in PAGES if page != ONE_STORY for block in blocks(page)))


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
        if block.file is None:
            self.printed = self.run([sys.executable, "-c", block.text])
        else:
            path = self.directory / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")

    def on_text(self, block: Block) -> None:
        assert self.printed is not None, f"line {block.line}: whose output is this?"
        assert_same_output(block.text, self.printed)
        self.printed = None

    def on_console(self, block: Block) -> None:
        self.end()
        assert block.text.startswith("$ "), f"line {block.line}: what prints this?"
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
        """Check that the program before had nothing to say that the page doesn't show."""
        assert self.printed in {None, ""}
        self.printed = None

    def run(self, command: list[str]) -> str:
        environment = {**os.environ, "PATH": os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]]), "COLUMNS": "100"}
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.mark.parametrize(("page", "section"), SECTIONS)
def test_section_prints_what_it_shows(page: str, section: str, tmp_path: Path) -> None:
    """Every block of a section runs, and prints what the page says it prints."""
    story = Story(tmp_path)
    for block in blocks(ROOT / page):
        if block.section == section:
            story.tell(block)
    story.end()


def test_readme_has_the_two_commands_near_the_top() -> None:
    """Somebody who has just cloned the repository finds how to see it work and how to test it, each on a line of its own."""
    lines = README.read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("pip install '.[")] == COMMANDS
    assert lines.index(COMMANDS[0]) < 10
    assert lines.index(COMMANDS[-1]) < 20


def test_ci_runs_the_commands_that_the_readme_gives() -> None:
    """``.ci/run`` has no copy of the commands: it takes them from the README."""
    printed = subprocess.run([ROOT / ".ci/run", "--commands"], capture_output=True, text=True, check=True, cwd="/").stdout
    assert printed.splitlines() == COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Each link leads to a file of the repository, and to a heading of it; what leads elsewhere says so."""
    for target, text in links(page):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{text}: {target}"
        assert not anchor or anchor in anchors(there), f"{text}: {target}"


def test_every_page_is_found_from_the_readme() -> None:
    """Whoever follows the links from the README comes to every page."""
    found = {README}
    new = [README]
    while new:
        page = new.pop()
        there = {
            (page.parent / target.partition("#")[0]).resolve() for target, _ in links(page) if target.partition("#")[0].endswith(".md")
        }
        new += there - found
        found |= there
    assert [name_of(page) for page in PAGES if page not in found] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_page_is_short(page: Path) -> None:
    """The README has under 200 lines, each page under 250."""
    assert len(page.read_text("utf-8").splitlines()) <= (MOST_OF_README if page == README else MOST)


@pytest.mark.parametrize("page", BESIDE, ids=name_of)
def test_page_begins_with_its_contents(page: Path) -> None:
    """A page's first links within itself are its headings, by their names and in order; no two have the same name."""
    titles = [title for level, title in headings(page) if level > 1]
    assert len(set(titles)) == len(titles) > 0
    listed = [(target, text) for target, text in links(page) if target.startswith("#")][: len(titles)]
    assert listed == [(f"#{anchor}", title) for anchor, title in zip(anchors(page)[1:], titles, strict=True)]
    text = page.read_text("utf-8")
    assert text.index(f"](#{anchors(page)[-1]})") < text.index("\n## ")


def test_install_lines_ask_for_what_is_tested() -> None:
    """A framework's section installs what its tests run with, and ``picklereg doctor`` knows no framework without a section."""
    shown = [line for line in (ROOT / "picklereg/frameworks/README.md").read_text("utf-8").splitlines() if line.startswith("- **Install**")]
    asked = {found for line in shown for found in re.findall(r"'([^']+>=[^']+)'", line)}
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    assert asked - {*groups["frameworks"]} == set()
    assert [framework.distribution for framework in FRAMEWORKS if framework.distribution not in "".join(shown)] == []
