"""Values that every pickler takes, and none carries as they are: a note says so, wherever they stand."""

from __future__ import annotations

import os
import pickle
import sys
import weakref
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

import pytest
import shapes
from bare_samples import ShopError, caused
from drained_samples import Box, Kept, Reducing, Remaking
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

KEPT: Final = Kept()
#: By what a note says of them.
ANYWHERE: Final[dict[str, Callable[[], Any]]] = {
    "a bare object()": object,
    "a weakref.finalize": lambda: weakref.finalize(KEPT, print),
    "an iterator over a dictionary or set": lambda: iter({"a": 1}),
}
#: What cloudpickle alone takes.
BY_CLOUDPICKLE: Final[dict[str, Callable[[ExitStack], Any]]] = {
    "a memoryview": lambda _: memoryview(b"abc"),
    "a file": lambda stack: stack.enter_context(open(os.devnull)),  # noqa: SIM115, PTH123
}
PLACES: Final[dict[str, tuple[str, Callable[[Any], BaseException]]]] = {
    "attribute": ("attribute 'held'", lambda value: ShopError(1, held=value)),
    "argument": ("argument 0", ValueError),
    "in a list": ("attribute 'held'", lambda value: ShopError(1, held=[value])),
    "in an object": ("attribute 'held'", lambda value: ShopError(1, held=Box({"key": value}))),
    "in an object of a reduce's": ("attribute 'held'", lambda value: Reducing("text", Box(value))),
    "of a cause": ("attribute 'held'", lambda value: caused(ShopError(1, held=Box(value)))),
}
_NOTES: Final = """
notes = getattr(obj, "__notes__", []) + getattr(obj.__cause__, "__notes__", [])
result = notes
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", ANYWHERE)
def test_a_note_says_what_becomes_of_it(name: str, place: str, mode: str, reader: Reader) -> None:
    """That it arrives otherwise can't be helped; nobody has to find out."""
    where, put = PLACES[place]
    with writing(mode, a_registry()) as write:
        data = write(put(ANYWHERE[name]()))
    _check(reader.read(data, code=_NOTES), where, name)


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", BY_CLOUDPICKLE)
def test_so_where_cloudpickle_takes_it(name: str, place: str, mode: str, reader: Reader) -> None:
    """Where it stands in another object; alone, the note says what class it becomes."""
    where, put = PLACES[place]
    with writing(mode, a_registry()) as write, ExitStack() as stack:
        data = write(put(BY_CLOUDPICKLE[name](stack)))
    _check(reader.read(data, code=_NOTES), where, name if "object" in place or place == "of a cause" else "")


def _check(notes: list[str], where: str, name: str) -> None:
    (note,) = notes
    assert note.startswith(f"picklereg: {where} " if "an item" not in note else f"picklereg: an item of {where} ")
    assert name in note or "becomes" in note


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_what_the_reader_has_too_is_no_loss(mode: str, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that is the program's output goes by that name."""
    with open(os.devnull, "w") as stream:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", stream)
        with writing(mode, a_registry()) as write:
            data = write(ShopError(1, held=Box(stream)))
        monkeypatch.undo()
    assert reader.read(data, code=_NOTES) == []


@pytest.mark.parametrize("mode", MODES)
def test_what_a_class_makes_anew_is_no_loss(mode: str, reader: Reader) -> None:
    """The reader's own object stands where the writer's own did."""
    with writing(mode, a_registry()) as write:
        data = write(Remaking("text"))
    assert reader.read(data, code=f"{_NOTES}\nimport drained_samples\nresult = [notes, obj.held is drained_samples.MARK]") == [[], True]


@pytest.mark.parametrize("mode", MODES)
def test_a_note_that_is_no_text_and_cant_travel_is_told_of(mode: str, reader: Reader) -> None:
    """Its repr stands in its place."""
    error = ValueError("text")
    error.__notes__ = ["first", shapes.lock()]
    with writing(mode, a_registry()) as write:
        data = write(error)
    first, shown, told = reader.read(data, code=_NOTES)
    assert (first, "lock" in shown) == ("first", True)
    assert told.startswith("picklereg: a note (_thread.lock) was replaced by its repr: ")


@pytest.mark.parametrize("mode", MODES)
def test_a_second_trip_tells_nothing_twice(mode: str, reader: Reader) -> None:
    """What is lost again is told of already."""
    error = ShopError(1, held=object())
    with writing(mode, a_registry()) as write:
        data = write(pickle.loads(write(error)))
    assert len(reader.read(data, code=_NOTES)) == 1
