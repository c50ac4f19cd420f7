"""Write the cases of ``shapes_matrix`` on one Python, and read them on another one.

``matrix.py write FILE`` writes them, by ``dumps`` and in global mode by plain pickle. ``matrix.py read FILE...`` loads them with plain
pickle, and prints what doesn't arrive as the reader's own Python makes it. The reader needs no picklereg.
"""

from __future__ import annotations

import base64
import json
import pickle
import sys
from pathlib import Path
from typing import Any

import shapes_matrix
from crossing import describe

__all__ = ["main"]


def write(file: Path) -> None:
    """Write all cases."""
    import picklereg

    written: dict[str, dict[str, str]] = {"dumps": {}, "installed": {}}
    for name in shapes_matrix.CASES:
        written["dumps"][name] = _text(picklereg.dumps(shapes_matrix.raised(name), 4))
        with picklereg.installed(all_exceptions=True):
            written["installed"][name] = _text(pickle.dumps(shapes_matrix.raised(name), 4))
    file.write_text(json.dumps(written, indent=1) + "\n", "utf-8")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def read(file: Path) -> dict[str, str]:
    """Tell what doesn't arrive, and what comes in its place."""
    different: dict[str, str] = {}
    for way, written in json.loads(file.read_text("utf-8")).items():
        for name, text in written.items():
            found, expected = _described(base64.b64decode(text)), _comparable(shapes_matrix.raised(name))
            if found != expected:
                different[f"{way}: {name}"] = f"{found} is not {expected}"
    return different


def _described(data: bytes) -> Any:
    try:
        return _comparable(pickle.loads(data))
    except Exception as problem:  # whatever loading raises is what is told
        return repr(problem)


def _comparable(error: BaseException) -> Any:
    """Describe an exception, less the fields that not every Python has and no case sets."""
    described = describe(error)
    for node in (described, *described["others"]):
        for name in ("name_from", "_metadata"):
            assert node["fields"].pop(name, "None") == "None"
    return described


def main(what: str, *files: str) -> None:
    """Write, or read."""
    if what == "write":
        write(Path(files[0]))
    else:
        sys.stdout.write(json.dumps({file: read(Path(file)) for file in files}))


if __name__ == "__main__":
    main(*sys.argv[1:])
