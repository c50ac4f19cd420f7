"""botocore: the requests and responses that its HTTP errors carry.

A request keeps method, URL and headers; a response status, URL, headers and the body if that was read. Credentials are replaced, and the
request's body and parameters, the context of its signature and the connection stay behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse  # type: ignore[import-untyped]

from picklereg.redaction import redact_body, remember_body
from picklereg.sets.stripping import inert, made_of, redacted_headers, redacted_url

if TYPE_CHECKING:
    from picklereg.reduction.expression import Expression
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_request", "strip_response"]


def register(registry: Registry) -> None:
    """Register botocore's requests and responses.

    Args:
        registry: the registry.
    """
    registry.register_attachment(AWSPreparedRequest, strip_request)
    registry.register_attachment(AWSRequest, strip_request)
    registry.register_attachment(AWSResponse, strip_response)


def strip_request(request: Any) -> Expression:
    """Give what travels of a request, prepared or not.

    Args:
        request: the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    for name in ("body", "data", "params"):
        remember_body(vars(request).get(name))
    state = inert(request)
    state |= {"method": request.method, "url": redacted_url(request.url), "headers": redacted_headers(request.headers), "context": {}}
    if "_request_preparer" in state:
        state["_request_preparer"] = vars(request)["_request_preparer"]  # it has no state
    return made_of(request, state)


def strip_response(response: Any) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    state = inert(response)
    state |= {
        "url": redacted_url(response.url),
        "headers": redacted_headers(response.headers),
        "_content": redact_body(vars(response)["_content"]),
    }
    return made_of(response, state)
