"""Errors that pools raise keep their cause, behind the remote traceback that each pool puts in its place; and late classes are known."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any, Final

import pytest

import picklereg
from frameworks.five_errors import LOCK_NOTE, seen
from frameworks.pool_tasks import ERRORS, Refused, later, nest, raise_error, raised, returned_later
from picklereg.redaction.values import REDACTED

EVERYTHING: Final = partial(picklereg.install, all_exceptions=True)
METHODS: Final = [method for method in ("fork", "spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]
PATIENCE: Final = 120

Run = Callable[..., Any]
Initializer = Callable[[], None] | None


@contextmanager
def _executor(method: str, initializer: Initializer) -> Iterator[Run]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method), initializer=initializer) as pool:
        yield lambda function, *args: pool.submit(function, *args).result(PATIENCE)


def _pool_of(module: ModuleType | Any, initializer: Initializer) -> Iterator[Run]:
    with module.Pool(1, initializer) as pool:
        yield lambda function, *args: pool.apply_async(function, args).get(PATIENCE)


@contextmanager
def _pool(method: str, initializer: Initializer) -> Iterator[Run]:
    yield from _pool_of(multiprocessing.get_context(method), initializer)


@contextmanager
def _other_pool(module: str, initializer: Initializer) -> Iterator[Run]:
    yield from _pool_of(pytest.importorskip(module), initializer)


@contextmanager
def _pebble(_module: str, initializer: Initializer) -> Iterator[Run]:
    with pytest.importorskip("pebble").ProcessPool(1, initializer=initializer) as pool:
        yield lambda function, *args: pool.schedule(function, args).result(PATIENCE)


@contextmanager
def _loky(module: str, initializer: Initializer) -> Iterator[Run]:
    pytest.importorskip(module.partition(".")[0])
    with importlib.import_module(module).ProcessPoolExecutor(1, initializer=initializer) as pool:
        yield lambda function, *args: pool.submit(function, *args).result(PATIENCE)


#: All pools: what runs one, the argument for that, where the class of its remote traceback is.
POOLS: Final[dict[str, tuple[Any, str, str]]] = {
    **{f"executor-{method}": (_executor, method, "concurrent.futures.process:_RemoteTraceback") for method in METHODS},
    **{f"pool-{method}": (_pool, method, "multiprocessing.pool:RemoteTraceback") for method in METHODS},
    "loky": (_loky, "loky", "loky.process_executor:_RemoteTraceback"),
    "joblib's loky": (_loky, "joblib.externals.loky", "joblib.externals.loky.process_executor:_RemoteTraceback"),
    "multiprocess": (_other_pool, "multiprocess", "multiprocess.pool:RemoteTraceback"),
    "billiard": (_other_pool, "billiard", "billiard.einfo:RemoteTraceback"),
    "pebble": (_pebble, "pebble", "pebble.common.types:RemoteTraceback"),
}
#: The processes of the others end with what isn't an ``Exception``.
TAKE_ANY: Final = [name for name in POOLS if not name.startswith(("pool-", "multiprocess", "billiard"))]


class _Pool:
    """A running pool.

    Attributes:
        name: which one.
        run: calls a function with arguments there, and gives or raises what comes of it.
        remote: the class of its remote tracebacks.
    """

    def __init__(self, name: str, run: Run) -> None:
        self.name = name
        self.run = run
        module, _, cls = POOLS[name][2].partition(":")
        self.remote: type[BaseException] = getattr(importlib.import_module(module), cls)

    def error_of(self, function: Callable[..., Any], *args: object) -> Any:
        try:
            result = self.run(function, *args)
        except BaseException as error:
            return error
        raise AssertionError(f"the task was to fail, and gave {result!r}")


@contextmanager
def _running(name: str, initializer: Initializer) -> Iterator[_Pool]:
    start, argument, _ = POOLS[name]
    with start(argument, initializer) as run:
        yield _Pool(name, run)


@pytest.fixture(scope="module", params=POOLS)
def pool(request: pytest.FixtureRequest) -> Iterator[_Pool]:
    """A pool whose process was told to install picklereg."""
    with _running(request.param, EVERYTHING) as running:
        yield running


@pytest.mark.parametrize("name", ["executor-fork", "pool-fork", "loky", "joblib's loky", "multiprocess", "billiard", "pebble"])
def test_before_the_cause_is_overwritten(name: str) -> None:
    """Without picklereg the remote traceback is all that is left of it."""
    with _running(name, None) as running:
        error = running.error_of(raise_error, "cause")
    assert type(error.__cause__) is running.remote
    assert error.__cause__.__cause__ is None


@pytest.mark.parametrize("name", [name for name in ERRORS if name != "base group"])
def test_the_cause_stays(name: str, pool: _Pool) -> None:
    """With the context, the flag and the notes; the remote traceback tells the text of all of them."""
    check_cause(name, pool)


@pytest.mark.parametrize("pool", TAKE_ANY, indirect=True)
def test_the_cause_of_a_base_group_stays(pool: _Pool) -> None:
    """Where a pool sends what isn't an ``Exception``."""
    check_cause("base group", pool)


def check_cause(name: str, pool: _Pool) -> None:
    error = pool.error_of(raise_error, name)
    text = str(error.__cause__)
    assert "Traceback (most recent call last)" in text
    assert "pool_tasks.py" in text
    vars(error).pop("traceback", None)  # pebble's
    got = seen(error, own_cause=pool.remote)
    if name == "stuck cause":
        assert got["others"][0]["notes"] == [LOCK_NOTE]
        got["others"][0]["notes"] = []
    assert got == raised(name)


@pytest.mark.parametrize("pool", POOLS, indirect=True)
def test_a_class_that_comes_into_being_later(pool: _Pool) -> None:
    """An error of it is raised whole and redacted, or as the nearest class that the reader can import; so is the remote text."""
    secret = "s3cr3t-0123456789abcdef"
    error = pool.error_of(later, secret)
    assert issubclass(type(error), Refused)
    assert (error.code, str(error)) == (11, "refused with 11")
    assert vars(error)["headers"] == {"x-api-key": REDACTED}
    assert secret not in str(error.__cause__)
    assert repr(error.__cause__.__cause__) == f"KeyError('no such thing: {REDACTED}')"
    notes = getattr(error, "__notes__", [])
    assert type(error).__name__ == "Later" or ["can't be imported by its name" in note for note in notes] == [True]


@pytest.mark.parametrize("pool", [name for name in POOLS if name.startswith("executor-") or "loky" in name], indirect=True)
@pytest.mark.parametrize("place", ["alone", "list", "dictionary"])
def test_an_error_of_such_a_class_that_is_returned(place: str, pool: _Pool) -> None:
    """It isn't raised, so there is no wrapper; what holds the result knows of it, alone and among several."""
    result = pool.run(returned_later, place)
    error = {"alone": lambda: result, "list": lambda: result[1], "dictionary": lambda: result["b"]}[place]()
    assert issubclass(type(error), Refused)
    assert (error.code, str(error), repr(error.__cause__)) == (12, "refused with 12", "KeyError('the cause')")


def test_a_pool_within_a_pool() -> None:
    """Each adds its remote traceback, and the real cause stands behind them."""
    with _running("executor-spawn", EVERYTHING) as running:
        error = running.error_of(nest, EVERYTHING)
    assert type(error.__cause__) is type(error.__cause__.__cause__) is running.remote
    assert type(error.__cause__.__cause__.__cause__) is Refused
    assert str(error.__cause__.__cause__.__cause__.__cause__) == str(OSError(2, "no such file", "f"))


@pytest.mark.parametrize("module", ["loky", "joblib.externals.loky"])
def test_the_pickler_alone_keeps_the_cause(module: str) -> None:
    """Where nothing is installed, but loky was told to use picklereg's pickler."""
    pytest.importorskip(module.partition(".")[0])
    implementation: Any = importlib.import_module(module)
    implementation.set_loky_pickler("picklereg")
    try:
        with _running("loky" if module == "loky" else "joblib's loky", None) as running:
            for name in ("chain", "circle"):
                assert seen(running.error_of(raise_error, name), own_cause=running.remote) == raised(name)
    finally:
        implementation.set_loky_pickler()
