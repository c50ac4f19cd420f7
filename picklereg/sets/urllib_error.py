"""urllib and http.client: their exceptions, and the response that an ``HTTPError``, which is a file, reads its body from.

A response keeps status, reason and headers, with credentials replaced. A body that wasn't read isn't read now: a note says so, and the
reader's response is one that was read to its end.
"""

from __future__ import annotations

import io
import sys
from tempfile import _TemporaryFileCloser  # type: ignore[attr-defined]  # the class of every such
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

from picklereg.reduction.expression import Expression
from picklereg.sets.stripping import inert, made_of, redacted_headers, redacted_url

if TYPE_CHECKING:
    import http.client

    from picklereg.registry.registry import Registry

__all__ = ["register", "register_responses", "strip_closer", "strip_response"]


def register(registry: Registry) -> None:
    """Register urllib's exceptions, and what closes the file that an ``HTTPError`` is.

    Args:
        registry: the registry.
    """
    registry.register(URLError)
    registry.register_attachment(_TemporaryFileCloser, strip_closer)


def register_responses(registry: Registry) -> None:
    """Register http.client's exceptions and responses.

    Args:
        registry: the registry.
    """
    library: Any = sys.modules["http.client"]
    registry.register(library.HTTPException)
    registry.register_attachment(library.HTTPResponse, strip_response)


def strip_response(response: http.client.HTTPResponse) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    state = inert(response)
    state |= {"reason": response.reason, "_method": vars(response).get("_method"), "status": response.status, "fp": None}
    state["headers"] = state["msg"] = response.headers and redacted_headers(response.headers)
    state |= {name: redacted_url(vars(response)[name]) for name in ("url",) if name in state}  # urllib's have one, http.client's don't
    stripped = made_of(response, state)
    if not response.isclosed():
        stripped.note = "came without its body: that is in the connection"
    return stripped


def strip_closer(closer: Any) -> Expression:
    """Give what travels of what closes an ``HTTPError``.

    Args:
        closer: what closes it; it is not changed.

    Returns:
        What pickle writes in its place; its file is an attachment, too, or held in memory.

    Raises:
        TypeError: the file is another one.
    """
    response: Any = getattr(sys.modules.get("http.client"), "HTTPResponse", io.BytesIO)
    if not isinstance(closer.file, (io.BytesIO, response)):
        raise TypeError("the file is in this process")
    return Expression(object.__new__, type(closer), state={**vars(closer), "delete": False})
