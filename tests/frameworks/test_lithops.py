"""Lithops on this machine: ``picklereg run -- python caller.py``; functions inherit the environment."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest

from frameworks.callers import RUN_MODULE, assert_whole, require, told
from frameworks.five_errors import ERRORS

require("lithops", "litellm")

#: Nothing takes that long here: several processes import much, one after the other.
PATIENCE: Final = 800
pytestmark = pytest.mark.timeout(PATIENCE + 60)


def test_before_errors_are_texts(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an `Exception` with a text of what can't be read or written."""
    answers = told("lithops", "before", provider, tmp_path, patience=PATIENCE, TMPDIR=str(tmp_path))
    assert {answers[kind]["type"] for kind in ERRORS} == {"Exception"}


def test_every_error_arrives_and_the_next_task_is_done(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the next function is called."""
    launcher = (sys.executable, "-m", "picklereg", "run", "--", *RUN_MODULE)
    assert_whole(told("lithops", "picklereg", provider, tmp_path, launcher=launcher, patience=PATIENCE, TMPDIR=str(tmp_path)), tmp_path)
