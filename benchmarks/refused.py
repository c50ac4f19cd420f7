"""Errors that clients really raise when a server on this machine says no, with one credential in each."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.request
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from benchmarks.from_tests import from_tests

__all__ = ["refused"]

_KEY: Final = "sk-0123456789abcdef0123456789abcdef"
_HEADERS: Final = {"Authorization": f"Bearer {_KEY}"}
_MESSAGES: Final = [{"role": "user", "content": "Say hello."}]


class _Refuses(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"error": {"message": "Incorrect API key provided.", "type": "invalid_request_error", "code": "invalid_api_key"}})
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Request-Id", "req-7")
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = _answer  # noqa: N815  # http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
        """Say nothing."""


def refused(names: Iterable[str] | None = None) -> dict[str, BaseException]:
    """Give the errors, by who raised them.

    Args:
        names: of whom; of all, if left out.
    """
    errors: dict[str, BaseException] = {}
    with from_tests("running_server").running(ThreadingHTTPServer(("127.0.0.1", 0), _Refuses)) as port:
        for name in _ASKING if names is None else names:
            try:
                _ASKING[name](f"http://127.0.0.1:{port}")
            except Exception as error:  # noqa: BLE001  # whatever the client raises
                errors[name] = error
    return errors


def _httpx(url: str) -> None:
    import httpx

    httpx.get(f"{url}/v1", headers=_HEADERS).raise_for_status()


def _httpx_url(url: str) -> None:
    import httpx

    httpx.get(f"{url}/v1?page=2&token={_KEY}").raise_for_status()


def _httpx_unreachable(_: str) -> None:
    import httpx

    httpx.get("http://127.0.0.1:1/v1", headers=_HEADERS)


def _requests(url: str) -> None:
    import requests

    requests.get(f"{url}/v1", headers=_HEADERS, timeout=5).raise_for_status()


def _requests_unreachable(_: str) -> None:
    import requests

    requests.get(f"http://127.0.0.1:1/v1?token={_KEY}", timeout=5)


def _urllib(url: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{url}/v1?token={_KEY}"))


def _aiohttp(url: str) -> None:
    import aiohttp

    async def ask() -> None:
        async with aiohttp.ClientSession(headers=_HEADERS) as session, session.get(f"{url}/v1") as response:
            response.raise_for_status()

    asyncio.run(ask())


def _openai(url: str) -> None:
    import openai

    with openai.OpenAI(api_key=_KEY, base_url=url, max_retries=0) as client:
        client.chat.completions.create(model="m", messages=_MESSAGES)  # type: ignore[arg-type]


def _litellm(url: str) -> None:
    import litellm

    completion: Any = litellm.completion
    completion(model="openai/m", messages=_MESSAGES, api_key=_KEY, api_base=url, max_retries=0)


def _text(_: str) -> None:
    raise ValueError(f"can't connect to postgresql://app:{_KEY}@db.example/shop")


def _entry(_: str) -> None:
    raise KeyError({"page": 2, "X-Api-Key": _KEY})


def _chain(_: str) -> None:
    try:
        open(f"/tmp/{_KEY}?token={_KEY}").close()  # noqa: PTH123
    except OSError as error:
        raise RuntimeError(f"no shop at https://shop.example/?token={_KEY}") from error


def _protocol(_: str) -> None:
    raise http.client.InvalidURL(f"https://app:{_KEY}@shop.example/ x")


_ASKING: Final[dict[str, Callable[[str], None]]] = {
    "httpx, a header": _httpx,
    "httpx, a URL": _httpx_url,
    "httpx, unreachable": _httpx_unreachable,
    "requests, a header": _requests,
    "requests, unreachable": _requests_unreachable,
    "urllib, a URL": _urllib,
    "aiohttp, a header": _aiohttp,
    "openai": _openai,
    "litellm": _litellm,
    "a text": _text,
    "an entry": _entry,
    "a chain": _chain,
    "http.client": _protocol,
}
