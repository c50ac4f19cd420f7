"""azure-core: its exceptions, and the requests and responses that they carry.

A response keeps status, headers, body and request; a request keeps method, URL and headers. Credentials in headers and URLs are replaced,
and the request's body stays behind. The transport's own response does so, too, as azure-core leaves it behind with aiohttp, but for
the older kind of response, which asks it for the body.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from azure.core.exceptions import AzureError
from azure.core.rest import AsyncHttpResponse, HttpRequest, HttpResponse

from picklereg.redaction import redact_body, redact_pairs, redact_url, remember_body
from picklereg.redaction.helpers import looked_into
from picklereg.reduction.expression import Expression
from picklereg.sets.stripping import inert, made_of, redacted_headers, stripped_response

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "register_older", "strip_request", "strip_response"]


def register(registry: Registry) -> None:
    """Register azure-core's exceptions and attachments.

    Args:
        registry: the registry.
    """
    registry.register(AzureError)
    registry.register_attachment(HttpRequest, strip_request)
    registry.register_attachment(HttpResponse, strip_response)  # type: ignore[type-abstract]
    registry.register_attachment(AsyncHttpResponse, strip_response)  # type: ignore[type-abstract]


def register_older(registry: Registry) -> None:
    """Register the older kind of requests and responses, which most of Azure's libraries still use.

    Args:
        registry: the registry.
    """
    transport = sys.modules["azure.core.pipeline.transport"]
    registry.register_attachment(transport.HttpRequest, _strip_older_request)
    registry.register_attachment(transport.HttpResponse, _strip_older_response)
    registry.register_attachment(transport.AsyncHttpResponse, _strip_older_response)


def strip_request(request: HttpRequest) -> Expression:
    """Give what travels of a request.

    Args:
        request: the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    _remember_body(request, "_data", "_files", "_json")
    state = {"method": request.method, "url": redact_url(request.url), "headers": _headers(request.headers), "_data": None, "_files": None}
    return Expression(object.__new__, type(request), state=state)


def strip_response(response: HttpResponse | AsyncHttpResponse) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place; its request is an attachment, too.
    """
    state = {name: redact_body(value) if name == "_content" else value for name, value in vars(response).items()}
    state |= {"_internal_response": None, "_headers": _headers(response.headers)}
    return Expression(object.__new__, type(response), state=state)


def _strip_older_request(request: Any) -> Expression:
    _remember_body(request, "data", "files", "multipart_mixed_info")
    state = inert(request) | {"method": request.method, "url": redact_url(request.url), "headers": redacted_headers(request.headers)}
    return made_of(request, state)


def _strip_older_response(response: Any) -> Expression:
    known = vars(response)
    names = ("reason", "content_type", "data", "_content")
    state = (
        inert(response)
        | {name: redact_body(known[name]) for name in names if name in known}
        | {"headers": redacted_headers(response.headers)}
    )
    state["request"] = _strip_older_request(response.request)
    state["internal_response"] = stripped_response(response.internal_response)
    return made_of(response, state)


def _remember_body(request: Any, *names: str) -> None:
    for name in names:
        remember_body(vars(request).get(name))


def _headers(headers: Any) -> Any:
    return looked_into(type(headers)(redact_pairs(headers.items())))
