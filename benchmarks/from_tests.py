"""Modules of the tests that benchmarks use: they aren't installed."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any, Final

__all__ = ["from_tests"]

_TESTS: Final = Path(__file__).parent.parent / "tests"
_FOLDERS: Final = ("", "libraries", "redaction", "samples", "unpickling/safe")


def from_tests(name: str) -> Any:
    """Import a module of the tests.

    Args:
        name: its name, without its folder's.

    Returns:
        The module.
    """
    sys.path += [path for folder in _FOLDERS if (path := str(_TESTS / folder)) not in sys.path]
    return importlib.import_module(name)
