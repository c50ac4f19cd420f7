"""``concurrent.futures.ProcessPoolExecutor`` and ``multiprocessing.Pool``: ``initializer=`` is enough, however processes start."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from concurrent.futures.process import _RemoteTraceback as ExecutorTraceback
from contextlib import contextmanager
from functools import partial
from multiprocessing.pool import MaybeEncodingError, Pool  # type: ignore[attr-defined]
from multiprocessing.pool import RemoteTraceback as PoolTraceback  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

import picklereg
from frameworks.callers import assert_delivers, error_of
from frameworks.five_errors import ERRORS, fail, work

# The caller needs it to read the first error; forked processes then have it, too.
pytest.importorskip("litellm")

METHODS: Final = [method for method in ("fork", "spawn", "forkserver") if method in multiprocessing.get_all_start_methods()]
#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 120
EVERYTHING: Final = partial(picklereg.install, all_exceptions=True)


class AnyPool(NamedTuple):
    """A pool of one process of either kind.

    Attributes:
        run: calls a function with arguments there, and gives or raises what comes of it.
        own_cause: the class of the cause that the pool puts into every error.
    """

    run: Callable[..., Any]
    own_cause: type[BaseException]


@contextmanager
def executor(method: str, initializer: Callable[[], None] | None) -> Iterator[AnyPool]:
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context, initializer=initializer) as pool:
        yield AnyPool(lambda function, *args: pool.submit(function, *args).result(PATIENCE), ExecutorTraceback)


@contextmanager
def pool(method: str, initializer: Callable[[], None] | None) -> Iterator[AnyPool]:
    with multiprocessing.get_context(method).Pool(1, initializer) as pool:
        yield AnyPool(lambda function, *args: pool.apply_async(function, args).get(PATIENCE), PoolTraceback)


KINDS: Final = {"executor": executor, "pool": pool}


#: What becomes of each error without picklereg: an executor's process is given up, or the error is another one.
WITHOUT: Final = {
    "litellm": BrokenProcessPool,
    "needs_keywords": BrokenProcessPool,
    "holds_lock": TypeError,
    "chain": TypeError,
    "undeclared": BrokenProcessPool,
}


@pytest.mark.parametrize("kind", ERRORS)
def test_before_an_executor_breaks_or_gives_another_error(kind: str, provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets no such error, and what can't be read ends the executor."""
    with executor("fork", None) as running:
        error = error_of(running.run, kind, provider, str(tmp_path / "record"))
        assert type(error) is WITHOUT[kind]
        if WITHOUT[kind] is BrokenProcessPool:
            with pytest.raises(BrokenProcessPool):
                running.run(work, 2, 3)


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if WITHOUT[kind] is TypeError])
def test_before_a_pool_gives_another_error(kind: str, tmp_path: Path) -> None:
    """Without picklereg an error that can't be written becomes one of the pool's own, with text alone."""
    with pool("fork", None) as running:
        error = error_of(running.run, kind, "", str(tmp_path / "record"))
        assert type(error) is MaybeEncodingError
        assert "cannot pickle '_thread.lock' object" in str(error)


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if WITHOUT[kind] is BrokenProcessPool])
def test_before_a_pool_hangs_for_ever(kind: str, provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without picklereg an error that can't be read ends the thread that takes the results: nothing arrives ever after."""
    died_of: list[BaseException | None] = []
    died = threading.Event()

    def take_note(args: threading.ExceptHookArgs) -> None:
        died_of.append(args.exc_value)
        died.set()

    monkeypatch.setattr(threading, "excepthook", take_note)
    broken = multiprocessing.get_context("fork").Pool(1)
    try:
        result = broken.apply_async(fail, (kind, provider, str(tmp_path / "record")))
        assert died.wait(PATIENCE)
        assert "__init__() " in str(died_of[0])
        assert not result.ready()
    finally:
        end(broken)


def end(broken: Pool) -> None:
    """End a pool whose thread is dead, or about to be: it may say so itself, and leaves its process running."""
    processes = broken._pool  # type: ignore[attr-defined]
    with contextlib.suppress(AssertionError):
        broken.terminate()
    for process in processes:
        process.terminate()
        process.join(PATIENCE)


@pytest.fixture(scope="module", params=[(kind, method) for kind in KINDS for method in METHODS], ids="-".join)
def installed(request: pytest.FixtureRequest) -> Iterator[AnyPool]:
    """A pool whose process was told to install picklereg."""
    kind, method = request.param
    with KINDS[kind](method, EVERYTHING) as running:
        yield running


def test_the_pools_process_delivers_every_error_and_goes_on(installed: AnyPool, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    assert_delivers(installed.run, provider, str(tmp_path / "record"), installed.own_cause)
