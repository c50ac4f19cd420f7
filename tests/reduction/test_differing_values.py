"""Values that Python's own way of pickling changes: nobody's code is asked for it, so nobody wants it, and a note says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from bare_samples import ShopError, caused
from differing_samples import CHANGED, KEPT
from drained_samples import Box
from writers import MODES, a_registry, writing

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
        assert [place in note and note.endswith((alone, held)) for note in told] == [True], (held, told)
    told = reader.read(unchanged, code=_NOTES)
    assert dict(zip(KEPT, told, strict=True)) == {name: [] for name in KEPT}
