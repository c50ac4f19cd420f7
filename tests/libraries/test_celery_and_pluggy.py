"""celery and pluggy: the general mechanism is enough for their errors, and each case raises one."""

from __future__ import annotations

from typing import Any

import pytest
from cases import Cases, skip_without
from crossing import Reader, describe
from writing import written

CASES = Cases()


def _celery_task(**options: Any) -> Any:
    celery = skip_without("celery")
    app = celery.Celery("app", broker="memory://", backend="cache+memory://", set_as_current=False)

    def job(self: Any, *_: object) -> None:
        self.retry(exc=ValueError("why") if "max_retries" not in options else None, countdown=3)

    return app.task(bind=True, shared=False, name="job", **options)(job)


@CASES.add("Retry", "[obj.humanize(), obj.when, repr(obj.exc), obj.sig.task, obj.is_eager]")
def celery_retry() -> None:
    task = _celery_task()
    task.push_request(id="1", args=(), kwargs={}, called_directly=False, retries=0, delivery_info={})
    task.run()


@CASES.add("MaxRetriesExceededError", "[obj.task_args, obj.task_kwargs, str(obj)]")
def celery_retries_exceeded() -> None:
    task = _celery_task(max_retries=0)
    task.push_request(id="1", args=(1,), kwargs={}, called_directly=False, retries=0, delivery_info={})
    task.run()


@CASES.add("Reject", "[obj.reason, obj.requeue]")
def celery_reject() -> None:
    raise skip_without("celery.exceptions").Reject("no", requeue=True)


@CASES.add("Ignore")
def celery_ignore() -> None:
    raise skip_without("celery.exceptions").Ignore("never mind")


@CASES.add("NotRegistered", "obj.args")
def celery_not_registered() -> None:
    celery = skip_without("celery")
    celery.Celery("app", set_as_current=False).tasks["nope"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("name", CASES)
def test_an_error_arrives_whole(name: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    CASES.check(name, how, reader)


class Plugin:
    """Can't be imported where picklereg isn't."""


def test_a_plugin_that_pluggy_refuses(reader: Reader) -> None:
    """The text is there; the plugin, whose hooks pickle doesn't find, is noted."""
    pluggy = skip_without("pluggy")
    manager = pluggy.PluginManager("project")
    plugin = Plugin()
    plugin.__dict__["hook"] = pluggy.HookimplMarker("project")(lambda: None)
    manager.register(plugin)
    with pytest.raises(pluggy.PluginValidationError) as caught:
        manager.check_pending()
    got = reader.describe(written(caught.value, "pickle"))
    assert got["str"] == describe(caught.value)["str"]
    assert [note.partition(" (")[0] for note in got["notes"]] == ["picklereg: attribute 'plugin'"]
