"""pebble, multiprocess (dill) and loky's own executor: ``initializer=`` is enough."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest

import picklereg
from frameworks.callers import error_of
from frameworks.five_errors import ERRORS, expected, fail, give, seen, work
from frameworks.test_pools import end

pytest.importorskip("pebble")
pytest.importorskip("multiprocess")
pytest.importorskip("loky")
pytest.importorskip("litellm")  # the caller needs it to read the first error

import loky  # type: ignore[import-untyped]
import multiprocess.pool  # type: ignore[import-untyped]
import pebble
import pebble.common.types

#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 120
SPAWN: Final[Any] = multiprocess.context.SpawnContext()
EVERYTHING: Final = partial(picklereg.install, all_exceptions=True)

Run = Callable[..., Any]
Initializer = Callable[[], None] | None


@contextmanager
def _pebble(initializer: Initializer) -> Iterator[Run]:
    with pebble.ProcessPool(1, initializer=initializer, context=multiprocessing.get_context("spawn")) as pool:
        yield lambda function, *args: pool.schedule(function, args).result(PATIENCE)


@contextmanager
def _multiprocess(initializer: Initializer) -> Iterator[Run]:
    with SPAWN.Pool(1, initializer) as pool:
        yield lambda function, *args: pool.apply_async(function, args).get(PATIENCE)


@contextmanager
def _loky(initializer: Initializer) -> Iterator[Run]:
    with loky.ProcessPoolExecutor(1, initializer=initializer) as pool:
        yield lambda function, *args: pool.submit(function, *args).result(PATIENCE)


#: What runs each, and the class of the cause that it puts into every error.
POOLS: Final[dict[str, tuple[Any, Any]]] = {
    "pebble": (_pebble, pebble.common.types.RemoteTraceback),
    "multiprocess": (_multiprocess, multiprocess.pool.RemoteTraceback),
    "loky": (_loky, loky.process_executor._RemoteTraceback),
}


@pytest.mark.parametrize("name", ["pebble", "loky"])
def test_before_a_pool_breaks(name: str, tmp_path: Path) -> None:
    """Without picklereg an error that can't be read ends the pool: the next task isn't done."""
    with POOLS[name][0](None) as run:
        assert type(error_of(run, "needs_keywords", "", str(tmp_path / "record"))).__name__ == "BrokenProcessPool"
        with pytest.raises(RuntimeError):  # pebble's, and what BrokenProcessPool derives from
            run(work, 2, 3)


def test_before_multiprocess_hangs_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without picklereg an error that can't be read ends the thread that takes the results: nothing arrives ever after."""
    died = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: died.set())
    broken = SPAWN.Pool(1)
    try:
        result = broken.apply_async(fail, ("needs_keywords", "", str(tmp_path / "record")))
        assert died.wait(PATIENCE)
        assert not result.ready()
    finally:
        end(broken)


@pytest.mark.parametrize("name", POOLS)
def test_the_pools_process_delivers_every_error_and_goes_on(name: str, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    start, own_cause = POOLS[name]
    record = str(tmp_path / "record")
    with start(EVERYTHING) as run:
        _, pid = run(work, 0, 0)
        for kind in ERRORS:
            error = error_of(run, kind, provider, record)
            assert ("traceback" in vars(error)) == (name == "pebble")  # the text of the cause that it puts there, once more
            vars(error).pop("traceback", None)
            assert seen(error, own_cause=own_cause) == expected(record)
            assert run(work, 2, 3) == (5, pid)
        assert seen(run(give, record)) == expected(record)
        assert run(work, 2, 3) == (5, pid)
