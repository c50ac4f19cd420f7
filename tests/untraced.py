"""Tests in which coverage isn't measured, since they reach nothing that others don't.

Tracing makes a test three to four times as slow, and imports of a framework's workers, too. What is measured of the others is less
than all tests reach, so 100 % of that is 100 % of all: a line that the report misses though a test of ``untraced.txt`` reaches it
tells which one to take out there. Tests named ``test_before_...`` show what happens without picklereg; they need no line there.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

__all__ = ["is_untraced", "named", "untraced"]

_HERE: Final = Path(__file__).parent
_BUT: Final = " but "


def named() -> dict[str, str | None]:
    """Read the list.

    Returns:
        Files, or functions and classes as ``file::name``, seen from here; each with what its traced rows have in their names, if any.
    """
    lines = _HERE.joinpath("untraced.txt").read_text("utf-8").splitlines()
    parts = [line.partition(_BUT) for line in lines if line and not line.startswith("#")]
    return {name: rows or None for name, _, rows in parts}


_NAMED: Final = named()


def is_untraced(item: pytest.Item) -> bool:
    """Say whether coverage is not measured in a test."""
    file = item.path.relative_to(_HERE).as_posix()
    function = item.nodeid.split("::")[1].partition("[")[0]
    if file in _NAMED or function.startswith("test_before_"):
        return True
    name = f"{file}::{function}"
    rows = _NAMED.get(name)
    return name in _NAMED and (rows is None or re.search(rows, item.name) is None)


@contextlib.contextmanager
def untraced() -> Iterator[None]:
    """Measure no coverage meanwhile, neither here nor in processes that are started."""
    coverage = sys.modules.get("coverage")
    measuring = coverage.Coverage.current() if coverage else None
    if measuring is None:
        yield
        return
    told = {name: os.environ.pop(name) for name in [*os.environ] if name.startswith("COVERAGE_PROCESS_")}
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()
        os.environ.update(told)
