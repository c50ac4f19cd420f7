"""A model provider on this machine that refuses everything: the path says with which status."""

from __future__ import annotations

import errno
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from picklereg.cli.demo.demo_error import DemoError

__all__ = ["REFUSALS", "deaf_port", "refusing_provider"]

_HOST: Final = "127.0.0.1"
#: What an OpenAI-style provider says, by status: the message, the type and the code of the error.
REFUSALS: Final = {
    400: ("'messages' must contain the word 'json'", "invalid_request_error", "invalid_value"),
    401: ("You have to be a member of an organization to use this endpoint", "invalid_request_error", "no_organization"),
    403: ("Country, region, or territory not supported", "request_forbidden", "unsupported_country"),
    404: ("The model 'gpt-x' does not exist", "invalid_request_error", "model_not_found"),
    422: ("'temperature' is not a number", "invalid_request_error", "unprocessable"),
    429: ("You exceeded your current quota, please check your plan", "insufficient_quota", "insufficient_quota"),
    500: ("The server had an error while processing your request", "server_error", None),
    503: ("The engine is currently overloaded, please try again later", "server_error", "overloaded"),
}


class _Refuse(BaseHTTPRequestHandler):
    """Answer ``POST /429/chat/completions`` with status 429, and likewise for the others."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = int(self.path.split("/")[1])
        message, kind, code = REFUSALS[status]
        body = json.dumps({"error": {"message": message, "type": kind, "param": None, "code": code}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name for it
        """Stay quiet."""


class _Server(ThreadingHTTPServer):
    """Its port is its own, and clients that end in the middle of a request are no news."""

    allow_reuse_port = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet."""


@contextmanager
def refusing_provider(port: int = 0) -> Iterator[str]:
    """Serve until the block ends.

    Args:
        port: where; any free one if it is 0.

    Yields:
        The URL.

    Raises:
        DemoError: if the port can't be had.
    """
    with _server(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{_HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _server(port: int) -> _Server:
    try:
        return _Server((_HOST, port), _Refuse)
    except OSError as problem:
        reason = "is in use" if problem.errno == errno.EADDRINUSE else f"can't be used ({problem.strerror})"
        raise DemoError(f"port {port} of {_HOST} {reason}", "name another one, or leave --port out") from problem


@contextmanager
def deaf_port() -> Iterator[str]:
    """Keep a port on which nobody listens until the block ends, and give its URL."""
    with socket.socket() as deaf:
        deaf.bind((_HOST, 0))
        yield f"http://{_HOST}:{deaf.getsockname()[1]}"
