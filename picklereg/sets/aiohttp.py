"""aiohttp: the client's errors, with the request's URL, method and headers and the response's headers.

aiohttp shows headers through a proxy, which can't be pickled; the reader makes a new one. Credentials in headers and URLs are replaced. The
responses of ``history`` belong to a connection: they are replaced by their ``repr``, with a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import multidict
import yarl

from picklereg.expression import Expression
from picklereg.redaction import redact_pairs, redact_url

if TYPE_CHECKING:
    from picklereg.registry import Registry

__all__ = ["register", "strip_headers", "strip_request_info"]


def register(registry: Registry) -> None:
    """Register aiohttp's client errors and their attachments.

    Args:
        registry: the registry.
    """
    registry.register(aiohttp.ClientError)
    registry.register_attachment(multidict.CIMultiDictProxy, strip_headers)
    registry.register_attachment(aiohttp.RequestInfo, strip_request_info)


def strip_headers(headers: multidict.CIMultiDictProxy[Any]) -> Expression:
    """Give what travels of headers.

    Args:
        headers: the headers; they are not changed.

    Returns:
        What pickle writes in their place.
    """
    return Expression(type(headers), multidict.CIMultiDict(redact_pairs(headers.items())))


def strip_request_info(info: aiohttp.RequestInfo) -> Expression:
    """Give what travels of a request.

    Args:
        info: what aiohttp tells of the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    return Expression(type(info), _url(info.url), info.method, strip_headers(info.headers), _url(info.real_url))


def _url(url: yarl.URL) -> yarl.URL:
    text = str(url)
    redacted = redact_url(text)
    return url if redacted == text else yarl.URL(redacted)
