"""Celery: prefork workers on a real Redis, by way of ``install()`` and by way of the result backend."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("celery")
pytest.importorskip("litellm")  # the callers need it to read the first error

import kombu.serialization
from celery import Celery, signals  # type: ignore[import-untyped]
from celery.contrib.testing import worker as testing  # type: ignore[import-untyped]
from celery.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
from celery.utils.serialization import UnpickleableExceptionWrapper  # type: ignore[import-untyped]
from kombu.exceptions import DecodeError

from frameworks.celery_app import make_app, worker_processes
from frameworks.five_errors import ERRORS, HoldsLock, NeedsKeywords, Undeclared, expected, is_in_effect, seen
from frameworks.not_installed import said_without
from picklereg.frameworks.celery import _stands_for
from picklereg.frameworks.celery import backend as by_entry_point
from picklereg.frameworks.kombu import CONTENT_TYPE

#: Nothing here takes that long; it is what a hanging test costs.
PATIENCE: Final = 120
#: Typed as what it is: a context manager.
START_WORKER: Final[Any] = testing.start_worker


@pytest.fixture(scope="module")
def apps(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The callers' applications. Each has its worker."""
    redis = redis_url.removeprefix("unix://")
    ways = "before", "install", "backend"
    with worker_processes(*ways, redis=redis, logs=tmp_path_factory.mktemp("workers")):
        yield {**{way: make_app(way, redis) for way in ways}, "before, returned": make_app("before", redis)}


def result_of(app: Any, task: str, *args: object) -> Any:
    return app.tasks[task].delay(*args).get(timeout=PATIENCE)


def error_of(app: Any, task: str, *args: object) -> Exception:
    try:
        result = result_of(app, task, *args)
    except Exception as error:
        return error
    raise AssertionError(f"the task was to fail, and gave {result!r}")


REAL: Final = {"needs_keywords": NeedsKeywords, "holds_lock": HoldsLock, "chain": ExceptionGroup, "undeclared": Undeclared}


@pytest.mark.parametrize("kind", REAL)
def test_before_the_caller_gets_a_class_made_up_of_the_name(kind: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """Without picklereg the error's class has the name alone in common with the real one: no ``except`` catches it."""
    error = error_of(apps["before"], "fail", kind, "", str(tmp_path / "record"))
    assert type(error).__name__ == REAL[kind].__name__
    assert not isinstance(error, REAL[kind])
    assert not hasattr(error, "__notes__")


def test_before_litellms_error_becomes_one_of_openai(apps: dict[str, Any], provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an instance of the first base class that plain pickle can carry."""
    error = error_of(apps["before"], "fail", "litellm", provider, str(tmp_path / "record"))
    assert f"{type(error).__module__}.{type(error).__name__}" == "openai.OpenAIError"


def test_before_a_returned_error_is_lost(apps: dict[str, Any], tmp_path: Path) -> None:
    """Without picklereg the result of a task that returns an error can't be read."""
    # Through an application of its own: Celery stumbles over it again with the next result.
    result = apps["before, returned"].tasks["give"].delay(str(tmp_path / "record"))
    with pytest.raises(DecodeError, match=r"NeedsKeywords.__init__\(\)"):
        result.get(timeout=PATIENCE)
    result.backend.remove_pending_result(result)  # else it asks Redis at its own end, when that may be gone


@pytest.mark.parametrize("way", ["install", "backend"])
def test_the_worker_delivers_every_error_and_goes_on(way: str, apps: dict[str, Any], provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the same process does the next task."""
    app = apps[way]
    record = str(tmp_path / "record")
    _, pid = result_of(app, "work", 0, 0)
    for kind in ERRORS:
        error = error_of(app, "fail", kind, provider, record)
        assert seen(error) == expected(record)
        assert result_of(app, "work", 2, 3) == (5, pid)


@pytest.mark.parametrize("way", ["install", "backend"])
def test_a_returned_error_arrives(way: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(result_of(apps[way], "give", record)) == expected(record)


# --- the result backend -------------------------------------------------------------------------------------------


@pytest.fixture
def app(tmp_path: Path) -> Any:
    """An application whose results are files."""
    return Celery("shop", backend=f"picklereg+file://{tmp_path}", set_as_current=False)


def stored(app: Any, error: Exception, state: str = "FAILURE") -> Any:
    """Give what can be read of an error that Celery stored."""
    app.backend.store_result("task", error, state)
    return app.AsyncResult("task").result


def test_the_backend_stores_what_is_not_being_handled(app: Any) -> None:
    """An error that Celery reports without having caught it, as for a lost worker, is stored as it is."""
    assert repr(stored(app, NeedsKeywords(order=7, customer="Ada"))) == "NeedsKeywords('order 7 failed')"


def test_the_backend_does_not_mistake_one_error_for_another(app: Any) -> None:
    """An error that is stored while another one is handled is stored all the same, also if the other one's class is related."""
    try:
        raise NeedsKeywords(order=7, customer="Ada")
    except NeedsKeywords:
        assert repr(stored(app, NeedsKeywords(order=8, customer="Ada"), "RETRY")) == "NeedsKeywords('order 8 failed')"
        assert repr(stored(app, Exception("lost"))) == "Exception('lost')"


def test_the_backend_leaves_other_serializers_to_celery(app: Any) -> None:
    """Asked for another serializer's form of an error, the backend gives what Celery gives."""
    assert app.backend.prepare_exception(KeyError("tea"), "json") == {
        "exc_type": "KeyError",
        "exc_message": ("tea",),
        "exc_module": "builtins",
    }


def test_the_backend_needs_a_url() -> None:
    """The backend's name alone says nothing about where results go; the error says what to write."""
    with pytest.raises(ImproperlyConfigured, match=r"lacks a URL: say picklereg\+redis://"):
        assert Celery("shop", backend="picklereg", set_as_current=False).backend


def test_the_database_backend_takes_it(tmp_path: Path) -> None:
    """Celery's database backend stores what a program wants stored, too, and gives it back."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    models = importlib.import_module("celery.backends.database.models")
    if isinstance(models.Task.__table__.c.result.type, sqlalchemy.PickleType):
        pytest.skip("this Celery has SQLAlchemy pickle what the backend holds, so that an error crosses where picklereg is installed")
    app = Celery("shop", backend=f"picklereg+db+sqlite:///{tmp_path}/results", set_as_current=False)
    assert repr(stored(app, NeedsKeywords(order=7, customer="Ada"))) == "NeedsKeywords('order 7 failed')"


# --- what is in effect in a worker --------------------------------------------------------------------------------


def test_a_program_that_only_asks_for_results_stays_as_it_is(app: Any) -> None:
    """To make the backend installs nothing."""
    assert app.backend
    assert not is_in_effect()


def test_a_worker_has_picklereg_installed_for_as_long_as_it_runs(tmp_path: Path) -> None:
    """In a program that runs a worker within itself, too; afterwards nothing is left."""
    app = Celery("shop", broker="memory://", backend=f"picklereg+file://{tmp_path}", set_as_current=False)
    with START_WORKER(app, perform_ping_check=False):
        assert is_in_effect()
    assert not is_in_effect()


def test_a_worker_with_another_backend_stays_as_it_is(tmp_path: Path) -> None:
    """A worker of an application that doesn't name the backend has nothing installed."""
    app = Celery("shop", broker="memory://", backend=f"file://{tmp_path}", set_as_current=False)
    with START_WORKER(app, perform_ping_check=False):
        assert not is_in_effect()


def test_a_worker_makes_its_backend_late(app: Any) -> None:
    """Celery's own command makes the backend when the worker is there already, and once more for each thread."""
    app.use_fast_trace_task = True  # as Celery does for the application of a worker
    assert by_entry_point(app, f"file://{app.backend.path.decode()}")
    assert is_in_effect()
    signals.worker_shutdown.send(sender=None)
    assert not is_in_effect()


# --- the serializer -----------------------------------------------------------------------------------------------


def test_kombu_knows_the_serializer() -> None:
    """By its name, kombu writes with picklereg's pickler, and reads for whoever accepts that."""
    untyped: Any = kombu.serialization
    kind, encoding, data = untyped.dumps({"error": NeedsKeywords(order=7, customer="Ada")}, serializer="picklereg")
    assert (kind, encoding) == (CONTENT_TYPE, "binary")
    assert repr(pickle.loads(data)) == "{'error': NeedsKeywords('order 7 failed')}"
    assert repr(untyped.loads(data, kind, encoding, accept=[kind])) == "{'error': NeedsKeywords('order 7 failed')}"


def run(code: str) -> str:
    """Run code in a fresh interpreter, and give what it prints."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize("first", ["kombu.serialization", "picklereg.frameworks.kombu", "celery"])
def test_kombu_reads_it_for_nobody_else(first: str) -> None:
    """Whatever is imported first, a consumer that didn't ask for it refuses the content type, as it refuses pickle's."""
    code = (
        f"import {first}, kombu.serialization as s\n"
        "kind, encoding, data = s.dumps([1], serializer='picklereg')\n"
        "try: s.loads(data, kind, encoding)\n"
        "except s.ContentDisallowed as error: print(error)"
    )
    assert run(code) == f"Refusing to deserialize disabled content of type picklereg ({CONTENT_TYPE})"


def test_what_is_missing_is_named() -> None:
    """Where Celery or kombu isn't installed, the adapter says so and how to get it; what they lack themselves, they say themselves."""
    assert said_without("celery", "celery") == "celery picklereg.frameworks.celery needs Celery: pip install celery"
    assert said_without("kombu", "kombu") == "kombu picklereg.frameworks.kombu needs kombu: pip install kombu"
    assert said_without("vine", "celery") == "vine No module named 'vine'"
    assert said_without("amqp", "kombu") == "amqp No module named 'amqp'"


def test_what_celery_puts_in_the_place_of_an_error() -> None:
    """Celery's wrapper is told from an error of the task's own by the names that it keeps."""
    wrapper = UnpickleableExceptionWrapper.from_exception(KeyError("colour"))
    assert _stands_for(wrapper, KeyError("colour"))
    assert not _stands_for(wrapper, ValueError("size"))
