"""What counts as the same class: the one that the reader imports by the writer's name, whatever either calls itself."""

from __future__ import annotations

import pickle
from typing import Any

import cloudpickle
import home_samples
import pytest
from home_samples import GHOSTS, HELD, SelfNaming

from picklereg.testing import assert_whole
from picklereg.testing.compare import compare
from picklereg.testing.modules import check_module
from picklereg.testing.reader import find, read
from picklereg.testing.worker import described


@pytest.mark.parametrize("name", HELD)
def test_a_class_that_arrives_under_another_name_is_whole(name: str) -> None:
    """Its own name doesn't lead to it, the writer's does."""
    assert assert_whole(HELD[name]()).differences == ()


def test_a_class_that_names_itself_anew_is_whole() -> None:
    """The reader's prints another name, and is the same."""
    arrived = assert_whole(SelfNaming("text"))
    assert arrived.exceptions[0]["type"] == "_home_samples.SelfNaming"


@pytest.mark.parametrize("ghost", GHOSTS)
def test_a_copy_is_noted(ghost: Any) -> None:
    """It has the right name, and no ``except`` clause catches it."""
    with pytest.raises(AssertionError, match=f"another class that says {ghost.__module__}.{ghost.__qualname__}"):
        assert_whole(ghost("k"))
    (difference,) = assert_whole(ghost("k"), allow_notes=True).differences
    assert (difference.piece, difference.noted) == ("type", True)


@pytest.mark.parametrize("error", [GHOSTS[0]("k"), HELD["Renamed"]()])
def test_a_look_alike_without_a_note_is_found_out(error: BaseException) -> None:
    """As others write it: notes excuse nothing, since there is none."""
    with pytest.raises(AssertionError, match="type changed"):
        assert_whole(error, allow_notes=True, dumps=cloudpickle.dumps)


def test_a_class_of_a_function_is_told_by_its_name() -> None:
    """Readers get a copy of it, and have no other."""

    class Local(Exception):
        pass

    assert assert_whole(Local("text")).differences == ()


def test_the_reader_imports_what_the_writer_names() -> None:
    """Where the payload hasn't; and what can't be imported leads nowhere."""
    error = HELD["Internal"]()
    names = described(error)[0]["names"]
    assert names == ["home_samples:Internal"]
    assert compare(described(error), read(pickle.dumps(OSError(*error.args)), names)["nodes"])[0].piece == "type"
    assert find("home_samples:Base.__init__") is home_samples.Base.__init__
    assert find("no_such_module:Thing") is None
    assert find("home_samples:Thing") is None


def test_check_tells_a_copy_from_the_class() -> None:
    """The module's own classes are whole, however they are called; what it doesn't hold is noted."""
    kinds = {found.qualname: found.outcomes["picklereg"].kind for found in check_module("home_samples").classes}
    ghosts = {ghost.__qualname__ for ghost in GHOSTS if ghost.__module__ == "home_samples"}
    assert {name for name, kind in kinds.items() if kind == "noted"} == ghosts
    assert {kind for name, kind in kinds.items() if name not in ghosts} == {"whole"}
    assert {"renamed_error", "Unsaid", "Internal", "Reducing", "Fixed", "Several", "SelfNaming"} <= kinds.keys()
