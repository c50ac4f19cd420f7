"""A server on this machine that tells its clients all that they sent, in a compressed body and in headers, and sets a cookie."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from running_server import running

__all__ = ["COOKIE", "KEY", "PROMPT", "echoing", "leaks"]

KEY = "sk-very/secret+key=42"
COOKIE = "cookie-that-is-secret"
PROMPT = "tell nobody about this prompt"


@contextlib.contextmanager
def echoing(status: int, *, compressed: bool = False) -> Iterator[str]:
    """Give the address of a server that answers with ``status``, and repeats what it was told."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = {"path": self.path, "headers": dict(self.headers), "unquoted": urllib.parse.unquote_plus(self.path)}
            told["encoded"] = base64.b64encode(json.dumps(told).encode()).decode()
            text = json.dumps({"error": {"message": "no", "code": "c1", "type": "t"}, "told": told})
            body = gzip.compress(text.encode()) if compressed else text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Retry-After", "3")
            self.send_header("X-Request-Id", "r1")
            self.send_header("X-Told", self.headers.get("Authorization", "nothing"))
            self.send_header("Set-Cookie", f"session={COOKIE}; Path=/; HttpOnly")
            if compressed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
            """Say nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"127.0.0.1:{port}"


def leaks(data: bytes, *secrets: str) -> list[str]:
    """Tell which secrets stand in a pickle: plain, URL-encoded or in base64, also in compressed bytes in it."""
    found: list[str] = []
    inflated = b"".join(_inflated(data[match.start() :]) for match in re.finditer(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]", data))
    for secret in secrets or (KEY, COOKIE, PROMPT):
        raw = secret.encode()
        forms = [raw, urllib.parse.quote(secret, safe="").encode(), urllib.parse.quote_plus(secret).encode(), repr(secret)[1:-1].encode()]
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + raw)
            forms.append(encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6])
        found += [f"{secret} as {form!r}" for form in dict.fromkeys(forms) if form in data or form in inflated]
    return found


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data)
    except zlib.error:  # it only looked compressed
        return b""
