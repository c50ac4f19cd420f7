"""What strip functions call: what of an HTTP exchange may travel, with its credentials replaced visibly."""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from picklereg.redaction.beside import code_fields, codes_in
from picklereg.redaction.collecting import current_secrets
from picklereg.redaction.names import GRANT, is_credential
from picklereg.redaction.prefilter import are_suspect, is_prefiltered
from picklereg.redaction.values import REDACTED

if TYPE_CHECKING:
    from picklereg.redaction.secrets import Secrets

__all__ = [
    "has_credentials",
    "looked_into",
    "redact_body",
    "redact_headers",
    "redact_pairs",
    "redact_secret",
    "redact_url",
    "redact_value",
    "remember_body",
]

Text = TypeVar("Text", str, bytes)
Value = TypeVar("Value")

#: How much of a request's body is read for credentials, in characters and in values.
_BODY: Final = 10_000_000
_BODY_VALUES: Final = 5_000
#: What stands in a header in place of a token: that one is asked for (SAP), or needn't be checked (Atlassian).
_NO_TOKENS: Final = frozenset({"", "fetch", "no-check", "nocheck"})
_SERVERS: Final = frozenset({"set-cookie", "set-cookie2"})


def has_credentials(pairs: Iterable[tuple[Any, Any]]) -> bool:
    """Tell whether there is a credential to replace in one of several headers, given as pairs of text or of bytes."""
    if current_secrets() is None:
        return False
    known = list(pairs)
    if _has_credential_name(tuple([name for name, _ in known])):
        return True
    return are_suspect([_text(value) for _, value in known if isinstance(value, (str, bytes))])


@functools.lru_cache(maxsize=1_024)
def _has_credential_name(names: tuple[Any, ...]) -> bool:
    """Tell of the names of headers, most of which come again and again, whether one is a credential's."""
    return any(map(is_credential, names))


def redact_value(name: Text, value: Any) -> Any:
    """Give what may travel of a header's value.

    Args:
        name: the header's name, in any case.
        value: text or bytes.

    Returns:
        The value, or what replaces it in the same type; a URL or another header in it loses its credentials.

    Example:
        >>> redact_value("Authorization", "Bearer sk-123456")
        '[redacted by picklereg]'
    """
    secrets = current_secrets()
    if secrets is None:
        return value
    if not is_credential(name) or _text(value).strip().lower() in _NO_TOKENS:
        return _redacted(value, secrets)
    known = _text(name)
    secrets.add_header(known, _text(value), is_foreign=known.lower() in _SERVERS)
    return REDACTED.encode() if isinstance(value, bytes) else REDACTED


def redact_secret(value: Any) -> Any:
    """Give what stands for a value that is nothing but a credential: a password, a token, a key.

    Args:
        value: text or bytes; anything else, ``None`` and empty ones are nobody's secret.

    Returns:
        The value, or what replaces it in the same type.

    Example:
        >>> redact_secret("sk-123456")
        '[redacted by picklereg]'
    """
    secrets = current_secrets()
    if secrets is None or not value or not isinstance(value, (str, bytes)):
        return value
    secrets.add(_text(value))
    return REDACTED.encode() if isinstance(value, bytes) else REDACTED


def redact_pairs(pairs: Iterable[tuple[Text, Text]]) -> list[tuple[Text, Text]]:
    """Give what may travel of headers, given as pairs, in the same order."""
    known = list(pairs)
    named = [is_credential(name) for name, _ in known]
    others = "\0".join(
        [_text(value) for (_, value), is_one in zip(known, named, strict=True) if not is_one and isinstance(value, (str, bytes))]
    )
    is_open = is_prefiltered(others)
    return [(name, redact_value(name, value) if is_one or is_open else value) for (name, value), is_one in zip(known, named, strict=True)]


def redact_headers(headers: Any) -> Any:
    """Give what may travel of headers: themselves if there is no credential in them, or others of the same type.

    Args:
        headers: a mapping whose type can be made from a list of pairs; it isn't changed.

    Returns:
        Such a mapping.

    Example:
        >>> redact_headers({"Cookie": "session=abcdef", "Retry-After": "3"})
        {'Cookie': '[redacted by picklereg]', 'Retry-After': '3'}
    """
    pairs = list(headers.items())
    return type(headers)(redact_pairs(pairs)) if has_credentials(pairs) else headers


def redact_url(text: str) -> str:
    """Give a URL, or any text, without the credentials that stand in it.

    Args:
        text: the text.

    Returns:
        The text.

    Example:
        >>> redact_url("https://example.org/v1?key=abcdef&page=2")
        'https://example.org/v1?key=[redacted by picklereg]&page=2'
    """
    secrets = current_secrets()
    return text if secrets is None else secrets.redact_places(text)


def looked_into(value: Value) -> Value:
    """Say of an object of a library's that it holds no credentials any more, so that nobody else need look; give it back."""
    secrets = current_secrets()
    if secrets is not None:
        secrets.looked_into[id(value)] = value
    return value


def redact_body(body: Any) -> Any:
    """Give what may travel of a response's body: JSON, a form or a text keeps its shape, and what is named like a credential is replaced.

    Args:
        body: text or bytes, which may be compressed; anything else is given back as it is.

    Returns:
        The body, or another one of the same type.

    Example:
        >>> redact_body(b'{"user": "ada", "api_key": "abcdef"}')
        b'{"user": "ada", "api_key": "[redacted by picklereg]"}'
    """
    secrets = current_secrets()
    return body if secrets is None else _redacted(body, secrets)


def remember_body(body: Any) -> None:
    """Take in the credentials of a request's body before it stays behind, since an answer may repeat them.

    Args:
        body: text or bytes (JSON, a form, a form of several parts), or what such a body is made from: a mapping, pairs, lists. Files and
            iterators aren't read.
    """
    secrets = current_secrets()
    if secrets is None:
        return
    stack = [body]
    for _ in range(_BODY_VALUES):
        if not stack:
            return
        item = stack.pop()
        if type(item) in {io.BytesIO, io.StringIO}:
            item = item.getvalue()
        if isinstance(item, (str, bytes, bytearray, memoryview)):
            _scan(item, secrets)
        elif isinstance(item, Mapping):
            stack += item.values()
            _take_fields([*item.items()], secrets)
        elif isinstance(item, (list, tuple)):
            if len(item) == 2 and is_credential(item[0]):
                secrets.add_entry(*item, is_beside=True)
            else:
                stack += item
                _take_codes(code_fields(item), secrets)


def _take_fields(fields: list[tuple[Any, Any]], secrets: Secrets) -> None:
    for name, value in fields:
        if is_credential(name):
            secrets.add_entry(name, value)
    _take_codes(fields, secrets)


def _take_codes(fields: list[tuple[Any, Any]], secrets: Secrets) -> None:
    for code in codes_in(fields):
        secrets.add_entry(GRANT, code)


def _scan(body: str | bytes | bytearray | memoryview, secrets: Secrets) -> None:
    if isinstance(body, str):
        secrets.scan(body[:_BODY])
    else:
        secrets.scan_data(bytes(memoryview(body)[:_BODY]))


def _redacted(value: Any, secrets: Secrets) -> Any:
    if isinstance(value, str):
        return secrets.redact_places(value)
    if not isinstance(value, (bytes, bytearray)):
        return value
    redacted = secrets.data(bytes(value))
    secrets.looked_into[id(redacted)] = redacted
    return redacted


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
