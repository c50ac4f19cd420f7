"""Lithops on this machine: ``picklereg run -- python caller.py``; functions inherit the environment."""

from __future__ import annotations

import sys
from pathlib import Path

from frameworks.callers import RUN_MODULE, assert_whole, require, told

require("lithops", "litellm")


def test_before_errors_are_texts(tmp_path: Path) -> None:
    """Without picklereg the caller gets an `Exception` with the text of what can't be read or written."""
    answers = told("lithops", "before", "", tmp_path, TMPDIR=str(tmp_path))
    assert answers == {"unread": "Exception", "unwritten": "Exception"}


def test_every_error_arrives_and_the_next_task_is_done(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the next function is called."""
    launcher = (sys.executable, "-m", "picklereg", "run", "--", *RUN_MODULE)
    assert_whole(told("lithops", "picklereg", provider, tmp_path, launcher=launcher, TMPDIR=str(tmp_path)), tmp_path)
