"""APScheduler 4: the serializer of a data store on SQLite; the scheduler that does the jobs and the caller have their own processes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from frameworks.callers import assert_whole, require, told
from frameworks.not_installed import said_without

require("apscheduler", "litellm")

#: Nothing takes that long here: several processes import much, one after the other.
PATIENCE: Final = 800
pytestmark = pytest.mark.timeout(PATIENCE + 60)


def test_before_the_caller_gets_another_error(redis_url: str, tmp_path: Path) -> None:
    """Without picklereg an error that can't be read is an error of APScheduler's in the caller."""
    answers = told("apscheduler", "before", "", tmp_path, patience=PATIENCE, BROKER=redis_url)
    assert answers == {"unread": "DeserializationError", "next": 5}


def test_every_error_arrives_and_the_scheduler_goes_on(redis_url: str, provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next job."""
    answers = told("apscheduler", "picklereg", provider, tmp_path, patience=PATIENCE, BROKER=redis_url)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}


def test_what_cannot_be_pickled_or_loaded_is_apschedulers_error() -> None:
    """It raises what APScheduler expects of a serializer, with the reason."""
    from apscheduler import DeserializationError, SerializationError

    from picklereg.frameworks.apscheduler import Serializer

    with pytest.raises(SerializationError, match=r"^generator can't be pickled: ") as unwritten:
        Serializer().serialize(_ for _ in ())
    assert isinstance(unwritten.value.__cause__, TypeError)
    with pytest.raises(DeserializationError, match=r"^the value can't be loaded: ") as unread:
        Serializer().deserialize(b"no pickle")
    assert unread.value.__cause__ is not None


def test_it_says_what_is_missing() -> None:
    """Without APScheduler, the error names the package to install; what APScheduler itself lacks is another error."""
    assert said_without("apscheduler", "apscheduler") == (
        "apscheduler picklereg.frameworks.apscheduler needs APScheduler 4: pip install 'apscheduler>=4.0.0a6'"
    )
    assert said_without("apscheduler.abc", "apscheduler") == (  # so is APScheduler 3
        "apscheduler.abc picklereg.frameworks.apscheduler needs APScheduler 4: pip install 'apscheduler>=4.0.0a6'"
    )
    assert said_without("attrs", "apscheduler") == "attrs No module named 'attrs'"
