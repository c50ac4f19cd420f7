"""aiohttp: the client's errors, with the request's URL, method and headers and the response's headers.

aiohttp shows headers through a proxy, which can't be pickled; the reader makes a new one. Credentials in headers and URLs are replaced. A
response keeps status, headers, URL, what is told of its request, its history, and the body if that was read; it is closed in the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import multidict
import yarl

from picklereg.redaction import redact_body, redact_pairs, redact_url
from picklereg.redaction.helpers import looked_into
from picklereg.reduction.expression import Expression
from picklereg.sets.stripping import made_of

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_headers", "strip_request_info", "strip_response", "strip_whole_response"]


def register(registry: Registry) -> None:
    """Register aiohttp's client errors and their attachments.

    Args:
        registry: the registry.
    """
    registry.register(aiohttp.ClientError)
    registry.register_attachment(multidict.CIMultiDictProxy, strip_headers)
    registry.register_attachment(aiohttp.RequestInfo, strip_request_info)
    registry.register_attachment(aiohttp.ClientResponse, strip_response)


def strip_headers(headers: multidict.CIMultiDictProxy[Any]) -> Expression:
    """Give what travels of headers.

    Args:
        headers: the headers; they are not changed.

    Returns:
        What pickle writes in their place.
    """
    return Expression(type(headers), looked_into(multidict.CIMultiDict(redact_pairs(headers.items()))))


def strip_request_info(info: aiohttp.RequestInfo) -> Expression:
    """Give what travels of a request.

    Args:
        info: what aiohttp tells of the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    return Expression(type(info), _url(info.url), info.method, strip_headers(info.headers), _url(info.real_url))


def strip_response(response: aiohttp.ClientResponse) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    known: Any = response  # its properties would fill its cache
    state = {name: getattr(known, name) for name in ("method", "version", "status", "reason")}
    if known._body is not None:  # noqa: SLF001  # as below
        state["content"] = Expression(aiohttp.streams.EmptyStreamReader)  # as where a body was read to its end
    state["_body"] = redact_body(known._body)  # noqa: SLF001  # its property would refuse
    state |= {"_url": _url(known._url), "_real_url": _url(known._real_url), "_released": known._body is None, "_cache": {}}  # noqa: SLF001  # as above
    if known._headers is not None:  # noqa: SLF001  # as above; there are none before the answer
        state |= {"_headers": strip_headers(known._headers), "_raw_headers": tuple(redact_pairs(known._raw_headers))}  # noqa: SLF001
    state["_request_info"] = strip_request_info(known._request_info)  # noqa: SLF001  # as above
    state["_history"] = tuple(map(strip_response, known._history))  # noqa: SLF001  # as above
    return made_of(response, state)


strip_whole_response = strip_response


def _url(url: yarl.URL) -> yarl.URL:
    text = str(url)
    redacted = redact_url(text)
    return looked_into(url if redacted == text else yarl.URL(redacted))
