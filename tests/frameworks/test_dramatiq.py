"""Dramatiq: a mix-in for the results' backend, and an encoder; the workers are Dramatiq's command."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("dramatiq")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from dramatiq.encoder import JSONEncoder
from dramatiq.results import ResultFailure
from dramatiq.results.backends import RedisBackend

from frameworks.dramatiq_tasks import make_actors
from frameworks.five_errors import ERRORS, HoldsLock, expected, seen, type_of
from frameworks.not_installed import said_without
from frameworks.worker_tasks import PATIENCE, WAYS, workers
from picklereg.frameworks.dramatiq import Encoder, WholeErrors

#: Of each way: the actors by name, and the command's process.
Workers = dict[str, tuple[dict[str, Any], "subprocess.Popen[bytes]"]]


@pytest.fixture(scope="module")
def running(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """The workers."""
    with workers("dramatiq_tasks", redis_url, tmp_path_factory.mktemp("workers")) as processes:
        actors = {way: make_actors(redis_url, way) for way in WAYS}
        yield {way: (actors[way], processes[way]) for way in WAYS}
        for found in actors.values():
            found["work"].broker.close()


def result_of(actor: Any, *args: object) -> Any:
    backend = actor.broker.get_results_backend()
    return actor.send(*args).get_result(backend=backend, block=True, timeout=PATIENCE * 1000)


def error_of(actor: Any, *args: object) -> Exception:
    try:
        result = result_of(actor, *args)
    except Exception as error:
        return error
    raise AssertionError(f"the actor was to fail, and gave {result!r}")


@pytest.mark.parametrize("kind", [kind for kind in ERRORS if kind != "litellm"])
def test_before_an_error_is_text(kind: str, running: Workers, tmp_path: Path) -> None:
    """Without picklereg the caller gets the name of the error's class, and its text, also with Dramatiq's pickling encoder."""
    actors, process = running["before"]
    error = error_of(actors["fail"], kind, "", str(tmp_path / "record"))
    assert isinstance(error, ResultFailure)
    assert error.orig_exc_type == type_of(kind).rpartition(".")[2]
    assert result_of(actors["work"], 2, 3)[0] == 5
    assert process.poll() is None


def test_before_a_returned_error_is_lost(running: Workers, tmp_path: Path) -> None:
    """Without picklereg the result of an actor that returns an error can't be read."""
    actors, _ = running["before"]
    error = error_of(actors["give"], str(tmp_path / "record"))
    assert isinstance(error, TypeError)
    assert "NeedsKeywords.__init__()" in str(error)


@pytest.fixture(scope="module")
def pid(running: Workers) -> int:
    """The process that works, before anything has failed in it: a child of the command's."""
    return int(result_of(running["picklereg"][0]["work"], 0, 0)[1])


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, running: Workers, pid: int, provider: str, tmp_path: Path) -> None:
    """Each error is raised whole where its result is asked for, and the same process does the next task."""
    actors, _ = running["picklereg"]
    record = str(tmp_path / "record")
    error = error_of(actors["fail"], kind, provider, record)
    assert seen(error) == expected(record)
    assert result_of(actors["work"], 2, 3) == (5, pid)


def test_a_returned_error_arrives(running: Workers, tmp_path: Path) -> None:
    """An error that an actor returns, with its cause, is a result like others, and isn't raised."""
    actors, _ = running["picklereg"]
    record = str(tmp_path / "record")
    assert seen(result_of(actors["give"], record)) == expected(record)


class Wordless(Exception):
    def __str__(self) -> str:
        raise LookupError("no words")


@pytest.mark.parametrize("error", [HoldsLock("db.example", 3), Wordless(7)], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("encoder", [JSONEncoder(), Encoder()], ids=lambda encoder: type(encoder).__name__)
def test_errors_go_with_any_encoder(error: Exception, encoder: Any, redis_url: str) -> None:
    """Dramatiq's JSON carries the error too, also one that has no text; a backend without the mix-in reads its class's name."""
    actor = make_actors(redis_url, "nobody")["work"]
    message = actor.message(2, 3)
    whole: Any = type("Backend", (WholeErrors, RedisBackend), {})
    whole(url=redis_url, encoder=encoder).store_exception(message, error, 60_000)
    with pytest.raises(type(error)) as raised:
        whole(url=redis_url, encoder=encoder).get_result(message)
    assert raised.value is not error
    assert raised.value.args == error.args
    with pytest.raises(ResultFailure) as failure:
        RedisBackend(url=redis_url, encoder=encoder).get_result(message)
    assert failure.value.orig_exc_type == type(error).__name__
    actor.broker.close()


def test_what_is_missing_is_named() -> None:
    """Where Dramatiq isn't installed, the adapter says how to get it; what Dramatiq itself lacks, it says itself."""
    assert said_without("dramatiq", "dramatiq") == "dramatiq picklereg.frameworks.dramatiq needs Dramatiq: pip install dramatiq"
    assert said_without("dramatiq.results", "dramatiq") == "dramatiq.results No module named 'dramatiq.results'"
