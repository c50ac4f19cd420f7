"""What the proof runs on: a provider that refuses everything, and a real server of Redis's kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from valkey_server import serving_redis

from picklereg.cli.demo.refusing_provider import refusing_provider


@pytest.fixture(scope="session")
def provider() -> Iterator[str]:
    """The URL of a provider that answers every request with the status in its path."""
    with refusing_provider() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A fresh server for this session."""
    with serving_redis() as url:
        yield url
