"""submitit: jobs call ``outcome_of``, and the caller calls ``unwrap``."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS

require("submitit", "litellm")


def test_before_errors_are_texts(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of submitit's with a text, and what is returned fails to load."""
    answers = told("submitit", "before", provider, tmp_path)
    assert {answers[kind]["type"] for kind in ERRORS} == {"FailedJobError"}
    assert answers["returned"]["type"] == "TypeError"


def test_every_error_arrives_and_the_next_job_is_done(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the next job is done."""
    assert_whole(told("submitit", "picklereg", provider, tmp_path), tmp_path)
