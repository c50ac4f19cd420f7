"""httpx: responses and requests come along, without credentials."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

httpx = pytest.importorskip("httpx")


LOOK = """
response = obj.response
result = [response.status_code, response.json()["error"]["code"], response.headers["x-request-id"], response.request is obj.request,
          obj.request.method, obj.request.headers["authorization"], str(obj.request.url)]
"""


def raised(url: str, **options: Any) -> Any:
    with pytest.raises(httpx.HTTPError) as caught:
        httpx.get(url, headers={"Authorization": "Bearer hidden42"}, **options).raise_for_status()
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_status(how: str, reader: Reader) -> None:
    """Status, body, headers and request are there; credentials aren't, and the writer keeps its own."""
    with serving(Answer(404)) as url:
        exc = raised(url)
    data = written(exc, how, "httpx")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK) == [404, "c1", "r1", True, "GET", "[redacted by picklereg]", url]
    assert b"hidden42" not in data
    assert exc.request.headers["Authorization"] == "Bearer hidden42"


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("rest", ["/bot§/getMe", "/#access_token=§", "/v1?token=§"])
def test_a_credential_in_a_url(rest: str, how: str, reader: Reader) -> None:
    """Wherever it stands there and is known for one, it stays here."""
    token = "123456789:AAkQ7Zx1vT9bLw3RfYp2Nd8Hs5Jm4Gc6UaB"
    exc = httpx.ConnectError("no", request=httpx.Request("POST", f"http://shop.example{rest.replace('§', token)}"))
    arrived = reader.read(written(exc, how, "httpx"), code="import urllib.parse; result = urllib.parse.unquote(str(obj.request.url))")
    assert arrived == f"http://shop.example{rest.replace('§', '[redacted by picklereg]')}"


def redirect_once(request: Any) -> Any:
    headers = {"Set-Cookie": "session=hidden42"}
    return httpx.Response(404) if request.url.path == "/again" else httpx.Response(302, headers={**headers, "Location": "/again"})


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_redirects(how: str, reader: Reader) -> None:
    """The history comes along, without credentials."""
    with httpx.Client(transport=httpx.MockTransport(redirect_once), follow_redirects=True) as client:
        response = client.get("http://host/", headers={"Authorization": "Bearer hidden42"})
        with pytest.raises(httpx.HTTPStatusError) as caught:
            response.raise_for_status()
    data = written(caught.value, how, "httpx")
    assert reader.describe(data) == describe(caught.value)
    code = "result = [[old.status_code, old.request.headers['authorization']] for old in obj.response.history]"
    assert reader.read(data, code=code) == [[302, "[redacted by picklereg]"]]
    assert b"hidden42" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_stream_that_was_not_read(how: str, reader: Reader) -> None:
    """It isn't read for the pickle; asking for it there raises what httpx raises, and here it can still be read."""
    with serving(Answer(500, b"body")) as url, httpx.stream("GET", url) as response:
        with pytest.raises(httpx.HTTPStatusError) as caught:
            response.raise_for_status()
        data = written(caught.value, how, "httpx")
        assert response.read() == b"body"
    code = """
import httpx
try:
    obj.response.content
except httpx.ResponseNotRead:
    result = obj.response.status_code
"""
    assert reader.read(data, code=code) == 500


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``ConnectError`` keeps the request and httpcore's error behind it."""
    with closed_port() as url:
        exc = raised(url)
    data = written(exc, how, "httpx")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = [type(obj).__name__, str(obj.request.url)]") == ["ConnectError", url]
    assert b"hidden42" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        exc = raised(url, timeout=0.01)
    data = written(exc, how, "httpx")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="import httpx; result = isinstance(obj, httpx.TimeoutException)")
    assert b"hidden42" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("extensions", [{"http_version": b"HTTP/2"}, {"reason_phrase": b"Lost hidden42", "network_stream": object()}])
def test_what_a_response_says_besides(extensions: dict[str, Any], how: str, reader: Reader) -> None:
    """A reason phrase of the server's own and the version of HTTP come along, which httpx itself forgets; also for redirects."""

    def answer(request: Any) -> Any:
        location = {} if request.url.path == "/again" else {"Location": "/again"}
        return httpx.Response(302 if location else 404, headers=location, extensions=extensions)

    with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client:
        response = client.get("http://host/", headers={"Authorization": "Bearer hidden42"})
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    data = written(caught.value, how, "httpx")
    said = [[one.http_version, one.reason_phrase.replace("hidden42", "[redacted by picklereg]")] for one in (response, *response.history)]
    code = "result = [[one.http_version, one.reason_phrase] for one in (obj.response, *obj.response.history)]"
    assert reader.read(data, code=code) == said
    assert reader.read(data, code="result = [obj.request is obj.response.request, getattr(obj, '__notes__', [])]") == [True, []]
    assert b"hidden42" not in data


@pytest.mark.parametrize("content", [b"gr\xfc\xdf", None])
def test_an_encoding_that_is_guessed(content: bytes | None, reader: Reader) -> None:
    """A function that guesses stays here; what it guesses of the body doesn't."""
    stream = {"content": content} if content else {"stream": httpx.ByteStream(b"")}
    exc: Any = ValueError("strange text")
    exc.response = httpx.Response(200, default_encoding=lambda _: "latin-1", **stream)
    code = "result = [obj.response.default_encoding, obj.response.text if obj.response.is_stream_consumed else None]"
    assert reader.read(written(exc, "picklereg", "httpx"), code=code) == (["latin-1", "gr\xfc\xdf"] if content else ["utf-8", None])


def test_a_stream_that_is_anything(reader: Reader) -> None:
    """Whatever stands in the place of a stream stays behind, and only that."""
    exc: Any = ValueError("odd")
    exc.response = httpx.Response(200, content=b"body")
    exc.response.stream = 3
    assert reader.read(written(exc, "picklereg", "httpx"), code="result = obj.response.text") == "body"
