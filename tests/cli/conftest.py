"""Modules to be checked, and a place for results that nobody else looks into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from check_samples import write

__all__ = ["write"]

# What the page looks like in a browser can be tried where there is one only. That file isn't collected elsewhere: a skip would read as
# if the page were untested, and test_check_page.py tests what it says and holds, in every environment.
collect_ignore = [] if shutil.which("chromium") or shutil.which("google-chrome") else ["test_check_page_in_chromium.py"]


@pytest.fixture(autouse=True)
def _results_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep results of this test alone, here and in the processes that it starts."""
    monkeypatch.setenv("PICKLEREG_CACHE_DIR", str(tmp_path / "kept results"))
