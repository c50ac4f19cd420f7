"""aiohttp: the client's errors keep request, status and headers; the server's exceptions are whole."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

aiohttp = pytest.importorskip("aiohttp")
web = pytest.importorskip("aiohttp.web")


LOOK = """
headers = obj.request_info.headers
result = [obj.status, obj.message, obj.headers["x-request-id"], obj.headers["set-cookie"], type(obj.headers).__name__,
          str(obj.request_info.real_url), headers["Authorization"], obj.args[0] is obj.request_info]
"""
HIDDEN = "[redacted by picklereg]"


async def get(url: str, **options: Any) -> object:
    async with aiohttp.ClientSession() as session, session.get(url, headers={"Authorization": "Bearer hidden"}, **options) as response:
        return await response.json(content_type="application/x")


def raised(url: str, **options: Any) -> Any:
    with pytest.raises(aiohttp.ClientError) as caught:
        asyncio.run(get(url, **options))
    return caught.value


def redacted(exc: BaseException) -> Any:
    """Describe with headers as they travel: a multidict's repr shows them in full."""
    text = json.dumps(describe(exc))
    return json.loads(text.replace("Bearer hidden", HIDDEN).replace("session=hidden-cookie", HIDDEN))


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("status", [404, 200])
def test_a_status(how: str, status: int, reader: Reader) -> None:
    """Status (or content type), message, headers and request are there, without credentials; the writer keeps its own."""
    with serving(Answer(status)) as url:
        exc = raised(url, raise_for_status=True)
    data = written(exc, how, "aiohttp")
    assert reader.describe(data) == redacted(exc)
    expected = [status, exc.message, "r1", HIDDEN, "CIMultiDictProxy", url, HIDDEN, True]
    assert reader.read(data, code=LOOK) == expected
    assert b"hidden" not in data
    assert exc.request_info.headers["Authorization"] == "Bearer hidden"


async def answered(url: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        await response.read()
        return response


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_that_was_read(how: str, reader: Reader) -> None:
    """It comes along, and the stream that it came from is at its end, as here."""
    with serving(Answer(200)) as url:
        exc: Any = ValueError("not what was asked for")
        exc.response = asyncio.run(answered(url))
    code = "import asyncio; result = [obj.response.content.at_eof(), asyncio.run(obj.response.text()), obj.response.status]"
    got = reader.read(written(exc, how, "aiohttp"), code=code)
    assert got == [exc.response.content.at_eof(), asyncio.run(exc.response.text()), 200]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_redirects(how: str, reader: Reader) -> None:
    """The responses of the history come along, closed."""
    with serving(Answer(302, headers={"Location": "/again"})) as url:
        exc = raised(url, max_redirects=2)
    data = written(exc, how, "aiohttp")
    look = "[[type(old).__name__, old.status, old.headers['location'], str(old.url), old.closed] for old in obj.history]"
    got = reader.read(data, code=f"result = [*{look}, getattr(obj, '__notes__', [])]")
    assert got == [*eval(look, {"obj": exc}), []]
    assert len(got) > 1


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``ClientConnectorError`` keeps host, port and the error behind it."""
    with closed_port() as url:
        exc = raised(url)
    data = written(exc, how, "aiohttp")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = [obj.host, obj.port, obj.os_error.errno == obj.errno]") == [exc.host, exc.port, True]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_hanging_up(how: str, reader: Reader) -> None:
    """A server that hangs up."""
    with serving(Answer(None)) as url:
        exc = raised(url)
    assert isinstance(exc, aiohttp.ServerDisconnectedError)
    assert reader.describe(written(exc, how, "aiohttp")) == describe(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_bad_url(how: str, reader: Reader) -> None:
    """``InvalidURL`` keeps the URL."""
    exc = raised("nope")
    data = written(exc, how, "aiohttp")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = str(obj.url)") == "nope"


def not_found() -> None:
    raise web.HTTPNotFound(text="gone", headers={"X-Reason": "moved"})


def found() -> None:
    raise web.HTTPFound("/there")


def not_allowed() -> None:
    raise web.HTTPMethodNotAllowed("GET", {"POST"})


def too_large() -> None:
    raise web.HTTPRequestEntityTooLarge(max_size=1, actual_size=2)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("fails", [not_found, found, not_allowed, too_large])
def test_what_a_server_raises(how: str, fails: Callable[[], None], reader: Reader) -> None:
    """Exceptions that are responses keep status, text and headers."""
    with pytest.raises(web.HTTPException) as caught:
        fails()
    exc = caught.value
    data = written(exc, how, "aiohttp")
    assert reader.describe(data) == describe(exc)
    code = "result = [obj.status, obj.reason, obj.text, dict(obj.headers)]"
    assert reader.read(data, code=code) == [exc.status, exc.reason, exc.text, dict(exc.headers)]
