"""joblib and loky: ``set_loky_pickler("picklereg")`` is enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

pytest.importorskip("joblib")
pytest.importorskip("loky")
pytest.importorskip("litellm")  # the caller needs it to read the first error

import joblib  # type: ignore[import-untyped]
import loky  # type: ignore[import-untyped]
from joblib.externals import loky as joblibs_loky  # type: ignore[import-untyped]

from frameworks.callers import assert_delivers, error_of
from frameworks.five_errors import ERRORS, expected, give, seen, work

#: What becomes of each error without picklereg: the name of the error that the caller gets; the processes are given up.
WITHOUT: Final = {
    "litellm": "BrokenProcessPool",
    "needs_keywords": "BrokenProcessPool",
    "holds_lock": "TerminatedWorkerError",
    "chain": "TerminatedWorkerError",
    "undeclared": "BrokenProcessPool",
}
PATIENCE: Final = 120


@pytest.fixture
def pickler(request: pytest.FixtureRequest) -> Iterator[None]:
    """Use picklereg's pickler in joblib's loky and in the package of that name."""
    for implementation in (joblibs_loky, loky):
        implementation.set_loky_pickler("picklereg")
    yield
    for implementation in (joblibs_loky, loky):
        implementation.set_loky_pickler()


@pytest.fixture(scope="module", autouse=True)
def _no_process_stays() -> Iterator[None]:
    """End the processes that both keep for their next call."""
    yield
    for implementation in (joblibs_loky, loky):
        implementation.get_reusable_executor().shutdown(kill_workers=True)


def parallel(function: Callable[..., Any], *args: object) -> Any:
    """Call a function in each of two processes, and give what the first one gave."""
    results: Any = joblib.Parallel(n_jobs=2, timeout=PATIENCE)([joblib.delayed(function)(*args), joblib.delayed(work)(0, 0)])
    return results[0]


def executor(function: Callable[..., Any], *args: object) -> Any:
    """Call a function in loky's executor."""
    return loky.get_reusable_executor(max_workers=1).submit(function, *args).result(PATIENCE)


def cause_of(implementation: ModuleType | Any) -> type[BaseException]:
    """Give the class of the cause that a loky puts into every error."""
    found: type[BaseException] = implementation.process_executor._RemoteTraceback
    return found


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.filterwarnings("ignore:A worker stopped while some jobs were given")
def test_before_the_processes_are_given_up(kind: str, provider: str, tmp_path: Path) -> None:
    """Without picklereg joblib's processes break or die, and the caller reads of that alone."""
    error = error_of(parallel, kind, provider, str(tmp_path / "record"))
    assert type(error).__name__ == WITHOUT[kind]


@pytest.mark.parametrize("kind", ERRORS)
def test_joblib_delivers_every_error_and_goes_on(kind: str, pickler: None, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the next call is done. joblib itself starts new processes after an error."""
    record = str(tmp_path / "record")
    error = error_of(parallel, kind, provider, record)
    assert seen(error, own_cause=cause_of(joblibs_loky)) == expected(record)
    assert parallel(work, 2, 3)[0] == 5


def test_lokys_process_delivers_every_error_and_goes_on(pickler: None, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    assert_delivers(executor, provider, str(tmp_path / "record"), cause_of(loky))


def test_joblib_delivers_a_returned_error(pickler: None, tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(parallel(give, record)) == expected(record)
