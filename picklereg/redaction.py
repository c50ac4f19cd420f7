"""What of an HTTP exchange may travel: credentials are replaced, visibly, and the rest keeps its type and shape."""

from __future__ import annotations

from typing import Final

__all__ = ["CREDENTIAL_HEADERS", "REDACTED"]

#: What stands where a credential stood.
REDACTED: Final = "[redacted by picklereg]"

#: Names of headers, in lower case, whose values are credentials.
CREDENTIAL_HEADERS: Final = frozenset(
    {
        "api-key",
        "authorization",
        "cookie",
        "proxy-authorization",
        "set-cookie",
        "x-amz-security-token",
        "x-api-key",
        "x-goog-api-key",
    }
)
