"""Global mode where no Python code calls the pickler: in exit handlers, and in threads whose first function is C's."""

from __future__ import annotations

from pathlib import Path

import pytest
from crossing import Reader, describe
from registry_samples import Undeclared, run

WRITE = """
import atexit, _thread, os, pickle
import picklereg
from registry_samples import Undeclared

def chained():
    error = Undeclared(what="outer")
    error.__cause__ = Undeclared(what="the cause")
    return error

picklereg.install(all_exceptions=True)
"""
WAYS = {
    "exit handler": "atexit.register(pickle.dump, chained(), file)",
    "exit handler, a pickler": "atexit.register(pickle.Pickler(file).dump, chained())",
    "thread": """
ours, theirs = os.pipe()
_thread.start_new_thread(pickle.dump, (chained(), os.fdopen(theirs, "wb", buffering=0)))
data = b""
while not data.endswith(b"."):
    data += os.read(ours, 65536)
file.write(data)
""",
}


@pytest.mark.parametrize("way", WAYS)
def test_an_error_is_written_whole(way: str, tmp_path: Path, reader: Reader) -> None:
    """As from anywhere else, with its cause."""
    data = tmp_path / "data"
    run(f"{WRITE}file = open({str(data)!r}, 'wb', buffering=0)\n{WAYS[way]}")
    expected = Undeclared(what="outer")
    expected.__cause__ = Undeclared(what="the cause")
    assert reader.describe(data.read_bytes()) == describe(expected)
