"""openai: a status error keeps response, request and body."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

openai = pytest.importorskip("openai")


#: What the library talks through: it has moved from the one to the other.
CLIENTS = sorted({"httpx", "httpx2"} & sys.modules.keys())


LOOK = """
result = [obj.status_code, obj.response.status_code, obj.response.json()["error"]["message"], obj.response.headers["x-request-id"],
          obj.request.method, obj.request is obj.response.request, obj.body.get("error", obj.body)["code"]]
"""


def raised(url: str, **options: Any) -> Any:
    with (
        openai.OpenAI(api_key="hidden", base_url=url, max_retries=0, **options) as client,
        pytest.raises(openai.OpenAIError) as caught,
    ):
        client.chat.completions.create(model="m", messages=[{"role": "user", "content": "prompt"}])
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (404, "NotFoundError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
    ],
)
def test_a_status(how: str, status: int, name: str, reader: Reader) -> None:
    """Status, body, headers and request are there; neither key nor prompt is."""
    with serving(Answer(status)) as url:
        exc = raised(url)
    assert name in [cls.__name__ for cls in type(exc).__mro__]
    data = written(exc, how, *CLIENTS)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK) == [status, status, "not today", "r1", "POST", True, "c1"]
    assert reader.read(data, code="import openai; result = isinstance(obj, openai.APIStatusError)")
    assert b"hidden" not in data
    assert b"prompt" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``APIConnectionError`` keeps the request and the error behind it."""
    with closed_port() as url:
        exc = raised(url)
    data = written(exc, how, *CLIENTS)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = [obj.request.method, type(obj.__cause__).__name__]") == ["POST", type(exc.__cause__).__name__]
    assert b"hidden" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        exc = raised(url, timeout=0.01)
    data = written(exc, how, *CLIENTS)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="import openai; result = isinstance(obj, openai.APITimeoutError)")
