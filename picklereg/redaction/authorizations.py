"""What stands after the name of a header that says who asks: a scheme and a credential, or a credential alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import TRAILING, Found, accepted
from picklereg.redaction.names import is_credential, words_of
from picklereg.redaction.values import SCHEMES, is_telling

__all__ = ["TOKEN", "authorization", "is_authorization", "rest_of_line"]

_LINE: Final = re.compile(r"(?:[^\r\n\"'`\\]|\\(?![\"'nrt])|(?<==)\"[^\"\r\n]*\"|(?<==)\\\"[^\"\\\r\n]*\\\")+")
TOKEN: Final = re.compile(r"[^\s\x00-\x1f\x7f,;\"'`<>\\]+")
#: A header may go on in the next line.
_SCHEME: Final = re.compile(r"([A-Za-z][\w\-]{1,30})(?:[ \t]+|\r?\n[ \t]+)", re.ASCII)
_FIELD: Final = re.compile(r"[\w\-]{1,60}\s?=", re.ASCII)
#: Schemes with a digit in their name; any other word that has one is a token.
_NUMBERED_SCHEME: Final = re.compile(
    r"(?:\w{1,8}-)?(?:hmac|rsa|scram|ecdsa-p\d{3})-sha-?\d{1,3}|oauth-?\d|http-?\d", re.ASCII | re.IGNORECASE
)
#: What may stand after a word that is alone in its line; and what is said there of a scheme.
_ENDS: Final = frozenset({"", "\r", "\n", "'", '"', "\\"})
_SAID_OF_SCHEMES: Final = frozenset(
    {"authentication", "challenge", "expected", "failed", "header", "invalid", "prefix", "realm", "scheme", "schemes"}
)
_QUOTED_AFTER: Final = re.compile(r"\\{0,15}['\"][\w\[]")
_AUTHORIZATIONS: Final = frozenset({"authentication", "authorization"})
_SHORTEST: Final = 6


def is_authorization(name: str) -> bool:
    """Tell whether what has a name is a scheme and a credential."""
    words = words_of(name)
    return not _AUTHORIZATIONS.isdisjoint(words) or (words[-1:] == ["auth"] and "-" in name)  # ``X-Sentry-Auth``


def rest_of_line(text: str, start: int, name: str) -> Iterator[Found]:
    """Give what stands there up to the end of the line."""
    line = _LINE.match(text, start)
    if line and not (line[0].endswith("=") and _QUOTED_AFTER.match(text, line.end())):  # else Python shows them
        yield from accepted(text, start, start + len(line[0].rstrip()), name, "plain")


def authorization(text: str, start: int, name: str) -> Iterator[Found]:
    """Any scheme, or none. A credential has a digit or ``=`` in it, a sentence hasn't."""
    scheme = _SCHEME.match(text, start)
    if scheme:
        start = scheme.end()
        if scheme[1].lower() not in SCHEMES and _FIELD.match(text, start):  # Digest, AWS4-HMAC-SHA256
            yield from rest_of_line(text, start, name)
            return
        if _is_token(scheme[1]):  # words follow, maybe about it, and maybe it is a scheme
            yield from accepted(text, scheme.start(1), scheme.end(1), name, "plain")
    token = TOKEN.match(text, start)
    value = token[0].rstrip(TRAILING) if token else ""
    if value.endswith("=") and _QUOTED_AFTER.match(text, start + len(value)):  # ``token="...``, which is found by itself
        return
    is_odd = is_telling(value) or "=" in value or any(map(str.isdigit, value))
    if len(value) >= _SHORTEST and (is_odd or (scheme and _is_said_alone(text, start, value, scheme[1]))):
        yield from accepted(text, start, start + len(value), name, "basic" if scheme and scheme[1].lower() == "basic" else "plain")


def _is_said_alone(text: str, start: int, value: str, scheme: str) -> bool:
    """Tell of a word after a scheme that it is a token: nothing follows it in its line, and it doesn't say what is to stand there."""
    is_last = text[start + len(value) : start + len(value) + 1] in _ENDS and value.islower()
    return is_last and scheme.lower() in SCHEMES and not (is_credential(value) or value in _SAID_OF_SCHEMES)


def _is_token(word: str) -> bool:
    """Tell of what stands in a scheme's place that it is none."""
    is_scheme = word.lower() in SCHEMES or _NUMBERED_SCHEME.fullmatch(word) is not None
    return not is_scheme and len(word) >= _SHORTEST and any(map(str.isdigit, word))
