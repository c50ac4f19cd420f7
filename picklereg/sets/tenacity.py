"""tenacity: the last attempt of a ``RetryError``, a future with a lock.

The reader makes the attempt by tenacity's own constructor; it has the same number, and the same error or result.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import tenacity

from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_attempt"]


def register(registry: Registry) -> None:
    """Register tenacity's exceptions and attempts.

    Args:
        registry: the registry.
    """
    registry.register([tenacity.RetryError, tenacity.TryAgain])
    registry.register_attachment(tenacity.Future, strip_attempt)


def strip_attempt(attempt: tenacity.Future) -> Expression:
    """Give what travels of an attempt.

    Args:
        attempt: the attempt; it is not changed.

    Returns:
        What pickle writes in its place.

    Raises:
        TimeoutError: the attempt isn't over.
        Exception: its result can't be pickled.
    """
    problem = attempt.exception(timeout=0)
    value: Any = problem
    if problem is None:
        value = attempt.result()
        pickle.loads(pickle.dumps(value))  # what a strip function gives is not tried out
    return Expression(tenacity.Future.construct, attempt.attempt_number, value, problem is not None)
