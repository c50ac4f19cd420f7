"""pydantic-ai: errors of runs whose models are functions."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

pydantic_ai = pytest.importorskip("pydantic_ai")
exceptions = pytest.importorskip("pydantic_ai.exceptions")
function = pytest.importorskip("pydantic_ai.models.function")
fallback = pytest.importorskip("pydantic_ai.models.fallback")
fakes = pytest.importorskip("pydantic_ai.models.test")
usage = pytest.importorskip("pydantic_ai.usage")


def refuse(*_: object) -> Any:
    raise exceptions.ModelHTTPError(429, "model", {"error": ["slow down"]}, headers={"Retry-After": "3"})


def http() -> None:
    pydantic_ai.Agent(function.FunctionModel(refuse)).run_sync("hi")


def fallbacks() -> None:
    pydantic_ai.Agent(fallback.FallbackModel(function.FunctionModel(refuse), function.FunctionModel(refuse))).run_sync("hi")


def limit() -> None:
    pydantic_ai.Agent(fakes.TestModel()).run_sync("hi", usage_limits=usage.UsageLimits(request_limit=0))


def behaviour() -> None:
    def again() -> int:
        raise exceptions.ModelRetry("again")

    pydantic_ai.Agent(fakes.TestModel(), tools=[again]).run_sync("hi")


def user() -> None:
    pydantic_ai.Agent().run_sync("hi")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("run", "name", "look"),
    [
        (http, "ModelHTTPError", "[obj.status_code, obj.model_name, obj.body, obj.headers, obj.retry_after, str(obj)]"),
        (fallbacks, "FallbackExceptionGroup", "[[sub.status_code for sub in obj.exceptions], obj.attempts[0].error]"),
        (limit, "UsageLimitExceeded", "obj.message"),
        (behaviour, "UnexpectedModelBehavior", "[obj.message, obj.body, str(obj.__cause__)]"),
        (user, "UserError", "obj.message"),
    ],
)
def test_an_error_of_a_run(run: Any, name: str, look: str, how: str, reader: Reader) -> None:
    """It arrives whole, and answers there as it does here."""
    with pytest.raises(Exception) as caught:
        run()
    exc = caught.value
    assert name in [cls.__name__ for cls in type(exc).__mro__]
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=f"result = repr({look})") == repr(eval(look, {"obj": exc}))
