"""What plain pickle and picklereg do to the exception classes of a module, tried out.

Each class that the module defines is built, raised with a cause, a context and a note, and sent to a fresh interpreter twice:
by plain pickle, and by picklereg. What arrives there, by plain ``pickle.loads`` and without picklereg, is compared with what was sent.

This process never imports the module: a worker process does (``worker.py``), and when foreign code has hung it or ended
it, the next worker goes on behind the step that did.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, Literal

from picklereg.testing.compare import Difference
from picklereg.testing.process import TOO_LONG, DiedError, Processes
from picklereg.testing.results import METHODS, Built, ClassResult, Limits, Outcome, Result, Target

__all__ = ["Progress", "check", "check_module", "import_path"]

#: Takes how many steps are done, and of how many; both are 0 while the module is being imported.
Progress = Callable[[int, int], None]

_START_WORKER: Final = "from picklereg.testing.worker import main; main()"


def check_module(name: str, limits: Limits | None = None, progress: Progress | None = None) -> Result:
    """Check the exception classes that a module defines.

    Args:
        name: the module's name; a package counts with those of its submodules that it imports.
        limits: how long things may take.
        progress: called as it goes on.

    Returns:
        What became of each class.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        return Result(name, error=f"{name!r} is no module's name; write it as in an import statement")
    return check(Target(name, [name], [name]), limits, progress)


def check(target: Target, limits: Limits | None = None, progress: Progress | None = None, processes: Processes | None = None) -> Result:
    """Check the exception classes of modules that are imported into one process.

    Args:
        target: the modules.
        limits: how long things may take.
        progress: called as it goes on.
        processes: with what processes are started, so that others can end them.

    Returns:
        What became of each class.

    Raises:
        EndedError: if the processes were ended.
    """
    running = _Check(target, limits or Limits(), progress or _ignore, processes or Processes())
    while not running.is_done:
        running.run_worker()
    return running.result


def _ignore(_done: int, _total: int) -> None:
    """Report to nobody."""


class _Check:
    """A check in progress, by one worker after the other.

    Attributes:
        result: what is known so far.
        is_done: whether it is all.
    """

    def __init__(self, target: Target, limits: Limits, progress: Progress, processes: Processes) -> None:
        self.result = Result(target.name, target.version)
        self.is_done = False
        self._target = target
        self._limits = limits
        self._progress = progress
        self._processes = processes
        self._position = 0  # how many outcomes there are, counted by class and method
        self._importing = target.modules[0]
        self._doing: Literal["importing", "building", "writing"] = "importing"

    def run_worker(self) -> None:
        """Run one worker, to the end or to its death."""
        self._progress(0, 0)
        self._doing = "importing"
        with self._processes.start(import_path(), _START_WORKER) as worker:
            worker.send(
                {
                    "target": asdict(self._target),
                    "limits": asdict(self._limits),
                    "start": self._position,
                    "skip": list(self.result.not_imported),
                }
            )
            while not self.is_done:
                try:
                    self._on_event(worker.receive())
                except DiedError as death:
                    self._on_death(str(death))
                    break

    def _on_event(self, event: Mapping[str, Any]) -> None:
        if "importing" in event:
            self._importing = event["importing"]
        elif "not imported" in event:
            self._skip(event["not imported"], event["error"])
        elif "found" in event:
            self.result.classes = self.result.classes or [ClassResult(*names) for names in event["found"]]
            self._move(0)
        elif "built" in event:
            self._on_built(**event)
        else:
            differences = [Difference(**difference) for difference in event["outcome"].pop("differences")]
            self._on_outcome(Outcome(**event["outcome"], differences=differences))

    def _on_built(self, built: Built, problem: str | None, remarks: Sequence[str] = (), explanation: dict[str, Any] | None = None) -> None:
        found = self.result.classes[self._position // len(METHODS)]
        found.built, found.problem, found.remarks, found.explanation = built, problem, remarks, explanation
        if built == "not built":
            self._move(len(METHODS) - self._position % len(METHODS))
        else:
            self._doing = "writing"

    def _on_outcome(self, outcome: Outcome) -> None:
        index, method = divmod(self._position, len(METHODS))
        self.result.classes[index].outcomes[METHODS[method]] = outcome
        self._move(1)

    def _on_death(self, how: str) -> None:
        if self._doing == "importing":
            remedy = f" (limit: {self._limits.importing:g} s)" if how == TOO_LONG else ""
            self._skip(self._importing, f"importing {self._importing!r} {how}{remedy}")
        elif self._doing == "building":
            self._on_built("not built", f"building it {how}")
        else:
            self._on_outcome(Outcome("fails in the writer", how))

    def _move(self, steps: int) -> None:
        self._position += steps
        if self._position % len(METHODS) == 0:
            self._doing = "building"
        total = len(self.result.classes) * len(METHODS)
        self._progress(self._position, total)
        self.is_done = self._position >= total

    def _skip(self, module: str, error: str) -> None:
        """Do without a module; without the last one there is nothing to check, nor anything to believe."""
        self.result.not_imported[module] = error
        if self.result.not_imported.keys() >= set(self._target.modules):
            self.result.error = self.result.not_imported[self._target.modules[0]]
            self.result.classes = []
            self.is_done = True


def import_path() -> list[str]:
    """Give the import path of the processes: this one's, and as its last entry the current directory, for modules in the making."""
    here = os.getcwd()  # noqa: PTH109  # sys.path holds text
    return sys.path if here in sys.path or "" in sys.path else [*sys.path, here]
