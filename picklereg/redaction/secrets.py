"""What of an HTTP exchange may travel: credentials are replaced, visibly, and the rest keeps its type and shape.

Two ways lead to a credential. *By place*: the value of a credential header, a URL's userinfo, a credential query parameter. *By value*:
what was found in such a place is replaced wherever else it stands in that error, also URL-encoded, in base64, or in a compressed body.

Sets call :func:`redact_headers` and :func:`redact_url` while they strip an attachment; what these replace is remembered by the
:class:`Secrets` of the dump that is under way.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

from picklereg.redaction.names import COMPRESSED, CREDENTIAL_HEADERS, REDACTED

__all__ = [
    "REDACTED",
    "Redact",
    "Secrets",
    "are_plain_names",
    "collecting",
    "has_credentials",
    "is_credential",
    "is_suspect",
    "is_suspect_data",
    "redact_headers",
    "redact_pairs",
    "redact_secret",
    "redact_url",
    "redact_value",
    "secrets_for",
]

#: What ``Registry(redact=...)`` takes.
Redact = bool | Callable[[str], str]
Text = TypeVar("Text", str, bytes)
Value = TypeVar("Value")

#: The same, as they may be met: as text or bytes, with underscores, as one word, in a WSGI environment (PEP 3333).
_NAMES: Final = frozenset(
    form
    for name in CREDENTIAL_HEADERS
    for text in (name, name.replace("-", "_"), name.replace("-", ""), "http_" + name.replace("-", "_"))
    for form in (text, text.encode())
)
#: A shorter value is replaced in its place alone: elsewhere it may be any word.
_SHORTEST: Final = 6
_COOKIE_HEADERS: Final = frozenset({"cookie", "set-cookie", "set-cookie2"})


class Secrets:
    """The credentials that were found in one error, and what replaces them.

    Args:
        house: replaces in every text of an error what a house's own rules ask for.

    Attributes:
        found: whether there was one.
    """

    __slots__ = ("_house", "_rewriter", "_values", "found")

    def __init__(self, house: Callable[[str], str] | None = None) -> None:
        self.found: bool = False
        self._house = house
        self._values: set[str] = set()
        self._rewriter: Any = None

    def __bool__(self) -> bool:
        return self.found or self._house is not None

    def add(self, value: str) -> None:
        """Take in a credential, to be replaced by value."""
        self.found = True
        if len(value) >= _SHORTEST and value not in self._values and REDACTED not in value:
            self._values.add(value)
            self._rewriter = None

    def add_header(self, name: str, value: str) -> None:
        """Take in a credential header's value, and what is a credential of its own in it."""
        if REDACTED in value:
            return
        name = name.lower().replace("_", "-").removeprefix("http-")
        self.add(value)
        if name in _COOKIE_HEADERS:
            parts = value.split(";")
            for part in parts if name == "cookie" else parts[:1]:
                self.add(part.partition("=")[2].strip().strip('"'))
            return
        scheme, _, rest = value.strip().partition(" ")
        self.add(rest.strip())
        if scheme.lower() == "basic":
            self._add_userinfo(_from_base64(rest))
        else:
            for field in re.findall(r"[\w-]+=\"?([^\s\",;]+)", rest):
                if len(field) >= 16:
                    self.add(field)

    def scan(self, text: str) -> None:
        """Take in the credentials in a text."""
        redact_url(text, self)

    def scan_data(self, data: bytes) -> None:
        """Do the same in bytes, which may be compressed."""
        if data.startswith(COMPRESSED):
            from picklereg.redaction.replacer import inflated  # here, to keep the import of picklereg cheap

            data = inflated(data) or data
        self.scan(data.decode("utf-8", "surrogateescape"))  # a prompt is in any language, and is replaced as UTF-8

    def text(self, text: str) -> str:
        """Give a text without credentials."""
        if self._values:
            text = self._ready.text(text)
        text = redact_url(text, self)
        if self._house is not None:
            text = _by_house(self._house, text)
        return text

    def data(self, data: bytes) -> bytes:
        """Give bytes without credentials; a compressed body that holds one is replaced altogether."""
        return self._ready.data(data) if self._values else data

    def is_in(self, data: bytes) -> bool:
        """Tell whether one of the credentials stands in bytes, or may have to be replaced by the house's rules."""
        return self._house is not None or self.data(data) != data

    def _add_userinfo(self, userinfo: str) -> None:
        user, _, password = userinfo.partition(":")
        self.add(userinfo)
        self.add(password or user)  # a token may stand in the user's place, alone

    @property
    def _ready(self) -> Any:
        """What rewrites text and bytes, made when the first value has to be replaced, and anew when there are more."""
        if self._rewriter is None:
            from picklereg.redaction.replacer import Rewriter  # here, to keep the import of picklereg cheap

            self._rewriter = Rewriter(self._values, REDACTED)
        return self._rewriter

    def replace_userinfo(self, match: re.Match[str]) -> str:
        """Give what stands for a URL's userinfo."""
        userinfo = _unquoted(match[1])
        if REDACTED in userinfo:
            return match[0]
        self._add_userinfo(userinfo)
        self._add_userinfo(match[1])
        return f"://{REDACTED}@"

    def replace_parameter(self, match: re.Match[str]) -> str:
        """Give what stands for a credential query parameter."""
        value = match[2].rstrip(".,:!")
        if REDACTED in _unquoted(value):
            return match[0]
        self.add(_unquoted(value))
        self.add(value)
        return f"{match[1]}{REDACTED}{match[2][len(value) :]}"

    def replace_header(self, match: re.Match[str]) -> str:
        """Give what stands for a header's value in a text that shows a dictionary."""
        if REDACTED in match[5] or not is_credential(match[3]):
            return match[0]
        self.add_header(match[3], match[5])
        return f"{match[1]}{REDACTED}"

    def replace_authorization(self, match: re.Match[str]) -> str:
        """Give what stands for the credential of a header in a text."""
        value = match[3].rstrip(".:!")
        self.add(value)
        if match[2].lower() == "basic":
            self._add_userinfo(_from_base64(value))
        return f"{match[1]}{REDACTED}{match[3][len(value) :]}"

    def replace_messages(self, match: re.Match[str]) -> str:
        """Give what stands for the messages to a model in what is written down for debugging."""
        self.add(match[2])
        return f"{match[1]}{REDACTED}"


def secrets_for(redact: Redact) -> Secrets | None:
    """Give what takes in the credentials of one dump, as a registry's setting says; ``None`` if nothing is to be replaced."""
    return None if redact is False else Secrets(redact if callable(redact) else None)


class _Current(threading.local):
    """The secrets of the dump that is under way in this thread; ``None`` if nothing is to be redacted."""

    secrets: Secrets | None

    def __init__(self) -> None:
        self.secrets = Secrets()


_current: Final = _Current()


def collecting(secrets: Secrets | None, strip: Callable[..., Value], *values: Any) -> Value:
    """Strip an attachment, while the functions below remember in ``secrets`` what they replace; with ``None`` they replace nothing."""
    before, _current.secrets = _current.secrets, secrets
    try:
        return strip(*values)
    finally:
        _current.secrets = before


def is_suspect(text: str) -> bool:
    """Tell, at once of most texts, whether a credential stands in them, by its place."""
    if not (  # what is in each URL with a credential, and in each dictionary or header that is shown
        "?" in text
        or "@" in text
        or "&" in text
        or ("%" in text and "%3" in text)
        or ("'" in text and "':" in text)
        or ('"' in text and '":' in text)
        or "uthorization" in text
        or "essages: `" in text
    ):
        return False
    from picklereg.redaction.patterns import holds_credential  # here, to keep the import of picklereg cheap

    return holds_credential(text)


def is_suspect_data(data: bytes) -> bool:
    """Do the same for bytes, which may be compressed."""
    return data.startswith(COMPRESSED) or is_suspect(data.decode("latin-1"))


def is_credential(name: object) -> bool:
    """Tell whether a header or an entry of a dictionary is named like a credential."""
    return isinstance(name, (str, bytes)) and name.lower() in _NAMES


def has_credentials(pairs: Iterable[tuple[Any, Any]]) -> bool:
    """Tell whether one of several headers, given as pairs of text or of bytes, is a credential."""
    return not _NAMES.isdisjoint([name.lower() for name, _ in pairs])


@functools.lru_cache(maxsize=1024)
def are_plain_names(names: tuple[object, ...]) -> bool:
    """Tell of attributes, remembering the answer, that their names are text, and none is a credential's."""
    return all(type(name) is str for name in names) and not any(map(is_credential, names))


def redact_value(name: Text, value: Any) -> Any:
    """Give what may travel of a header's value.

    Args:
        name: the header's name, in any case.
        value: text or bytes.

    Returns:
        The value, or what replaces it in the same type.

    Example:
        >>> redact_value("Authorization", "Bearer sk-123456")
        '[redacted by picklereg]'
    """
    secrets = _current.secrets
    if secrets is None or not is_credential(name):
        return value
    known = name.decode("latin-1") if isinstance(name, bytes) else name
    secrets.add_header(known, value.decode("latin-1") if isinstance(value, bytes) else str(value))
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
    secrets = _current.secrets
    if secrets is None or not value or not isinstance(value, (str, bytes)):
        return value
    secrets.add(value.decode("latin-1") if isinstance(value, bytes) else value)
    return REDACTED.encode() if isinstance(value, bytes) else REDACTED


def redact_pairs(pairs: Iterable[tuple[Text, Text]]) -> list[tuple[Text, Text]]:
    """Give what may travel of headers, given as pairs, in the same order."""
    return [(name, redact_value(name, value)) for name, value in pairs]


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


def redact_url(text: str, secrets: Secrets | None = None) -> str:
    """Give a URL, or a text with URLs in it, without userinfo and credential query parameters.

    Args:
        text: the text.
        secrets: what remembers them; left out: the dump that is under way.

    Returns:
        The text.

    Example:
        >>> redact_url("https://example.org/v1?key=abcdef&page=2")
        'https://example.org/v1?key=[redacted by picklereg]&page=2'
    """
    secrets = _current.secrets if secrets is None else secrets
    if secrets is None or not is_suspect(text):
        return text
    from picklereg.redaction.patterns import places_in  # here, to keep the import of picklereg cheap

    for pattern, replace in places_in(text):
        text = pattern.sub(getattr(secrets, replace), text)
    return text


def _by_house(house: Callable[[str], str], text: str) -> str:
    """Call a house's own rule; where it fails, nothing of the text travels."""
    try:
        replaced: Any = house(text)
    except Exception:  # noqa: BLE001  # somebody else's code
        return REDACTED
    return replaced if isinstance(replaced, str) else REDACTED


def _unquoted(text: str) -> str:
    if "%" not in text and "+" not in text:
        return text
    from urllib.parse import unquote_plus  # here, to keep the import of picklereg cheap

    return unquote_plus(text)


def _from_base64(text: str) -> str:
    import base64  # here, for the same reason

    try:
        return base64.b64decode(text.strip()).decode("latin-1")
    except ValueError:
        return ""
