"""Telling of broken sets: each time to who is strict, and at the line of the program that asked."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from registry_samples import run

from picklereg import DiscoveryError, DiscoveryWarning, Registry

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    info = tmp_path / "told_of-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: told-of\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[picklereg.exception_sets]\njson = told_of_sets:fail\n", "utf-8")
    (tmp_path / "told_of_sets.py").write_text("def fail(registry):\n    raise RuntimeError('no good')\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("ask", ["install", "discover"])
def test_who_is_strict_is_told_each_time(ask: str) -> None:
    """Also if a warning has told of it before, or an error; the others are there nevertheless."""
    registry = Registry()
    strictly: Callable[..., None] = getattr(registry, ask)
    try:
        with pytest.warns(DiscoveryWarning, match="no good"):
            registry.install()
        for _ in range(2):
            with pytest.raises(DiscoveryError, match="RuntimeError: no good") as caught:
                strictly(strict=True)
            assert (caught.value.name, caught.value.distribution) == ("json", "told-of")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            registry.install()  # the warning is given once
    finally:
        registry.uninstall()


def test_a_declaration_that_is_none_is_told_each_time(site: Path) -> None:
    """Not only sets that failed."""
    (site / "told_of-1.0.dist-info/entry_points.txt").write_text("[picklereg.exception_sets]\nno module = x\n", "utf-8")
    registry = Registry()
    try:
        with pytest.warns(DiscoveryWarning, match="no module's name"):
            registry.install()
        with pytest.raises(DiscoveryError, match="no module's name"):
            registry.install(strict=True)
    finally:
        registry.uninstall()


@pytest.mark.parametrize(
    "line",
    [
        "picklereg.install()",
        "picklereg.discover()",
        "with picklereg.installed(): pass",
        "picklereg.dumps(KeyError(1))",
        "picklereg.ensure(KeyError(1))",
        "picklereg.Registry().install()",
        "picklereg.register('json')",
    ],
)
def test_a_warning_points_at_the_line_that_asked(line: str, site: Path) -> None:
    """Whoever reads it finds the place in the program, not one in picklereg."""
    (site / "asks.py").write_text(f"import json\nimport picklereg\n{line}\n", "utf-8")
    code = f"""
    import sys, warnings
    sys.path.insert(0, {str(site)!r})
    warnings.simplefilter("always")
    warnings.showwarning = lambda message, category, filename, lineno, *_: print(category.__name__, filename.rpartition("/")[2], lineno)
    import asks
    """
    expected = [] if "register" in line else ["DiscoveryWarning asks.py 3"]  # which looks for nobody's sets
    assert run(code).splitlines() == expected


def test_a_warning_at_an_import_points_at_the_import(site: Path) -> None:
    """The set becomes ready in the middle of the import system."""
    (site / "told_of-1.0.dist-info/entry_points.txt").write_text("[picklereg.exception_sets]\nwave = told_of_sets:fail\n", "utf-8")
    (site / "asks.py").write_text("import picklereg\npicklereg.install()\nimport wave\n", "utf-8")
    code = f"""
    import sys, warnings
    sys.path.insert(0, {str(site)!r})
    warnings.simplefilter("always")
    warnings.showwarning = lambda message, category, filename, lineno, *_: print(category.__name__, filename.rpartition("/")[2], lineno)
    import asks
    """
    assert run(code).splitlines() == ["DiscoveryWarning asks.py 3"]
