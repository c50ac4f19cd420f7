"""``concurrent.futures.InterpreterPoolExecutor``, where Python has it: ``initializer=``, or ``outcome_of`` for the cause of an error.

Not every extension module can be imported in a subinterpreter: pydantic's can't, so litellm can't. The task that uses it raises just that.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from frameworks.callers import assert_whole, told
from frameworks.five_errors import ERRORS, expected

if TYPE_CHECKING:
    from pathlib import Path

#: What becomes of each error without picklereg.
WITHOUT: Final = {
    "needs_keywords": "NotShareableError",
    "holds_lock": "ExecutionFailed",
    "chain": "ExecutionFailed",
    "undeclared": "NotShareableError",
    "returned": "NotShareableError",
}


def without_links(described: dict[str, Any]) -> dict[str, Any]:
    """Give a description less what the executor overwrites, and less what only that leads to."""
    others = described["others"] if described["exceptions"] else []
    return {**described, "cause": None, "context": None, "suppress_context": False, "others": others}


if sys.version_info >= (3, 14):

    def test_before_errors_are_the_executors(tmp_path: Path) -> None:
        """Without picklereg the caller gets an error of the executor's, and the next task is done."""
        answers = told("interpreters", "before", "", tmp_path)
        assert {kind: answers[kind]["type"] for kind in WITHOUT} == WITHOUT
        assert all(answers[kind]["next"][0] == 5 for kind in WITHOUT)

    def test_every_error_arrives_and_the_interpreter_goes_on(tmp_path: Path) -> None:
        """Each arrives whole, raised or returned; of cause and context, which the executor overwrites, the text arrives."""
        answers = told("interpreters", "picklereg", "", tmp_path)
        for kind in ERRORS:
            found, raised = answers[kind]["seen"], expected(tmp_path / kind)
            remote = found["notes"].pop()
            assert found == without_links(raised), kind
            links = [raised["others"][number - 1] for number in (raised["cause"], raised["context"]) if number is not None]
            assert all(link["str"] in remote for link in links)
        assert [link["str"] for link in expected(tmp_path / "undeclared")["others"]] == ["no tea"]
        assert answers["returned"]["seen"] == expected(tmp_path / "returned")
        assert {answer["next"][1] for kind, answer in answers.items() if kind != "first"} == {answers["first"][1]}

    def test_outcomes_bring_the_cause(tmp_path: Path) -> None:
        """What `outcome_of` pickles arrives with cause and context, without an initializer."""
        assert_whole(told("interpreters", "outcome", "", tmp_path), tmp_path)
