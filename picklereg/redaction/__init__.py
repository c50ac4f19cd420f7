"""What strip functions call: what of an HTTP exchange may travel, with its credentials replaced visibly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from picklereg.introspection.public import public
from picklereg.redaction.helpers import (
    has_credentials,
    redact_body,
    redact_headers,
    redact_pairs,
    redact_secret,
    redact_url,
    redact_value,
    remember_body,
)
from picklereg.redaction.names import is_credential, is_parameter
from picklereg.redaction.secrets import Redact
from picklereg.redaction.values import REDACTED

__all__ = [
    "REDACTED",
    "Redact",
    "has_credentials",
    "is_credential",
    "is_parameter",
    "redact_body",
    "redact_headers",
    "redact_pairs",
    "redact_secret",
    "redact_url",
    "redact_value",
    "remember_body",
]

_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *(has_credentials, is_credential, is_parameter, redact_body, redact_headers),
    *(redact_pairs, redact_secret, redact_url, redact_value, remember_body),
)
for _function in _FUNCTIONS:
    public(_function, __name__)
