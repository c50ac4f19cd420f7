"""What is written as it isn't meant: bytes as text, escapes in URLs, JSON and Python, base64."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

__all__ = ["decoded", "from_base64", "inflated", "readings", "unquoted"]

#: What stands in URLs for two of the characters of base64.
_URL_SAFE: Final = str.maketrans("-_", "+/")


def decoded(data: bytes) -> tuple[str, str]:
    """Give bytes as text, and in which encoding they are that; any bytes are in one."""
    try:
        return bytes.decode(data), "utf-8"
    except UnicodeDecodeError:
        return bytes.decode(data, "latin-1"), "latin-1"


def readings(value: str, how: str) -> Iterator[str]:
    """Give a value as it is written, and as it is meant."""
    yield value
    if how in {"setting", "url"}:
        yield unquoted(value)
    elif "\\" in value:
        import json  # here, to keep the import of picklereg cheap

        try:
            yield str(json.loads(f'"{value}"', strict=False))
        except ValueError:
            yield re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)


def unquoted(text: str) -> str:
    """Give what a part of a URL or form means."""
    if "%" not in text and "+" not in text:
        return text
    from urllib.parse import unquote_plus  # here, to keep the import of picklereg cheap

    return unquote_plus(text)


def from_base64(text: str) -> str:
    """Give what stands in base64, or nothing if it isn't any."""
    import base64  # here, for the same reason

    try:
        return base64.b64decode(text.strip().translate(_URL_SAFE)).decode("latin-1")
    except ValueError:
        return ""


def inflated(data: bytes, room: int) -> bytes | None:
    """Give what compressed bytes hold: nothing if they only looked like some, ``None`` if it is more than there is room for."""
    if room <= 0:
        return None
    import zlib  # here, for the same reason

    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = inflater.decompress(data, room)
    except zlib.error:
        return b""
    return None if inflater.unconsumed_tail else found
