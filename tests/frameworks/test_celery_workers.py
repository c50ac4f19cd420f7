"""Celery as people run it: its own command and defaults, four result backends, three pools, and ``picklereg+`` in front of the URL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("celery")
pytest.importorskip("redis")
pytest.importorskip("sqlalchemy")  # for the backend "database"

from celery import chain, chord, group  # type: ignore[import-untyped]
from celery.exceptions import ChordError, SoftTimeLimitExceeded, TimeLimitExceeded  # type: ignore[import-untyped]

from frameworks.celery_shop import Closing, Shop, make_shop, shop_workers, told
from frameworks.five_errors import ERRORS, NeedsKeywords, expected, seen, type_of

#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 120
KINDS: Final = [kind for kind in ERRORS if kind != "litellm"]
WORKERS: Final = ("redis", "rpc", "database", "filesystem")
#: With these a worker has processes of its own for tasks.
PREFORK: Final = ("redis", "filesystem")
#: Celery's rpc backend has no chords.
WITH_CHORDS: Final = ("redis", "database", "filesystem")


@pytest.fixture(scope="module")
def shops(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shop]:
    """The applications: what each says of its results."""
    results, redis = tmp_path_factory.mktemp("results"), redis_url.removeprefix("unix://")
    return {
        "redis": Shop(redis, f"picklereg+redis+socket://{redis}", "prefork", "redis"),
        "rpc": Shop(redis, "picklereg+rpc://", "threads", "rpc"),
        "database": Shop(redis, f"picklereg+db+sqlite:///{results}/results.db", "solo", "database"),
        "filesystem": Shop(redis, f"picklereg+file://{results}", "prefork", "filesystem", is_quiet=True, task_serializer="picklereg"),
    }


@pytest.fixture(scope="module")
def apps(shops: dict[str, Shop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The callers' applications. Each has its worker, in whose log no error of Celery's stands for one of the tasks'."""
    logs = tmp_path_factory.mktemp("workers")
    with shop_workers(shops, logs) as processes:
        yield {name: make_shop(shop) for name, shop in shops.items()}
        assert [name for name, process in processes.items() if process.poll() is not None] == []
    assert [name for name in shops if "UnpickleableExceptionWrapper" in (logs / name).read_text()] == []


def error_of(result: Any) -> BaseException:
    """Wait for a result that is to be an error."""
    try:
        value = result.get(timeout=PATIENCE)
    except BaseException as error:
        return error
    raise AssertionError(f"the task was to fail, and gave {value!r}")


def pid_of(app: Any) -> int:
    """Give the process that does the next task."""
    _, pid = app.tasks["work"].delay(2, 3).get(timeout=PATIENCE)
    return int(pid)


@pytest.mark.parametrize("worker", WORKERS)
def test_every_error_arrives_and_the_worker_goes_on(worker: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """``get`` raises each error whole, a returned one is given whole, and the same process does the next task."""
    app, record = apps[worker], str(tmp_path / "record")
    pid = pid_of(app)
    for kind in KINDS:
        assert seen(error_of(app.tasks["fail"].delay(kind, "", record))) == expected(record)
        assert pid_of(app) == pid
    assert seen(app.tasks["give"].delay(record).get(timeout=PATIENCE)) == expected(record)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("worker", WORKERS)
def test_whoever_is_told_sees_the_error(worker: str, kind: str, apps: dict[str, Any], shops: dict[str, Shop], tmp_path: Path) -> None:
    """``on_failure``, errbacks and receivers of ``task_failure`` are handed the task's own error."""
    app, record = apps[worker], str(tmp_path / "record")
    error = error_of(app.tasks["fail"].apply_async((kind, "", record), link_error=app.tasks["errback"].s()))
    whole = [type_of(kind), str(error)]
    assert told(shops[worker].redis, record, 3) == {"on_failure": whole, "task_failure": whole, "errback": whole}


@pytest.mark.parametrize("worker", WORKERS)
def test_while_a_task_waits_to_be_tried_again(worker: str, apps: dict[str, Any], shops: dict[str, Shop], tmp_path: Path) -> None:
    """In the state ``RETRY``, ``info`` is the error, and ``on_retry`` was handed it."""
    record = str(tmp_path / "record")
    result = apps[worker].tasks["retry"].delay("holds_lock", "", record)
    assert told(shops[worker].redis, record, 1)["on_retry"][0] == type_of("holds_lock")
    assert result.state == "RETRY"
    assert seen(result.info) == expected(record)


@pytest.mark.parametrize("worker", WORKERS)
def test_a_task_that_celery_tries_again(worker: str, apps: dict[str, Any], shops: dict[str, Shop], tmp_path: Path) -> None:
    """With ``autoretry_for``, the last attempt's error arrives, and is what everybody is told of."""
    record = str(tmp_path / "record")
    assert type(error_of(apps[worker].tasks["fail_again"].delay("", record))) is NeedsKeywords
    heard = told(shops[worker].redis, record, 3)
    assert {what: error[0] for what, error in heard.items()} == dict.fromkeys(
        ("on_retry", "on_failure", "task_failure"), type_of("needs_keywords")
    )


@pytest.mark.parametrize("worker", WORKERS)
def test_an_error_in_a_chain_or_a_group(worker: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """Whoever waits for the end of a chain gets the error of its beginning; in a group, each has its own."""
    app, record = apps[worker], str(tmp_path / "record")
    failing, working = app.tasks["fail"].s("holds_lock", "", record), app.tasks["work"]
    assert seen(error_of(chain(failing, working.s(1), app=app).delay())) == expected(record)
    made: Any = group([failing, working.s(2, 3)], app=app).delay()
    results = made.results
    assert seen(error_of(results[0])) == expected(record)
    assert results[1].get(timeout=PATIENCE)[0] == 5


@pytest.mark.parametrize("worker", WITH_CHORDS)
def test_an_error_in_a_chords_header(worker: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """Celery's ``ChordError`` stands for the body, and names the error; whoever asks for all of the chord gets the error."""
    app, record = apps[worker], str(tmp_path / "record")
    header = [app.tasks["fail"].s("needs_keywords", "", record), app.tasks["work"].s(2, 3)]
    result: Any = chord(header, app.tasks["length"].s(), app=app).delay()
    result.parent, its_header = None, result.parent
    failure = error_of(result)
    assert isinstance(failure, ChordError)
    assert "NeedsKeywords('order 7 failed')" in str(failure)
    result.parent = its_header
    assert seen(error_of(result)) == expected(record)


def test_an_error_that_a_chords_header_returns(apps: dict[str, Any], tmp_path: Path) -> None:
    """It is an argument of the body: it arrives if arguments are pickled, and else the body fails, as without picklereg."""

    def result_of(app: Any) -> Any:
        header = [app.tasks["give"].s(str(tmp_path / "record")), app.tasks["work"].s(2, 3)]
        return chord(header, app.tasks["length"].s(), app=app).delay()

    assert result_of(apps["filesystem"]).get(timeout=PATIENCE) == ["NeedsKeywords", "tuple"]
    error = error_of(result_of(apps["redis"]))
    assert isinstance(error, ChordError)
    assert "Object of type NeedsKeywords is not JSON serializable" in str(error)


@pytest.mark.parametrize(("task", "error"), [("wait_softly", SoftTimeLimitExceeded), ("wait", TimeLimitExceeded)])
def test_time_limits(task: str, error: type[Exception], apps: dict[str, Any]) -> None:
    """Celery's own errors arrive as they are, and the next task is done."""
    assert type(error_of(apps["redis"].tasks[task].delay())) is error
    assert pid_of(apps["redis"])


@pytest.mark.parametrize(("kind", "error"), [("closing", Closing), ("group", BaseExceptionGroup), ("cancelled", asyncio.CancelledError)])
@pytest.mark.parametrize("worker", PREFORK)
def test_what_is_no_exception(worker: str, kind: str, error: type[BaseException], apps: dict[str, Any], tmp_path: Path) -> None:
    """A ``BaseException`` may end the process that did the task, but not the worker: it arrives, and the next task is done."""
    failure = error_of(apps[worker].tasks["close"].delay(kind, str(tmp_path)))
    assert type(failure) is error
    if isinstance(failure, BaseExceptionGroup):
        (failure,) = failure.exceptions
    assert isinstance(failure, asyncio.CancelledError) or (str(failure), vars(failure)["hour"]) == ("closed at 18", 18)
    assert pid_of(apps[worker])
