"""DBOS: errors of workflows and steps are recorded as they are, and whoever asks for a result gets them.

DBOS pickles with plain ``pickle``. :class:`Serializer` takes its place, in the application and in its clients:

    DBOS(config={"name": "shop", "serializer": Serializer()})
    client = DBOSClient(system_database_url=url, serializer=Serializer())

What the database has from before is read as ever: DBOS stores with each value which serializer wrote it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from picklereg import dumps, loads

try:
    from dbos import Serializer as _Serializer
except ModuleNotFoundError as _missing:
    if _missing.name != "dbos":  # dbos is there, and lacks something
        raise
    raise ModuleNotFoundError("picklereg.frameworks.dbos needs DBOS: pip install dbos", name="dbos") from _missing

__all__ = ["Serializer"]


class Serializer(_Serializer):
    """A serializer for ``DBOSConfig`` and ``DBOSClient``, with picklereg's pickler."""

    def serialize(self, data: Any) -> str:
        """Pickle a value.

        Args:
            data: the value.

        Returns:
            The pickle, in base64.
        """
        return b64encode(dumps(data)).decode("ascii")

    def deserialize(self, serialized_data: str) -> Any:
        """Load a value.

        Args:
            serialized_data: the pickle, in base64.

        Returns:
            The value.
        """
        return loads(b64decode(serialized_data))

    def name(self) -> str:
        """Give the name that DBOS stores with each value."""
        return "picklereg"
