"""Golden pickles: what a version has written on some Python, every Python reads, by plain ``pickle.loads``, without picklereg."""

from __future__ import annotations

import base64
import json
import pickle
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from crossing import Reader, describe

GOLDEN = Path(__file__).parent
sys.path.append(str(GOLDEN))

import shapes_golden  # noqa: E402  # pyright: ignore[reportMissingImports]  # needs the path above
import write_golden  # noqa: E402  # pyright: ignore[reportMissingImports]  # the same

FILES = sorted(GOLDEN.glob("*.json"))
#: Shapes with something that stays behind, and the part of the note that says so.
NOTED = {
    "an attribute that stays": "attribute 'thing' (shapes_golden.Unsendable)",
    "an argument that stays": "argument 1 (shapes_golden.Unsendable)",
}

#: Runs in the reader.
_DESCRIBE_ALL: Final = "import pickle; result = {shape: describe(pickle.loads(data)) for shape, data in obj.items()}"


def contents(file: Path) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return loaded


def comparable(described: Any) -> Any:
    """Give a description without what a Python has and another one hasn't."""
    nodes = [described, *described["others"]]
    return [{**node, "others": None, "fields": without_newer(node["fields"])} for node in nodes]


def without_newer(fields: dict[str, str]) -> dict[str, str]:
    """Give fields without those that not every Python has: ``ImportError.name_from`` came with 3.12, ``SyntaxError._metadata`` with 3.14.

    No shape sets them.
    """
    newer = ("name_from", "_metadata")
    assert all(fields.get(name, "None") == "None" for name in newer)
    return {name: value for name, value in fields.items() if name not in newer}


def test_every_python_has_its_file() -> None:
    """No file is missing, and none holds less than four protocols."""
    assert {file.stem.rpartition("-")[2] for file in FILES} >= {"3.11", "3.12", "3.13", "3.14", "3.15"}
    assert all(contents(file).keys() == {"2", "3", "4", "5"} for file in FILES)


@pytest.mark.parametrize("protocol", ["2", "3", "4", "5"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_golden_pickles_are_read(file: Path, protocol: str, reader: Reader) -> None:
    """Each gives what it gave when it was written, whichever Python wrote it."""
    golden = contents(file)[protocol]
    data = {shape: base64.b64decode(entry["pickle"]) for shape, entry in golden.items()}
    got = reader.read(pickle.dumps(data), code=_DESCRIBE_ALL, path=[GOLDEN])
    for shape, entry in golden.items():
        assert comparable(got[shape]) == comparable(entry["description"]), shape


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_golden_descriptions_are_what_was_raised(file: Path) -> None:
    """They are those of the exceptions themselves, but for what stayed behind, which a note tells."""
    for golden in contents(file).values():
        for shape, entry in golden.items():
            expected, found = describe(shapes_golden.raised(shapes_golden.SHAPES[shape])), entry["description"]
            if shape in NOTED:
                assert [NOTED[shape] in note for note in found["notes"]] == [False, True]
            else:
                assert comparable(found) == comparable(expected), shape


def test_the_script_writes_what_reads_the_same() -> None:
    """The present version's pickles give what the file of this Python, or else the newest one, says."""
    name = f"picklereg-{write_golden.VERSION}-python-{sys.version_info.major}.{sys.version_info.minor}"
    file = next((file for file in FILES if file.stem == name), FILES[-1])
    now = write_golden.golden()
    for protocol, golden in contents(file).items():
        assert golden.keys() == now[protocol].keys()
        for shape, entry in golden.items():
            assert comparable(now[protocol][shape]["description"]) == comparable(entry["description"]), shape
