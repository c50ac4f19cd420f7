"""Keys written as JSON (RFC 7517): beside ``kty`` stands what only a private or a symmetric key has (RFC 7518, 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import KEY_TYPE, PRIVATE_KEY, PRIVATE_MEMBERS

__all__ = ["MEMBER", "NEEDS", "member"]

NEEDS: Final = (f'{KEY_TYPE}"', f"{KEY_TYPE}'", f"{KEY_TYPE}\\")
MEMBER: Final = re.compile(
    rf"(?<=['\"])(?:{'|'.join(sorted(PRIVATE_MEMBERS, key=len, reverse=True))})\\{{0,15}}['\"]\s{{0,4}}:\s{{0,4}}b?\\{{0,15}}['\"]"
    r"(?P<value>[A-Za-z0-9_\-]{16,2000}+=?)"
)
#: How far before and after it the type is looked for: a key of 4,096 bits is about so long.
_AROUND: Final = 5_000


def member(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the member, if the object in which it stands is a key."""
    before, after = text[max(match.start() - _AROUND, 0) : match.start()], text[match.end() : match.end() + _AROUND]
    if KEY_TYPE in before.rpartition("{")[2] or KEY_TYPE in after.partition("}")[0]:
        yield Found(*match.span("value"), PRIVATE_KEY, "quoted")
