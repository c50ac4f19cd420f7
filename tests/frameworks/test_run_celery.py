"""``picklereg run -- celery -A app worker``: Celery's own command, and an application that knows nothing of picklereg."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("celery")
pytest.importorskip("litellm")  # the caller needs it to read the first error

from frameworks.celery_app import make_app, worker_processes
from frameworks.five_errors import ERRORS, expected, seen

PATIENCE = 120


@pytest.fixture(scope="module")
def app(redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The caller's application, with Celery's own result backend. What a worker without picklereg does is test_celery's."""
    redis = redis_url.removeprefix("unix://")
    celery = os.path.join(sysconfig.get_path("scripts"), "celery")  # noqa: PTH118  # a command line is text
    command = "-m", "picklereg", "run", "--", celery
    with worker_processes("run", redis=redis, logs=tmp_path_factory.mktemp("workers"), command=command):
        yield make_app("run", redis)


def result_of(app: Any, task: str, *args: object) -> Any:
    return app.tasks[task].delay(*args).get(timeout=PATIENCE)


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_arrives_and_the_worker_goes_on(kind: str, app: Any, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, and the same process does the next task."""
    record = str(tmp_path / "record")
    _, pid = result_of(app, "work", 0, 0)
    with pytest.raises(Exception) as failure:
        result_of(app, "fail", kind, provider, record)
    assert seen(failure.value) == expected(record)
    assert result_of(app, "work", 2, 3) == (5, pid)


def test_a_returned_error_arrives(app: Any, tmp_path: Path) -> None:
    """An error that a task returns, with its cause, is a result like others."""
    record = str(tmp_path / "record")
    assert seen(result_of(app, "give", record)) == expected(record)
