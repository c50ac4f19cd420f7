"""urllib3: its own ``__reduce__`` loses the message; the message arrives, and the pool stays behind with a note."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving, silent_port
from writing import written

urllib3 = pytest.importorskip("urllib3")


LOCK = "TypeError: cannot pickle '_thread.lock' object"
LEFT = f"picklereg: attribute 'pool' (urllib3.connectionpool.HTTPConnectionPool) was left behind: {LOCK}"


def raised(url: str, **options: Any) -> Any:
    with urllib3.PoolManager() as pool, pytest.raises(urllib3.exceptions.HTTPError) as caught:
        pool.request("GET", url, **options)
    return caught.value


def without_pool(described: Any) -> Any:
    for node in (described, *described["others"]):
        if node["dict"].pop("pool", None) is not None:
            node["notes"] = [LEFT]
    return described


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``MaxRetryError`` keeps message, URL and reason."""
    with closed_port() as url:
        exc = raised(url, retries=1)
    data = written(exc, how)
    assert reader.describe(data) == without_pool(describe(exc))
    code = "result = [str(obj), type(obj.reason).__name__, obj.reason is obj.__cause__]"
    assert reader.read(data, code=code) == [str(exc), type(exc.reason).__name__, True]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_status(how: str, reader: Reader) -> None:
    """Too many bad answers."""
    with serving(Answer(500)) as url:
        exc = raised(url, retries=urllib3.Retry(1, status_forcelist=[500]))
    assert reader.describe(written(exc, how)) == without_pool(describe(exc))


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_timeout(how: str, reader: Reader) -> None:
    """A timeout is still caught as one."""
    with silent_port() as url:
        exc = raised(url, timeout=0.01, retries=False)
    data = written(exc, how)
    assert reader.describe(data) == without_pool(describe(exc))
    assert reader.read(data, code="import urllib3; result = isinstance(obj, urllib3.exceptions.TimeoutError)")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_hanging_up(how: str, reader: Reader) -> None:
    """A connection that breaks off keeps what http.client said."""
    with serving(Answer(None)) as url:
        exc = raised(url, retries=False)
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = type(obj.args[1]).__name__") == type(exc.args[1]).__name__


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("url", ["http://[bad/", "http://host:port/", "nope://host/"])
def test_a_bad_url(how: str, url: str, reader: Reader) -> None:
    """Errors before any connection are whole."""
    exc = raised(url)
    assert reader.describe(written(exc, how)) == without_pool(describe(exc))


ANSWER = b'{"code": "c1"}'
HEADERS = {"Content-Type": "application/json", "Retry-After": "3", "Set-Cookie": "session=hidden-cookie"}


def answered(**options: Any) -> Any:
    with serving(Answer(503, ANSWER, HEADERS)) as url, urllib3.PoolManager() as pool:
        return pool.request("GET", f"{url}/v1?key=hidden-key", retries=False, **options)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_response(how: str, reader: Reader) -> None:
    """A response in an error keeps status, headers, URL and body; it is closed there. Cookie and key stay here."""
    response = answered()
    data = written(RuntimeError("no use", response), how, "urllib3.response")
    assert b"hidden" not in data
    code = """
response = obj.args[1]
result = [type(response).__name__, response.status, response.reason, response.json(), response.headers["retry-after"],
          response.url.partition("/v1")[2], response.headers.getlist("set-cookie"), response.isclosed() if response._fp else True]
response.close()
"""
    redacted = "[redacted by picklereg]"
    seen = ["HTTPResponse", 503, "Service Unavailable", {"code": "c1"}, "3", f"?key={redacted}", [redacted], True]
    assert reader.read(data, code=code) == seen
    assert response.headers["set-cookie"] == "session=hidden-cookie"
    assert response.url.endswith("hidden-key")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_response_that_was_not_read(how: str, reader: Reader) -> None:
    """It has no body there, and can still be read here."""
    response = answered(preload_content=False)
    data = written(RuntimeError("no use", response), how, "urllib3.response")
    assert reader.read(data, code="result = [obj.args[1].status, obj.args[1].data]") == [503, None]
    assert response.read() == ANSWER


def not_chunked() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=lambda: _answer_badly(server.accept()[0]))
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/?token=hidden-token"
        with urllib3.PoolManager() as pool, pytest.raises(urllib3.exceptions.ProtocolError) as caught:
            list(pool.request("GET", url, retries=False, preload_content=False).stream())
        thread.join()
    return caught.value


def _answer_badly(client: socket.socket) -> None:
    with client:
        client.recv(10_000)
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nSet-Cookie: id=hidden-cookie\r\n\r\nnonsense\r\n")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_broken_response(how: str, reader: Reader) -> None:
    """``InvalidChunkLength`` keeps the response that it is about, without cookie and token."""
    exc = not_chunked()
    data = written(exc, how, "urllib3.response")
    assert b"hidden" not in data
    code = "inner = obj.args[1]; result = [type(inner).__name__, str(inner), inner.response.status, inner.response.headers['set-cookie']]"
    name, text, status, cookie = reader.read(data, code=code)
    assert (name, status, cookie) == (type(exc.args[1]).__name__, 200, "[redacted by picklereg]")
    assert text == str(exc.args[1])
