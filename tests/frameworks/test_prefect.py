"""Prefect: ``PickleSerializer(picklelib="picklereg")``; the server, the worker and the caller have processes of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS, expected

QUIET: Final[Any] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}

require("prefect", "litellm")


def test_before_failed_states_have_no_exception(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of pickle's, or one of Prefect's: of what holds a lock nothing was stored."""
    answers = told("prefect", "before", provider, tmp_path, **QUIET)
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["type"] == ("ValueError" if kind in {"holds_lock", "chain"} else "TypeError")
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("prefect", "picklereg", provider, tmp_path, **QUIET)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
