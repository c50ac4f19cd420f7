"""mpire: tasks call ``outcome_of``, and the caller calls ``unwrap``.

``install()`` doesn't help: mpire pickles no error, but what is in it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from frameworks.callers import assert_whole, require, told

require("mpire", "litellm")


@pytest.mark.parametrize("way", ["before", "installed"])
def test_without_outcomes_a_key_travels_and_fields_do_not(way: str, tmp_path: Path) -> None:
    """mpire sends attributes as they are, keys and all, and no C fields, whether picklereg is installed there or not."""
    assert told("mpire", way, "", tmp_path) == {"has key": True, "errno": None}


def test_outcomes_keep_the_key_and_bring_the_fields(tmp_path: Path) -> None:
    """What `outcome_of` pickles arrives without the key, and with the field."""
    assert told("mpire", "outcome", "", tmp_path) == {"has key": False, "errno": 13}


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("mpire", "whole", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
