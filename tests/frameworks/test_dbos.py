"""DBOS: the serializer, in the application and in its client; the database is SQLite."""

from __future__ import annotations

from pathlib import Path

from frameworks.callers import assert_whole, require, told
from frameworks.five_errors import ERRORS, expected
from frameworks.not_installed import said_without

require("dbos", "litellm")


def test_before_errors_are_lost(provider: str, tmp_path: Path) -> None:
    """Without picklereg the client gets errors of pickle's, or the text of what couldn't be pickled."""
    answers = told("dbos", "before", provider, tmp_path)
    for kind in (*ERRORS, "returned"):
        assert answers[kind]["type"] == ("Exception" if kind in {"holds_lock", "chain"} else "TypeError")
        assert answers[kind]["seen"] != expected(tmp_path / kind)


def test_every_error_arrives_and_the_application_goes_on(provider: str, tmp_path: Path) -> None:
    """Each error arrives whole, raised or returned, and the same process does the next workflow."""
    answers = told("dbos", "picklereg", provider, tmp_path)
    assert_whole(answers, tmp_path)
    assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}


def test_without_dbos_the_error_says_what_to_install() -> None:
    """Where DBOS isn't installed the adapter says so; one that lacks something says so itself."""
    assert said_without("dbos", "dbos") == "dbos picklereg.frameworks.dbos needs DBOS: pip install dbos"
    assert said_without("sqlalchemy", "dbos") == "sqlalchemy No module named 'sqlalchemy'"
