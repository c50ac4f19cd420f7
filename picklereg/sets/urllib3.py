"""urllib3: responses, as its errors and botocore's may carry them.

One keeps status, reason, headers, URL and the body if that was read. A body that wasn't read isn't read now; in the reader such a
response has none. Connection, pool and earlier tries stay behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from urllib3.response import BaseHTTPResponse

from picklereg.redaction import redact_body
from picklereg.sets.stripping import inert, made_of, redacted_headers, redacted_url

if TYPE_CHECKING:
    from picklereg.reduction.expression import Expression
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_response", "strip_whole_response"]


def register(registry: Registry) -> None:
    """Register urllib3's responses.

    Args:
        registry: the registry.
    """
    registry.register_attachment(BaseHTTPResponse, strip_response)


def strip_response(response: BaseHTTPResponse) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    known = vars(response)
    state = inert(response)
    state |= {name: redact_body(known[name]) for name in ("_body", "reason", "version_string") if name in known}
    state["headers"] = redacted_headers(response.headers)
    state["_request_url"] = redacted_url(known.get("_request_url"))
    return made_of(response, state)


strip_whole_response = strip_response
