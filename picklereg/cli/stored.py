"""Finding the pickle in what a framework stored: hex, base64, compressed, or in JSON.

docket stores ``{"value": {"data": "<base64>"}}``; Celery a pickle, or JSON that only names the error, and its messages are JSON with a
base64 ``body``; RQ compresses a job's data, and stores results as base64 and errors as compressed text.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["Stored", "unwrap"]

#: How many wrappings lie around a pickle at most.
_LAYERS: Final = 8
_HEX: Final = re.compile(rb"(?:[0-9a-fA-F]{2}\s*)+")
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_\-\s]+={0,2}\s*")
#: At the beginning of a line, where no pickle has it: not the one of the newest error, if that has a cause, and indented in a group.
_TRACEBACK: Final = re.compile(rb"^(?:  \+ Exception Group )?Traceback \(most recent call last\):$", re.MULTILINE)
_PICKLE: Final = b"\x80"
_ZLIB: Final = b"\x78"
#: Where frameworks put a pickle into JSON: keys, from the outermost one.
_PLACES: Final = (("value", "data"), ("data",), ("body",), ("return_value",), ("exc_string",))


@dataclass(frozen=True, slots=True)
class Stored:
    """What was found.

    Attributes:
        pickled: a pickle, if it is one.
        text: the text of a traceback, if that is all that was stored.
        named: what Celery's JSON says of an error: its module, its class and its arguments.
    """

    pickled: bytes | None = None
    text: str | None = None
    named: tuple[str, str, tuple[Any, ...]] | None = None


def unwrap(data: bytes, limit: int) -> Stored:
    """Find the pickle in stored bytes.

    Args:
        data: what was stored.
        limit: how many bytes compressed data may become.

    Returns:
        A pickle, or bytes that are none; a text; or what is known of an error.
    """
    for _ in range(_LAYERS):
        bare = data.strip()
        if data.startswith(_PICKLE):
            break
        found = _from_json(bare) if bare.startswith(b"{") else None
        if isinstance(found, Stored):
            return found
        found = found or (_inflated(data, limit) if data.startswith(_ZLIB) else None) or _decoded(bare)
        if found is None:
            break
        data = found
    return Stored(text=data.decode()) if _TRACEBACK.search(data) and _is_text(data) else Stored(data)


def _from_json(data: bytes) -> bytes | Stored | None:
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    result = found.get("result")
    if isinstance(result, dict) and isinstance(result.get("exc_type"), str):
        args = result.get("exc_message")
        return Stored(
            named=(str(result.get("exc_module", "builtins")), result["exc_type"], tuple(args) if isinstance(args, list) else (args,))
        )
    for place in _PLACES:
        value = found
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value.encode("utf-8", "replace")
    return None


def _inflated(data: bytes, limit: int) -> bytes | None:
    try:
        return zlib.decompressobj().decompress(data, limit) or None
    except zlib.error:
        return None


def _decoded(data: bytes) -> bytes | None:
    """Decode hex or base64, if what comes out can be what is looked for."""
    for pattern, decode in ((_HEX, _from_hex), (_BASE64, _from_base64)):
        if pattern.fullmatch(data):
            found = decode(b"".join(data.split()))
            if found is not None and (found.startswith((_PICKLE, _ZLIB, b"{")) or found.endswith(b".") or _BASE64.fullmatch(found)):
                return found
    return None


def _from_hex(data: bytes) -> bytes:
    return bytes.fromhex(data.decode())


def _from_base64(data: bytes) -> bytes | None:
    try:
        return base64.b64decode(data.replace(b"-", b"+").replace(b"_", b"/") + b"=" * (-len(data) % 4), validate=True)
    except binascii.Error:
        return None


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
