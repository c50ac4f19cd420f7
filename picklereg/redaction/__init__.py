"""What strip functions call: what of an HTTP exchange may travel, with its credentials replaced visibly."""

from __future__ import annotations

from picklereg.introspection.public import public
from picklereg.redaction.secrets import (
    REDACTED,
    Redact,
    has_credentials,
    is_credential,
    redact_headers,
    redact_pairs,
    redact_secret,
    redact_url,
    redact_value,
)

__all__ = [
    "REDACTED",
    "Redact",
    "has_credentials",
    "is_credential",
    "redact_headers",
    "redact_pairs",
    "redact_secret",
    "redact_url",
    "redact_value",
]

for _function in (has_credentials, is_credential, redact_headers, redact_pairs, redact_secret, redact_url, redact_value):
    public(_function, __name__)
