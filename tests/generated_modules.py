"""Importing modules whose text was generated, from where the reader imports them, too."""

from __future__ import annotations

import importlib.util
import itertools
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from hypothesis import HealthCheck, settings

__all__ = ["SEARCH", "imported"]

#: Another number of examples for a longer search.
_EXAMPLES: Final = int(os.environ.get("PICKLEREG_EXAMPLES", "15"))
#: How modules are generated where every mode writes what is in them.
SEARCH: Final = settings(
    max_examples=_EXAMPLES,
    derandomize="PICKLEREG_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

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
