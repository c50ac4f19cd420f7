"""parsl: the workers of a ``HighThroughputExecutor`` are started by ``picklereg run``."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told

require("parsl", "litellm")


def test_before_an_error_that_cannot_be_loaded_ends_the_driver(provider: str, tmp_path: Path) -> None:
    """Without picklereg it ends the thread that reads results, and the task never does."""
    assert told("parsl", "before", provider, tmp_path) == {"done": False}


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("parsl", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
