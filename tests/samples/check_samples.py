"""What the tests of ``picklereg check`` share."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from picklereg.testing.results import Limits, Result

__all__ = ["HASTY", "Write", "kinds", "write"]

#: Writes a module, or a file of a package, that can be imported, and gives the module's name.
Write = Callable[..., str]

#: Long for a machine, short for a test that waits for it to pass.
HASTY = Limits(importing=20.0, step=2.0)


def kinds(result: Result) -> dict[str, tuple[str, ...]]:
    """Give the kinds of outcomes by class."""
    assert result.error is None
    return {found.qualname: tuple(outcome.kind for outcome in found.outcomes.values()) for found in result.classes}


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
