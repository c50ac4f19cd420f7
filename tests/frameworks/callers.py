"""What starts the callers of frameworks that stay out of the tests' own process, and what such a caller tells.

A caller is ``python -m frameworks.<name>_caller WAY PROVIDER DIRECTORY``. It calls :func:`tell` with a function that has a task done
and gives what comes of it; a test asks :func:`told` for that.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from frameworks.five_errors import ERRORS, expected, fail, give, seen, work

__all__ = ["ANSWERS", "RUN_MODULE", "assert_delivers", "assert_whole", "by_outcome", "error_of", "require", "tell", "tell_classes", "told"]

#: For most frameworks.
_PATIENCE: Final = 240
ANSWERS: Final = "answers.json"
RUN_MODULE: Final = (sys.executable, "-m")


def require(*modules: str) -> None:
    """Skip the tests of a module where something isn't installed. It isn't imported: some frameworks change the process that does."""
    import pytest  # here, because callers do without it

    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} isn't installed", allow_module_level=True)


def error_of(run: Callable[..., Any], *args: object) -> BaseException:
    """Have a task fail, and give the error that the caller gets."""
    try:
        result = run(fail, *args)
    except BaseException as error:  # whatever a framework makes of it
        return error
    raise AssertionError(f"the task was to fail, and gave {result!r}")


def by_outcome(way: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """Give what :func:`tell` takes, for a framework that merely calls functions and gives what they return.

    Args:
        way: the caller's argument.
        call: has the framework call a function with arguments.
    """

    def run(function: Callable[..., Any], *args: object) -> Any:
        if way == "before":
            return call(function, *args)
        from picklereg.frameworks.calls import outcome_of, unwrap

        return unwrap(call(outcome_of, function, *args))

    return run


def tell(run: Callable[..., Any], unwrap: Callable[[BaseException], BaseException] = lambda error: error) -> None:
    """Have each error raised, one returned, and work done after each; write down what arrived.

    Args:
        run: calls a function with arguments in a worker, and gives or raises what comes of it.
        unwrap: takes the framework's own part off an error.
    """
    _, provider, directory = sys.argv[1:]
    answers: dict[str, Any] = {"first": run(work, 0, 0)}
    for kind in ERRORS:
        error = unwrap(error_of(run, kind, provider, f"{directory}/{kind}"))
        answers[kind] = {**_told_of(error), "next": run(work, 2, 3)}
    try:
        returned = run(give, f"{directory}/returned")
    except BaseException as error:
        returned = error
    answers["returned"] = {**_told_of(returned), "next": run(work, 2, 3)}
    Path(directory, ANSWERS).write_text(json.dumps(answers))


def tell_classes(run: Callable[..., Any], directory: str) -> None:
    """Write down which classes arrive, of an error that pickle can't read and of one that it can't write: what a framework does by itself.

    Args:
        run: as for :func:`tell`.
        directory: the caller's.
    """
    kinds = {"unread": "needs_keywords", "unwritten": "holds_lock"}
    names = {name: type(error_of(run, kind, "", f"{directory}/record")).__name__ for name, kind in kinds.items()}
    Path(directory, ANSWERS).write_text(json.dumps(names))


def _told_of(error: BaseException) -> dict[str, Any]:
    return {"type": type(error).__name__, "text": str(error), "seen": seen(error)}


def told(
    name: str,
    way: str,
    provider: str,
    directory: Path,
    *,
    launcher: Sequence[str] = RUN_MODULE,
    patience: int = _PATIENCE,
    **environment: str,
) -> Mapping[str, Any]:
    """Run a caller, and give what it tells.

    A caller that ends without having told is run once more, and a warning says so: servers start and stop in there, which sometimes
    aren't ready when they say they are. What a caller tells is final, and so is waiting in vain.

    Args:
        name: the framework's.
        way: the caller's argument: ``"before"`` goes without picklereg.
        provider: the URL of the model provider that refuses everything.
        directory: an empty one, for the caller's files.
        launcher: the command that runs a module.
        patience: for how many seconds to wait. Nothing takes that long; it is what a hanging test costs.
        environment: more variables for it.

    Returns:
        What :func:`tell` wrote down.
    """
    command = [*launcher, f"frameworks.{name}_caller", way, provider, str(directory)]
    inherited = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOME": str(directory), **environment}
    done = _run(command, directory, inherited, patience)
    if done.returncode:
        warnings.warn(f"{name} is tried once more: {done.stdout}{done.stderr}", stacklevel=2)
        for left in directory.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        done = _run(command, directory, inherited, patience)
    assert done.returncode == 0, done.stdout + done.stderr
    answers: Mapping[str, Any] = json.loads((directory / ANSWERS).read_text())
    return answers


def _run(command: Sequence[str], directory: Path, environment: Mapping[str, str], patience: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, timeout=patience, check=False)


def assert_delivers(run: Callable[..., Any], provider: str, record: str, own_cause: type[BaseException] | None = None) -> None:
    """Check that each error arrives whole, raised or returned, and that the same process does the next task after each.

    Args:
        run: calls a function with arguments in that process, and gives or raises what comes of it.
        provider: as for :func:`told`.
        record: a file for what is expected.
        own_cause: the class of the cause that the pool puts into every error it raises.
    """
    _, pid = run(work, 0, 0)
    for kind in ERRORS:
        assert seen(error_of(run, kind, provider, record), own_cause=own_cause) == expected(record), kind
        assert run(work, 2, 3) == (5, pid)
    assert seen(run(give, record)) == expected(record)
    assert run(work, 2, 3) == (5, pid)


def assert_whole(answers: Mapping[str, Any], directory: Path) -> None:
    """Check that each error arrived whole, and that work was done after each."""
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["seen"] == expected(directory / kind), kind
        assert answers[kind]["next"][0] == 5
