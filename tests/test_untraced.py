"""The list of tests in which coverage isn't measured names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from untraced import named

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", named())
def test_it_is_there(name: str) -> None:
    """Each line names a file, or what stands in it."""
    file, _, what = name.partition("::")
    text = HERE.joinpath(file).read_text("utf-8")
    assert not what or re.search(rf"^(def |class |){what}\b", text, re.MULTILINE)
