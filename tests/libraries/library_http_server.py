"""A server on this machine that answers as a test wants it to, for libraries whose errors come from a server."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from running_server import running

__all__ = ["Answer", "closed_port", "serving", "silent_port"]


class Answer(NamedTuple):
    """What the server answers; without a status it hangs up."""

    status: int | None
    body: bytes = b'{"error": {"message": "not today", "type": "quota", "code": "c1"}}'
    headers: Mapping[str, str] = {"Content-Type": "application/json", "X-Request-Id": "r1", "Set-Cookie": "session=hidden-cookie"}


@contextlib.contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Give the URL of a server that answers everything with ``answer``."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.close_connection = True
            if answer.status is None:
                return
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = answer  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name in the base class
            """Say nothing."""

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """Give a URL at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextlib.contextmanager
def silent_port() -> Iterator[str]:
    """Give a URL that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
