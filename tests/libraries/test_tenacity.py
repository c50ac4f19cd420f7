"""tenacity: a ``RetryError`` has its last attempt, a future with a lock."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

tenacity = pytest.importorskip("tenacity")

LOOK = """
last = obj.last_attempt
result = [last.failed, last.attempt_number, repr(last.exception()) if last.failed else last.result(), obj.args[0] is last, str(obj)]
"""


def fails() -> None:
    raise KeyError("no such key")


def retried(function: Any, retry: Any) -> Any:
    with pytest.raises(tenacity.RetryError) as caught:
        tenacity.Retrying(stop=tenacity.stop_after_attempt(2), retry=retry)(function)
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_last_attempt_that_failed(how: str, reader: Reader) -> None:
    """The attempt's number and error are there, and the error is the cause."""
    exc = retried(fails, tenacity.retry_if_exception_type(KeyError))
    data = written(exc, how, "tenacity")
    assert reader.describe(data) == describe(exc)
    failed, number, problem, same, text = reader.read(data, code=LOOK)
    assert (failed, number, problem, same) == (True, 2, "KeyError('no such key')", True)
    assert text.startswith("RetryError[<Future at ")
    assert reader.read(data, code="result = obj.last_attempt.exception() is obj.__cause__")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_reraise(how: str, reader: Reader) -> None:
    """``reraise()`` raises the last attempt's error."""
    code = """
try:
    obj.reraise()
except KeyError as problem:
    result = problem.args
"""
    assert reader.read(written(retried(fails, tenacity.retry_always), how, "tenacity"), code=code) == ["no such key"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_last_attempt_with_a_result(how: str, reader: Reader) -> None:
    """The result that wasn't good enough is there."""
    exc = retried(lambda: [1], tenacity.retry_if_result(bool))
    data = written(exc, how, "tenacity")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK)[:4] == [False, 2, [1], True]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_result_that_cannot_be_pickled(how: str, reader: Reader) -> None:
    """The attempt is left behind, and a note says why."""
    notes = reader.read(
        written(retried(threading.Lock, tenacity.retry_if_result(lambda _: True)), how, "tenacity"), code="result = obj.__notes__"
    )
    assert "picklereg: attribute 'last_attempt' (tenacity.Future) was left behind: TypeError: cannot pickle '_thread.lock' object" in notes
