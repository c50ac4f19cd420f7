"""What is read costs no more than its size: whatever a pickle has copied, expanded or shown many times is paid for before."""

from __future__ import annotations

import contextlib
import json
import pickle
import subprocess
import sys
import traceback
import tracemalloc
from pathlib import Path
from typing import Any

import hostile
import pytest
from amplification import CALLED, FAMILIES, calls_of

import picklereg
from picklereg.cli.show_report import show
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.bounds import Bounds
from picklereg.unpickling.safe.unpickler import safe_loads

NOBODY = picklereg.Registry(entry_points=False)


def read(data: bytes, **bounds: int) -> Any:
    return safe_loads(data, registry=NOBODY, bounds=Bounds(**bounds))


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_copied_or_shown_is_paid_for(family: str) -> None:
    """Of a large value that is used many times, either nothing comes out or what came out is shown in a space of the bytes' size."""
    is_doubling = "hold" in family
    data = FAMILIES[family](4_000, 60 if is_doubling else 2_000)
    limit = 16 * len(data) + 4 * 2**20
    tracemalloc.start()
    try:
        with contextlib.suppress(UnsafePickleError):
            found = read(data)
            assert len(repr(found)) <= limit
            for value in found:
                if isinstance(value, BaseException):
                    assert len("".join(traceback.format_exception(value))) <= limit
            assert len(show(data)) <= limit
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak <= 16 * limit


@pytest.mark.parametrize(("module", "name"), CALLED)
def test_whatever_is_called_is_paid_for(module: str, name: str) -> None:
    """In every way in which it can be handed something large again and again: it takes no more than the bytes are long, times a bound."""
    for data in calls_of(module, name, 2, 2).values():  # what is imported or kept the first time isn't what is measured
        with contextlib.suppress(UnsafePickleError):
            read(data)
    for way, data in calls_of(module, name, 40, 30).items():
        limit = 16 * len(data)
        allowed = 16 * limit + 2**18
        # What the process keeps of other tests, such as a table of names, may grow meanwhile, but not each time.
        assert any(peak_of(data, limit) <= allowed for _ in range(3)), way


def peak_of(data: bytes, limit: int) -> int:
    """Give how many bytes it takes at most to read a pickle, and to show what comes of it."""
    tracemalloc.start()
    try:
        with contextlib.suppress(UnsafePickleError):
            assert len(repr(read(data, max_cost=limit, max_expanded=limit))) <= 8 * limit  # a value counts one, and shows some more
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("family", FAMILIES)
def test_a_few_times_is_fine(family: str) -> None:
    """The same with small numbers is read, and shown."""
    found = read(FAMILIES[family](20, 3))
    assert repr(found)
    assert show(FAMILIES[family](20, 3))


def test_the_cost_counts_over_all_readings() -> None:
    """Bytes that are read several times, because of classes that turned out to be exceptions, pay for each reading."""
    last = b"N"
    for number in range(8):
        last = hostile.name("shop", f"Unguessable{number}") + b")\x81}" + hostile.text("__cause__") + last + b"sN\x86b"
    data = hostile.opcodes(last)
    read(data, max_cost=40_000)
    with pytest.raises(UnsafePickleError, match="max_cost"):
        read(data, max_cost=2 * len(data))


def test_what_declared_constructors_are_given_is_paid_for_with_all_that_it_holds() -> None:
    """A function of somebody's may copy everything: each part counts as often as it occurs."""
    registry = picklereg.Registry(entry_points=False)
    registry.register_attachment(_Box, lambda box: box, safe={_make_box: _make_box})
    large = b"(" + b"N" * 1_000 + b"tq\x010(" + b"h\x01" * 20 + b"t"
    data = hostile.opcodes(hostile.name(__name__, "_make_box"), large, b"}" + hostile.text("k") + b"Ns\x86R")
    assert isinstance(safe_loads(data, registry=registry), _Box)
    with pytest.raises(UnsafePickleError, match="max_cost"):
        safe_loads(data, registry=registry, bounds=Bounds(max_cost=700_000))


class _Box:
    pass


def _make_box(*_args: object) -> _Box:
    return _Box()


@pytest.mark.parametrize("value", [-1, True, "1", 1.5, None])
def test_a_bound_is_a_number(value: Any) -> None:
    """Anything else is told at once, with the name of the bound."""
    with pytest.raises((TypeError, ValueError), match="max_stack is"):
        Bounds(max_stack=value)
    assert Bounds(max_cost=None).max_cost is None
    assert pickle.loads(pickle.dumps(Bounds(max_stack=3))) == Bounds(max_stack=3)


def test_no_more_calls_for_each_byte_of_a_larger_pickle() -> None:
    """Of what is only referred to again; what is copied again is paid for, and refused where that grows."""
    code = "import json; from benchmarks.costs import counts; print(json.dumps(counts(((100, 50), (400, 200)))))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True)
    counted: dict[str, list[tuple[int, int]]] = json.loads(ran.stdout)
    assert counted.keys() == FAMILIES.keys()
    for family in ("shown", "shown in errors", "fields", "states of one stand-in", "attributes of attributes"):
        (small, few), (large, many) = counted[family]
        assert large > 3 * small
        assert many / large < 1.1 * few / small
