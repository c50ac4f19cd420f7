"""A real Redis for the demo: whether one answers, and that nothing of the demo stays in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from picklereg.cli.demo.demo_error import DemoError
from picklereg.redaction import redact_url

__all__ = ["only_for_now"]

_SECONDS: Final = 5


@contextmanager
def only_for_now(url: str, prefix: str) -> Iterator[None]:
    """Delete the keys that begin with a prefix when the block ends.

    Args:
        url: where Redis is.
        prefix: how the keys begin.

    Raises:
        DemoError: if there is no Redis that answers.
    """
    import redis  # here: docket brings it along

    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=_SECONDS, socket_timeout=_SECONDS)
    except ValueError as problem:
        remedy = "write it as redis://HOST:PORT, rediss://HOST:PORT or unix:///PATH"
        raise DemoError(f"{redact_url(url)!r} is no URL of a Redis", remedy) from problem
    with client:
        try:
            client.ping()
            try:
                yield
            finally:
                for key in client.scan_iter(match=f"{prefix}*", count=1000):
                    client.delete(key)
        except redis.RedisError as problem:
            remedy = "start one there, name another one, or leave --redis out"
            raise DemoError(f"no Redis answers at {redact_url(url)} ({redact_url(str(problem))})", remedy) from problem
