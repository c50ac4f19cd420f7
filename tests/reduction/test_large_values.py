"""Values that hold much: what they cost grows as they do, and not with what stays behind."""

from __future__ import annotations

import decimal
import functools
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

import picklereg

OURS: Final = str(Path(picklereg.__file__).parent)


@dataclass
class Row:
    number: int
    name: str


class Plain:
    def __init__(self, number: int) -> None:
        self.number = number
        self.pair = (number, number + 1)


#: Makes one of many.
MAKERS: Final[dict[str, Callable[[int], Any]]] = {
    "rows of JSON": lambda number: {"id": number, "name": f"n{number % 500}", "tags": ["a", "b"], "price": number / 3},
    "texts": lambda number: f"text number {number % 500}",
    "objects": Plain,
    "dataclasses": lambda number: Row(number, f"n{number}"),
    "numbers": lambda number: decimal.Decimal(number) / 7,
    "errors": ValueError,
}


def calls(error: BaseException) -> int:
    """Count the calls of functions of picklereg's in one dump; what is remembered from dump to dump is there already."""
    number = 0

    def note(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal number
        number += event == "call" and frame.f_code.co_filename.startswith(OURS)

    picklereg.dumps(error)
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        picklereg.dumps(error)
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize("what", MAKERS)
def test_six_times_as_much_costs_six_times_as_much(what: str) -> None:
    """Also where there is more of it than is searched at first."""
    few, many = (calls(ValueError([MAKERS[what](number) for number in range(count)])) for count in (1_000, 6_000))
    assert many < 9 * few  # the first 5,000 are searched twice


class Wrapped(Exception):
    def __str__(self) -> str:
        return f"{self.args[0]}: {self.args[1]}" if len(self.args) == 2 else "the innermost"


@pytest.mark.parametrize("cls", [Wrapped, KeyError])
def test_four_times_as_many_that_hold_each_other_cost_four_times_as_much(cls: type[Exception]) -> None:
    """Also where the text of each is part of that of the one around it."""
    few, many = (calls(functools.reduce(lambda inner, number: cls(number, inner), range(count), cls())) for count in (20, 80))
    assert many < 4.5 * few


class Client:
    """Leads to much, and leaves it behind."""

    def __init__(self, world: object) -> None:
        self.world = world

    def __getstate__(self) -> dict[str, Any]:
        return {}


class Session:
    """Can't travel."""

    def __init__(self, world: object) -> None:
        self.lock = threading.Lock()
        self.world = world


def failed(world: object) -> Exception:
    error = KeyError("url")
    error.session = Session(world)  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("holder", [Client, failed])
def test_what_stays_behind_is_not_searched_to_its_end(holder: Callable[[object], object]) -> None:
    """Only some of it is looked at, however much else there is that travels."""
    worlds = ([[*map(Plain, range(100))] for _ in range(count)] for count in (60, 300))
    little, much = (calls(ValueError([*([number] for number in range(5_100)), holder(world)])) for world in worlds)
    assert much < little + 10_000
