"""Values that Python's own way of pickling changes: nobody's code is asked for it, so nobody wants it, and a note says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

import pytest
from bare_samples import ShopError, caused
from differing_samples import CHANGED, KEPT, Prefixed
from drained_samples import DRAINED, KNOWN, Box
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

_PLACES: Final[dict[str, Callable[[Any], BaseException]]] = {
    "attribute 'held'": lambda value: ShopError(1, held=value),
    "argument 0": ValueError,
    "attribute 'items'": lambda value: ShopError(1, items=[value]),
    "attribute 'box'": lambda value: ShopError(1, box=Box({"key": value})),
    "attribute 'linked'": lambda value: caused(ShopError(1, linked=Box(value))),
}
_NOTES: Final = "result = [getattr(exc.__cause__ or exc, '__notes__', []) for exc in obj]"


@pytest.mark.parametrize("mode", MODES)
def test_what_pickling_changes_is_told_of(mode: str, reader: Reader) -> None:
    """What an object's own class leaves out is its own affair."""
    with writing(mode, a_registry()) as write:
        changed = write([put(build()) for put in _PLACES.values() for build, _, _ in CHANGED.values()])
        unchanged = write([ShopError(1, held=build(), box=Box(build())) for build in KEPT.values()])
    rows = [(place, *row) for place in _PLACES for row in CHANGED.values()]
    for (place, _, alone, held), told in zip(rows, reader.read(changed, code=_NOTES), strict=True):
        is_inside = place in {"attribute 'box'", "attribute 'linked'"}
        assert [place in note and (f") {alone}" in note or (is_inside and note.endswith(held))) for note in told] == [True], (held, told)
    told = reader.read(unchanged, code=_NOTES)
    assert dict(zip(KEPT, told, strict=True)) == {name: [] for name in KEPT}


@pytest.mark.parametrize("mode", MODES)
def test_a_set_of_texts_that_pickling_changes_is_told_of(mode: str, reader: Reader) -> None:
    """What is in it has no place, by which it could be told from others."""
    changed = {Prefixed("a"), Prefixed("b"), 3}
    with writing(mode, a_registry()) as write:
        data = write([ShopError(1, held=changed), ShopError(1, held=Box(frozenset(changed)))])
    for told in reader.read(data, code="result = [getattr(exc, '__notes__', []) for exc in obj]"):
        assert {note.partition(") ")[2] for note in told} == {"becomes str: its class makes something else of it"}


@pytest.mark.parametrize("mode", MODES)
def test_what_pickling_changes_is_told_of_beside_what_its_own_code_changes(mode: str, reader: Reader) -> None:
    """Of such, what was written first is sent."""
    drained = DRAINED["its state"]
    with writing(mode, a_registry()) as write:
        data = write([ShopError(1, held=[Prefixed("a"), drained()]), ShopError(1, held=[{Prefixed("a")}, drained()])])
    for told in reader.read(data, code="result = [getattr(exc, '__notes__', []) for exc in obj]"):
        assert ["becomes str: its class makes something else of it" in note for note in told] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_what_is_put_together_again_arrives(mode: str, reader: Reader) -> None:
    """Where the parts can be told, the class's own way is not gone."""
    error = ShopError(1, items=[KEPT[name]() for name in ("a counter", "other types", "other numbers")])
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert reader.read(data, code="result = [obj.items[0].source, repr(obj.items[1]), repr(obj.items[2])]") == ["here", "[1]", "[1]"]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_what_is_held_weakly_in_a_list_is_told_of(mode: str, reader: Reader) -> None:
    """Exceptions are kept alive while it is tried out."""
    inner = ShopError(2)
    with writing(mode, a_registry()) as write:
        told = reader.read(write(ShopError(1, held=[WeakSet([inner])])), code="result = getattr(obj, '__notes__', [])")
    assert ["holds nothing but what else arrives" in note for note in told] == [True]


def test_what_is_told_elsewhere_is_told_once(reader: Reader) -> None:
    """A file becomes something else, as the note on all files says."""
    with Path(__file__).open(encoding="utf-8") as file, writing("picklereg.dumps", a_registry()) as write:
        told = reader.read(write(ShopError(1, held=Box(file))), code="result = getattr(obj, '__notes__', [])")
    assert ["a file, which becomes a StringIO" in note for note in told] == [True]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_what_the_reader_has_already_is_held_weakly(mode: str, reader: Reader) -> None:
    """Its module keeps it alive, and there is nothing to tell."""
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=WeakSet([KNOWN])))
    assert reader.read(data, code="result = [len(obj.held), getattr(obj, '__notes__', [])]") == [1, []]
