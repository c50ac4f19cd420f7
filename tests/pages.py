"""The pages of the repository: what stands in them, and where their links lead."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["PAGES", "README", "ROOT", "Block", "anchors", "assert_same_output", "blocks", "files_shown", "headings", "links", "name_of"]

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
#: Every page; the README comes first.
PAGES = [README, *sorted(page for top in ("benchmarks", "findings", "picklereg", "tests") for page in (ROOT / top).rglob("*.md"))]
FILE_NAME = re.compile(r"# ([\w./-]+\.(?:py|toml|yml))\b(, at its end)?.*\n")


class Block(NamedTuple):
    """A fenced block: where it is, what it is, what it holds."""

    section: str
    line: int
    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The file that it is, by its first line."""
        named = FILE_NAME.match(self.text)
        return named[1] if named else None

    @property
    def is_end(self) -> bool:
        """Whether it is added to what the file holds already."""
        named = FILE_NAME.match(self.text)
        return named is not None and named[2] is not None


def name_of(page: Path) -> str:
    """Give a page's name from the top of the repository."""
    return page.relative_to(ROOT).as_posix()


def _tokens(page: Path) -> list[Token]:
    return MarkdownIt().parse(page.read_text("utf-8"))


def _with_next(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Give each token with the one after it: what opens something is followed by what it is about. The last one stands for both."""
    return pairwise([*tokens, *tokens[-1:]])


def blocks(page: Path) -> Iterator[Block]:
    """Give a page's fenced blocks, in order."""
    section = ""
    for token, following in _with_next(_tokens(page)):
        if token.type == "heading_open":
            section = following.content
        elif token.type == "fence":
            assert token.map is not None
            yield Block(section, token.map[0] + 1, token.info, token.content)


def files_shown(page: Path, section: str) -> dict[str, str]:
    """Give the files that a section shows."""
    return {block.file: block.text for block in blocks(page) if block.section == section and block.file}


def headings(page: Path) -> list[tuple[int, str]]:
    """Give a page's headings, each with its level."""
    return [(int(token.tag[1:]), following.content) for token, following in _with_next(_tokens(page)) if token.type == "heading_open"]


def anchors(page: Path) -> list[str]:
    """Give the names by which a browser finds a page's headings."""
    return [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for _, title in headings(page)]


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Give where a page's links and pictures lead, each with its text."""
    for token in _tokens(page):
        for child, following in _with_next(token.children or []):
            if child.type == "link_open":
                yield str(child.attrs["href"]), following.content
            elif child.type == "image":
                yield str(child.attrs["src"]), child.content


def assert_same_output(expected: str, printed: str) -> None:
    """Compare what is shown with what was printed; ``...`` stands for anything, and spaces at the ends of lines for nothing."""
    expected, printed = (re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).rstrip("\n") + "\n" for text in (expected, printed))
    if not doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS):
        assert printed == expected
