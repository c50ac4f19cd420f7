"""Global mode: copying is not pickling, and goes as without us."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import shapes
from registry_samples import Base, CopiesBadly, CopiesItself, Mixed, Simple, Speaks, Thing, faithful, lossy, rebuilt
from table_samples import _as_before, entry

from picklereg import Registry

__all__ = ["_as_before"]  # fixtures


def outcome(function: Callable[[Any], Any], exc: Any) -> Any:
    """Tell what copying gives, or how it fails."""
    try:
        got = function(exc)
    except Exception as problem:
        return type(problem), str(problem)
    held = {name: (type(value), value is vars(exc).get(name)) for name, value in vars(got).items()}
    return type(got), repr(got.args), held, got.__cause__, got.__context__, got.__suppress_context__, got is exc


def copied() -> Iterator[Any]:
    """Give exceptions that can be copied, and some that can't."""
    for cls in (Simple, CopiesItself, Speaks):
        exc: Any = cls("text")
        exc.__cause__ = KeyError("cause")
        exc.thing, exc.function = Thing("one", "s3cret"), copied
        yield exc
    with_lock: Any = Simple([1])
    with_lock.lock = threading.Lock()
    yield from (with_lock, CopiesBadly(1, 2), Base(code=1), Mixed(code=1), shapes.MyOSError("p"), shapes.GoodReduce("a", 1))
    yield from (shapes.RaisingReduce("a", "b"), shapes.FrozenDataclass(1, "w"), ExceptionGroup("g", [Simple("x")]), shapes.SlottedChild(1))


@pytest.mark.parametrize("theirs", [None, faithful, lossy])
@pytest.mark.parametrize("function", [copy.copy, copy.deepcopy])
def test_copying_is_as_without_us(function: Callable[[Any], Any], theirs: Any, foreign: Callable[[type, Any], None]) -> None:
    """What a copy holds and drops, and how it fails, is the same, with somebody else's entry in ``copyreg``, too."""
    if theirs:
        foreign(Speaks, theirs)
    registries = [Registry(entry_points=False) for _ in range(2)]
    for registry in registries:
        registry.register(BaseException)
        registry.register(Speaks, reducer=lambda exc: (rebuilt, (Speaks, "us")))
        registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    errors = list(copied())
    want = [outcome(function, exc) for exc in errors]
    with ExitStack() as stack:
        for registry in registries:
            stack.enter_context(registry.installed(all_exceptions=True))
            for exc, expected in zip(errors, want, strict=True):
                assert entry(type(exc)) is not theirs
                assert outcome(function, exc) == expected
    assert [outcome(function, exc) for exc in errors] == want


def test_deep_copies_keep_what_pickles_leave_behind(registry: Registry) -> None:
    """Neither notes nor redactions are put into a copy."""
    registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    exc: Any = Simple("text")
    exc.thing, exc.function = Thing("one", "s3cret"), copied
    with registry.installed(all_exceptions=True):
        for got in (copy.copy(exc), copy.deepcopy(exc)):
            assert got.thing.secret == "s3cret"
            assert got.function is copied
            assert not hasattr(got, "__notes__")
