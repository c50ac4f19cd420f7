"""executorlib: ``init_function=`` with ``block_allocation=True``."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told

require("executorlib", "litellm")


def test_before_an_error_that_cannot_be_read_is_pickles(tmp_path: Path) -> None:
    """Without picklereg the caller gets the error that `loads` raises, and an error that can't be written ends the worker."""
    answers = told("executorlib", "before", "", tmp_path)
    assert answers == {"unread": "TypeError", "unwritten": "ExecutorlibSocketError"}


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("executorlib", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
