"""Bodies: a request's is read for credentials before it stays behind, a response's keeps its shape without them."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import pickle
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx
import pytest
import requests
import urllib3
from echo_server import leaks
from running_server import running
from sending import WAYS, written
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED, redact_body, remember_body
from picklereg.redaction.collecting import collecting
from picklereg.redaction.secrets import Secrets

if TYPE_CHECKING:
    from crossing import Reader

SECRET = "cs-12345/very+secret"
ISSUED = "at-issued-by-the-server-1"
PROMPT = "tell nobody about this prompt"


@contextlib.contextmanager
def repeating() -> Iterator[str]:
    """Give the address of a server that repeats a body's fields in a message, and issues a token."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = {"message": f"client {SECRET} is unknown", "access_token": ISSUED, "nested": [{"api_key": ISSUED, "page": 2}]}
            body = json.dumps(told if sent else {}).encode()
            self.send_response(401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = answer  # noqa: N815  # http.server's name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
            """Say nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}/token"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("way", ["http.client", "urllib3", "requests"])
def test_a_header_that_no_client_sends(mode: str, way: str) -> None:
    """A key that was read from a file, with its line's end: what the client says of it doesn't take it along."""
    headers = {"X-Api-Key": f"{ISSUED}\n"}
    ways: dict[str, Callable[[], object]] = {
        "http.client": lambda: urllib.request.urlopen(urllib.request.Request("http://127.0.0.1:1/", headers=headers)),
        "urllib3": lambda: urllib3.request("GET", "http://127.0.0.1:1/", headers=headers, retries=False),
        "requests": lambda: requests.get("http://127.0.0.1:1/", headers=headers, timeout=30),
    }
    with pytest.raises(ValueError, match=ISSUED) as raised:
        ways[way]()
    raised.value.__traceback__ = None
    with writing(mode, a_registry()) as write:
        data = write(raised.value)
    assert leaks(data, ISSUED) == []
    assert REDACTED in str(pickle.loads(data))


FIELDS = {"client_secret": SECRET, "prompt": PROMPT}


def by_httpx_json(url: str) -> None:
    httpx.post(url, json={"auth": {"headers": {"X-Api-Key": SECRET}}, "prompt": PROMPT}).raise_for_status()


def by_httpx_form(url: str) -> None:
    httpx.post(url, data=FIELDS).raise_for_status()


def by_httpx_parts(url: str) -> None:
    httpx.post(url, data=FIELDS, files={"audio": b"abc"}).raise_for_status()


def by_requests_json(url: str) -> None:
    requests.post(url, json=FIELDS, timeout=30).raise_for_status()


def by_requests_form(url: str) -> None:
    requests.post(url, data=FIELDS, timeout=30).raise_for_status()


def by_requests_parts(url: str) -> None:
    requests.post(url, data=FIELDS, files={"audio": b"abc"}, timeout=30).raise_for_status()


@pytest.mark.parametrize("ask", [by_httpx_json, by_httpx_form, by_httpx_parts, by_requests_json, by_requests_form, by_requests_parts])
def test_an_answer_that_repeats_a_body(ask: Callable[[str], None], reader: Reader) -> None:
    """The credential that was sent is found in the answer and in a note, what the server issued is replaced, and the prompt stays here."""
    with repeating() as url, pytest.raises(Exception) as caught:
        ask(url)
    caught.value.add_note(f"tried with {SECRET}")
    assert SECRET in "".join(leaks(written(caught.value, "dumps", redact=False), SECRET))  # so this test can fail
    look = "obj = obj['results'][1] if isinstance(obj, dict) else obj\nresult = [obj.response.json(), obj.__notes__[0]]"
    shown = {"message": f"client {REDACTED} is unknown", "access_token": REDACTED, "nested": [{"api_key": REDACTED, "page": 2}]}
    for how in WAYS:
        data = written(caught.value, how)
        assert leaks(data, SECRET, ISSUED, PROMPT) == []
        assert reader.read(data, code=look) == [shown, f"tried with {REDACTED}"]


def test_responses_of_other_libraries() -> None:
    """What they have read of a body loses its credentials."""
    with repeating() as url:
        response = urllib3.PoolManager().request("POST", url, json=FIELDS)
        assert pickle.loads(written(LookupError(response), "dumps")).args[0].json()["access_token"] == REDACTED

        async def ask() -> Any:
            async with aiohttp.ClientSession() as session, session.post(url, json=FIELDS) as answer:
                await answer.read()
                return pickle.loads(written(LookupError(answer), "dumps")).args[0]

        arrived = asyncio.run(ask())
        assert json.loads(arrived._body)["nested"] == [{"api_key": REDACTED, "page": 2}]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(FIELDS),
        json.dumps({"x": [{"secrets": [SECRET]}]}).encode(),
        bytearray(json.dumps({"x": json.dumps(FIELDS)}).encode()),
        memoryview(b"client_secret=cs-12345%2Fvery%2Bsecret&x=1"),
        gzip.compress(json.dumps(FIELDS).encode(), mtime=0),  # its bytes name the test
        io.BytesIO(json.dumps(FIELDS).encode()),
        io.StringIO(json.dumps(FIELDS)),
        FIELDS,
        {"auth": {"api_keys": [SECRET]}},
        {"headers": [("x-api-key", SECRET), ("x", "y")]},
        [("client_secret", SECRET), ("x", 3)],
        {b"client_secret": SECRET.encode()},
        {"token": {"value": {"password": SECRET}}},
    ],
)
def test_what_a_body_is_made_of(body: Any) -> None:
    """Text, bytes, files in memory, mappings, pairs and lists are read; what was found is replaced elsewhere."""
    secrets = Secrets()
    collecting(secrets, remember_body, body)
    assert secrets.text(f"no {SECRET}") == f"no {REDACTED}"
    assert secrets.found


def test_what_is_not_read() -> None:
    """Iterators, files and other objects, and what is beyond a bound."""
    secrets = Secrets()
    for body in (None, 3, iter([SECRET]), object(), "", b"", {"password": ""}, {"page": 3}):
        collecting(secrets, remember_body, body)
    collecting(secrets, remember_body, [[1] * 6_000, {"password": SECRET}])
    collecting(None, remember_body, FIELDS)
    remember_body(FIELDS)  # outside of a dump it is forgotten
    looped: list[Any] = []
    looped.append(looped)
    collecting(secrets, remember_body, looped)
    assert not secrets.found or secrets.rules == {"name: password": 1}


def test_bodies_that_keep_their_shape() -> None:
    """JSON stays JSON, a form a form; what holds no credential is the same object."""
    plain = b'{"a": 1}'
    assert redact_body(plain) is plain
    assert redact_body(None) is None
    assert redact_body({"password": "x"}) == {"password": "x"}
    assert json.loads(redact_body(json.dumps({"a": {"password": 'q"\\u', "b": [1]}}))) == {"a": {"password": REDACTED, "b": [1]}}
    assert redact_body("page=2&client_secret=abc123&x=1") == f"page=2&client_secret={REDACTED}&x=1"
    assert redact_body(bytearray(b"token=abc123")) == f"token={REDACTED}".encode()
    assert redact_body(b"\xff token=abc123") == b"\xff token=" + REDACTED.encode()
    assert collecting(None, redact_body, b"token=abc123") == b"token=abc123"
