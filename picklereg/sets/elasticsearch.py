"""elastic_transport: what elasticsearch's errors tell of the answer and of the node that gave it.

Credentials in their headers are replaced. The node's SSL context, which can't be pickled, and extras, which may be anything, are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import elastic_transport

from picklereg.redaction import redact_pairs
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_meta"]


def register(registry: Registry) -> None:
    """Register the exceptions of elasticsearch and its transport, and what they carry.

    Args:
        registry: the registry.
    """
    registry.register([elastic_transport.TransportError, elastic_transport.TransportWarning])
    registry.register("elasticsearch.exceptions")
    registry.register_attachment(elastic_transport.ApiResponseMeta, strip_meta)


def strip_meta(meta: elastic_transport.ApiResponseMeta) -> Expression:
    """Give what travels of a response's description.

    Args:
        meta: the description; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    node = vars(meta.node) | {"ssl_context": None, "_extras": {}, "headers": _headers(meta.node.headers)}
    state = vars(meta) | {"headers": _headers(meta.headers), "node": Expression(object.__new__, type(meta.node), state=node)}
    return Expression(object.__new__, type(meta), state=state)


def _headers(headers: Mapping[str, str]) -> elastic_transport.HttpHeaders:
    pairs = headers.items()  # of HttpHeaders only these have the names as they were written
    made = elastic_transport.HttpHeaders(redact_pairs(pairs))
    return made.freeze() if getattr(headers, "_frozen", False) else made  # else what holds them has no hash
