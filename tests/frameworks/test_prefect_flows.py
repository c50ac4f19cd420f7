"""Prefect's flows and flows within flows, with ``return_state=True``: ``PickleSerializer(picklelib="picklereg")``, as for tasks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS, expected
from frameworks.test_prefect import QUIET

require("prefect", "litellm")

#: Nothing takes that long here: several processes import much, one after the other.
PATIENCE: Final = 800
pytestmark = pytest.mark.timeout(PATIENCE + 60)


def test_before_a_flows_state_has_no_such_error(provider: str, tmp_path: Path) -> None:
    """Without picklereg whoever reads the run's state gets an error of pickle's, or one of Prefect's."""
    answers = told("prefect_flows", "before-alone", provider, tmp_path, patience=PATIENCE, **QUIET)
    assert all(answers[kind]["seen"] != expected(tmp_path / kind) for kind in (*ERRORS, "returned"))


def test_every_error_arrives_and_the_process_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error of a flow within a flow arrives whole from the run's state, raised or returned; the same process runs the next one."""
    answers = told("prefect_flows", "picklereg-around", provider, tmp_path, patience=PATIENCE, **QUIET)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
