"""Reduces that give the reader an error with the same text and other contents: it gets what there is here."""

from __future__ import annotations

import pytest
from crossing import Reader, describe
from forged_samples import FORGED
from writers import MODES, a_registry, writing


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", FORGED)
def test_what_says_the_same_is_not_taken_for_it(name: str, mode: str, reader: Reader) -> None:
    """Arguments, what is in them, attributes, members and notes are those that the error has."""
    error = FORGED[name]()
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(error)) == describe(error)
