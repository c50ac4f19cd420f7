"""``picklereg check --html``: what stands on the page, and that it needs nothing but itself."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from picklereg.cli.check_page import page
from picklereg.cli.commands import commands
from picklereg.testing.compare import Difference
from picklereg.testing.results import ClassResult, Outcome, Result

if TYPE_CHECKING:
    from check_samples import Write

WHOLE = Outcome("whole")
LOCK = Difference("attr lock", "lost", "<lock>", None, noted=True)
NOTE = "picklereg: attribute 'lock' (_thread.lock) was left behind: <b>TypeError</b>"
UNREAD, UNWRITTEN = Outcome("fails in the reader", "TypeError: x"), Outcome("fails in the writer", "KeyError: 7")
NOTED = Outcome("noted", None, [LOCK], [NOTE])
RESULTS = [
    Result(
        "shop",
        "1.5",
        classes=[
            ClassResult("shop", "WholeError", "by its signature", None, (), {"pickle": UNREAD, "picklereg": WHOLE}),
            ClassResult("shop", "LockError", "by its signature", None, (), {"pickle": WHOLE, "picklereg": NOTED}),
            ClassResult("shop", "<script>alert(1)</script>", "not built", "no way & none"),
        ],
        not_imported={"shop.odd": "importing 'shop.odd' raises <oops>"},
    ),
    Result(
        "till",
        classes=[
            ClassResult("till", "LostError", "without __init__", "why", ["takes no note: x"], {"pickle": WHOLE, "picklereg": UNWRITTEN}),
        ],
    ),
]


class Page(HTMLParser):
    """What a browser would make of it: rows of cells, the tags that are open, and what is to be loaded."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.kinds: list[str | None] = []
        self.open: list[str] = []
        self.loads: list[str] = []
        self.policy: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.loads += [value or "" for name, value in attrs if name in {"src", "href", "action"}]
        if tag == "tr":
            self.rows.append([])
            self.kinds.append(known.get("data-kind"))
        if tag in {"td", "th"}:
            self.rows[-1].append("")
        if known.get("http-equiv") == "Content-Security-Policy":
            self.policy = known["content"]
        if tag not in {"meta", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_what_stands_on_it() -> None:
    """A row for each class, losses first, with its notes; every tag is closed, and what libraries say is text."""
    found = Page(page(RESULTS, "1.0"))
    assert found.open == []
    assert found.rows == [
        ["class", "of", "plain pickle", "picklereg", "what isn't as it was, and the notes"],
        [
            "till.LostError",
            "till",
            "whole",
            "writer fails: KeyError",
            "without __init__: whytakes no note: xfails in the writer: KeyError: 7",
        ],
        ["shop.LockError", "shop 1.5", "whole", "noted", f"attr lock lost{NOTE}"],
        ["shop.<script>alert(1)</script>", "shop 1.5", "", "not built", "not built: no way & none"],
        ["shop.WholeError", "shop 1.5", "reader fails: TypeError", "whole", ""],
    ]
    assert found.kinds == [None, "fails", "noted", "not-built", "whole"]


def test_it_needs_nothing_else() -> None:
    """No address of anything to load, and a policy that forbids it; what can't be imported stands below."""
    html = page(RESULTS, "1.0")
    found = Page(html)
    assert found.loads == []
    assert found.policy is not None
    assert found.policy.startswith("default-src 'none';")
    assert "4 exception classes. Plain pickle: 2 whole, 1 lost. picklereg: 1 whole, 1 noted, 1 lost." in html
    assert "<summary>1 modules that can&#x27;t be imported</summary>" in html or "1 modules that can't be imported" in html
    assert "importing &#x27;shop.odd&#x27; raises &lt;oops&gt;" in html
    assert "<details>" not in page(RESULTS[1:], "1.0")


def test_nothing_to_show() -> None:
    """A page without classes is one, too."""
    assert "0 exception classes. Plain pickle: nothing. picklereg: nothing." in page([], "1.0")
    assert "1 exception class. Plain pickle: 1 whole. picklereg: 1 lost." in page(RESULTS[1:], "1.0")


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_the_option(arguments: tuple[str, ...], write: Write, tmp_path: Path) -> None:
    """It is written besides what is printed."""
    name = write("class PageError(Exception):\n    pass")
    result = CliRunner().invoke(commands, ["check", name, "--html", str(tmp_path / "page.html"), *arguments])
    assert (result.exit_code, "PageError" in result.stdout) == (0, True)
    found = Page((tmp_path / "page.html").read_text("utf-8"))
    assert found.rows[1][:2] == [f"{name}.PageError", name]
