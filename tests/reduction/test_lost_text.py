"""The text that the writer saw is in a note, where what arrives has another one."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Final

import pytest
from crossing import describe
from guard_samples import AROUND
from text_samples import ALIKE, LOST, SECRET, TOLD
from writers import MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_TELL: Final = "import pickle; result = {name: describe(pickle.loads(data)) for name, data in obj.items()}"
_NOTE: Final = "picklereg: its text was: "


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_a_text_that_is_lost_is_in_a_note(around: str, mode: str, reader: Reader) -> None:
    """Because it would be taken from what stays here; without credentials, and not too long. Here nothing has changed."""
    errors = {name: AROUND[around](build()) for name, (build, _) in LOST.items()}
    with writing(mode, a_registry()) as write:
        before = {name: vars(error).copy() for name, error in errors.items()}
        sent = {name: write(error) for name, error in errors.items()}
    assert {name: vars(error) for name, error in errors.items()} == before
    assert SECRET.encode() not in b"".join(sent.values())
    for name, told in reader.read(pickle.dumps(sent), code=_TELL).items():
        notes = [note for node in (told, *told["others"]) for note in node["notes"] if note.startswith(_NOTE)]
        assert notes == [_NOTE + LOST[name][1]], name


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_a_text_that_arrives_is_in_no_note(around: str, mode: str, reader: Reader) -> None:
    """Although something else was left behind, which a note tells."""
    errors = {name: AROUND[around](build()) for name, build in ALIKE.items()}
    with writing(mode, a_registry()) as write:
        sent = {name: write(error) for name, error in errors.items()}
    got = reader.read(pickle.dumps(sent), code=_TELL)
    for name, told in got.items():
        notes = [note for node in (told, *told["others"]) for note in node["notes"]]
        assert notes
        assert not any(_NOTE in note for note in notes), f"{name}: {notes}"
        if around == "itself":
            assert told["str"].replace("'", "") == describe(errors[name])["str"].replace("'", "")


@pytest.mark.parametrize("mode", MODES)
def test_a_text_that_tells_a_lost_one_is_in_a_note(mode: str, reader: Reader) -> None:
    """On each error that says it, whose reader would ask the one that can't."""
    with writing(mode, a_registry()) as write:
        sent = {name: write(build()) for name, (build, _) in TOLD.items()}
    for name, told in reader.read(pickle.dumps(sent), code=_TELL).items():
        notes = [note for node in (told, *told["others"]) for note in node["notes"] if note.startswith(_NOTE)]
        assert notes == [_NOTE + text for text in TOLD[name][1]], name
