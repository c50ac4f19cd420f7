"""google-auth: credentials, and the responses of its transports.

Of credentials travel expiry, scopes, project, addresses and whose they are; tokens, keys and secrets are replaced, and what signs and
refreshes stays behind. A response keeps status, headers and the body if that was read.
"""

from __future__ import annotations

import datetime
import sys
from typing import TYPE_CHECKING, Any, Final

from picklereg.redaction import redact_secret
from picklereg.sets.stripping import inert, made_of, redacted_url, stripped_response

if TYPE_CHECKING:
    from picklereg.reduction.expression import Expression
    from picklereg.registry.registry import Registry

__all__ = ["register", "register_aiohttp", "register_requests", "register_urllib3", "strip_credentials", "strip_response"]

#: Texts that are no secret. All others are taken for one.
_TOLD: Final = frozenset(
    {
        "_account",
        "_audience",
        "_client_id",
        "_project_id",
        "_quota_project_id",
        "_service_account_email",
        "_subject",
        "_subject_token_type",
        "_target_audience",
        "_target_principal",
        "_token_uri",
        "_token_url",
        "_universe_domain",
    }
)
_LISTS: Final = ("_default_scopes", "_granted_scopes", "_scopes", "_target_scopes")
#: What ``__setstate__`` makes anew if it isn't there.
_MADE_ANEW: Final = ("_rab_manager", "_refresh_worker")


def register(registry: Registry) -> None:
    """Register google-auth's credentials.

    Args:
        registry: the registry.
    """
    credentials = sys.modules["google.auth.credentials"].Credentials
    bases = [base for base in credentials.__mro__ if base.__module__.startswith("google.auth")]
    registry.register_attachment(bases[-1], strip_credentials)  # the asynchronous ones share it


def register_requests(registry: Registry) -> None:
    """Register the responses of its transport through requests.

    Args:
        registry: the registry.
    """
    _register_response(registry, "google.auth.transport.requests")


def register_urllib3(registry: Registry) -> None:
    """Register those of its transport through urllib3.

    Args:
        registry: the registry.
    """
    _register_response(registry, "google.auth.transport.urllib3")


def register_aiohttp(registry: Registry) -> None:
    """Register those of its transport through aiohttp.

    Args:
        registry: the registry.
    """
    registry.register_attachment(sys.modules["google.auth.aio.transport.aiohttp"].Response, strip_response)


def _register_response(registry: Registry, module: str) -> None:
    registry.register_attachment(sys.modules[module]._Response, strip_response)  # noqa: SLF001  # the class of every such response


def strip_credentials(credentials: Any) -> Expression:
    """Give what travels of credentials.

    Args:
        credentials: the credentials; they are not changed.

    Returns:
        What pickle writes in their place.
    """
    state = inert(credentials)
    for name, value in vars(credentials).items():
        if isinstance(value, str):
            state[name] = redacted_url(value) if name in _TOLD else redact_secret(value)
        elif isinstance(value, datetime.datetime) or (name in _LISTS and isinstance(value, (list, tuple))):
            state[name] = value
    for name in _MADE_ANEW:
        state.pop(name, None)
    return made_of(credentials, state)


def strip_response(response: Any) -> Expression:
    """Give what travels of a transport's response.

    Args:
        response: the response; it is not changed.

    Returns:
        What pickle writes in its place.
    """
    return made_of(response, {"_response": stripped_response(vars(response)["_response"])})
