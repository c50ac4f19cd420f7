"""Mutants tried without an interpreter each: in forks of a process that has collected the tests, by giving functions other code.

Which tests run a mutant's line is found out once. Those of the module's own test file are asked first, then the others, the
quick ones first, until one fails or so many seconds of them have passed. That kills most. What survives, and what no function
holds (tables, bounds), is left to the way of ``benchmarks.mutation``, in which the module itself is another one from the beginning,
also in processes that tests start. Needs ``fork``, and Python 3.12.
"""

from __future__ import annotations

import ast
import builtins
import collections
import contextlib
import functools
import gc
import importlib
import itertools
import os
import pickle
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

import pytest

from benchmarks.probed_guards import Place, Probes, place_of, probed

if TYPE_CHECKING:
    from benchmarks.mutants import Mutant

__all__ = ["NOT_TRIED", "Forks", "ended", "forget", "functions_of", "swap"]

#: Said of a mutant whose line no test runs within a function.
NOT_TRIED: Final = "not tried"

#: Since Python 3.12; typed as for 3.11.
_MONITORING: Final[Any] = getattr(sys, "monitoring", None)
_CACHED: Final = type(functools.cache(len))
#: So many tests, which killed most mutants so far, are asked first.
_KILLERS: Final = 5
#: How much longer than without a mutant the tests may take, and how many seconds more.
_PATIENCE: Final = (4, 15)
#: What a mutant may take of memory, in bytes: one may have lost a bound.
_MEMORY: Final = 8 << 30


def functions_of(file: str) -> list[FunctionType]:
    """Give the functions that a module has made.

    Args:
        file: the module's path, as Python knows it.
    """
    return [found for found in gc.get_objects() if type(found) is FunctionType and found.__code__.co_filename == file]


def forget() -> None:
    """Have functions of picklereg's forget what they have been asked before."""
    for found in gc.get_objects():
        if isinstance(found, _CACHED) and (found.__module__ or "").startswith("picklereg."):
            found.cache_clear()


def swap(functions: list[FunctionType], mutant: Mutant) -> bool:
    """Give the functions that hold a mutant's line the mutant's code, in this process.

    Args:
        functions: those of the module.
        mutant: what takes its place.

    Returns:
        Whether there is such a function, and it could be done.
    """
    holding = [function for function in functions if _holds(function.__code__, mutant.line)]
    if not holding:
        return False
    return _give(holding, mutant.source)


def _give(functions: list[FunctionType], source: str | ast.Module) -> bool:
    """Give functions of a module the code that they have in another source of it."""
    codes: dict[tuple[str, int], CodeType] = {}
    for code in _codes(compile(source, functions[0].__code__.co_filename, "exec", dont_inherit=True)):
        codes.setdefault(_key(code), code)
    try:
        for function in functions:
            function.__code__ = codes[_key(function.__code__)]
    except (KeyError, ValueError):  # it needs another number of outer variables
        return False
    return True


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Give a code object, and those that it holds."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _key(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _holds(code: CodeType, line: int) -> bool:
    return any(found == line for inner in _codes(code) for _, _, found in inner.co_lines())


class Forks:
    """A pytest plugin that, instead of running the tests that were collected, tries mutants with them.

    Args:
        root: the folder that modules' names are seen from.
        files: the modules that have mutants.
        seconds: so many seconds of tests are asked at the most, by what they took without a mutant.
        guards: whether the mutants are those of guards, which are asked only where a test sees them answer otherwise.
        work: gets ``self`` once the tests are known, and asks :meth:`killer_of`.
    """

    def __init__(self, root: Path, files: list[str], seconds: float, work: Callable[[Forks], None], *, guards: bool = False) -> None:
        self._root = root
        self._files = [str(root / file) for file in files]
        self._seconds = seconds
        self._work = work
        self._guards = guards
        self._functions: dict[str, list[FunctionType]] = {}
        self._items: list[pytest.Item] = []
        self._taken: list[float] = []
        self._tests: dict[str, dict[int, list[int]]] = {}
        self._differing: dict[str, dict[Place, list[int]]] = {}
        self._killers: collections.Counter[int] = collections.Counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work in pytest's place."""
        self._items = session.items
        for file in self._files:  # some are imported late
            importlib.import_module(".".join(Path(file).relative_to(self._root).with_suffix("").parts))
        self._functions = {file: functions_of(file) for file in self._files}
        forget()
        gc.collect()
        gc.freeze()  # so that no fork copies all of it
        self._taken, self._tests, self._differing = self._in_fork(self._measure, 3_600)
        self._work(self)
        return True

    def killer_of(self, file: str, mutant: Mutant) -> str | None:
        """Try a mutant.

        Args:
            file: its module, seen from the root.
            mutant: the mutant.

        Returns:
            The test that fails, or what else went wrong; ``None`` if it survives, :data:`NOT_TRIED` if it can't be tried this way.
        """
        asked = self._asked(str(self._root / file), mutant)
        if asked is None:
            return NOT_TRIED
        if not asked:
            return None
        times, more = _PATIENCE
        killer = self._in_fork(lambda: self._first_failing(str(self._root / file), mutant, asked), times * self._time_of(asked) + more)
        if not isinstance(killer, int):
            return str(killer) if killer else None
        self._killers[killer] += 1
        return self._items[killer].nodeid

    def _asked(self, file: str, mutant: Mutant) -> list[int] | None:
        """Give the tests that see a mutant answer otherwise, or else run its line, in the order in which they are asked."""
        found = self._differing.get(file, {}).get(place_of(mutant.line, mutant.column, mutant.before, mutant.after))
        if found is None:
            lines = self._tests.get(file, {})
            span = range(mutant.line, mutant.line + mutant.before.count("\n") + 1)
            found = next((lines[line] for line in span if lines.get(line)), None)
            if found is None:
                return None
        first = [number for number, _ in self._killers.most_common() if number in found][:_KILLERS]
        mirror = f"test_{Path(file).name}"
        rest = sorted({*found}.difference(first), key=lambda number: (self._items[number].path.name != mirror, self._taken[number]))
        return self._within(first + rest)

    def _within(self, asked: list[int]) -> list[int]:
        """Cut off what would take too long, but ask one test in any case."""
        total = 0.0
        for index, number in enumerate(asked):
            total += self._taken[number]
            if index and total > self._seconds:
                return asked[:index]
        return asked

    def _time_of(self, asked: list[int]) -> float:
        return sum(self._taken[number] for number in asked)

    def _in_fork(self, function: Callable[[], Any], seconds: float) -> Any:
        """Give what a function gives in a process of its own; or text that says what became of that."""
        with tempfile.NamedTemporaryFile() as answer:
            child = os.fork()
            if child == 0:
                _be_child(function, answer.name)
            status = ended(child, seconds)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # what it has started
            if status == 0:
                return pickle.loads(Path(answer.name).read_bytes())
            return "too slow" if status is None else f"exit status {status}"

    def _measure(self) -> tuple[list[float], dict[str, dict[int, list[int]]], dict[str, dict[Place, list[int]]]]:
        """Run all tests once: how long each takes, which lines it runs if it passes, and which mutants it sees answer otherwise."""
        tests: dict[str, dict[int, list[int]]] = {file: collections.defaultdict(list) for file in self._files}
        probes = Probes()
        places = self._probed(probes) if self._guards else {}
        differing: dict[str, dict[Place, list[int]]] = {file: {place: [] for place in found} for file, found in places.items()}
        maybe: dict[str, dict[Place, list[int]]] = {file: {place: [] for place in found} for file, found in places.items()}
        taken: list[float] = []
        with _lines_of(itertools.chain.from_iterable(self._functions.values())) as lines:
            for number, (item, following) in enumerate(zip(self._items, [*self._items[1:], None], strict=True)):
                lines.clear()
                probes.seen.clear()
                probes.beneath.clear()
                _MONITORING.restart_events()
                began = time.monotonic()
                if _passes(item, following):
                    for file, line in lines:
                        tests[file][line].append(number)
                    for file, index in probes.seen:
                        differing[file][places[file][index]].append(number)
                    for file, index in probes.beneath:
                        maybe[file][places[file][index]].append(number)
                taken.append(time.monotonic() - began)
        known = {file: {place: asked or maybe[file][place] for place, asked in found.items()} for file, found in differing.items()}
        return taken, {file: dict(found) for file, found in tests.items()}, known

    def _probed(self, probes: Probes) -> dict[str, list[Place]]:
        """Have the modules' functions ask their guards' mutants, too; give those that are asked."""
        probes.attach(builtins.__dict__)
        places: dict[str, list[Place]] = {}
        for file, functions in self._functions.items():
            tree, found = probed(Path(file).read_text("utf-8"))
            if functions and _give(functions, tree):
                places[file] = found
        return places

    def _first_failing(self, file: str, mutant: Mutant, asked: list[int]) -> int | str | None:
        """Be a process with a mutant: give the number of the first test that fails."""
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        if not swap(self._functions[file], mutant):
            return NOT_TRIED
        items = [self._items[number] for number in asked]
        for number, item, following in zip(asked, items, [*items[1:], None], strict=True):
            if not _passes(item, following):
                return number
        return None


@contextlib.contextmanager
def _lines_of(functions: Iterable[FunctionType]) -> Iterator[set[tuple[str, int]]]:
    """Note the lines of functions that are run, each once until events are restarted."""
    noted: set[tuple[str, int]] = set()

    def note(code: CodeType, line: int) -> Any:
        noted.add((code.co_filename, line))
        return _MONITORING.DISABLE

    _MONITORING.use_tool_id(_MONITORING.PROFILER_ID, __name__)
    _MONITORING.register_callback(_MONITORING.PROFILER_ID, _MONITORING.events.LINE, note)
    for function in functions:
        for code in _codes(function.__code__):
            _MONITORING.set_local_events(_MONITORING.PROFILER_ID, code, _MONITORING.events.LINE)
    yield noted
    _MONITORING.free_tool_id(_MONITORING.PROFILER_ID)


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    from _pytest.runner import runtestprotocol

    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _be_child(function: Callable[[], Any], answer: str) -> None:
    """Answer, and end; never return."""
    status = 70
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(nowhere, descriptor)
        Path(answer).write_bytes(pickle.dumps(function()))
        status = 0
    finally:
        os._exit(status)


def ended(child: int, seconds: float) -> int | None:
    """Wait for a child.

    Args:
        child: its number.
        seconds: after which it is ended.

    Returns:
        Its exit status; ``None`` if it took too long.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
