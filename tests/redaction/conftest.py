"""What real clients leave open, and when their tests run."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _what_a_client_leaves_open() -> Iterator[None]:
    """Collect it right here: it is not what is tested, nor the next test's fault."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what imports half of PyPI late: most tests are quicker in a process that doesn't hold it."""
    items.sort(key=lambda item: item.path.name == "test_redacted_libraries.py")
