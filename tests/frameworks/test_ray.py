"""Ray: ``picklereg.install`` in the setup hook of the worker processes; what a task raised is the ``cause`` of Ray's error."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS, expected

require("ray", "litellm")


def test_before_errors_are_texts(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets errors of Ray's, with a text."""
    answers = told("ray", "before", provider, tmp_path, RAY_USAGE_STATS_ENABLED="0")
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["type"] in {"UnserializableException", "RayError", "RaySystemError"}
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("ray", "picklereg", provider, tmp_path, RAY_USAGE_STATS_ENABLED="0")
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
