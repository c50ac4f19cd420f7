"""DBOS: errors of workflows and steps are recorded as they are, and whoever asks for a result gets them.

DBOS pickles with plain ``pickle``. :class:`Serializer` takes its place, in the application and in its clients:

    DBOS(config={"name": "shop", "serializer": Serializer()})
    client = DBOSClient(system_database_url=url, serializer=Serializer())

What the database has from before is read as ever: DBOS stores with each value which serializer wrote it.
"""

from __future__ import annotations

from typing import Any

from picklereg.frameworks.keeping import from_text, needed, to_text

with needed("dbos", "DBOS", by=__name__):
    from dbos import Serializer as _Serializer

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
        return to_text(data)

    def deserialize(self, serialized_data: str) -> Any:
        """Load a value.

        Args:
            serialized_data: the pickle, in base64.

        Returns:
            The value.
        """
        return from_text(serialized_data)

    def name(self) -> str:
        """Give the name that DBOS stores with each value."""
        return "picklereg"
