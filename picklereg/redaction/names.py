"""Where credentials are known to stand in an HTTP exchange: one table for headers, one for URLs."""

from __future__ import annotations

from typing import Final

__all__ = ["COMPRESSED", "CREDENTIAL_HEADERS", "CREDENTIAL_PARAMETERS", "REDACTED"]

#: What stands where a credential stood.
REDACTED: Final = "[redacted by picklereg]"

#: Names of headers whose values are credentials; also names of entries in dictionaries. In lower case, with hyphens.
CREDENTIAL_HEADERS: Final = frozenset(
    {
        "access-token",
        "api-key",
        "apikey",
        "authorization",
        "cf-access-client-secret",
        "client-secret",
        "cookie",
        "dd-api-key",
        "dd-application-key",
        "id-token",
        "job-token",
        "ocp-apim-subscription-key",
        "private-token",
        "proxy-authorization",
        "refresh-token",
        "set-cookie",
        "set-cookie2",
        "x-access-token",
        "x-amz-security-token",
        "x-amz-sso_bearer_token",
        "x-api-key",
        "x-api-token",
        "x-auth-token",
        "x-aws-ec2-metadata-token",
        "x-csrf-token",
        "x-csrftoken",
        "x-functions-key",
        "x-goog-api-key",
        "x-goog-iam-authorization-token",
        "x-goog-iap-jwt-assertion",
        "x-ms-authorization-auxiliary",
        "x-shopify-access-token",
        "x-vault-token",
        "x-xsrf-token",
    }
)

#: Names of query parameters whose values are credentials. In lower case, with hyphens.
CREDENTIAL_PARAMETERS: Final = frozenset(
    {
        "access-token",
        "api-key",
        "apikey",
        "api-token",
        "auth",
        "auth-token",
        "client-assertion",
        "client-secret",
        "id-token",
        "jwt",
        "key",
        "passwd",
        "password",
        "pwd",
        "refresh-token",
        "secret",
        "sig",
        "signature",
        "subscription-key",
        "token",
        "x-amz-credential",
        "x-amz-security-token",
        "x-amz-signature",
        "x-goog-credential",
        "x-goog-signature",
    }
)

#: How compressed bytes begin: gzip and the usual levels of zlib.
COMPRESSED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
