"""What all tests share: the interpreter that reads, and a check that no test leaves a reducer behind."""

from __future__ import annotations

import atexit
import copyreg
import gc
import os
import re
import sys
import warnings
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, TypeVar

import cloudpickle
import pytest
from crossing import Reader
from hypothesis import settings
from untraced import is_untraced, untraced

from picklereg.unpickling.stand_ins.origin import Named

HERE = Path(__file__).parent
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# litellm asks the network for its price list on import otherwise, here and in every process that a test starts.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

# How long an example takes is the machine's business.
settings.register_profile("picklereg", deadline=None)
settings.load_profile("picklereg")


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One interpreter without picklereg for the whole session: see ``crossing.Reader``."""
    with Reader() as reader:
        yield reader


@pytest.fixture(autouse=True)
def _nothing_stays_installed() -> Iterator[None]:
    """Fail a test that leaves something of picklereg's in a place that belongs to everybody."""
    before = _installed()
    yield
    assert _installed() == before


@pytest.fixture(scope="module", autouse=True)
def _what_is_imported_stays() -> None:
    """Take what has been imported so far out of the garbage collector's sight: looking through half of PyPI takes it half a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _what_a_library_leaves_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect it right here: sockets and event loops that a library leaves open are not what is tested, nor the next test's fault."""
    yield
    if request.path.parent.name == "libraries":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def _installed() -> list[object]:
    chained: Any = cloudpickle.Pickler.dispatch_table  # a ChainMap, though pickle's stubs know of a mapping only
    entries = [entry for cls, entry in copyreg.dispatch_table.items() if cls is not Named]  # there as long as there are stand-ins
    everywhere = [*entries, *chained.maps, *sys.meta_path]
    return [thing for thing in everywhere if type(thing).__module__.startswith("picklereg.")]


def pytest_configure(config: pytest.Config) -> None:
    """Make an error of what the tests' own modules warn of, or call although it is deprecated, and of picklereg's warnings."""
    paths = [path.relative_to(HERE) for path in HERE.rglob("*.py")]
    names = {path.stem for path in paths} | {path.parts[0] for path in paths if len(path.parts) > 1}
    ours = f"({'|'.join(sorted(names))})([.]|$)|{re.escape(str(HERE))}"  # Python's compiler knows a module by its path only
    config.addinivalue_line("filterwarnings", f"error:::{ours}")
    config.addinivalue_line("filterwarnings", "error::picklereg.DiscoveryWarning")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Have a worker of pytest-xdist, which is killed where its own end takes long, end servers and save what it has covered before that."""
    if hasattr(session.config, "workerinput"):
        atexit._run_exitfuncs()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--no-skips``, for environments in which every library is installed."""
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what imports half of PyPI last: the other tests are quicker in a process that doesn't hold it."""
    items.sort(key=lambda item: {"proof": 1, "frameworks": 2, "libraries": 3}.get(item.path.parent.name, 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Measure coverage only where it may find something."""
    if not is_untraced(item):
        return (yield)
    with untraced():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips itself, if skipping isn't allowed."""
    return _judged(collector, (yield))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that is skipped, if skipping isn't allowed.

    What goes wrong without picklereg, which the tests named ``test_before_...`` show, is the libraries' business: one that does better
    by now is reported, and fails nothing.
    """
    report = yield
    if report.failed and report.when == "call" and item.name.startswith("test_before_"):
        report.outcome = "skipped"
        report.wasxfail = "without picklereg, a library does otherwise by now"
    return _judged(item, report)


def _judged(node: pytest.Item | pytest.Collector, report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and node.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which --no-skips forbids: {report.longrepr}"
    return report
