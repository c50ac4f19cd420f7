"""``picklereg check --html`` in a real, headless Chromium: its filter works, and no content runs. Collected where there is one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from test_check_page import RESULTS

from picklereg.cli.check_page import page

BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""


def shown(tmp_path: Path, fragment: str) -> str:
    """Give the page as it is after its script has run."""
    (tmp_path / "page.html").write_text(page(RESULTS, "1.0"), "utf-8")
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom"]
    url = f"{(tmp_path / 'page.html').as_uri()}#{fragment}"
    return subprocess.run([*command, url], capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize(
    ("fragment", "rows"),
    [("", 4), ("text=lock", 1), ("text=SHOP+typeerror", 2), ("kind=noted", 1), ("text=nothing+of+it", 0), ("text=shop&kind=whole", 1)],
)
def test_the_filter(fragment: str, rows: int, tmp_path: Path) -> None:
    """Rows are shown that hold each word and are of the kind that stands in the address, and their number is told."""
    document = shown(tmp_path, fragment)
    found = re.findall(r'<tr data-kind="[a-z-]+"([^>]*)>', document)
    assert sum("hidden" not in attributes for attributes in found) == rows
    assert f'<output id="count">{rows} of 4</output>' in document
    assert "<form hidden" not in document
