"""All contenders in one run: each in its process, asked in turns, so that a machine that slows down slows all of them."""

from __future__ import annotations

import functools
import multiprocessing
import statistics
import sys
import timeit
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.contenders import CONTENDERS, Contender, contenders_in
from benchmarks.timing import spread_of
from benchmarks.workloads import OUT_OF_BAND, WORKLOADS

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["ROUNDS", "SECONDS_A_ROUND", "contest"]

ROUNDS: Final = 15
SECONDS_A_ROUND: Final = 0.02
Results = dict[str, dict[str, Any]]
#: Which outcomes leave nothing to time.
_FAILS: Final = {"dumps": ("dumps fails",), "loads": ("dumps fails", "loads fails")}


def contest(
    workloads: Collection[str], *, rounds: int = ROUNDS, seconds: float = SECONDS_A_ROUND, tell: Callable[[str, Results], None]
) -> dict[str, Results]:
    """Time all contenders.

    Args:
        workloads: names of :data:`benchmarks.workloads.WORKLOADS`.
        rounds: how often each contender has its turn.
        seconds: how long a turn takes; at least one call is made.
        tell: is told of each workload that is done, and its results.

    Returns:
        By workload and contender: ``outcome``; where there is something to time ``bytes``, microseconds of ``dumps`` and ``loads``, and
        how many times as fast it was as cloudpickle and pickle, as median and quartiles of the rounds.
    """
    results: dict[str, Results] = {}
    with _processes() as ask:
        for workload in workloads:
            results[workload] = found = {name: ask(name, "prepare", workload, seconds) for name in CONTENDERS}
            for what in ("dumps", "loads"):
                able = [name for name, facts in found.items() if not facts["outcome"].startswith(_FAILS[what])]
                # Each round begins with another one: whose turn comes after whose makes a difference, too.
                orders = [able[number % len(able) :] + able[: number % len(able)] for number in range(rounds)] if able else []
                turns = [{name: ask(name, what) for name in order} for order in orders]
                for name in able:
                    found[name][what] = round(statistics.median(turn[name] for turn in turns) * 1e6, 2)
                    for other in ("cloudpickle", "pickle"):
                        if other in able:
                            found[name][f"{what}, times {other}"] = spread_of([turn[other] / turn[name] for turn in turns])
            tell(workload, found)
    return results


@contextmanager
def _processes() -> Iterator[Callable[..., Any]]:
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Any] = {}
    running: list[Any] = []
    for state in dict.fromkeys(CONTENDERS.values()):
        pipes[state], theirs = context.Pipe()
        running.append(context.Process(target=_serve, args=(state, theirs), daemon=True))
        running[-1].start()

    def ask(name: str, *question: Any) -> Any:
        pipe = pipes[CONTENDERS[name]]
        pipe.send((name, *question))
        return pipe.recv()

    try:
        yield ask
    finally:
        for pipe in pipes.values():
            pipe.send(None)
        for process in running:
            process.join()


def _serve(state: str, pipe: Connection) -> None:
    """Answer questions, in a process of some contenders' own."""
    contenders = contenders_in(state)
    turns: dict[tuple[str, str], Callable[[], float]] = {}
    while (question := pipe.recv()) is not None:
        name, what, *rest = question
        if what == "prepare":
            facts, made = _prepare(contenders[name], *rest)
            turns.update({(name, each): turn for each, turn in made.items()})
            pipe.send(facts)
        else:
            pipe.send(turns[name, what]())


def _prepare(contender: Contender, workload: str, seconds: float) -> tuple[dict[str, Any], dict[str, Callable[[], float]]]:
    obj = _made(workload)
    given: list[Any] = []
    out_of_band = workload in OUT_OF_BAND
    try:
        data = contender.dumps(obj, **({"buffer_callback": given.append} if out_of_band else {}))
    except Exception:  # noqa: BLE001  # whatever says no
        return {"outcome": "dumps fails"}, {}
    dumps = partial(contender.dumps, obj, **({"buffer_callback": _forget} if out_of_band else {}))
    loads = partial(contender.loads, data, **({"buffers": given} if out_of_band else {}))
    facts = {"bytes": len(data) + sum(memoryview(buffer).nbytes for buffer in given)}
    try:
        arrived = loads()
    except Exception:  # noqa: BLE001  # the same
        return {"outcome": "loads fails", **facts}, {"dumps": _turn(dumps, seconds)}
    return {"outcome": _outcome(obj, arrived), **facts}, {"dumps": _turn(dumps, seconds), "loads": _turn(loads, seconds)}


@functools.lru_cache(maxsize=1)
def _made(workload: str) -> Any:
    """Give all contenders in a process the same object: where objects lie in memory makes a tenth of a difference."""
    return WORKLOADS[workload]()


def _forget(_buffer: object) -> None:
    """Take a buffer as somebody does who sends it elsewhere at once."""


def _turn(call: Callable[[], object], seconds: float) -> Callable[[], float]:
    timer = timeit.Timer(call)
    once = timer.timeit(1)
    number = max(1, round(seconds / max(once, 1e-7))) if once < seconds else 1

    def turn() -> float:
        call()  # another process had the turn before: the first call finds other things in the caches
        return timer.timeit(number) / number

    return turn


def _outcome(sent: Any, arrived: Any) -> str:
    """Tell whether an error arrived whole, as far as the workloads go: what isn't an error did, where it could be loaded."""
    if not isinstance(sent, BaseException):
        return "whole"
    return "whole" if _facts(sent) == _facts(arrived) else "changed"


def _facts(error: Any, depth: int = 0) -> Any:
    if not isinstance(error, BaseException) or depth > sys.getrecursionlimit() // 5:
        return type(error).__name__
    parts = [_facts(part, depth + 1) for part in getattr(error, "exceptions", ())]
    return type(error).__name__, str(error), sorted(vars(error)), _facts(error.__cause__, depth + 1), parts
