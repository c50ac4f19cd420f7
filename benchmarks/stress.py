"""Threads that dump, load, install, register and make classes all at once, for a time: ``python -m benchmarks.stress [SECONDS [THREADS]]``.

Made for Pythons without a lock of the interpreter's own (3.13t); with one it takes turns, and finds less. It prints what was done and how
often the result was wrong, and exits with 1 if any was.
"""

from __future__ import annotations

import copyreg
import gc
import importlib
import pickle
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import picklereg

__all__ = ["main"]

SECRET: Final = "s3cr3t-0123456789abcdef"


class RefusedError(Exception):
    """Plain pickle can't read it."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"refused with {code}")
        self.code = code


class Tally:
    """What was done, and what went wrong.

    Attributes:
        done: how often each operation was done.
        wrong: what was found instead of what was expected.
    """

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._lock = threading.Lock()

    def add(self, done: Counter[str], wrong: list[str]) -> None:
        """Add what one thread did."""
        with self._lock:
            self.done += done
            self.wrong += wrong


def raised(number: int, cls: type[Any] = RefusedError) -> Any:
    """Raise an error with a cause, a note and a credential in it."""
    error = cls(code=number)
    error.headers = {"x-api-key": SECRET}
    error.add_note(f"note {number}")
    try:
        raise error from KeyError(number)
    except RefusedError as caught:
        return caught


def expect(found: Any, number: int, *, name: str = "RefusedError") -> None:
    """Fail unless it is what :func:`raised` gave, without the credential."""
    assert type(found).__name__ == name
    assert (found.code, str(found), found.__notes__) == (number, f"refused with {number}", [f"note {number}"])
    assert found.headers["x-api-key"] != SECRET
    assert found.__cause__.args == (number,)


def dump(number: int) -> None:
    """Write and read one error."""
    data = picklereg.dumps(raised(number))
    assert SECRET.encode() not in data
    expect(pickle.loads(data), number)
    expect(picklereg.loads(data), number)


def dump_group(number: int) -> None:
    """Write and read a group."""
    found = pickle.loads(picklereg.dumps(ExceptionGroup("group", [raised(number), raised(number + 1)])))
    for offset, part in enumerate(found.exceptions):
        expect(part, number + offset)


def install(number: int) -> None:
    """Install, write by plain pickle, and uninstall, unless another thread is still in such a block."""
    with picklereg.installed(all_exceptions=True):
        expect(pickle.loads(pickle.dumps(raised(number))), number)


def register(number: int) -> None:
    """Register a class of a registry of one's own, with a reducer, and use it."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(RefusedError, reducer=reduce_refused)
    expect(pickle.loads(picklereg.dumps(raised(number), registry=registry)), number)


def reduce_refused(error: RefusedError) -> Any:
    """Give a reduce value that calls the class as it wants to be called."""
    return rebuild, (error.code,), {"headers": {}}


def rebuild(code: int) -> RefusedError:
    """Make one."""
    return RefusedError(code=code)


def come_and_go(number: int) -> None:
    """Make a class, write an error of it by value, read it, and let it go."""
    cls = type(f"Later{number % 7}", (RefusedError,), {"__module__": "__main__"})
    found: Any = picklereg.loads(picklereg.dumps(raised(number, cls)))
    expect(found, number, name=cls.__name__)


def register_default(number: int) -> None:
    """Register a new class with the registry that all threads share."""
    cls = type("Shared", (RefusedError,), {"__module__": "__main__"})
    picklereg.register(cls)
    expect(picklereg.loads(picklereg.dumps(raised(number, cls))), number, name="Shared")


OPERATIONS: Final[dict[str, Callable[[int], None]]] = {
    "dump": dump,
    "dump a group": dump_group,
    "install": install,
    "register": register,
    "register with all": register_default,
    "class that comes and goes": come_and_go,
}


def work(first: int, until: float, tally: Tally) -> None:
    """Do one operation after the other until the time is over."""
    done: Counter[str] = Counter()
    wrong: list[str] = []
    names = list(OPERATIONS)
    number = first
    while time.monotonic() < until:
        name = names[number % len(names)]
        try:
            OPERATIONS[name](number)
        except Exception as problem:  # noqa: BLE001  # whatever it is, it is wrong
            wrong.append(f"{name}: {type(problem).__name__}: {problem}")
        done[name] += 1
        number += 1
        if not number % 1000:
            gc.collect()
    tally.add(done, wrong)


def main(seconds: float = 600, threads: int = 4) -> int:
    """Do it, and print what came of it.

    Args:
        seconds: for how long.
        threads: how many at once.

    Returns:
        The exit status.
    """
    before, tally = dict(copyreg.dispatch_table), Tally()
    until = time.monotonic() + seconds
    running = [threading.Thread(target=work, args=(first * 10_000_000, until, tally)) for first in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    left = copyreg.dispatch_table.keys() - before.keys()
    if left:
        tally.wrong.append(f"left in copyreg: {len(left)} entries, such as one for {next(iter(left))}")
    lock = "with" if getattr(sys, "_is_gil_enabled", lambda: True)() else "without"
    print(f"Python {sys.version.split()[0]} {lock} a lock, {threads} threads, {seconds:.0f} s: {tally.done.total():,} operations")
    print(", ".join(f"{name} {count:,}" for name, count in tally.done.items()))
    print(f"{len(tally.wrong)} wrong", *(f"  {count} times {text}" for text, count in Counter(tally.wrong).most_common(20)), sep="\n")
    return bool(tally.wrong)


if __name__ == "__main__":
    stress = importlib.import_module("benchmarks.stress")  # by its name, which its classes have then
    sys.exit(stress.main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:])))
