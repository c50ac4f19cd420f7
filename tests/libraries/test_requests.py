"""requests: the response and the request come along, without credentials."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

requests = pytest.importorskip("requests")


LOOK = """
response = obj.response
result = [response.status_code, response.json()["error"]["code"], response.headers["x-request-id"], response.request.method, response.url]
"""


def raised(*args: Any, **options: Any) -> Any:
    with pytest.raises(requests.RequestException) as caught:
        requests.get(*args, **options).raise_for_status()
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_status(how: str, reader: Reader) -> None:
    """Status, body, headers and request are there; credentials aren't, and the writer keeps its own."""
    with serving(Answer(404)) as url:
        exc = raised(url, headers={"Authorization": "Bearer hidden"}, data="prompt")
    before = dict(exc.request.headers)
    data = written(exc, how, "requests")
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code=LOOK) == [404, "c1", "r1", "GET", f"{url}/"]
    assert reader.read(data, code="result = obj.request is obj.response.request and isinstance(obj, OSError)")
    assert reader.read(data, code="result = [obj.request.headers['authorization'], obj.request.body]") == ["[redacted by picklereg]", None]
    assert b"hidden" not in data
    assert b"prompt" not in data
    assert dict(exc.request.headers) == before
    assert exc.response.cookies["session"] == "hidden-cookie"


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_headers_that_hold_none(how: str, reader: Reader) -> None:
    """What stands in a credential's header and is none arrives."""
    with serving(Answer(404)) as url:
        exc = raised(url, headers={"X-Atlassian-Token": "no-check", "X-CSRF-Token": "", "X-Api-Key": "hidden"})
    code = "result = [obj.request.headers[name] for name in ('X-Atlassian-Token', 'X-CSRF-Token', 'X-Api-Key')]"
    assert reader.read(written(exc, how, "requests"), code=code) == ["no-check", "", "[redacted by picklereg]"]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_what_clients_set_on_a_response(how: str, reader: Reader) -> None:
    """Text, numbers and times arrive, without credentials; nothing else does."""
    with serving(Answer(404)) as url:
        exc = raised(url)
    exc.response.__dict__.update(
        status=404,
        expires=None,
        at=datetime(2026, 1, 2, tzinfo=UTC),
        page="?token=s3cr3t-W0rd&page=2",
        api_key="s3cr3t-W0rd",
        lock=threading.Lock(),
        mark=type("Mark", (str,), {})("of a class that readers lack"),
    )
    data = written(exc, how, "requests")
    code = "r = obj.response; result = [r.status, r.expires, r.at.year, r.page, r.api_key, hasattr(r, 'lock'), hasattr(r, 'mark')]"
    hidden = "[redacted by picklereg]"
    assert reader.read(data, code=code) == [404, None, 2026, f"?token={hidden}&page=2", hidden, False, False]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_redirects(how: str, reader: Reader) -> None:
    """The history, in which responses are in their own histories, comes along, without credentials."""
    with serving(Answer(302, headers={"Location": "/again", "Set-Cookie": "session=hidden-cookie"})) as url, requests.Session() as session:
        session.max_redirects = 3
        with pytest.raises(requests.TooManyRedirects) as caught:
            session.get(url, headers={"Authorization": "Bearer hidden"})
    data = written(caught.value, how, "requests")
    assert reader.describe(data) == describe(caught.value)
    code = "result = [[r.status_code, r.request.headers['authorization']] for r in obj.response.history]"
    assert reader.read(data, code=code) == [[302, "[redacted by picklereg]"]] * len(caught.value.response.history)
    assert b"hidden" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_that_was_not_read(how: str, reader: Reader) -> None:
    """It isn't read for the pickle; asking for it there raises, and here it can still be read."""
    with serving(Answer(500, b"body")) as url, requests.Session() as session, session.get(url, stream=True) as response:
        with pytest.raises(requests.HTTPError) as caught:
            response.raise_for_status()
        data = written(caught.value, how, "requests")
        assert response.content == b"body"
    code = """
try:
    obj.response.content
except RuntimeError:
    result = obj.response.status_code
"""
    assert reader.read(data, code=code) == 500


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """urllib3's errors behind it come along; the connection pool is left behind with a note."""
    with closed_port() as url:
        data = written(raised(url), how, "requests")
    code = "result = [type(obj).__name__, type(obj.args[0]).__name__, obj.request.url, str(obj) == str(obj.args[0]), obj.args[0].__notes__]"
    name, inner, at, same, notes = reader.read(data, code=code)
    assert (name, inner, at, same) == ("ConnectionError", "MaxRetryError", f"{url}/", True)
    assert [note.partition(":")[0] for note in notes] == ["picklereg"]
    assert "attribute 'pool' (urllib3.connectionpool.HTTPConnectionPool) was left behind" in notes[0]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        data = written(raised(url, timeout=0.01), how, "requests")
    assert reader.read(data, code="import requests; result = isinstance(obj, requests.Timeout)")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("url", ["http://", "no scheme", "ftp://host/"])
def test_a_bad_url(how: str, url: str, reader: Reader) -> None:
    """Errors without a response are whole."""
    exc = raised(url)
    assert reader.describe(written(exc, how, "requests")) == describe(exc)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_body_that_is_no_json(how: str, reader: Reader) -> None:
    """``JSONDecodeError`` keeps document and position."""
    with serving(Answer(200, b"{nope")) as url, pytest.raises(requests.JSONDecodeError) as caught:
        requests.get(url).json()
    data = written(caught.value, how, "requests")
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code="result = [obj.doc, obj.pos]") == ["{nope", 1]
