"""openai and anthropic, two clients of one make: a status error keeps response, request and body."""

from __future__ import annotations

import sys
from typing import Any, Final

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

MESSAGES: Final = [{"role": "user", "content": "prompt"}]
LOOK: Final = """
result = [obj.status_code, obj.response.status_code, obj.response.json()["error"]["message"], obj.response.headers["x-request-id"],
          obj.request.method, obj.request is obj.response.request, obj.body.get("error", obj.body)["code"]]
"""


def ask_openai(library: Any, **options: Any) -> None:
    with library.OpenAI(**options) as client:
        client.chat.completions.create(model="m", messages=MESSAGES)


def ask_anthropic(library: Any, **options: Any) -> None:
    with library.Anthropic(**options) as client:
        client.messages.create(model="m", max_tokens=1, messages=MESSAGES)


ASK: Final = {"openai": ask_openai, "anthropic": ask_anthropic}


@pytest.fixture(params=ASK)
def library(request: pytest.FixtureRequest) -> Any:
    """Each of the two."""
    return pytest.importorskip(request.param)


def raised(library: Any, url: str, **options: Any) -> Any:
    with pytest.raises(library.APIError) as caught:
        ASK[library.__name__](library, api_key="hidden", base_url=url, max_retries=0, **options)
    return caught.value


def crossed(exc: Any, how: str, reader: Reader) -> bytes:
    """Give an error's pickle, from which a reader gets what was raised, and nobody the key."""
    data = written(exc, how, *sorted({"httpx", "httpx2"} & sys.modules.keys()))  # it has moved from the one to the other
    assert reader.describe(data) == describe(exc)
    assert b"hidden" not in data
    return data


def is_caught_as(library: Any, name: str) -> str:
    """Give the code that tells a reader's error from others."""
    return f"import {library.__name__} as library; result = isinstance(obj, library.{name})"


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
def test_a_status(how: str, status: int, name: str, library: Any, reader: Reader) -> None:
    """Status, body, headers and request are there; neither key nor prompt is."""
    with serving(Answer(status)) as url:
        exc = raised(library, url)
    data = crossed(exc, how, reader)
    assert reader.read(data, code=LOOK) == [status, status, "not today", "r1", "POST", True, "c1"]
    assert reader.read(data, code=is_caught_as(library, name))
    assert b"prompt" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, library: Any, reader: Reader) -> None:
    """``APIConnectionError`` keeps the request and the error behind it."""
    with closed_port() as url:
        exc = raised(library, url)
    data = crossed(exc, how, reader)
    assert reader.read(data, code="result = [obj.request.method, type(obj.__cause__).__name__]") == ["POST", "ConnectError"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, library: Any, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        exc = raised(library, url, timeout=0.01)
    assert reader.read(crossed(exc, how, reader), code=is_caught_as(library, "APITimeoutError"))
