"""Values that are changed by being written: they arrive as they were, for all that is tried out before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bare_samples import ShopError
from drained_samples import DRAINED, Box, Kept, weakly
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

SECRET = "a1b2c3d4e5f6g7h8i9"
PLACES: dict[str, tuple[Callable[[Any], BaseException], str]] = {
    "attribute": (lambda value: ShopError(1, held=value), "obj.held"),
    "argument": (ValueError, "obj.args[0]"),
    "item": (lambda value: ShopError(1, held=[value, 1]), "obj.held[0]"),
    "entry": (lambda value: ShopError(1, held={"key": (value,)}), "obj.held['key'][0]"),
    "in an object": (lambda value: ShopError(1, held=Box(value)), "obj.held.held"),
    "beside a credential": (lambda value: ShopError(1, held=value, url=f"https://h/?token={SECRET}"), "obj.held"),
    "in an object beside one": (lambda value: ShopError(1, held=Box([value, f"https://h/?token={SECRET}"])), "obj.held.held[0]"),
    "of a cause": (lambda value: _caused(ShopError(1, held=value)), "obj.__cause__.held"),
}


def _caused(cause: BaseException) -> BaseException:
    error = KeyError("outer")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", DRAINED)
def test_it_arrives_full(name: str, place: str, mode: str, reader: Reader) -> None:
    """With all that it held, and without a note, wherever it stands; what stays here stays."""
    put, found = PLACES[place]
    want = DRAINED[name]().items
    with writing(mode, a_registry()) as write:
        data = write(put(DRAINED[name]()))
    assert reader.read(data, code=f"result = [{found}.items, type({found}).__name__, getattr(obj, '__notes__', [])]") == [
        want,
        type(DRAINED[name]()).__name__,
        [],
    ]
    assert SECRET.encode() not in data


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_what_an_object_holds_weakly_is_noted(mode: str, reader: Reader) -> None:
    """It doesn't arrive by it; what else arrives is there, and nothing is noted where all does."""
    kept, other = Kept(), Kept()
    error = ShopError(1, lost=weakly(kept), items=[weakly(other)], whole=Box([other, weakly(other)]))
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = """
result = [len(obj.lost.held["seen"]), len(obj.items[0].held["seen"]), len(obj.whole.held[1].held["seen"]), obj.__notes__]
"""
    *got, notes = reader.read(data, code=code)
    assert got == [0, 1, 1]
    assert notes == [
        f"picklereg: {place} (drained_samples.Box) has a WeakSet that holds nothing but what else arrives"
        for place in ("attribute 'lost'", "an item of attribute 'items'")
    ]


@pytest.mark.parametrize("mode", sorted({*MODES} - BY_VALUE))
def test_what_holds_weakly_stays_behind_where_plain_pickle_writes(mode: str, reader: Reader) -> None:
    """It can't write it; a note says so."""
    with writing(mode, a_registry()) as write:
        told = reader.describe(write(ShopError(1, lost=weakly(Kept()))))
    assert "lost" not in told["dict"]
    assert ["attribute 'lost'" in note for note in told["notes"]] == [True]
