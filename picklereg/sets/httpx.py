"""httpx, and httpx2, its successor: their exceptions, and the requests and responses that they, openai's and litellm's carry.

A response keeps status, headers, body and request; a request keeps method, URL and headers. Credentials in headers and URLs are replaced,
and the request's body (which holds the prompt) stays behind. Both are read back as the library's own types, through their own
``__setstate__``, and the live objects are not changed.
"""

from __future__ import annotations

import operator
import sys
from typing import TYPE_CHECKING, Any, Final

from picklereg.redaction import has_credentials, redact_body, redact_pairs, redact_url, remember_body
from picklereg.redaction.helpers import looked_into
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    import httpx

    from picklereg.registry.registry import Registry

__all__ = ["register", "register_httpx2", "strip_request", "strip_response"]

#: What httpx's own ``__getstate__`` leaves out, and what is worked out again.
_LEFT_OUT: Final = ("extensions", "stream", "is_closed", "_decoder", "_cookies")

#: What a response asks its extensions for.
_TOLD: Final = ("http_version", "reason_phrase")

#: No shorter path has a credential in it: a bot's token, the secret part of a webhook's address.
_LONG_PATH: Final = 24


def register(registry: Registry) -> None:
    """Register httpx's exceptions and attachments.

    Args:
        registry: the registry.
    """
    _register(registry, sys.modules["httpx"])


def register_httpx2(registry: Registry) -> None:
    """Register httpx2's exceptions and attachments: the same under another name.

    Args:
        registry: the registry.
    """
    _register(registry, sys.modules["httpx2"])


def _register(registry: Registry, library: Any) -> None:
    registry.register([library.HTTPError, library.InvalidURL, library.CookieConflict, library.StreamError])
    registry.register_attachment(library.Request, strip_request)
    registry.register_attachment(library.Response, strip_response)


def strip_request(request: httpx.Request) -> Expression:
    """Give what travels of a request.

    Args:
        request: the request; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    _remember_body(request)
    state: dict[str, Any] = {"method": request.method, "url": _url(request.url), "headers": _headers(request.headers)}
    return Expression(object.__new__, type(request), state=state)


def _remember_body(request: httpx.Request) -> None:
    """Look into the body if it is in memory, whole or as the fields of a form."""
    known: dict[str, Any] = vars(request)
    remember_body(known.get("_content"))
    for field in getattr(known.get("stream"), "fields", ()):  # of a form with several parts
        remember_body({getattr(field, "name", None): getattr(field, "value", None)})


def strip_response(response: httpx.Response) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place; its own request is an attachment, too.
    """
    stripped = _strip_response(response, None)
    return _with_extensions(response, stripped) if response.extensions else stripped


def _strip_response(response: httpx.Response, known: dict[int, Expression] | None) -> Expression:
    """Strip a response; ``known`` is what was given for those of a history: each has the ones before it in a history of its own."""
    state: dict[str, Any] = vars(response).copy()
    for name in _LEFT_OUT:
        state.pop(name, None)
    if not isinstance(response.default_encoding, str):  # a function that guesses
        state["default_encoding"] = response.default_encoding(state["_content"]) or "utf-8" if "_content" in state else "utf-8"
    state["headers"] = _headers(response.headers)
    if "_content" in state:
        state["_content"] = redact_body(state["_content"])
    if response.history:
        known = {} if known is None else known
        state["history"] = [_strip_earlier(earlier, known) for earlier in response.history]
    return Expression(object.__new__, type(response), state=state)


def _strip_earlier(response: httpx.Response, known: dict[int, Expression]) -> Expression:
    """Strip a response that another one came after."""
    if id(response) not in known:
        found = _strip_response(response, known)
        for name in ("_request", "next_request"):
            if found.state.get(name) is not None:
                found.state[name] = strip_request(found.state[name])
        known[id(response)] = _with_extensions(response, found)
    return known[id(response)]


def _with_extensions(response: httpx.Response, stripped: Expression) -> Expression:
    """Add the reason phrase and the version of HTTP where they aren't what ``__setstate__``, which forgets them, makes a response say."""
    bare: Any = object.__new__(type(response))
    bare.status_code, bare.extensions = response.status_code, {}
    stands = {name: getattr(bare, name).encode() for name in _TOLD}
    told = {name: value for name, value in response.extensions.items() if type(value) is bytes and value != stands.get(name, value)}
    if not told:
        return stripped
    update = Expression(dict.update, Expression(getattr, stripped, "__dict__"), {"extensions": told})
    return Expression(operator.getitem, (stripped, update), 0)


def _headers(headers: httpx.Headers) -> httpx.Headers:
    pairs = headers.raw
    if not pairs or not has_credentials(pairs):
        return looked_into(headers)
    return looked_into(type(headers)(redact_pairs(pairs), encoding=headers.encoding))


def _url(url: httpx.URL) -> httpx.URL:
    if not (url.userinfo or url.query or url.fragment or len(url.raw_path) >= _LONG_PATH):
        return looked_into(url)
    text = str(url)
    redacted = redact_url(text)
    return looked_into(url if redacted == text else type(url)(redacted))
