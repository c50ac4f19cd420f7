"""Members of enumerations that go by value: a copy is made of their names and values, before it has any code."""

from __future__ import annotations

import pickle
import subprocess
import sys
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import pytest
from writers import BY_VALUE

from picklereg.introspection.copies import own_attributes

if TYPE_CHECKING:
    from pathlib import Path

    from crossing import Reader

_SCRIPT: Final = """
import enum, pickle, sys
sys.path[:0] = {path!r}
from bare_samples import ShopError
from writers import BY_VALUE, a_registry, writing

class Plain(enum.Enum):
    ONE = 1
    ALSO = 1
    LIST = [1, 2]

class Access(enum.Flag):
    READ = 1
    WRITE = 2
    BOTH = 3

class Word(str, enum.Enum):
    ONE = "one"

    def __str__(self):
        return "shown"

class Number(enum.IntEnum):
    ONE = 1

class Planet(enum.Enum):
    EARTH = (1, 2)

    def __init__(self, mass, radius):
        self.mass, self._radius = mass, radius

class Named(int, enum.Enum):
    ONE = "one"

    def __new__(cls, name):
        made = int.__new__(cls, len(name))
        made._value_ = name
        return made

class Counted(int, enum.Enum):
    ONE = 1

    def __new__(cls, value):
        made = int.__new__(cls, value + 1)
        made._value_ = value
        return made

class Pair:
    def __new__(cls, one, other):
        made = object.__new__(cls)
        made.both = one, other
        return made

class Mixed(Pair, enum.Enum):
    ONE = 1, 2

MEMBERS = {{
    "alias": Plain.ALSO, "list": Plain.LIST, "flag": Access.READ | Access.WRITE, "none": Access(0), "word": Word.ONE, "number": Number.ONE,
    "planet": Planet.EARTH, "in a list": [Planet.EARTH, Planet.EARTH], "named": Named.ONE, "counted": Counted.ONE, "mixed": Mixed.ONE,
}}
written = {{}}
for mode in sorted(BY_VALUE):
    with writing(mode, a_registry()) as write:
        for name, member in MEMBERS.items():
            written[mode, name] = write(ShopError(1, held=member))
sys.stdout.buffer.write(pickle.dumps(written))
"""
_REFUSED: Final = "makes its members by code, which it doesn't have when its copy gets them"
#: What the reader makes of each, and whether its class was refused.
_TOLD: Final = {
    "alias": "<Plain.ONE: 1>",
    "list": "<Plain.LIST: [1, 2]>",
    "flag": "<Access.READ|WRITE: 3>",
    "none": "<Access: 0>",
    "word": "<Word.ONE: 'one'>",
    "number": "<Number.ONE: 1>",
    "planet": "<Planet.EARTH: (1, 2)>",
    "in a list": "[<Planet.EARTH: (1, 2)>, <Planet.EARTH: (1, 2)>]",
    "named": "3",
    "counted": "2",
    "mixed": "None",
}
_COPY: Final = " brings a copy of enumeration __main__.Planet, whose members come without '_radius', 'mass'"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a script writes of its own enumerations' members, by mode and name."""
    file: Path = tmp_path_factory.mktemp("main") / "script.py"
    file.write_text(_SCRIPT.format(path=[entry for entry in sys.path if entry]))
    return pickle.loads(subprocess.run([sys.executable, file], stdout=subprocess.PIPE, check=True).stdout)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_members(mode: str, written: Any, reader: Reader) -> None:
    """They arrive as what they are; attributes that code gave them don't, which a note tells. Where no copy can be made, none is."""
    code = "import pickle; result = {name: (repr(getattr(e, 'held', None)), getattr(e, '__notes__', [])) for name, e in obj.items()}"
    sent = {name: written[mode, name] for name in _TOLD}
    told = reader.read(pickle.dumps(sent), code=f"import pickle; obj = {{k: pickle.loads(v) for k, v in obj.items()}}; {code}")
    assert {name: shown for name, (shown, _) in told.items()} == _TOLD
    notes = {name: notes for name, (_, notes) in told.items() if notes}
    assert notes.pop("planet") == [f"picklereg: attribute 'held' (__main__.Planet){_COPY}"]
    assert notes.pop("in a list") == [f"picklereg: attribute 'held' (list){_COPY}"]
    assert notes.keys() == {"named", "counted", "mixed"}
    assert all("be written by value" in note or _REFUSED in note for (note,) in notes.values()), notes


class _Number(IntEnum):
    ONE = 1

    @cached_property
    def twice(self) -> int:
        """Is worked out where it is asked for."""
        return 2 * self


def test_attributes_of_members() -> None:
    """Those that a copy of the enumeration knows nothing of; no other class has any."""
    assert _Number.ONE.twice == 2
    assert own_attributes(_Number) == own_attributes(int) == []
    vars(_Number.ONE).update(_label="one", class_="first")
    assert own_attributes(_Number) == ["_label", "class_"]
