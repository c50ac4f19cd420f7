"""This build beside that of another commit, on errors really raised: each contender in a process of its own, asked in turns.

The other commit's package is put into a folder of its own; nothing of the checkout is touched.
"""

from __future__ import annotations

import importlib
import io
import multiprocessing
import pickle
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["UnknownCommitError", "against"]

_ROOT: Final = Path(__file__).parent.parent
_ROUNDS: Final = 9
_SECONDS_A_TURN: Final = 0.01
_PEER: Final = "tblib + cloudpickle"
_MODES: Final = ("dumps", "install(), pickle", "install(), cloudpickle")


class UnknownCommitError(Exception):
    """Git knows no such commit."""


def against(commit: str, *, quick: bool = False) -> dict[str, dict[str, dict[str, float]]]:
    """Time both builds, and the peer that keeps chains, too.

    Args:
        commit: what git knows the other build by.
        quick: one short turn for each.

    Returns:
        By kind of errors and mode (``"ordinary, dumps"``), and by error, the microseconds of processor time of ``"this"``, of ``"that"``
        (the other build), and of the peer.

    Raises:
        UnknownCommitError: git knows no such commit.
    """
    with tempfile.TemporaryDirectory() as folder:
        _check_out(commit, Path(folder))
        contenders = {(build, mode): path for build, path in (("this", str(_ROOT)), ("that", folder)) for mode in _MODES}
        contenders[_PEER, _PEER] = str(_ROOT)
        with _asking(contenders) as ask:
            kinds: dict[str, list[str]] = ask(("this", "dumps"), None)
            turns = [{each: ask(each, _SECONDS_A_TURN) for each in contenders} for _ in range(1 if quick else _ROUNDS)]
    return {f"{kind}, {mode}": {name: _medians(turns, mode, name) for name in names} for kind, names in kinds.items() for mode in _MODES}


def _medians(turns: list[dict[tuple[str, str], dict[str, float]]], mode: str, name: str) -> dict[str, float]:
    who = {"this": ("this", mode), "that": ("that", mode), _PEER: (_PEER, _PEER)}
    return {what: round(statistics.median(turn[key].get(name, float("nan")) for turn in turns), 1) for what, key in who.items()}


def _check_out(commit: str, folder: Path) -> None:
    """Put the package as it was at a commit into a folder."""
    packed = subprocess.run(["git", "archive", commit, "picklereg"], cwd=_ROOT, check=False, capture_output=True)
    if packed.returncode:
        raise UnknownCommitError(f"no commit {commit!r}: choose one that git knows here")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")


@contextmanager
def _asking(contenders: dict[tuple[str, str], str]) -> Iterator[Callable[[tuple[str, str], float | None], Any]]:
    context = multiprocessing.get_context("spawn")
    pipes: dict[tuple[str, str], Any] = {}
    running: list[Any] = []
    for (build, mode), folder in contenders.items():
        pipes[build, mode], theirs = context.Pipe()
        running.append(context.Process(target=_serve, args=(folder, mode, theirs), daemon=True))
        running[-1].start()
        theirs.close()  # so that a process that ends isn't waited for

    def ask(whom: tuple[str, str], seconds: float | None) -> Any:
        pipes[whom].send((seconds,))
        return pipes[whom].recv()

    try:
        yield ask
    finally:
        for pipe in pipes.values():
            with suppress(BrokenPipeError):
                pipe.send(None)
        for process in running:
            process.join()


def _serve(folder: str, mode: str, pipe: Connection) -> None:
    """Answer, in a process of one contender's own: the names of the errors, or how long each takes."""
    sys.path.insert(0, folder)
    warnings.simplefilter("ignore")  # the other build knows nothing of sets that were declared later
    dumps = _contender(mode, folder)
    from benchmarks.real_errors import real_errors

    kinds = real_errors()
    errors = {name: error for found in kinds.values() for name, error in found.items()}
    while (question := pipe.recv()) is not None:
        (seconds,) = question
        timed = {} if seconds is None else {name: _microseconds(partial(dumps, error), seconds) for name, error in errors.items()}
        pipe.send({kind: [*found] for kind, found in kinds.items()} if seconds is None else timed)


def _contender(mode: str, folder: str) -> Callable[[BaseException], bytes]:
    cloudpickle: Any = importlib.import_module("cloudpickle")
    if mode == _PEER:
        importlib.import_module("tblib.pickling_support").install()
        return cloudpickle.dumps  # type: ignore[no-any-return]
    picklereg: Any = importlib.import_module("picklereg")
    if not picklereg.__file__.startswith(folder):
        raise RuntimeError(f"picklereg was imported from {picklereg.__file__}, not from {folder}: is it among the start-up's imports?")
    if mode == "dumps":
        return picklereg.dumps  # type: ignore[no-any-return]
    picklereg.install(all_exceptions=True)
    return partial(pickle.dumps, protocol=pickle.HIGHEST_PROTOCOL) if mode == "install(), pickle" else cloudpickle.dumps


def _microseconds(call: Callable[[], object], seconds: float) -> float:
    """Time a call for as long, at least once after the first; of what fails, which no ratio is made of, give no number."""
    try:
        call()
        number, began = 0, time.process_time()
        while time.process_time() - began < seconds or not number:
            call()
            number += 1
    except Exception:  # noqa: BLE001  # whatever says no
        return float("nan")
    return (time.process_time() - began) / number * 1e6
