"""Values that are changed by being written: they arrive as they were, for all that is tried out before."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from bare_samples import ShopError, caused
from drained_samples import DRAINED, KNOWN, Box, Kept, Reducing, weakly
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg

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
    "of a cause": (lambda value: caused(ShopError(1, held=value)), "obj.__cause__.held"),
}


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
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", DRAINED)
def test_it_arrives_full_beside_what_goes_by_value(name: str, place: str, mode: str, reader: Reader) -> None:
    """Also where what is written by name is given up for that, and all begins anew."""
    put, found = PLACES[place]
    error = put([value := DRAINED[name](), lambda: 1])
    error.args = (*error.args, lambda: 2)
    want = DRAINED[name]().items
    with writing(mode, a_registry()) as write:
        data = write(caused(error))
    found = f"({found.replace('obj', 'obj.__cause__')})[0]"
    code = f"result = [{found}.items, type({found}).__name__, getattr(obj.__cause__, '__notes__', []), obj.__cause__.args[-1]()]"
    assert reader.read(data, code=code) == [want, type(value).__name__, [], 2]


@pytest.mark.parametrize("protocol", [4, 5])
def test_it_arrives_full_outside_of_errors(protocol: int, reader: Reader) -> None:
    """Where all begins anew for a function that goes by value, or it stands in an error, too; by whatever protocol."""
    beside: dict[str, tuple[Callable[[Any], Any], str]] = {
        "a function": (lambda value: [value, lambda: 1], "obj[0]"),
        "a function, in an object": (lambda value: [Box(value), lambda: 1], "obj[0].held"),
        "a function, in an error": (lambda value: [ShopError(1, held=value), lambda: 1], "obj[0].held"),
        "an error that holds it": (lambda value: [ShopError(1, held=value), value], "obj[1]"),
        "that, after it": (lambda value: [value, ShopError(1, held=value)], "obj[1].held"),
        "both": (lambda value: [ShopError(1, held=Box(value)), value, lambda: 1], "[obj[0].held.held, obj[1]][1]"),
    }
    for name, make in DRAINED.items():
        for place, (put, found) in beside.items():
            for write in (picklereg.dumps, _by_pickler):
                value = make()
                data = write(put(value), protocol)
                assert reader.read(data, code=f"result = {found}.items") == make().items, (name, place)


def _by_pickler(obj: Any, protocol: int) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file, protocol).dump(obj)
    return file.getvalue()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", DRAINED)
def test_it_is_one_object_wherever_it_stands(name: str, mode: str, reader: Reader) -> None:
    """In several attributes and objects, of a cause, too."""
    value = DRAINED[name]()
    error = ShopError(1, held=value, box=Box(value), other=Box([value, Box(value)]))
    error.__cause__ = ShopError(2, held=Box(value))
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = """
held = obj.held
result = [held.items] + [found is held for found in (obj.box.held, obj.other.held[0], obj.other.held[1].held, obj.__cause__.held.held)]
"""
    assert reader.read(data, code=code) == [DRAINED[name]().items, True, True, True, True]


@pytest.mark.parametrize("mode", MODES)
def test_what_says_its_name_is_the_readers_own(mode: str, reader: Reader) -> None:
    """Also beside what is changed by being written."""
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=KNOWN, box=Box([KNOWN, DRAINED["its state"]()])))
    code = "import drained_samples\nresult = [item is drained_samples.KNOWN for item in (obj.held, obj.box.held[0])]"
    assert reader.read(data, code=code) == [True, True]


@pytest.mark.parametrize("mode", MODES)
def test_what_a_reduce_gives_arrives_full(mode: str, reader: Reader) -> None:
    """Among the arguments of a class's own reduce."""
    with writing(mode, a_registry()) as write:
        data = write(Reducing("text", DRAINED["its state"]()))
    assert reader.read(data, code="result = [obj.held.items, obj.args[0]]") == [["a", 1], "text"]


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
