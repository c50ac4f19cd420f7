"""Errors that clients of many libraries really raise arrive whole in every mode; or what differs is noted."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import data_errors
import protocol_errors
import pytest
import service_errors
from client_errors import ERRORS
from whole_or_noted import unnamed

if TYPE_CHECKING:
    from crossing import Reader

_AT_ONCE: Final = 10
_MODULES: Final = (service_errors, protocol_errors, data_errors)  # they put theirs into the table
_NAMES: Final = [*ERRORS]
PARTS: Final = {_NAMES[start]: _NAMES[start : start + _AT_ONCE] for start in range(0, len(_NAMES), _AT_ONCE)}
#: Raises and writes in a process of its own: clients leave sockets open, threads running and loggers set up.
_WRITE: Final = """
import pickle, sys, warnings
warnings.simplefilter("ignore")
sys.path[:0] = {path!r}
import client_errors, data_errors, protocol_errors, service_errors
import picklereg, pytest
from crossing import describe
from writers import MODES, writing
raised = {{}}
for name in {names!r}:
    try:
        raised[name] = client_errors.raised(name)
    except pytest.skip.Exception:
        raised[name] = None
for exc in raised.values():
    str(exc)  # some keep what they find out for it
want = {{name: exc and describe(exc) for name, exc in raised.items()}}
sent = {{}}
for mode in MODES:
    with writing(mode, picklereg.Registry(redact=False)) as write:
        sent.update({{(name, mode): write(exc) for name, exc in raised.items() if exc is not None}})
with open(sys.argv[1], "wb") as file:
    pickle.dump((want, sent), file)
"""
_TELL: Final = """
import functools, sys
cls = type(obj)
try:
    named = functools.reduce(getattr, cls.__qualname__.split("."), sys.modules[cls.__module__])
except (AttributeError, KeyError):
    named = None
result = [named is cls, describe(obj)]
"""


def _raised(names: list[str], file: Path) -> tuple[dict[str, Any], dict[tuple[str, str], bytes]]:
    code = textwrap.dedent(_WRITE.format(path=[entry for entry in sys.path if entry], names=names))
    subprocess.run([sys.executable, "-c", code, file], check=True, timeout=240)
    return pickle.loads(file.read_bytes())  # type: ignore[no-any-return]


def _lost(want: dict[str, Any], arrived: list[Any]) -> list[str]:
    """Tell what differs without a note; a note on the class names it, and says as what it was sent."""
    is_named, got = arrived
    of_class = any(" was sent as " in note for note in got["notes"])
    unset = {name for name, value in want["fields"].items() if value == "None"} if of_class else set[str]()
    missing = [name for name in unnamed(want, got) if name not in unset and (name != "type" or not of_class)]
    return missing if is_named or of_class else [*missing, "the class that its name leads to"]


@pytest.mark.parametrize("part", PARTS)
def test_they_arrive_whole_or_noted(part: str, reader: Reader, tmp_path: Path) -> None:
    """In all modes, ten clients at a time; and as the class that their name leads to in the reader."""
    want, sent = _raised(PARTS[part], tmp_path / "sent")
    lost = {key: found for key, data in sent.items() if (found := _lost(want[key[0]], reader.read(data, code=_TELL)))}
    assert lost == {}
    if missing := [ERRORS[name].library for name, told in want.items() if told is None]:
        pytest.skip(f"not installed: {missing}")


def test_there_are_many() -> None:
    """Of more than sixty libraries."""
    assert len({client.library for client in ERRORS.values()}) > 60
