"""Errors with a reduce of their own, and with what can't be pickled, go the short way: no host is asked where none could do it."""

from __future__ import annotations

import functools
import json
import pickle
import threading
from typing import Any

import pytest

import picklereg
from picklereg.pickling.by_reference import pickled_by_name
from picklereg.registry.registry import DEFAULT_REGISTRY


def by_name(error: BaseException, protocol: int | None = None) -> bytes | None:
    """Give what the short way makes of an error."""
    return pickled_by_name(error, protocol, DEFAULT_REGISTRY, fix_imports=False)


class Counted(Exception):
    """Counts how often its own reduce is asked."""

    asked = 0

    def __init__(self, code: int, *, shop: str) -> None:
        super().__init__(f"{shop}: {code}")
        self.code, self.shop = code, shop

    def __reduce__(self) -> Any:
        Counted.asked += 1
        return functools.partial(Counted, shop=self.shop), (self.code,)


class Named(Counted):
    """Names what makes it."""

    def __reduce__(self) -> Any:
        Counted.asked += 1
        return remade, (self.code, self.shop)


def remade(code: int, shop: str) -> Named:
    return Named(code, shop=shop)


def _not_json() -> json.JSONDecodeError:
    try:
        json.loads("{")
    except json.JSONDecodeError as problem:
        return problem
    raise AssertionError


def test_an_own_reduce_is_asked_once() -> None:
    """What it names is written as it is, and its chain beside it."""
    error = Named(7, shop="s")
    error.__cause__ = _not_json()
    Counted.asked = 0
    data = by_name(error)
    assert data is not None
    assert data == picklereg.dumps(error)
    found: Any = pickle.loads(data)
    assert (type(found), str(found), found.code, found.__cause__.pos) == (Named, "s: 7", 7, 1)
    assert Counted.asked == 2  # once for each of the two dumps


def test_one_that_calls_more_than_a_name_asks_for_a_host() -> None:
    """There it arrives as well."""
    error = Counted(7, shop="s")
    assert by_name(error) is None
    found: Any = pickle.loads(picklereg.dumps(error))
    assert (type(found), str(found), found.code) == (Counted, "s: 7", 7)


@pytest.mark.parametrize("protocol", [None, 4])
def test_what_nobody_can_pickle_needs_no_host(protocol: int | None) -> None:
    """It stays behind with the same note whoever is asked; with another protocol than usual, somebody has to be."""
    error = LookupError("x")
    error.lock = threading.Lock()  # type: ignore[attr-defined]
    data = by_name(error, protocol)
    assert (data is None) == (protocol == 4)
    notes = pickle.loads(picklereg.dumps(error, protocol)).__notes__
    assert data is None or pickle.loads(data).__notes__ == notes
    assert notes == ["picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object"]


@pytest.mark.parametrize("beside", [False, True])
def test_what_goes_by_value_asks_for_a_host(beside: bool) -> None:
    """A function without a name arrives; beside what can't be pickled, both are decided about."""
    error = LookupError("x")
    error.held = [lambda: 3, *([threading.Lock()] if beside else [])]  # type: ignore[attr-defined]
    assert by_name(error) is None
    found: Any = pickle.loads(picklereg.dumps(error))
    assert found.held[0]() == 3
    assert bool(getattr(found, "__notes__", [])) == beside


def test_what_is_too_deep_asks_for_a_host() -> None:
    """Plain pickle may nest less deep than that."""
    error = LookupError("x")
    held: Any = threading.Lock()
    for _ in range(200):
        held = Box(held)
    error.held = held  # type: ignore[attr-defined]
    assert "was left behind" in pickle.loads(picklereg.dumps(error)).__notes__[0]


class Box:
    """Holds something."""

    def __init__(self, held: object) -> None:
        self.held = held
