"""anyio's worker processes: ``picklereg.frameworks.anyio.run_sync`` in place of ``anyio.to_process.run_sync``."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("anyio")
pytest.importorskip("litellm")  # the caller needs it to read the first error

import picklereg
from frameworks.callers import assert_whole, told
from frameworks.five_errors import ERRORS
from frameworks.not_installed import said_without


def test_before_another_error_takes_its_place(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of pickle's."""
    answers = told("anyio", "before", provider, tmp_path)
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["type"] == "TypeError"


def test_every_error_arrives_and_the_process_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("anyio", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}


def test_what_the_worker_does() -> None:
    """Its process is killed at the end, so nobody counts there which lines have run."""
    from picklereg.frameworks.anyio import _call

    with picklereg.installed():
        assert _call(divmod, 7, 2) == (3, 1)


def test_without_anyio_the_error_says_what_to_install() -> None:
    """Where anyio isn't installed the adapter says so; one that lacks something says so itself."""
    assert said_without("anyio", "anyio") == "anyio picklereg.frameworks.anyio needs anyio: pip install anyio"
    assert said_without("anyio.abc", "anyio") == "anyio.abc No module named 'anyio.abc'"
