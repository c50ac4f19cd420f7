"""kombu's serializer ``picklereg``, which kombu finds by its entry point.

Like kombu's own ``pickle``, it is off until somebody accepts it by name (``accept_content=["picklereg"]``): to read a pickle
is to run what it says. kombu itself would accept whatever comes by way of an entry point, hence the last lines.
"""

from __future__ import annotations

from typing import Final

from picklereg import dumps, loads
from picklereg.frameworks.keeping import needed

__all__ = ["CONTENT_TYPE", "SERIALIZER"]

CONTENT_TYPE: Final = "application/x-picklereg"

#: What :func:`kombu.serialization.register` takes after the name: how to encode, how to decode, content type and encoding.
SERIALIZER: Final = (dumps, loads, CONTENT_TYPE, "binary")

# Down here: kombu may be in the middle of its own import, or begin it now and ask for SERIALIZER.
with needed("kombu", "kombu", by=__name__):
    from kombu.serialization import registry

registry.disable(CONTENT_TYPE)  # type: ignore[no-untyped-call]  # kombu is untyped
