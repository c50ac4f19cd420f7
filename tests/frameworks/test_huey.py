"""Huey: the serializer, and ``TaskException`` with the error itself; the consumer works on SQLite."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("huey")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from huey.exceptions import TaskException  # type: ignore[import-untyped]

from frameworks.five_errors import ERRORS, expected, fail, give, seen, work
from frameworks.huey_tasks import handle, make_huey
from frameworks.not_installed import said_without
from frameworks.worker_tasks import PATIENCE, WAYS, workers

#: One of each way: what the tests call, and the consumer's process.
Consumers = dict[str, tuple[Any, "subprocess.Popen[bytes]"]]


@pytest.fixture(scope="module")
def consumers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consumers]:
    """The consumers."""
    directory = tmp_path_factory.mktemp("huey")
    file = str(directory / "tasks")
    with workers("huey_tasks", file, directory) as processes:
        hueys = {way: make_huey(file, way) for way in WAYS}
        yield {way: (hueys[way], processes[way]) for way in WAYS}
        for huey in hueys.values():
            huey.storage.close()


def task(huey: Any, function: Callable[..., Any], *args: object) -> Any:
    """Make a task of a function that ``make_huey`` has registered."""
    return huey._registry.string_to_task(f"{function.__module__}.{function.__name__}")(args)


def result_of(huey: Any, function: Callable[..., Any], *args: object) -> Any:
    return huey.enqueue(task(huey, function, *args)).get(blocking=True, timeout=PATIENCE, max_delay=0.05)


def failure_of(huey: Any, *args: object) -> Any:
    with pytest.raises(TaskException) as failure:
        result_of(huey, fail, *args)
    return failure.value


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "litellm"])
def test_before_an_error_is_text(kind: str, consumers: Consumers, tmp_path: Path) -> None:
    """Without picklereg the caller gets the error's ``repr`` and traceback."""
    huey, process = consumers["before"]
    failure = failure_of(huey, kind, "", str(tmp_path / "record"))
    assert isinstance(failure.metadata["error"], str)
    assert "exception" not in failure.metadata
    assert result_of(huey, work, 2, 3) == (5, process.pid)


def test_before_a_returned_error_is_lost(consumers: Consumers, tmp_path: Path) -> None:
    """Without picklereg the result of a task that returns an error can't be read."""
    huey, process = consumers["before"]
    with pytest.raises(TypeError, match=r"NeedsKeywords.__init__\(\)"):
        result_of(huey, give, str(tmp_path / "record"))
    assert result_of(huey, work, 2, 3) == (5, process.pid)


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_consumer_goes_on(kind: str, consumers: Consumers, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, beside Huey's own text, and the same process does the next task."""
    huey, process = consumers["picklereg"]
    record = str(tmp_path / "record")
    failure = failure_of(huey, kind, provider, record)
    assert seen(failure.metadata["exception"]) == expected(record)
    assert failure.metadata["error"]
    assert result_of(huey, work, 2, 3) == (5, process.pid)


def test_a_returned_error_arrives(consumers: Consumers, tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(result_of(consumers["picklereg"][0], give, record)) == expected(record)


@pytest.mark.parametrize("kind", ["needs_keywords", "holds_lock"])
def test_an_error_handler_gets_the_error(kind: str, consumers: Consumers, tmp_path: Path) -> None:
    """The task that is to handle an error runs, and has the error whole."""
    huey, _ = consumers["picklereg"]
    record = str(tmp_path / "record")
    handler = task(huey, handle, record)
    huey.enqueue(task(huey, fail, kind, "", record).error(handler))
    handled = huey.result(handler.id, blocking=True, timeout=PATIENCE, max_delay=0.05)
    assert seen(handled) == expected(record)


class Wordless(Exception):
    def __repr__(self) -> str:
        raise LookupError("no words")


def test_an_error_without_text_is_stored(tmp_path: Path) -> None:
    """Huey stores the error's ``repr`` beside it; where that raises, the error itself is there all the same."""
    huey = make_huey(str(tmp_path / "tasks"), "picklereg")
    error = Wordless(7)
    built = huey.build_error_result(task(huey, work, 2, 3), error)
    assert (built["exception"], built["error"]) == (error, "Wordless('<its text raises LookupError>')")
    huey.storage.close()


def test_without_huey_the_error_says_what_to_install() -> None:
    """Where Huey isn't installed the adapter says so; one that lacks something says so itself."""
    assert said_without("huey", "huey") == "huey picklereg.frameworks.huey needs Huey: pip install huey"
    assert said_without("huey.serializer", "huey") == "huey.serializer No module named 'huey.serializer'"
