"""RQ: the error that a job raised, not only its traceback as text.

RQ keeps of a job's error the text. :func:`store_error` is an exception handler that stores the error itself beside the job, and
:func:`error_of` reads it back; results go with RQ's own option ``serializer``:

    queue = Queue(connection=redis, serializer=picklereg)
    worker = Worker(queue, connection=redis, serializer=picklereg, exception_handlers=[store_error])

or, by RQ's own command:

    rq worker --serializer picklereg.frameworks.rq.Serializer --exception-handler picklereg.frameworks.rq.store_error

Nothing here imports RQ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from picklereg import dumps, loads
from picklereg.frameworks.keeping import NotKeptError, logged
from picklereg.frameworks.redis_streams import keep, kept

if TYPE_CHECKING:
    from rq.job import Job

__all__ = ["Serializer", "error_of", "store_error"]

#: For how long RQ keeps a failed job if nobody says otherwise (``rq.defaults.DEFAULT_FAILURE_TTL``): a year.
_TTL: Final = 31_536_000
_FAILED: Final = frozenset({"failed", "stopped"})
_ENDED: Final = frozenset({"finished", "canceled"})
_HANDLER: Final = f"run its worker with exception_handlers=[store_error], or --exception-handler {__name__}.store_error"


class Serializer:
    """What ``rq worker --serializer`` takes, which wants a name with dots in it: the same as the module :mod:`picklereg`."""

    dumps = staticmethod(dumps)
    loads = staticmethod(loads)


def store_error(job: Job, _exc_type: type[BaseException], exc: BaseException, _traceback: Any) -> bool:
    """Store the error of a job, for as long as RQ keeps the failed job: an exception handler for RQ's worker.

    It never raises: RQ leaves a job started for ever if a handler does.

    Args:
        job: the job.
        exc: what it raised.

    Returns:
        Always true: the next handler is asked, too.
    """
    with logged(__name__, "can't store the error of job %s, a %s", job.id, type(exc).__qualname__):
        keep(job.connection, _key(job), exc, job.failure_ttl or _TTL)
    return True


def error_of(job: Job, timeout: float = 0) -> BaseException | None:
    """Read the last error that a job raised.

    Args:
        job: the job.
        timeout: for how many seconds to wait for one: RQ marks a job as failed just before it asks the handlers.

    Returns:
        The error, or ``None`` if the job has ended without one.

    Raises:
        NotKeptError: if the job has failed and its error isn't kept, or if it hasn't ended.
    """
    error = kept(job.connection, _key(job), timeout)
    if error is None:
        _check_that_there_was_none(job)
    return error


def _check_that_there_was_none(job: Job) -> None:
    status = job.get_status().value  # RQ itself says if it doesn't know the job any more
    if status in _FAILED:
        raise NotKeptError(f"job {job.id} has {status}, and its error isn't kept", _HANDLER)
    if status not in _ENDED:
        raise NotKeptError(f"job {job.id} has not ended: it is {status}", "wait for its error with error_of(job, timeout=...)")


def _key(job: Job) -> str:
    """Give the name under which the error is kept in Redis."""
    return f"picklereg:rq:{job.id}"
