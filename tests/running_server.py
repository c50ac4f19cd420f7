"""A server on this machine that runs in a thread of the tests' own process, whatever it says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingTCPServer

__all__ = ["Server", "running"]


class Server(ThreadingTCPServer):
    """One that waits for no client that doesn't hang up."""

    daemon_threads = True


@contextmanager
def running(server: TCPServer) -> Iterator[int]:
    """Run a server for the time of the block, and give its port. It listens already: nobody comes too early."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()
