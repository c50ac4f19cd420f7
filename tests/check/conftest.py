"""Modules to be checked."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check_samples import Write


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module, or a file of a package, that can be imported, and gives the module's name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(source: str, name: str = "some_errors") -> str:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source), "utf-8")
        return name

    return write
