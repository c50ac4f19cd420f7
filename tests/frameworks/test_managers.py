"""``multiprocessing`` between processes that share objects or a connection: managers and ``Listener``."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, Listener
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any, Final

import pytest

import picklereg
from frameworks.callers import assert_delivers, error_of
from frameworks.five_errors import work
from frameworks.listener_tasks import answer, ask

pytest.importorskip("litellm")  # the caller needs it to read the first error

EVERYTHING: Final = partial(picklereg.install, all_exceptions=True)
#: Started afresh, so that nothing of this process's is there.
SPAWN: Final = multiprocessing.get_context("spawn")

Run = Callable[..., Any]
Initializer = Callable[[], None] | None


class Tasks:
    """What the manager's process holds, and lends to others."""

    def do(self, function: Callable[..., Any], *args: object) -> Any:
        return function(*args)


class Lender(BaseManager):
    """A manager that lends tasks."""


Lender.register("Tasks", Tasks)


@contextmanager
def manager(initializer: Initializer) -> Iterator[Run]:
    lender = Lender(ctx=SPAWN)
    lender.start(initializer)
    try:
        yield lender.Tasks().do  # type: ignore[attr-defined]  # register() makes it
    finally:
        lender.shutdown()


@contextmanager
def listener(initializer: Initializer) -> Iterator[Run]:
    with Listener() as listening:
        process = SPAWN.Process(target=answer, args=(listening.address, initializer))
        process.start()
        try:
            with listening.accept() as connection:
                assert isinstance(connection, Connection)
                yield partial(ask, connection)
        finally:
            process.kill()
            process.join()


WAYS: Final = {"manager": manager, "listener": listener}


@pytest.mark.parametrize("way", WAYS)
def test_before_the_caller_gets_an_error_of_pickles(way: str, tmp_path: Path) -> None:
    """Without picklereg the caller's connection raises what `loads` raises; of what can't be written it gets no more than text."""
    with WAYS[way](None) as run:
        assert type(error_of(run, "needs_keywords", "", str(tmp_path / "record"))) is TypeError
        error = error_of(run, "holds_lock", "", str(tmp_path / "record"))
        assert type(error).__name__ in {"RemoteError", "EOFError"}  # the listener's process has ended
        assert way == "listener" or run(work, 2, 3)[0] == 5


@pytest.mark.parametrize("way", WAYS)
def test_every_error_arrives_and_the_process_goes_on(way: str, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    with WAYS[way](EVERYTHING) as run:
        assert_delivers(run, provider, str(tmp_path / "record"))
