"""What strip functions call: what of an HTTP exchange may travel, with its credentials replaced visibly."""

from __future__ import annotations

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
