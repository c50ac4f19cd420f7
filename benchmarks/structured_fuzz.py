"""A search, by pickles that are put together from opcodes and changed opcode by opcode, for what :func:`picklereg.safe_loads` lets through.

    python -m benchmarks.structured_fuzz --seconds 300 --processes 2 --findings findings-of-this-run

needs nothing but the tests beside it. Each process goes on for that long; each load is followed by the uses that a caller makes: ``repr``,
``str``, a traceback, ``copy``, pickling by ``pickle`` and reading that. An audit hook tells when anything is imported, opened, run or
started meanwhile; a timer ends what takes longer than two seconds, and the address space is limited. A finding is written as a
file, with what happened; run it again with ``--again FILE``, and make it a test in ``tests/unpickling/safe``.

Seeds are one of every shape of exception by three protocols, hostile tricks, and the families of
``tests/unpickling/safe/amplification.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import importlib
import multiprocessing
import os
import pickle
import pickletools
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any, Final

__all__ = ["explode", "main", "mutated", "survive"]

#: What nobody has any business doing while bytes are read or used.
_FORBIDDEN: Final = ("import", "open", "exec", "compile", "os.", "subprocess.", "socket.", "ctypes.", "shutil.", "sys._getframe")
_SECONDS: Final = 2.0
_MEMORY: Final = 2 * 2**30
_NAMES: Final = (
    ("builtins", "getattr"),
    ("builtins", "ValueError"),
    ("builtins", "OSError"),
    ("builtins", "ExceptionGroup"),
    ("builtins", "SyntaxError"),
    ("builtins", "UnicodeDecodeError"),
    ("builtins", "NameError"),
    ("builtins", "str"),
    ("builtins", "set"),
    ("builtins", "BaseException.__setstate__"),
    ("builtins", "dict.update"),
    ("collections", "UserList"),
    ("collections", "deque"),
    ("collections", "defaultdict"),
    ("copyreg", "_reconstructor"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("operator", "methodcaller"),
    ("_operator", "getitem"),
    ("_codecs", "encode"),
    ("os", "mkdir"),
    ("shop.errors", "OrderError"),
    ("shop", "Basket"),
    ("types", "SimpleNamespace"),
    ("uuid", "UUID"),
)
_TEXTS: Final = (
    "__cause__",
    "__context__",
    "args",
    "__notes__",
    "__reduce_ex__",
    "__class__",
    "__new__",
    "__setstate__",
    "__dict__",
    "errno",
    "x",
)


class Told(BaseException):
    """Something was done that nobody has any business doing, or it took too long."""


def explode(data: bytes) -> list[bytes]:
    """Split a pickle into its opcodes with their arguments; frames are left out."""
    starts = [(opcode.name, position) for opcode, _, position in pickletools.genops(data)]
    ends = [position for _, position in starts[1:]] + [len(data)]
    return [data[start:end] for (name, start), end in zip(starts, ends, strict=True) if name not in ("FRAME", "STOP")]


def mutated(pool: list[list[bytes]], dice: random.Random) -> bytes:
    """Give a pickle that is a changed one of a pool."""
    steps = list(dice.choice(pool))
    for _ in range(dice.choice((1, 1, 1, 2, 2, 4))):
        at, kind = dice.randrange(len(steps) + 1), dice.randrange(7)
        if kind == 0:
            del steps[at : at + dice.randrange(1, 4)]
        elif kind == 1:
            steps[at:at] = steps[at : at + dice.randrange(1, 8)]
        elif kind == 2:
            other = dice.choice(pool)
            start = dice.randrange(len(other) + 1)
            steps[at:at] = other[start : start + dice.randrange(1, 12)]
        elif kind == 3:
            steps[at:at] = [_named(*dice.choice(_NAMES))]
        elif kind == 4:
            steps[at:at] = [_text(dice.choice(_TEXTS))]
        elif kind == 5:
            steps[at:at] = [pickle.BINGET + bytes([dice.randrange(24)])]
        else:
            steps[at:at] = [
                dice.choice(
                    (b"b", b"R", b"\x81", b"\x85", b"\x86", b"\x87", b"(", b"t", b"s", b"u", b"a", b"e", b"0", b"2", b"}", b"]", b")")
                )
            ]
    return b"".join([*steps, pickle.STOP])


def _text(text: str) -> bytes:
    return pickle.SHORT_BINUNICODE + bytes([len(text)]) + text.encode()


def _named(module: str, name: str) -> bytes:
    return _text(module) + _text(name) + pickle.STACK_GLOBAL


class Watch:
    """The audit hook, which can't be taken away, and the timer."""

    def __init__(self) -> None:
        self.is_on = False
        sys.addaudithook(self._hear)
        signal.signal(signal.SIGALRM, self._ring)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if self.is_on and event.startswith(_FORBIDDEN) and event != "sys._getframe":
            self.is_on = False
            message = f"{event} {args!r:.200}"
            raise Told(message)

    def _ring(self, *_: object) -> None:
        self.is_on = False
        message = f"it took longer than {_SECONDS} seconds"
        raise Told(message)

    @contextlib.contextmanager
    def watching(self) -> Any:
        """Watch what is done meanwhile."""
        signal.setitimer(signal.ITIMER_REAL, _SECONDS)
        self.is_on = True
        try:
            yield
        finally:
            self.is_on = False
            signal.setitimer(signal.ITIMER_REAL, 0)


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
        if issubclass(type(found), BaseException):
            str(found)
            for _ in traceback.TracebackException.from_exception(found).format():
                pass
    with contextlib.suppress(Exception):  # some builtin errors can't be made of other arguments than their own
        copy.copy(found)
        pickle.loads(pickle.dumps(found))
    return "read"


def _pool() -> list[list[bytes]]:
    """Give the seeds, exploded."""
    from benchmarks.fuzz import seeds

    amplification: Any = importlib.import_module("amplification")
    hostile: Any = importlib.import_module("hostile")
    found = [
        *seeds()[1:],
        *(make(5, 3) for make in amplification.FAMILIES.values()),
        *(make("/no/such/place") for make in hostile.TRICKS.values()),
    ]
    pool = []
    for data in found:
        with contextlib.suppress(Exception):  # a trick that is broken on purpose
            pool.append(explode(data))
    return pool


def _work(number: int, seconds: float, findings: str, seed: int) -> Counter[str]:
    """Go on for some time in one process."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    tests = Path(__file__).parent.parent / "tests"
    sys.path[:0] = [str(tests), str(tests / "samples"), str(tests / "unpickling/safe")]
    from benchmarks.fuzz import declared
    from picklereg.unpickling.safe.allow_list import NO_RULES, RegistryRules
    from picklereg.unpickling.safe.bounds import Bounds
    from picklereg.unpickling.safe.unpickler import read

    rules, bounds, pool = RegistryRules(declared()), Bounds(max_objects=20_000, max_expanded=200_000), _pool()
    dice, counts, watch = random.Random(seed + number), Counter[str](), Watch()
    survive(pickle.dumps(ValueError(1)), lambda data: read(data, NO_RULES, bounds))  # imports what it needs
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(200):
            data = mutated(pool, dice)
            chosen: Any = rules if dice.random() < 0.5 else NO_RULES
            try:
                with watch.watching():
                    outcome = survive(data, lambda data, chosen=chosen: read(data, chosen, bounds), is_inert=chosen is NO_RULES)
            except BaseException as problem:  # noqa: BLE001  # whatever it is, it is what is looked for
                outcome = f"finding: {type(problem).__name__}: {str(problem)[:80]}"
                if counts[outcome] < 3:
                    _keep(Path(findings), data, chosen is rules, number, sum(counts.values()))
            counts[outcome] += 1
            counts["loads"] += 1
            if outcome == "read" and len(data) < 2_000 and len(pool) < 20_000 and dice.random() < 0.02:
                pool.append(explode(data))
    return counts


def _keep(directory: Path, data: bytes, is_declared: bool, number: int, count: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    kind = "declared" if is_declared else "nobody"
    (directory / f"{kind}-{number}-{count}").write_bytes(data)
    (directory / f"{kind}-{number}-{count}.txt").write_text(traceback.format_exc())


def main() -> None:
    """Search, with the options of this process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.structured_fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--findings", default="findings-of-this-run")
    parser.add_argument("--again", type=Path)
    options = parser.parse_args()
    if options.again:
        from picklereg.unpickling.safe.unpickler import safe_loads

        print(survive(options.again.read_bytes(), safe_loads))
        return
    total: Counter[str] = Counter()
    jobs = [(number, options.seconds, options.findings, options.seed) for number in range(options.processes)]
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for counts in pool.starmap(_work, jobs):
            total += counts
    print(f"seed {options.seed}: {total['loads'] / options.seconds / options.processes:,.0f} loads a second and process")
    for outcome, count in total.most_common():
        print(f"{count:>12,}  {outcome}")


if __name__ == "__main__":
    main()
