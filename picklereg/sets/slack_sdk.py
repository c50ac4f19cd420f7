"""slack_sdk: the API's answer that its errors carry.

It keeps data, status, headers, verb and URL. What was sent (the token and the message) and the client stay behind, so the reader can't
ask for the next page.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from picklereg.redaction import redact_headers, redact_secret, remember_body
from picklereg.sets.stripping import made_of, redacted_url

if TYPE_CHECKING:
    from picklereg.reduction.expression import Expression
    from picklereg.registry.registry import Registry

__all__ = ["register", "register_async", "register_legacy", "strip_response"]


def register(registry: Registry) -> None:
    """Register slack_sdk's responses.

    Args:
        registry: the registry.
    """
    registry.register_attachment(sys.modules["slack_sdk.web.slack_response"].SlackResponse, strip_response)


def register_async(registry: Registry) -> None:
    """Register those of the asynchronous client.

    Args:
        registry: the registry.
    """
    registry.register_attachment(sys.modules["slack_sdk.web.async_slack_response"].AsyncSlackResponse, strip_response)


def register_legacy(registry: Registry) -> None:
    """Register those of the legacy client.

    Args:
        registry: the registry.
    """
    registry.register_attachment(sys.modules["slack_sdk.web.legacy_slack_response"].LegacySlackResponse, strip_response)


def strip_response(response: Any) -> Expression:
    """Give what travels of a response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    sent = response.req_args
    redact_headers(sent.get("headers") or {})  # to be found in what the server repeats
    for name in ("params", "data", "json"):
        remember_body(sent.get(name))
    redact_secret(getattr(response._client, "token", None))  # noqa: SLF001  # the client of this answer
    state = vars(response) | {"req_args": {}, "_client": None, "_iteration": None, "api_url": redacted_url(response.api_url)}
    if isinstance(response.headers, dict):  # else it is an attachment
        state["headers"] = redact_headers(response.headers)
    return made_of(response, state)
