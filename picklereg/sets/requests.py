"""requests: its exceptions, and the requests and responses that they carry.

A response keeps status, headers, body, request, and what clients set on it; a request keeps method, URL and headers. Credentials in
headers and the values of cookies are replaced, and the request's body stays behind. A body that wasn't read isn't read now: whoever asks
the reader's response for it is told so by requests' own ``RuntimeError``.
"""

from __future__ import annotations

import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.cookies import RequestsCookieJar
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

from picklereg.redaction import redact_body, redact_pairs, redact_url, redact_value, remember_body
from picklereg.redaction.helpers import looked_into
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["register", "strip_request", "strip_response", "strip_whole_response"]

#: What every response has.
_OWN: Final = frozenset(vars(requests.Response()))
_PLAIN: Final = (bool, float, int, str, type(None), datetime)


def register(registry: Registry) -> None:
    """Register requests' exceptions and attachments.

    Args:
        registry: the registry.
    """
    registry.register(requests.RequestException)
    registry.register_attachment(requests.PreparedRequest, strip_request)
    registry.register_attachment(requests.Response, strip_response)


def strip_request(request: requests.PreparedRequest) -> Expression:
    """Give what travels of a request.

    Args:
        request: the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    remember_body(request.body)
    state = dict.fromkeys(vars(request))
    state.update(method=request.method, url=_url(request.url), headers=_headers(request.headers), hooks=default_hooks())  # type: ignore[arg-type]
    return Expression(object.__new__, type(request), state=state)


def strip_response(response: requests.Response) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place; its request is an attachment, too.
    """
    return _strip_response(response, {})


def strip_whole_response(response: requests.Response) -> Expression:
    """Give what travels of a response, and of its request, which is no attachment of its own then.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    stripped = _strip_response(response, {})
    request: Any = response.request
    stripped.state["request"] = request and strip_request(request)  # there is none if somebody made the response
    return stripped


def _strip_response(response: requests.Response, known: dict[int, Expression]) -> Expression:
    """Strip each response once: those that redirected are in their own histories."""
    state: dict[str, Any] = {name: getattr(response, name, None) for name in requests.Response.__attrs__}
    stripped = known[id(response)] = Expression(object.__new__, type(response), state=state)
    state.update({name: value for name, value in vars(response).items() if name not in _OWN and type(value) in _PLAIN})
    state["headers"] = _headers(response.headers)
    state["url"] = _url(response.url)
    state["_content"] = redact_body(state["_content"])
    state["cookies"] = _cookies(response.cookies)
    state["history"] = history = []
    for earlier in response.history:
        if id(earlier) not in known:
            found = _strip_response(earlier, known)
            found.state["request"] = strip_request(earlier.request)
        history.append(known[id(earlier)])
    return stripped


def _url(url: str | None) -> str | None:
    return redact_url(url) if isinstance(url, str) else url


def _headers(headers: CaseInsensitiveDict[str]) -> CaseInsensitiveDict[str]:
    return looked_into(CaseInsensitiveDict(redact_pairs(headers.items())))


def _cookies(cookies: Any) -> RequestsCookieJar:
    jar = RequestsCookieJar()
    for cookie in cookies:
        redacted = copy.copy(cookie)
        redacted.value = redact_value("cookie", f"{cookie.name}={cookie.value}")
        jar.set_cookie(redacted)
    return looked_into(jar)
