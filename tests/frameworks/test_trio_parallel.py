"""trio-parallel: ``picklereg.frameworks.trio_parallel.run_sync`` in place of its own."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import expected
from frameworks.not_installed import said_without

require("trio_parallel", "litellm")


def test_before_what_holds_a_lock_is_lost(provider: str, tmp_path: Path) -> None:
    """Without picklereg the caller gets an error of pickle's for what holds a lock; trio-parallel's own tblib carries the others."""
    answers = told("trio_parallel", "before", provider, tmp_path)
    for kind in ("holds_lock", "chain"):
        assert answers[kind]["type"] == "TypeError"
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_process_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("trio_parallel", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}


def test_without_trio_parallel_the_error_says_what_to_install() -> None:
    """Where trio-parallel isn't installed the adapter says so; one that lacks something says so itself."""
    use = "picklereg.frameworks.trio_parallel.run_sync(int).send(None)"
    needs = "trio_parallel picklereg.frameworks.trio_parallel needs trio-parallel: pip install trio-parallel"
    assert said_without("trio_parallel", "trio_parallel", use) == needs
    assert said_without("trio_parallel._impl", "trio_parallel", use) == "trio_parallel._impl No module named 'trio_parallel._impl'"
