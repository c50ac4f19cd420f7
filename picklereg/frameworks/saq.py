"""SAQ: the ``result`` of a job that failed is the error that it raised.

SAQ keeps of an error the traceback as text, in ``job.error``. :class:`WholeErrors` is a mix-in for its queues that keeps the error too:

    class Queue(WholeErrors, RedisQueue): ...

    queue = Queue(redis, dump=picklereg.dumps, load=picklereg.loads)

It goes together with these two functions: SAQ's own are JSON's. Nothing here imports SAQ.
"""

from __future__ import annotations

import sys
from typing import Any, Final

__all__ = ["WholeErrors"]

_FAILED: Final = "failed"


class WholeErrors:
    """A mix-in for SAQ's queues, as the first base. Workers need it; callers need no more than the same ``load``."""

    async def finish(self, job: Any, status: Any, *, result: Any = None, **options: Any) -> None:
        """Finish a job.

        Args:
            job: the job.
            status: how it ended.
            result: what it gave.
            options: what else the queue takes.
        """
        if status == _FAILED and result is None:
            result = sys.exception()  # SAQ calls this while it handles the error
        await super().finish(job, status, result=result, **options)  # type: ignore[misc]  # of the class that it is mixed into
