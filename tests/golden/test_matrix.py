"""Errors written on one Python are read on another one: each that is found here with each, and with the stored ones of all of them."""

from __future__ import annotations

import base64
import json
import os
import pickle
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

import picklereg

if TYPE_CHECKING:
    from collections.abc import Mapping

GOLDEN: Final = Path(__file__).parent
ROOT: Final = GOLDEN.parents[1]
STORED: Final = {file.stem.removeprefix("python-"): file for file in sorted(GOLDEN.glob("matrix/python-*.json"))}
HERE: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
#: What picklereg imports. All three are Python alone, so any Python runs them.
NEEDED: Final = ("cloudpickle", "importlib_metadata", "zipp")
#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 200


def _answering(version: str) -> str | None:
    """Give an interpreter of a version, if there is one that runs: what is found by name may have nothing behind it."""
    if version == HERE:
        return sys.executable
    installed = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in filter(None, [shutil.which(f"python{version}"), *map(str, installed)]):
        said = subprocess.run([candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, check=False)
        if said.stdout.decode().strip() == version:
            return candidate
    return None


PYTHONS: Final = {version: python for version in STORED if (python := _answering(version))}


def _run(version: str, *args: str, path: tuple[Path, ...]) -> str:
    environment = {"PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [PYTHONS[version], "-S", str(GOLDEN / "matrix.py"), *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """What each Python that is found here writes now."""
    directory = tmp_path_factory.mktemp("matrix")
    for name in NEEDED:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        (directory / "site").mkdir(exist_ok=True)
        (directory / "site" / name).symlink_to(Path(spec.origin).parent)
    for version in PYTHONS:
        _run(version, "write", str(directory / f"python-{version}.json"), path=(ROOT, directory / "site", ROOT / "tests"))
    return {version: directory / f"python-{version}.json" for version in PYTHONS}


def known(case: str, writer: tuple[int, ...], reader: tuple[int, ...]) -> str:
    """Give a part of what is told of a case that doesn't arrive as the reader's own Python makes it, or nothing."""
    if case in {"value path", "value pure paths"} and writer == (3, 13) > reader:
        return "No module named 'pathlib._local'"  # `picklereg.loads` reads it: see below
    if case == "value int | str" and writer >= (3, 14) > reader:
        return "typing.Union[int, str]"  # which is equal to it
    return ""


#: What the page says of a case that isn't quite the same, by what is told of it.
_SAID: Final = {"No module named 'pathlib._local'": "all but paths", "typing.Union[int, str]": "whole, unions in another form"}


def table() -> str:
    """Give the table of the page: what becomes of all cases that are written on one Python and read on another one."""
    cases = json.loads(STORED[HERE].read_text("utf-8"))["dumps"]
    rows = [["written on", *(f"read on {reader}" for reader in STORED)], ["---"] * (len(STORED) + 1)]
    for writer in STORED:
        told = [{known(case, _numbers(writer), _numbers(reader)) for case in cases} - {""} for reader in STORED]
        rows.append([f"**{writer}**", *(", ".join(_SAID[part] for part in sorted(parts)) or "whole" for parts in told)])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _check(files: Mapping[str, Path], reader: str) -> None:
    """Have one Python read files, and check that all arrives but what is known not to."""
    told = json.loads(_run(reader, "read", *map(str, files.values()), path=(ROOT / "tests",)))
    for version, file in files.items():
        cases = json.loads(file.read_text("utf-8"))
        expected = {
            f"{way}: {case}": known(case, _numbers(version), _numbers(reader)) for way, written in cases.items() for case in written
        }
        assert told[str(file)].keys() == {name for name, part in expected.items() if part}, (version, reader)
        assert all(expected[name] in different for name, different in told[str(file)].items())


@pytest.mark.parametrize("reader", PYTHONS)
def test_what_is_written_now_is_read_on_each(reader: str, written: Mapping[str, Path]) -> None:
    """Plain errors, built-in ones with all their state, paths, typing forms, enums, data classes and groups arrive as they were raised."""
    _check(written, reader)


@pytest.mark.parametrize("reader", PYTHONS)
def test_what_was_stored_is_read_on_each(reader: str) -> None:
    """The same of what all supported Pythons wrote once, whichever are here."""
    assert STORED.keys() == {"3.11", "3.12", "3.13", "3.14", "3.15"}
    _check(STORED, reader)


def test_the_page_says_what_arrives() -> None:
    """Its table is made of what the tests above expect of each Python."""
    assert table() in (ROOT / "picklereg" / "pickling" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("writer", STORED)
def test_loads_reads_every_path(writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`picklereg.loads` also reads paths that plain pickle can't here."""
    monkeypatch.syspath_prepend(str(GOLDEN))
    for written in json.loads(STORED[writer].read_text("utf-8")).values():
        found: Any = picklereg.loads(base64.b64decode(written["value path"]))
        assert found.value == Path("/shop/orders")


@pytest.mark.parametrize("writer", STORED)
def test_unions_are_equal(writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What newer Pythons write of `int | str` is, on older ones, another form that is equal to it."""
    monkeypatch.syspath_prepend(str(GOLDEN))
    for written in json.loads(STORED[writer].read_text("utf-8")).values():
        found: Any = pickle.loads(base64.b64decode(written["value int | str"]))
        assert found.value == int | str
