"""An error kept in Redis, beside what a framework keeps of a job there: a stream of one entry, which a reader can wait for."""

from __future__ import annotations

import time
from typing import Any, Final

from picklereg import dumps, loads

__all__ = ["keep", "kept"]

_FIELD: Final = b"error"


def keep(connection: Any, key: str, error: BaseException, ttl: int) -> None:
    """Keep an error, in the place of an earlier one.

    Args:
        connection: redis-py's.
        key: its name.
        error: the error.
        ttl: for how many seconds; for ever, if negative.
    """
    with connection.pipeline() as pipe:
        pipe.xadd(key, {_FIELD: dumps(error)}, maxlen=1, approximate=False)
        if ttl > 0:
            pipe.expire(key, ttl)
        pipe.execute()


def kept(connection: Any, key: str, timeout: float = 0) -> BaseException | None:
    """Read the error that is kept.

    Args:
        connection: redis-py's.
        key: its name.
        timeout: for how many seconds to wait for one.

    Returns:
        The error, or ``None`` if there is none.
    """
    deadline = time.monotonic() + timeout
    found: Any = connection.xrevrange(key, count=1)
    while not found and (left := deadline - time.monotonic()) > 0:
        # By the second: redis-py gives up on a socket that is silent for longer (since 8.0 after 5 s).
        connection.xread({key: 0}, block=max(1, int(min(left, 1) * 1000)))
        found = connection.xrevrange(key, count=1)
    error: BaseException | None = loads(found[-1][1][_FIELD]) if found else None
    return error
