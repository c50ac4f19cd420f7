"""azure-core: its exceptions, and the requests and responses that they carry.

A response keeps status, headers, body and request; a request keeps method, URL and headers. Credentials in headers are replaced, and
the request's body and the transport's own response stay behind, as azure-core leaves the latter behind with aiohttp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError
from azure.core.rest import AsyncHttpResponse, HttpRequest, HttpResponse

from picklereg.expression import Expression
from picklereg.redaction import redact_pairs, redact_url

if TYPE_CHECKING:
    from picklereg.registry import Registry

__all__ = ["register", "strip_request", "strip_response"]


def register(registry: Registry) -> None:
    """Register azure-core's exceptions and attachments.

    Args:
        registry: the registry.
    """
    registry.register(AzureError)
    registry.register_attachment(HttpRequest, strip_request)
    registry.register_attachment(HttpResponse, strip_response)  # type: ignore[type-abstract]
    registry.register_attachment(AsyncHttpResponse, strip_response)  # type: ignore[type-abstract]


def strip_request(request: HttpRequest) -> Expression:
    """Give what travels of a request.

    Args:
        request: the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    state = {"method": request.method, "url": redact_url(request.url), "headers": _headers(request.headers), "_data": None, "_files": None}
    return Expression(object.__new__, type(request), state=state)


def strip_response(response: HttpResponse | AsyncHttpResponse) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place; its request is an attachment, too.
    """
    state = {**vars(response), "_internal_response": None}
    state["_headers"] = _headers(response.headers)
    return Expression(object.__new__, type(response), state=state)


def _headers(headers: Any) -> Any:
    return type(headers)(redact_pairs(headers.items()))
