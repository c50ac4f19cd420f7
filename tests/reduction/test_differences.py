"""What a class's own way of being pickled drops or changes is told of; what arrives as it is isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bare_samples import ShopError
from differing_samples import ALIKE, DIFFERING, Wild
from writers import MODES, a_registry, in_each_mode

from picklereg.reduction.differences import difference

if TYPE_CHECKING:
    from crossing import Reader

SECRET = "a1b2c3d4e5f6g7h8i9"
_NOTES = "result = getattr(obj, '__notes__', [])"


@pytest.mark.parametrize("name", DIFFERING)
def test_a_note_tells_of_it(name: str, reader: Reader) -> None:
    """As an attribute and an argument, also where the value is made anew because there is a credential beside it."""
    make, note = DIFFERING[name]
    for mode, write in in_each_mode(a_registry()):
        for error in (ShopError(1, held=make()), ShopError(1, held=make(), url=f"https://h/?token={SECRET}")):
            (told,) = reader.read(write(error), code=_NOTES)
            assert told.startswith("picklereg: attribute 'held' ("), mode
            assert told.endswith(f") {note}"), mode
        (told,) = reader.read(write(ValueError(make())), code=_NOTES)
        assert told.startswith("picklereg: argument 0 ("), mode


def test_nothing_is_told_of_what_arrives(reader: Reader) -> None:
    """Of caches, neither, which are no part of what an object is."""
    for mode, write in in_each_mode(a_registry()):
        for name, make in ALIKE.items():
            assert reader.read(write(ShopError(1, held=make())), code=_NOTES) == [], (mode, name)


def test_what_refuses_to_be_read_tells_nothing() -> None:
    """A note is a help; the error arrives without."""
    assert difference(Wild(), Wild()) is None


def test_all_modes_are_asked() -> None:
    """The table is gone through in each of them."""
    assert [mode for mode, _ in in_each_mode(a_registry())] == [*MODES]
