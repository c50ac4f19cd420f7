"""``python -m benchmarks.mutation picklereg/redaction --tests "tests/redaction tests/reduction"``: which guards no test misses.

Each mutant of the modules (:mod:`benchmarks.mutants`) takes its place in a copy of the tree, and the tests run there until one fails.
What survives is printed with file and line: a guard that nobody tests, or a change that makes no difference.

Branch coverage can't see a clause of an ``or``; this can. It takes minutes to hours, so it is run by hand, for what was changed.
Needs ``fork``: each mutant's process begins with pytest and the libraries imported already, and the package not.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import importlib
import json
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.mutants import Mutant, mutants_of
from benchmarks.swapped_mutants import NOT_TRIED, Forks, ended

_ROOT: Final = Path(__file__).parent.parent
#: Imported before the first fork, if they are there: what the tests need and mutants don't touch.
_LIBRARIES: Final = (
    "_pytest.assertion.rewrite",
    "attrs",
    "cloudpickle",
    "httpx",
    "hypothesis",
    "importlib_metadata",
    "pydantic",
    "pytest_timeout",
)
_OPTIONS: Final = (
    "-o",
    "addopts=",  # which are for processes beside each other
    "-x",
    "-q",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
    "--no-header",
    "--tb=no",
)
#: Mutants that make no difference, or none but of time, and why; they aren't asked again.
_EXPLAINED: Final = Path(__file__).with_name("explained_mutants.json")
#: So many tests, which killed most mutants so far, are asked first.
_KILLERS: Final = 12
#: How much longer than without a mutant the tests may take, and how many seconds more.
_PATIENCE: Final = (3, 20)


class Lost(SystemExit):
    """There is nothing to compare with."""


class _Killer:
    """A pytest plugin that notes which test failed first."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note it."""
        if report.failed:
            self._file.write_text(report.nodeid, "utf-8")


class Tree:
    """A copy of what git knows of the tree, in which a mutant takes its module's place.

    Args:
        folder: where the copy is made.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Path = folder
        self._answer: Path = folder / ".killer"
        self._output: Path = folder / ".output"
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=_ROOT, capture_output=True, check=True
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (_ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(_ROOT / name, folder / name)

    @contextlib.contextmanager
    def mutated(self, file: str, mutant: Mutant) -> Iterator[None]:
        """Have a mutant in its module's place."""
        place = self.folder / file
        before = place.read_bytes()
        for compiled in (place.parent / "__pycache__").glob(f"{place.stem}.*"):  # it may look as new as the mutant
            compiled.unlink()
        place.write_text(mutant.source, "utf-8")
        try:
            yield
        finally:
            place.write_bytes(before)

    def failing(self, tests: Iterable[str], seconds: float, *, compiles: bool = False) -> str | None:
        """Run tests in a process of their own.

        Args:
            tests: pytest's arguments.
            seconds: how long it may take.
            compiles: whether what is compiled is kept for the next process; not of a mutant.

        Returns:
            The first test that fails, or what else went wrong; ``None`` if all pass.
        """
        self._answer.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            self._run(list(tests), compiles=compiles)
        status = ended(child, seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # what it has started
        if self._answer.exists():
            return self._answer.read_text("utf-8")
        return None if status == 0 else "too slow" if status is None else f"exit status {status}"

    def output(self) -> str:
        """Give what the last process printed."""
        return self._output.read_text("utf-8", "replace")

    def _run(self, tests: list[str], *, compiles: bool) -> None:
        """Be the child."""
        status = 70
        try:
            os.setsid()
            os.chdir(self.folder)
            output = os.open(self._output, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            for descriptor in range(3):
                os.dup2(output, descriptor)
            sys.dont_write_bytecode = not compiles
            os.environ |= {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "" if compiles else "1"}
            sys.path[:] = [str(self.folder), *(entry for entry in sys.path if Path(entry or ".").resolve() != _ROOT)]
            import pytest

            status = int(pytest.main([*_OPTIONS, *tests], plugins=[_Killer(self._answer)]))
        except BaseException:  # noqa: BLE001  # whatever it is, this process ends here
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)


class Hunt:
    """Runs mutants against tests.

    Args:
        tree: the copy.
        steps: pytest's arguments, one step after the other.
    """

    def __init__(self, tree: Tree, steps: list[list[str]]) -> None:
        self._tree = tree
        self._steps = steps
        self._killers: collections.Counter[str] = collections.Counter()
        self._limits = [self._limit(step) for step in steps]

    def _limit(self, step: list[str]) -> float:
        """Give how long a step may take.

        Raises:
            Lost: it fails without a mutant.
        """
        began = time.monotonic()
        failed = self._tree.failing(step, 3_600, compiles=True)
        if failed is not None:
            raise Lost(f"fails without a mutant: {failed}\n{self._tree.output()}")
        times, more = _PATIENCE
        return times * (time.monotonic() - began) + more

    def killer_of(self, file: str, mutant: Mutant) -> str | None:
        """Give the test that a mutant fails; ``None`` if it survives."""
        first = [test for test, _ in self._killers.most_common(_KILLERS)]
        with self._tree.mutated(file, mutant):
            for step, limit in ([(first, self._limits[0])] if first else []) + [*zip(self._steps, self._limits, strict=True)]:
                killer = self._tree.failing(step, limit)
                if killer is not None:
                    if "::" in killer:
                        self._killers[killer] += 1
                    return killer
        return None


def _modules(names: Iterable[str]) -> list[str]:
    """Give the modules that were asked for, folders with all that is in them."""
    found: list[Path] = []
    for name in names:
        path = _ROOT / name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [file.relative_to(_ROOT).as_posix() for file in found]


def _warm_up() -> None:
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if any(name.partition(".")[0] == "picklereg" for name in sys.modules):
        raise Lost("picklereg is imported already: its mutants wouldn't be")


def _read(file: Path | None) -> dict[str, str | None]:
    return {} if file is None or not file.exists() else json.loads(file.read_text("utf-8"))


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for.

    Args:
        arguments: those of the command line.
    """
    options = _parser().parse_args(arguments)
    texts = {file: (_ROOT / file).read_text("utf-8") for file in _modules(options.modules)}
    mutants = [(file, mutant) for file, text in texts.items() for mutant in mutants_of(text, guards=options.guards)]
    if options.list:
        print(f"{len(mutants)} mutants")
        print(*(f"{number:6} {file}" for file, number in collections.Counter(file for file, _ in mutants).items()), sep="\n")
        return
    run = _Run(mutants, options.kept, options.minutes)
    steps = [shlex.split(tests) for tests in options.tests or ["tests"]]
    if options.quickly is not None:
        _quickly(run, steps[0], options.quickly, guards=options.guards)
    else:
        _warm_up()
        with tempfile.TemporaryDirectory() as folder:
            run.ask(Hunt(Tree(Path(folder)), steps).killer_of)
    run.sum_up()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("modules", nargs="+", metavar="PATH", help="modules or folders of the package")
    parser.add_argument("--tests", action="append", metavar="ARGUMENTS", help="pytest's; said again: asked of what survives so far")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no mutant after that")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="keep what was found, and ask again only for what survived")
    parser.add_argument(
        "--quickly",
        type=float,
        metavar="SECONDS",
        help="ask, in forks of one process, tests that run the mutant's line, so many seconds of them; ask for survivors again without",
    )
    parser.add_argument("--guards", action="store_true", help="only guards: conditions, clauses, comparisons, answers; each in few ways")
    parser.add_argument("--list", action="store_true", help="run nothing: count the mutants, of each module, too")
    return parser


def _quickly(run: _Run, tests: list[str], seconds: float, *, guards: bool) -> None:
    """Try the mutants in forks of this process, which collects the tests.

    Raises:
        Lost: it can't, or can't collect them.
    """
    if sys.version_info < (3, 12):
        raise Lost("--quickly needs Python 3.12, which tells of lines that are run")
    os.chdir(_ROOT)
    import pytest

    forks = Forks(_ROOT, sorted({file for file, _ in run.mutants}), seconds, lambda forks: run.ask(forks.killer_of), guards=guards)
    with tempfile.TemporaryDirectory() as folder:  # each fork makes its own in there
        status = pytest.main([*_OPTIONS, "-s", f"--basetemp={folder}/tests", *tests], plugins=[forks])
    if status not in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        raise Lost("the tests can't be collected")


class _Run:
    """What is known of the mutants, and is still to be asked.

    Args:
        mutants: all of them, each with its module's name.
        kept: where it is kept, if anywhere.
        minutes: after so many, no other is begun.
    """

    def __init__(self, mutants: list[tuple[str, Mutant]], kept: Path | None, minutes: float) -> None:
        self.mutants: list[tuple[str, Mutant]] = mutants
        self._keys = _keys(mutants)
        self._kept = kept
        self._until = time.monotonic() + 60 * minutes
        self._explained = _read(_EXPLAINED)
        self._known = _read(kept)
        random.Random(0).shuffle(mutants)  # so that a part of them tells of the whole

    def ask(self, killer_of: Callable[[str, Mutant], str | None]) -> None:
        """Ask for those that nothing is known of, or that survived before; the latter first."""
        settled = {**self._known, **self._explained}
        waiting = [one for one in self.mutants if settled.get(self._keys[one]) is None]
        waiting.sort(key=lambda one: self._keys[one] not in self._known)
        for number, (file, mutant) in enumerate(waiting, 1):
            if time.monotonic() > self._until:
                print(f"{len(waiting) - number + 1} mutants were not asked")
                break
            killer = killer_of(file, mutant)
            if killer == NOT_TRIED:
                continue
            self._known[self._keys[file, mutant]] = killer
            if killer is None:
                print(f"{file}:{mutant.line}: {_short(mutant.before)}  ->  {_short(mutant.after)}", flush=True)
            if self._kept:
                self._kept.write_text(json.dumps(self._known, indent=1) + "\n", "utf-8")

    def sum_up(self) -> None:
        """Print how many there are of what."""
        keys = [self._keys[one] for one in self.mutants]
        asked = [self._known[key] for key in keys if key in self._known and key not in self._explained]
        print(
            f"{len(keys)} mutants, {len(asked)} asked, {asked.count(None)} survive, {asked.count('too slow')} are too slow, "
            f"{sum(key in self._explained for key in keys)} explained"
        )


def _keys(mutants: list[tuple[str, Mutant]]) -> dict[tuple[str, Mutant], str]:
    """Name mutants; where lines read the same, the second one is told from the first."""
    seen: collections.Counter[str] = collections.Counter()
    keys: dict[tuple[str, Mutant], str] = {}
    for file, mutant in sorted(mutants, key=lambda one: (one[0], one[1].line, one[1].column)):
        key = _key(file, mutant)
        seen[key] += 1
        keys.setdefault((file, mutant), key if seen[key] == 1 else f"{key} ({seen[key]})")
    return keys


def _key(file: str, mutant: Mutant) -> str:
    """Name a mutant so that it is known again, also where lines were added above it."""
    lines = mutant.source.splitlines()
    return f"{file}: {lines[mutant.line - 1].strip()}: {_short(mutant.before)} -> {_short(mutant.after)}"


def _short(text: str) -> str:
    return " ".join(text.split())[:150]


if __name__ == "__main__":
    main()
