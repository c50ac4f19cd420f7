"""What adapters share that have a worker's process to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from frameworks.five_errors import is_in_effect
from picklereg.frameworks.installing import InstalledForWorkers


@pytest.fixture
def told() -> list[str]:
    """What was told of."""
    return []


@pytest.fixture
def installed(told: list[str]) -> InstalledForWorkers:
    """With something else that is in effect meanwhile."""

    @contextmanager
    def beside() -> Iterator[None]:
        told.append("begins")
        yield
        told.append("ends")

    return InstalledForWorkers(beside)


def test_from_the_first_worker_to_the_last(installed: InstalledForWorkers, told: list[str]) -> None:
    """Workers share it, whoever of them ends first; afterwards all is as before, and the next one begins anew."""
    for _ in range(2):
        assert (installed.is_in_effect, is_in_effect()) == (False, False)
        installed.begin("a")
        installed.begin("b")
        installed.end("a")
        assert (installed.is_in_effect, is_in_effect()) == (True, True)
        installed.end("b")
    assert (installed.is_in_effect, is_in_effect()) == (False, False)
    assert told == ["begins", "ends"] * 2


def test_twice_is_once(installed: InstalledForWorkers, told: list[str]) -> None:
    """A worker that is said to begin twice ends once, and one that hasn't begun ends nobody."""
    installed.begin("a")
    installed.begin("a")
    installed.end("b")
    assert is_in_effect()
    installed.end("a")
    installed.end("a")
    assert not is_in_effect()
    assert told == ["begins", "ends"]


def test_what_cannot_begin_leaves_nothing() -> None:
    """Where something beside it fails, nothing is in effect, and nobody is counted."""

    @contextmanager
    def beside() -> Iterator[None]:
        raise LookupError("no frames")
        yield

    installed = InstalledForWorkers(beside)
    with pytest.raises(LookupError, match="no frames"):
        installed.begin("a")
    assert (installed.is_in_effect, is_in_effect()) == (False, False)
