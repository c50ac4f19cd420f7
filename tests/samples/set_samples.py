"""What the tests of exception sets share: a library, and a place for modules and distributions."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from registry_samples import Site

from picklereg import Registry

if TYPE_CHECKING:
    from picklereg.registry.exception_sets import ExceptionSet

LIBRARY: Final = """
    class LibError(Exception):
        by = None
        def __init__(self, *, code):
            super().__init__(f"code {code}")
            self.code = code
    class LibTimeout(LibError, TimeoutError):
        pass
    def by_set(exc):
        return rebuilt, (type(exc), exc.code)
    def rebuilt(cls, code):
        exc = cls(code=code)
        exc.by = "set"
        return exc
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A directory of modules and distributions that comes first on ``sys.path``."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    site = Site(tmp_path)
    yield site
    site.forget()


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A registry with entry points, which isn't installed any more when the test ends."""
    registry = Registry()
    yield registry
    registry.uninstall()


def load(name: str) -> Any:
    """Import a module, as a program does."""
    return importlib.import_module(name)


def the_set(registry: Registry, distribution: str | None) -> ExceptionSet:
    """Give the one set that a distribution declares."""
    (found,) = (known for known in registry.sets if known.distribution == distribution)
    return found
