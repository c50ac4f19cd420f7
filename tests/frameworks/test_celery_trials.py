"""Where results can't hold an exception, picklereg in a worker changes nothing of what Celery makes of one."""

from __future__ import annotations

import copyreg
import json
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

pytest.importorskip("celery")
pytest.importorskip("redis")

from celery import Celery  # type: ignore[import-untyped]
from celery.utils.serialization import get_pickleable_exception  # type: ignore[import-untyped]
from crossing import describe

import picklereg
from frameworks.celery_shop import Shop, make_shop, shop_workers
from frameworks.five_errors import ERRORS, HoldsLock, type_of

PATIENCE: Final = 120
KINDS: Final = [kind for kind in ERRORS if kind != "litellm"]


class Twice(Exception):
    """Plain pickle can't write it, and what Celery makes of its class and arguments has another text."""

    def __init__(self, host: str) -> None:
        super().__init__(f"lost {host}")
        self.lock = threading.Lock()


def outcome(serializer: str, error: Exception, backend: str = "cache+memory://") -> Any:
    """Have Celery try an error within a task, and give what it would go on with."""
    app = Celery("shop", backend=backend, set_as_current=False)
    app.conf.update(result_serializer=serializer)
    attempt: Any = app.task(get_pickleable_exception, name="attempt", shared=False)
    return attempt.apply((error,)).get()


@pytest.mark.parametrize("serializer", ["json", "yaml"])
@pytest.mark.parametrize("error", [Twice("db.example"), HoldsLock("db.example", 3), KeyError(Twice("db.example"))], ids=repr)
def test_the_trial_comes_out_as_without_picklereg(serializer: str, error: Exception) -> None:
    """With results in JSON, say, the error that Celery goes on with is the one that it goes on with otherwise."""
    without = outcome(serializer, error)
    with picklereg.installed(all_exceptions=True):
        assert describe(outcome(serializer, error)) == describe(without)
        assert type(get_pickleable_exception(error)) is type(error)  # outside tasks nothing is known of results


@pytest.mark.parametrize(("serializer", "backend"), [("pickle", "cache+memory://"), ("picklereg", "cache+memory://"), ("json", "disabled")])
def test_elsewhere_the_trial_succeeds(serializer: str, backend: str) -> None:
    """Where results hold exceptions, or there are none, everybody in Celery gets the error itself."""
    error = Twice("db.example")
    with picklereg.installed(all_exceptions=True):
        assert outcome(serializer, error, backend) is error


def test_an_earlier_reducer_is_asked() -> None:
    """A reducer that somebody else has registered counts in the trial, as it does without picklereg."""
    copyreg.pickle(Twice, lambda error: (Twice, (error.args[0].removeprefix("lost "),)))
    try:
        error = Twice("db.example")
        with picklereg.installed(all_exceptions=True):
            assert outcome("json", error) is error
    finally:
        del copyreg.dispatch_table[Twice]


def test_a_function_of_that_name_elsewhere_is_none_of_celerys() -> None:
    """A nameless function that pickles an error is a caller like others."""
    functions = {"anybody's": lambda error: pickle.loads(pickle.dumps(error))}
    with picklereg.installed(all_exceptions=True):
        assert str(functions["anybody's"](Twice("db.example"))) == "lost db.example"


# --- picklereg run ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def apps(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """Two applications that have never heard of picklereg, with results in JSON; one's worker is run by ``picklereg run``."""
    redis, logs = redis_url.removeprefix("unix://"), tmp_path_factory.mktemp("workers")
    shops = {name: Shop(redis, f"redis+socket://{redis}", "threads", name) for name in ("plain", "run")}
    run = sys.executable, "-m", "picklereg", "run", "--"
    with shop_workers({"plain": shops["plain"]}, logs), shop_workers({"run": shops["run"]}, logs, *run):
        yield {name: make_shop(shop) for name, shop in shops.items()}


def arrived(app: Any, task: str, *args: object) -> tuple[str, str]:
    """Give the class and the text of what arrives of an error."""
    try:
        value = app.tasks[task].delay(*args).get(timeout=PATIENCE)
    except Exception as error:
        return type(error).__name__, str(error)
    raise AssertionError(f"the task was to fail, and gave {value!r}")


@pytest.mark.parametrize("kind", KINDS)
def test_picklereg_run_changes_no_error(kind: str, apps: dict[str, Any], tmp_path: Path) -> None:
    """With Celery's default results the caller gets what a worker without picklereg sends."""
    plain, run = (arrived(apps[way], "fail", kind, "", str(tmp_path / way)) for way in ("plain", "run"))
    assert run == plain
    assert type_of(kind).split(".")[-1] in run[1]
    assert json.loads((tmp_path / "run").read_text())["type"] == type_of(kind)


def test_nor_a_returned_one(apps: dict[str, Any], tmp_path: Path) -> None:
    """An error that a task returns is one that Celery's JSON can't hold, with picklereg or without."""
    plain, run = (arrived(apps[way], "give", str(tmp_path / way)) for way in ("plain", "run"))
    assert run == plain
    assert run[0] == "EncodeError"
