"""A model provider on this machine that refuses everything: the path says with which status."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

__all__ = ["REFUSALS", "refusing_provider"]

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


@contextmanager
def refusing_provider() -> Iterator[str]:
    """Serve on a free port until the block ends, and give the URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refuse) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
