"""The set for httpx: its errors arrive as httpx's own, and without credentials."""

from __future__ import annotations

import copyreg
import json
import pickle
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import cloudpickle
import httpx
import pytest
from crossing import Reader, describe
from registry_samples import Base, Site, Undeclared
from set_samples import registry

import picklereg
from picklereg import Registry
from picklereg.redaction import REDACTED
from picklereg.sets.httpx import register as register_httpx

__all__ = ["registry"]  # fixtures

#: Written out: a header that gets lost from the list must be noticed.
SECRETS: Final = {
    name: f"s3cret-{name}"
    for name in (
        "api-key",
        "Authorization",
        "cookie",
        "proxy-authorization",
        "x-amz-security-token",
        "X-API-Key",
        "x-goog-api-key",
    )
}
PROMPT: Final = b'{"prompt": "pr0mpt"}'


class _Failing(BaseHTTPRequestHandler):
    """Sends everything on to ``/fail``, which answers 503, and ``/twice`` by a detour."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = json.dumps({"error": "too busy"}).encode()
        self.send_response(503 if self.path.startswith("/fail") else 302)
        self.send_header("Location", "/elsewhere" if self.path == "/twice" else "/fail")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if not self.path.endswith("plain"):
            self.send_header("Set-Cookie", "session=c00kie")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of a local server that fails."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def fails(url: str, **kwargs: Any) -> Any:
    """Let a request fail, and give httpx's error."""
    with httpx.Client(follow_redirects=True) as client:
        return raised_for(client.post(url, content=PROMPT, **kwargs))


def raised_for(response: httpx.Response) -> Any:
    """Give the error that a response is raised as."""
    with pytest.raises(httpx.HTTPStatusError) as caught:
        response.raise_for_status()
    return caught.value


@pytest.fixture(params=["picklereg", "picklereg, by cloudpickle's ways", "pickle", "pickle in Python", "cloudpickle"])
def dumps_httpx(request: pytest.FixtureRequest) -> Iterator[Callable[[Any], bytes]]:
    """Pickles with the httpx set, each way that an exception can take."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    ways: dict[str, Callable[[Any], bytes]] = {
        "picklereg": lambda exc: picklereg.dumps(exc, registry=registry),
        "picklereg, by cloudpickle's ways": lambda exc: picklereg.dumps([exc], registry=registry),
        "pickle": pickle.dumps,
        "pickle in Python": pickle._dumps,  # type: ignore[attr-defined]
        "cloudpickle": cloudpickle.dumps,
    }
    with registry.installed():
        yield ways[request.param]


LOOK: Final = """
exc = obj[0] if isinstance(obj, list) else obj
response, request = exc.response, exc.request
result = {
    "types": [f"{type(thing).__module__}.{type(thing).__name__}" for thing in (exc, response, request, response.headers, request.url)],
    "text": str(exc), "status": response.status_code, "reason": response.reason_phrase, "url": str(request.url),
    "method": request.method, "same": response.request is request, "history": [earlier.status_code for earlier in response.history],
    "request": dict(request.headers), "response": dict(response.headers), "body": None, "prompt": hasattr(request, "_content"),
}
if hasattr(response, "_content"):
    result["body"] = response.json()
"""


def test_an_httpx_error_arrives_without_credentials(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """Response and request are httpx's own; what is a credential is replaced, the request's body stays here."""
    exc = fails(f"{url}/fail", headers={**SECRETS, "x-kept": "kept"})
    assert exc.response.cookies["session"] == "c00kie"  # httpx keeps what it worked out, a jar with a lock
    before = [describe(exc), dict(vars(exc.request)), dict(vars(exc.response)), exc.request.headers.raw, exc.response.headers.raw]
    data = dumps_httpx(exc)
    after = [describe(exc), dict(vars(exc.request)), dict(vars(exc.response)), exc.request.headers.raw, exc.response.headers.raw]
    assert after == before
    assert exc.request.content == PROMPT
    for secret in (b"s3cret", b"pr0mpt", b"c00kie"):
        assert secret not in data
    got = reader.read(data, code=LOOK)
    names = ["HTTPStatusError", "Response", "Request", "Headers", "URL"]
    assert got["types"] == [f"httpx.{name}" for name in names]
    assert (got["text"], got["status"], got["reason"]) == (str(exc), 503, "Service Unavailable")
    assert (got["url"], got["method"], got["same"], got["prompt"]) == (f"{url}/fail", "POST", True, False)
    assert got["body"] == {"error": "too busy"}
    assert {got["request"][name.lower()] for name in SECRETS} == {REDACTED}
    assert (got["request"]["x-kept"], got["request"]["content-length"]) == ("kept", str(len(PROMPT)))
    assert (got["response"]["set-cookie"], got["response"]["content-type"]) == (REDACTED, "application/json")


def test_an_httpx_error_without_credentials(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """Headers that hold none arrive as they are; a function that guesses the encoding stays here."""
    with httpx.Client(default_encoding=lambda body: "latin-1") as client:
        response = client.post(f"{url}/fail-plain", content=PROMPT)
    exc = raised_for(response)
    got = reader.read(dumps_httpx(exc), code=LOOK)
    assert got["request"] == dict(exc.request.headers)
    assert got["response"] == dict(exc.response.headers)
    assert got["body"] == {"error": "too busy"}


def test_a_response_that_was_never_read(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """A stream is left where it is; everything else arrives."""
    with httpx.Client() as client, client.stream("GET", f"{url}/fail") as response:
        got = reader.read(dumps_httpx(raised_for(response)), code=LOOK)
        assert (got["status"], got["body"]) == (503, None)
        assert response.read() == b'{"error": "too busy"}'


def test_a_transport_error_carries_its_request(dumps_httpx: Callable[[Any], bytes], reader: Reader) -> None:
    """Where there is no response, the request is redacted all the same, along the chain, too."""
    with httpx.Client() as client, pytest.raises(httpx.UnsupportedProtocol) as caught:
        client.post("nowhere://x", content=PROMPT, headers=SECRETS)
    outer = Undeclared(what="outer")
    outer.__cause__ = caught.value
    data = dumps_httpx(caught.value)
    assert b"s3cret" not in data
    assert b"pr0mpt" not in data
    code = "exc = obj[0] if isinstance(obj, list) else obj; result = [type(exc).__name__, exc.request.headers['authorization'], str(exc)]"
    assert reader.read(data, code=code) == ["UnsupportedProtocol", REDACTED, str(caught.value)]


def test_history_arrives(dumps_httpx: Callable[[Any], bytes], url: str, reader: Reader) -> None:
    """The responses that led to the last one are there, as httpx's own."""
    got = reader.read(dumps_httpx(fails(f"{url}/twice")), code=LOOK)
    assert got["history"] == [302, 302]


def test_history_arrives_without_credentials(url: str) -> None:
    """What led to the last response is stripped like it, however the exception is written."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    exc = fails(f"{url}/twice", headers=SECRETS)
    with registry.installed():
        for data in (picklereg.dumps(exc, registry=registry), picklereg.dumps([exc], registry=registry), pickle.dumps(exc)):
            for secret in (b"s3cret", b"pr0mpt", b"c00kie"):
                assert secret not in data


def test_ensure_alone_lets_no_credentials_through(site: Site, registry: Registry, url: str) -> None:
    """A worker that never calls ``install`` strips what declared sets say, too."""
    site.distribution("probe-dist", httpx="picklereg.sets.httpx:register")
    exc = fails(f"{url}/fail", headers=SECRETS)
    registry.ensure(exc)
    assert b"s3cret" not in pickle.dumps(exc)


def test_all_of_httpxs_exceptions_are_declared() -> None:
    """The set leaves none of the public ones out."""
    registry = Registry(entry_points=False)
    register_httpx(registry)
    public = [value for name in httpx.__all__ if isinstance(value := getattr(httpx, name), type) and issubclass(value, Exception)]
    with registry.installed():
        assert [cls for cls in public if cls not in copyreg.dispatch_table] == []
        assert Base not in copyreg.dispatch_table
