"""A dump sees at once what has been imported since the last one, also where as many modules have gone as have come."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import pytest

import picklereg
from picklereg.registry.awaited_modules import Awaited


def module(name: str) -> types.ModuleType:
    """Give a module with one exception class, as an import would leave it."""
    made = types.ModuleType(name)
    exec("class LateError(Exception): pass", vars(made))
    return made


@pytest.fixture
def awaited() -> Iterator[Awaited]:
    """Two modules are awaited, neither of which is there."""
    found = Awaited()
    found.add("late_one", "late_two")
    assert not found.are_there()
    yield found
    for name in ("late_one", "late_two", "another", "passing"):
        sys.modules.pop(name, None)


def test_what_comes_is_seen(awaited: Awaited) -> None:
    """Each time, until nobody waits for it any more."""
    sys.modules["another"] = module("another")
    assert not awaited.are_there()
    sys.modules["late_one"] = module("late_one")
    assert awaited.are_there()
    assert awaited.are_there()
    awaited.replace(["late_two"])
    assert not awaited.are_there()
    sys.modules["late_two"] = module("late_two")
    assert awaited.are_there()


def test_what_comes_as_another_goes_is_seen(awaited: Awaited) -> None:
    """The number of modules alone doesn't tell."""
    sys.modules["passing"] = module("passing")
    assert not awaited.are_there()
    del sys.modules["passing"]
    sys.modules["late_one"] = module("late_one")
    assert awaited.are_there()


def test_what_is_there_already_is_seen_when_somebody_begins_to_wait(awaited: Awaited) -> None:
    """Nothing was imported in between."""
    sys.modules["another"] = module("another")
    assert not awaited.are_there()
    awaited.add("another")
    assert awaited.are_there()


def test_a_dump_activates_what_came_as_another_went() -> None:
    """Through the registry: the set is active at the first dump after the import."""
    registry = picklereg.Registry(entry_points=False)
    registry.register("late_one")
    sys.modules["passing"] = module("passing")
    picklereg.dumps(ValueError("x"), registry=registry)
    del sys.modules["passing"]
    sys.modules["late_one"] = late = module("late_one")
    try:
        picklereg.dumps(ValueError("x"), registry=registry)
        assert registry.declares(late.LateError)
    finally:
        del sys.modules["late_one"]


class Changing(dict[str, types.ModuleType]):
    """``sys.modules`` as another thread may leave it between two steps of this one."""

    def __reversed__(self) -> Iterator[str]:
        found = super().__reversed__()
        self["another"] = module("another")
        return found


def test_while_another_thread_imports(awaited: Awaited, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has to look closer; the next time all is quiet again."""
    monkeypatch.setattr("picklereg.registry.awaited_modules._MODULES", Changing(sys.modules))
    assert awaited.are_there()
    assert not awaited.are_there()
