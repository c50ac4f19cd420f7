"""google-api-core and google-genai: what a server answered, through each of their clients."""

from __future__ import annotations

import asyncio
import datetime
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
    """The same, and aiohttp's response comes along."""
    exc = asyncio.run(_generate(url))
    data = written(exc, how, *CLIENTS, "aiohttp")
    assert reader.describe(data) == describe(exc)
    assert b"sesame" not in data
    code = "import asyncio; result = [obj.code, obj.status, obj.message, obj.response.status, asyncio.run(obj.response.json())]"
    assert reader.read(data, code=code) == [429, "RESOURCE_EXHAUSTED", "slow down", 429, {"error": ERROR}]


CREDENTIALS = """
held = obj.args[1]
result = [held.token, held.refresh_token, held.client_secret, held.client_id, held.scopes, held.token_uri, held.expiry.year, held.valid]
"""


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_credentials_in_an_error(how: str, reader: Reader) -> None:
    """They tell whose they are and when they expire; tokens and secrets stay here."""
    credentials = pytest.importorskip("google.oauth2.credentials").Credentials(
        "hidden-1",
        refresh_token="hidden-2",
        id_token="hidden-3",
        token_uri="https://host/token?key=hidden-4",
        client_id="id",
        client_secret="hidden-5",
        scopes=["read"],
        expiry=datetime.datetime(2020, 1, 1),  # noqa: DTZ001  # google-auth compares with one that has no time zone
    )
    data = written(LookupError("hidden-1 is no use", credentials), how, "google.auth.credentials")
    assert b"hidden" not in data
    redacted = "[redacted by picklereg]"
    uri = f"https://host/token?key={redacted}"
    assert reader.read(data, code=CREDENTIALS) == [redacted, redacted, redacted, "id", ["read"], uri, 2020, False]
    assert credentials.refresh_token == "hidden-2"


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_credentials_of_a_service_account(how: str, reader: Reader) -> None:
    """Nor does the key travel that signs for it."""
    service_account = pytest.importorskip("google.oauth2.service_account")
    signer = type("Signer", (), {"key": "hidden-key", "key_id": "hidden-id"})()
    credentials = service_account.Credentials(signer, "robot@host", "https://host/token", project_id="project")
    data = written(LookupError(credentials), how, "google.auth.credentials")
    assert b"hidden" not in data
    code = "held = obj.args[0]; result = [held.service_account_email, held.project_id, held.signer, held.regional_access_boundary]"
    assert reader.read(data, code=code) == ["robot@host", "project", None, None]


async def _answer(url: str) -> Any:
    async with pytest.importorskip("aiohttp").ClientSession(headers={"Authorization": "Bearer hidden"}) as session:
        response = await session.get(url)
        wrapped = pytest.importorskip("google.auth.aio.transport.aiohttp").Response(response)
        await wrapped.read()
    return wrapped


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_answer_of_an_asynchronous_transport(how: str, url: str, reader: Reader) -> None:
    """It keeps status, headers and body."""
    data = written(LookupError(asyncio.run(_answer(url))), how, "google.auth.aio.transport.aiohttp")
    assert b"hidden" not in data
    code = """
import asyncio, json
answer = obj.args[0]
result = [answer.status_code, answer.headers["Content-Type"], json.loads(asyncio.run(answer.read()))]
"""
    assert reader.read(data, code=code) == [429, "application/json", {"error": ERROR}]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("made", ["by nobody", "by somebody"])
def test_an_answer_of_another_kind(how: str, made: str, reader: Reader) -> None:
    """What a transport's answer wraps is left behind if its class is unknown; a response without a request has none there."""
    transport = pytest.importorskip("google.auth.transport.requests")
    data = written(
        LookupError(transport._Response(requests.Response() if made == "by somebody" else object())), how, "google.auth.transport.requests"
    )
    code = "inner = obj.args[0]._response; result = [type(inner).__name__, getattr(inner, 'request', 'none')]"
    assert reader.read(data, code=code) == (["Response", None] if made == "by somebody" else ["NoneType", "none"])
