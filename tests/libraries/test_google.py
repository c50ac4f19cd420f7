"""google-api-core and google-genai: what a server answered, through each of their clients."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, serving
from writing import written

exceptions = pytest.importorskip("google.api_core.exceptions")
genai = pytest.importorskip("google.genai")
requests = pytest.importorskip("requests")
pytestmark = [
    # google-api-core asks for a package that is optional, at the first error.
    pytest.mark.filterwarnings("ignore:Please install grpcio-status"),
    # google-genai derives a session class of its own.
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]

ERROR = {"code": 429, "message": "slow down", "status": "RESOURCE_EXHAUSTED", "errors": [{"reason": "quota"}]}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Answer(429, json.dumps({"error": ERROR}).encode(), {"Content-Type": "application/json"})) as url:
        yield url


#: What the library talks through: it has moved from the one to the other.
CLIENTS = sorted({"httpx", "httpx2"} & sys.modules.keys())


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_google_api_core(how: str, url: str, reader: Reader) -> None:
    """Code, message and errors are there, and it is caught as what it is."""
    with pytest.raises(exceptions.GoogleAPICallError) as caught, requests.post(url, timeout=5) as response:
        raise exceptions.from_http_response(response)
    data = written(caught.value, how, *CLIENTS)
    assert reader.describe(data) == describe(caught.value)
    code = """
from google.api_core.exceptions import ClientError, ResourceExhausted, TooManyRequests
result = [isinstance(obj, (ClientError, TooManyRequests)), obj.code, obj.message, obj.errors, obj.response.json()['error']['code']]
"""
    assert reader.read(data, code=code) == [True, 429, f"POST {url}/: slow down", [{"reason": "quota"}], 429]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_retrying(how: str, reader: Reader) -> None:
    """The error that ended the retries is the cause."""
    retry = pytest.importorskip("google.api_core.retry").Retry(initial=0.001, maximum=0.001, timeout=0.005)

    def unavailable() -> None:
        raise exceptions.ServiceUnavailable("not now")

    with pytest.raises(exceptions.RetryError) as caught:
        retry(unavailable)()
    data = written(caught.value, how, *CLIENTS)
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code="result = [obj.cause is obj.__cause__, obj.cause.code]") == [True, 503]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_google_genai(how: str, url: str, reader: Reader) -> None:
    """Code, status, message, details and response are there, and the key isn't."""
    with genai.Client(api_key="sesame", http_options={"base_url": url}) as client, pytest.raises(genai.errors.APIError) as caught:
        client.models.generate_content(model="m", contents="hi")
    data = written(caught.value, how, *CLIENTS)
    assert reader.describe(data) == describe(caught.value)
    assert b"sesame" not in data
    code = """
from google.genai.errors import ClientError
result = [type(obj) is ClientError, obj.code, obj.status, obj.message, obj.details['error'], obj.response.status_code]
"""
    assert reader.read(data, code=code) == [True, 429, "RESOURCE_EXHAUSTED", "slow down", ERROR, 429]


async def _generate(url: str) -> Any:
    async with genai.Client(api_key="sesame", http_options={"base_url": url}).aio as client:
        with pytest.raises(genai.errors.APIError) as caught:
            await client.models.generate_content(model="m", contents="hi")
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_error_of_asynchronous_google_genai(how: str, url: str, reader: Reader) -> None:
    """The same, but that aiohttp's response may have been left behind with a note."""
    exc = asyncio.run(_generate(url))
    data, sent = written(exc, how, *CLIENTS), describe(exc)
    got = reader.describe(data)
    assert got["dict"].get("response") or "attribute 'response'" in got["notes"][0]
    for described in sent, got:
        described.pop("notes")
        described["dict"].pop("response", None)
    assert got == sent
    assert b"sesame" not in data
    assert reader.read(data, code="result = [obj.code, obj.status, obj.message]") == [429, "RESOURCE_EXHAUSTED", "slow down"]
