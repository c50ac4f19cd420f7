"""What the tests of single libraries share."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _what_a_library_leaves_open() -> Iterator[None]:
    """Collect it right here: sockets and event loops that a library leaves open are not what is tested, nor the next test's fault."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
