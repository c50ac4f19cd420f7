"""Huey: results and errors go through picklereg, and ``TaskException`` brings the task's error along.

class Huey(WholeErrors, SqliteHuey): ...

huey = Huey(filename="tasks.db", serializer=Serializer())

try:
    result.get(blocking=True)
except TaskException as failure:
    error = failure.metadata["exception"]
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from picklereg import dumps, loads
from picklereg.frameworks.keeping import in_their_form, needed

with needed("huey", "Huey", by=__name__):
    from huey.serializer import Serializer as _Serializer  # type: ignore[import-untyped]

__all__ = ["Serializer", "WholeErrors"]

if TYPE_CHECKING:
    _Serializer = Any


class Serializer(_Serializer):  # type: ignore[misc]  # huey is untyped
    """Huey's serializer, options and all, with picklereg's pickler. Error handlers get the error through it, too."""

    def _serialize(self, data: Any) -> bytes:
        options: Any = self
        return dumps(data, options.pickle_protocol)

    def _deserialize(self, data: bytes) -> Any:
        return loads(data)


class WholeErrors:
    """A mix-in for Huey's classes, as the first base: an error's metadata has the error itself under ``"exception"``.

    It goes together with :class:`Serializer`; Huey's own can't carry every error.
    """

    def build_error_result(self, task: Any, exception: BaseException) -> dict[str, Any]:
        """Give what is stored for an error.

        Args:
            task: the task.
            exception: what it raised.

        Returns:
            Huey's own metadata, and the error.
        """
        build = partial(super().build_error_result, task)  # type: ignore[misc]  # of the class that it is mixed into
        return {**in_their_form(build, exception), "exception": exception}
