"""Importing modules whose text was generated, from where the reader imports them, too."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType

__all__ = ["imported"]

_NUMBERS = itertools.count()


def imported(text: str, folder: Path) -> ModuleType:
    """Write a module, under a name that no other example has, and import it from where the reader does."""
    name = f"generated_{next(_NUMBERS)}"
    file = folder / f"{name}.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
