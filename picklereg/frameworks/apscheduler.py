"""APScheduler 4: what jobs return or raise is kept as it is, also errors that can't be pickled as usual.

APScheduler's data stores pickle arguments, results and errors with a serializer. :class:`Serializer` takes its place, in the processes
that run jobs and in those that ask for results:

    data_store = SQLAlchemyDataStore(engine, serializer=Serializer())

What the store has from before is read as ever: it is pickles, too.
"""

from __future__ import annotations

from typing import Any

from picklereg import dumps, loads
from picklereg.frameworks.keeping import needed

_INSTALL = "'apscheduler>=4.0.0a6'"
with (
    needed("apscheduler", "APScheduler 4", by=__name__, install=_INSTALL),
    needed("apscheduler.abc", "APScheduler 4", by=__name__, install=_INSTALL),
):
    from apscheduler.abc import Serializer as _Serializer  # first, because APScheduler 3 has no such module
    from apscheduler import DeserializationError, SerializationError  # isort: skip

__all__ = ["Serializer"]


class Serializer(_Serializer):
    """A serializer for APScheduler's data stores, with picklereg's pickler."""

    def serialize(self, obj: Any) -> bytes:
        """Pickle a value.

        Args:
            obj: the value.

        Returns:
            The pickle.

        Raises:
            SerializationError: the value is no error, and can't be pickled. By its source, APScheduler stores no result then.
        """
        try:
            return dumps(obj)
        except Exception as problem:
            raise SerializationError(f"{type(obj).__qualname__} can't be pickled: {problem}") from problem

    def deserialize(self, serialized: bytes) -> Any:
        """Load a value.

        Args:
            serialized: the pickle.

        Returns:
            The value.

        Raises:
            DeserializationError: the bytes are no pickle, or loading them raised.
        """
        try:
            return loads(serialized)
        except Exception as problem:
            raise DeserializationError(f"the value can't be loaded: {problem}") from problem
