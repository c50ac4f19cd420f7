"""Threads that dump while others register, discover and install: each dump is one that is allowed, and nobody waits for ever."""

from __future__ import annotations

import copyreg
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from exact_samples import Parcel, ParcelError, ShopError, keep

import picklereg

ROUNDS = 300
#: Seconds after which a deadlock is one.
PATIENCE = 60


@pytest.fixture(autouse=True)
def _threads_take_turns_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(*works: Callable[[], object]) -> None:
    """Let threads begin together, and wait for all of them."""
    start = threading.Barrier(len(works))

    def begin(work: Callable[[], object]) -> None:
        start.wait(PATIENCE)
        work()

    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(begin, work) for work in works]:
            future.result(PATIENCE)


def error() -> BaseException:
    """Give an error with a cause, one of whose classes is registered by its base."""
    outer = ParcelError("late", parcel=Parcel(2))
    outer.__cause__ = ShopError("lost", parcel=Parcel(1))
    return outer


def assert_whole(data: bytes, marks: set[object]) -> None:
    """Check what arrives, and that it was reduced by what was registered at some time."""
    arrived = pickle.loads(data)
    assert (type(arrived), str(arrived), arrived.parcel.weight) == (ParcelError, "late", 2)
    assert (type(arrived.__cause__), str(arrived.__cause__), arrived.__cause__.parcel.weight) == (ShopError, "lost", 1)
    assert {getattr(arrived, "mark", None), getattr(arrived.__cause__, "mark", None)} <= marks


def test_dumps_while_others_register() -> None:
    """A reducer counts from some dump on, and what it replaces counts till then."""
    registry = picklereg.Registry(entry_points=False)

    def dump() -> None:
        for _ in range(ROUNDS):
            assert_whole(picklereg.dumps(error(), registry=registry), {None, 1, 2})

    def register(mark: int) -> None:
        for _ in range(ROUNDS):
            registry.register(ShopError, reducer=keep(mark))
            registry.register(type("Passing", (Exception,), {}))

    at_once(dump, dump, lambda: register(1), lambda: register(2))


def assert_whole_or_as_ever() -> None:
    """Check what plain pickle makes of an error: one that it can't load, unless picklereg has written it."""
    try:
        arrived = pickle.loads(pickle.dumps(error()))
    except TypeError as problem:
        assert "missing 1 required keyword-only argument" in str(problem)  # noqa: PT017
    else:
        assert (type(arrived), str(arrived), arrived.parcel.weight) == (ParcelError, "late", 2)


def test_dumps_while_others_install() -> None:
    """Plain pickle writes what picklereg writes or, where it isn't installed, what it writes by itself."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(ShopError)
    before = dict(copyreg.dispatch_table)

    def dump() -> None:
        for _ in range(ROUNDS):
            assert_whole_or_as_ever()

    def install() -> None:
        for _ in range(ROUNDS):
            registry.install()
            registry.uninstall()

    def ensure() -> None:
        for _ in range(ROUNDS):
            registry.ensure(error())

    at_once(dump, dump, install, ensure)
    registry.uninstall()
    assert copyreg.dispatch_table == before


def test_first_installs_of_many_threads() -> None:
    """However many threads begin at once, one watches imports, and none when it is over."""
    for _ in range(20):
        registry = picklereg.Registry(entry_points=False)
        before = list(sys.meta_path)
        at_once(registry.install, registry.install, registry.install, registry.install)
        assert len(sys.meta_path) == len(before) + 1
        registry.uninstall()
        assert sys.meta_path == before


def test_first_dumps_of_many_threads() -> None:
    """Threads that meet a class, and an undiscovered registry, at the same time."""
    for _ in range(20):
        registry = picklereg.Registry()
        cls = type("FreshError", (ShopError,), {"__module__": __name__})

        def dump(registry: picklereg.Registry = registry, cls: type[ShopError] = cls) -> None:
            arrived = pickle.loads(picklereg.dumps(cls("new", parcel=Parcel(1)), registry=registry))
            assert (type(arrived).__name__, str(arrived), arrived.parcel.weight) == ("FreshError", "new", 1)

        at_once(dump, dump, dump, registry.discover)
