"""Whether a secret stands in stored bytes, whole or in part."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

__all__ = ["stands_in"]

#: So many characters of a secret are as bad as all of it.
_TELLING: Final = 12


def stands_in(secret: str, stored: bytes) -> bool:
    """Tell whether a part of a secret that tells something stands in stored bytes: as it is, URL-encoded, or in base64.

    Args:
        secret: what must not be there.
        stored: the bytes.
    """
    parts = [secret[start : start + _TELLING] for start in range(max(len(secret) - _TELLING, 0) + 1)]
    return any(form in stored for part in parts for form in _forms(part))


def _forms(part: str) -> Iterator[bytes]:
    data = part.encode()
    yield data
    yield quote(part, safe="").encode()
    for offset in range(3):  # it may begin at each of the three bytes of a group
        encoded = base64.b64encode(bytes(offset) + data)
        yield encoded[(8 * offset + 5) // 6 : 8 * (offset + len(data)) // 6]
