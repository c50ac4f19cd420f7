"""Errors that clients of many libraries really raise: because a server says no, hangs up or isn't there, or because of what they are given.

Each is a function (in ``service_errors``, ``protocol_errors`` and ``data_errors``). It gets the URL of what it is to talk to: a server that
says no, one that answers nonsense, or a port at which nobody listens.
"""

from __future__ import annotations

import importlib
import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import pytest
from library_http_server import Answer, closed_port, serving
from running_server import Server, running

__all__ = ["ERRORS", "load", "of", "port_of", "raised"]

Raise = Callable[..., object]


class Client(NamedTuple):
    """What raises, of which library, and what it talks to."""

    function: Raise
    library: str
    server: str


ERRORS: Final[dict[str, Client]] = {}


def of(library: str, server: str | None = None) -> Callable[[Raise], Raise]:
    """Give a decorator that adds a function under its name."""

    def add(function: Raise) -> Raise:
        ERRORS[getattr(function, "__name__", "")] = Client(function, library, server or "")
        return function

    return add


def load(name: str) -> Any:
    """Import a library when it is asked for."""
    return importlib.import_module(name)


@contextmanager
def conversing(greeting: bytes, answer: bytes) -> Iterator[str]:
    """Give the URL of a server that greets, and says the same to whatever it is told."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(greeting)
            for _ in self.rfile:
                self.wfile.write(answer)

    with running(Server(("127.0.0.1", 0), Handler)) as port:
        yield f"tcp://127.0.0.1:{port}"


@contextmanager
def saying(text: bytes) -> Iterator[str]:
    """Give the URL of a server that says something, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.sendall(text)
            self.request.shutdown(socket.SHUT_WR)
            with suppress(OSError):  # the client's end
                while self.request.recv(1024):  # else what it has still to say resets the connection
                    pass

    with running(Server(("127.0.0.1", 0), Handler)) as port:
        yield f"tcp://127.0.0.1:{port}"


#: By the name of a server, what it is.
_SERVERS: Final[dict[str, Callable[[], Any]]] = {
    "refuses": lambda: serving(Answer(429)),
    "forbids": lambda: serving(Answer(403)),
    "fails": lambda: serving(Answer(500, b"<html>no</html>", {"Content-Type": "text/html"})),
    "confuses": lambda: serving(Answer(200, b"<html>no JSON</html>", {"Content-Type": "text/html"})),
    "hangs up": lambda: serving(Answer(None)),
    "nobody": closed_port,
    "nonsense": lambda: saying(b"nonsense\r\n" * 3),
    "mail": lambda: conversing(b"220 ready\r\n", b"550 no such user\r\n"),
    "imap": lambda: saying(b"* OK ready\r\n"),
}


def raised(name: str) -> BaseException:
    """Give the error that a client raises; skip the test where its library isn't installed."""
    client = ERRORS[name]
    pytest.importorskip(client.library)
    with ExitStack() as stack:
        args = [stack.enter_context(_SERVERS[client.server]())] if client.server else []
        with pytest.raises(Exception) as caught:
            client.function(*args)
    return caught.value


def port_of(url: str) -> int:
    return int(urlsplit(url).port or 0)
