"""A search, by pickles that are changed value by value and opcode by opcode, for what :func:`picklereg.safe_loads` lets through.

    python -m benchmarks.structured_fuzz --seconds 300 --processes 2 --findings findings-of-this-run

needs nothing but the tests beside it. Each process goes on for that long; each load is followed by the uses that a caller makes: ``repr``,
``str``, a hash, a comparison, a traceback, ``copy``, pickling by ``pickle`` and reading that. An audit hook tells when anything is
imported, opened, run or started meanwhile; a timer ends what takes longer than two seconds of the processor's, and the address space is
limited. A finding is written as a file, with what happened; run it again with ``--again FILE``, and make it a test in
``tests/unpickling/safe``.

Seeds are one of every shape of exception by three protocols, hostile tricks, and the families of
``tests/unpickling/safe/amplification.py``; a part of what is read joins them. What was reached of the reader is told by

    coverage run --branch --include "picklereg/unpickling/safe/*" -m benchmarks.structured_fuzz --processes 0 --seconds 120
    coverage report

The last runs before 0.1.0: 10,389,800 loads in two processes, 3,764 a second of one core (Linux, CPython 3.12.1, beside other work),
nothing found; 91 % of the lines and branches of ``picklereg/unpickling/safe`` reached within 14,600 loads. Runs before that found errors
whose ``str`` or ``repr`` doesn't end because they hold themselves, and a codec that is imported when a name is escaped.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import importlib
import multiprocessing
import os
import pickle
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, Final

from benchmarks.opcode_mutations import Seed, explode, mutated

__all__ = ["main", "survive"]

#: What nobody has any business doing while bytes are read or used.
_FORBIDDEN: Final = ("import", "open", "exec", "compile", "os.", "subprocess.", "socket.", "ctypes.", "shutil.", "sys._getframe")
_SECONDS: Final = 2.0
_MEMORY: Final = 2 * 2**30


class Told(BaseException):
    """Something was done that nobody has any business doing, or it took too long."""


class Watch:
    """The audit hook, which can't be taken away, and the timer."""

    def __init__(self) -> None:
        self.is_on = False
        sys.addaudithook(self._hear)
        signal.signal(signal.SIGVTALRM, self._ring)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.is_on and event.startswith(_FORBIDDEN) and event != "sys._getframe":
            self.is_on = False
            message = f"{event} {args!r:.200}"
            raise Told(message)

    def _ring(self, *_: object) -> None:
        self.is_on = False
        message = f"it took longer than {_SECONDS} seconds of the processor's"
        raise Told(message)

    @contextlib.contextmanager
    def watching(self) -> Any:
        """Watch what is done meanwhile."""
        signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def survive(data: bytes, read: Any, *, is_inert: bool = True) -> str:
    """Read bytes, and use what comes out as a caller would.

    Args:
        data: any bytes.
        read: reads them.
        is_inert: whether nobody's classes are declared.

    Returns:
        ``"refused"`` or ``"read"``.
    """
    from picklereg.errors import UnsafePickleError

    try:
        found = read(data)
    except UnsafePickleError as problem:
        str(problem)
        return "refused"
    unhappy = () if is_inert else (Exception,)  # code of declared classes may raise what it likes
    with contextlib.suppress(*unhappy):
        repr(found)
        str(found)
        _ = found == found  # noqa: PLR0124  # what is compared runs code, too
        if issubclass(type(found), BaseException):
            for _ in traceback.TracebackException.from_exception(found).format():
                pass
    with contextlib.suppress(Exception):  # some builtin errors can't be made of other arguments than their own
        pickle.loads(pickle.dumps(copy.copy(found)))
    with contextlib.suppress(TypeError, *unhappy):  # a list
        hash(found)
    return "read"


def _pool() -> list[Seed]:
    """Give the seeds, exploded."""
    from benchmarks.fuzz import seeds

    amplification: Any = importlib.import_module("amplification")
    hostile: Any = importlib.import_module("hostile")
    found = [
        *seeds()[1:],
        *(make(5, 3) for make in amplification.FAMILIES.values()),
        *(make("/no/such/place") for make in hostile.TRICKS.values()),
    ]
    pool: list[Seed] = []
    for data in found:
        with contextlib.suppress(Exception):  # a trick that is broken on purpose
            pool.append(explode(data))
    return pool


class Search:
    """What one process does.

    Args:
        findings: where to write what is found.
        seed: of the dice.
        number: of the process.
    """

    def __init__(self, findings: Path, seed: int, number: int) -> None:
        tests = Path(__file__).parent.parent / "tests"
        sys.path[:0] = [str(tests), str(tests / "samples"), str(tests / "unpickling/safe")]
        from benchmarks.fuzz import declared
        from picklereg.unpickling.safe.allow_list import NO_RULES, RegistryRules
        from picklereg.unpickling.safe.bounds import Bounds

        self.counts: Counter[str] = Counter()
        self._findings, self._number = findings, number
        self._nobody, self._rules = NO_RULES, RegistryRules(declared())
        self._bounds = Bounds(max_objects=20_000, max_expanded=200_000)
        self._pool = _pool()
        self._dice = random.Random(seed + number)
        self._watch = Watch()
        for chosen in (NO_RULES, self._rules):  # imports what it needs
            survive(pickle.dumps(ValueError(1)), lambda data, chosen=chosen: self._read(data, chosen))

    def _read(self, data: bytes, chosen: Any) -> Any:
        """Read, mostly without looking for what is wrong with bytes that are refused, which takes half of the time."""
        from picklereg.unpickling.safe import unpickler

        read = unpickler.read if data.__hash__() % 32 == 0 else unpickler._read  # noqa: SLF001
        return read(data, chosen, self._bounds)

    def go_on(self, seconds: float) -> None:
        """Go on for some time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(200):
                self.try_one(mutated(self._pool, self._dice), is_declared=self._dice.random() < 0.5)

    def try_one(self, data: bytes, *, is_declared: bool) -> None:
        """Read some bytes and use what comes out."""
        chosen: Any = self._rules if is_declared else self._nobody
        try:
            with self._watch.watching():
                outcome = survive(data, lambda data: self._read(data, chosen), is_inert=not is_declared)
        except BaseException as problem:  # noqa: BLE001  # whatever it is, it is what is looked for
            outcome = f"finding: {type(problem).__name__}: {str(problem)[:80]}"
            if self.counts[outcome] < 3:
                _keep(self._findings, data, is_declared, self._number, self.counts.total())
        self.counts[outcome] += 1
        if outcome == "read" and len(data) < 1_000 and len(self._pool) < 20_000 and self._dice.random() < 0.02:
            self._pool.append(explode(data))


def _work(number: int, seconds: float, findings: str, seed: int) -> tuple[Counter[str], float]:
    """Go on for some time in one process; give what came of it, and the processor's time that it took."""
    if number >= 0:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    search = Search(Path(findings), seed, number)
    start = time.process_time()
    search.go_on(seconds)
    return search.counts, time.process_time() - start


def _keep(directory: Path, data: bytes, is_declared: bool, number: int, count: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    kind = "declared" if is_declared else "nobody"
    (directory / f"{kind}-{number}-{count}").write_bytes(data)
    (directory / f"{kind}-{number}-{count}.txt").write_text(traceback.format_exc())


def main() -> None:
    """Search, with the options of this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.structured_fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="0: in this one, as coverage wants it")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--findings", default="findings-of-this-run")
    parser.add_argument("--again", type=Path)
    options = parser.parse_args()
    if options.again:
        from picklereg.unpickling.safe.unpickler import safe_loads

        print(survive(options.again.read_bytes(), safe_loads))
        return
    jobs = [(number, options.seconds, options.findings, options.seed) for number in range(options.processes)]
    if jobs:
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            done = pool.starmap(_work, jobs)
    else:
        done = [_work(-1, options.seconds, options.findings, options.seed)]
    total = sum((counts for counts, _ in done), Counter[str]())
    print(f"seed {options.seed}: {total.total():,} loads, {total.total() / sum(taken for _, taken in done):,.0f} a second of one core")
    for outcome, count in total.most_common():
        print(f"{count:>12,}  {outcome}")


if __name__ == "__main__":
    main()
