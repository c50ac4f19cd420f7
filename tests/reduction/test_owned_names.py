"""Names that ``BaseException`` owns, used for something else; and links that are false: all arrive, in every mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from crossing import describe
from owned_samples import OWNED
from writers import MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from crossing import Reader


@pytest.mark.parametrize("mode", MODES)
def test_each_arrives_whole(mode: str, reader: Reader) -> None:
    """What stands under such a name is what it was, and so is what the name means of every exception."""
    with writing(mode, a_registry()) as write:
        for name, make in OWNED.items():
            error = make()
            assert reader.describe(write(error)) == describe(error), name


class Exits:
    """A value that ends the program when it is pickled."""

    def __reduce__(self) -> Any:
        raise SystemExit(3)


@pytest.mark.parametrize("mode", MODES)
def test_a_value_that_wants_to_exit_is_left_behind(mode: str, reader: Reader) -> None:
    """As one that can't be pickled for any other reason."""
    error: Any = ValueError("m")
    error.held = Exits()
    with writing(mode, a_registry()) as write:
        notes = reader.describe(write(error))["notes"]
    assert len(notes) == 1
    assert "attribute 'held'" in notes[0]
    assert "SystemExit: 3" in notes[0]


def test_outside_of_errors_it_exits() -> None:
    """As with plain pickle."""
    with pytest.raises(SystemExit):
        picklereg.dumps([Exits()])
