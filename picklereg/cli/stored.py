"""Finding the pickle in what a framework stored: hex, base64, compressed, signed, or in JSON.

docket stores ``{"value": {"data": "<base64>"}}``; Celery a pickle, or JSON that only names the error, and its messages are JSON with a
base64 ``body``; RQ compresses a job's data, and stores results as base64 and errors as compressed text.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import string
import zlib
from dataclasses import dataclass
from typing import Any, Final

from picklereg.signing import MAGIC, START

__all__ = ["Stored", "unwrap"]

#: How many wrappings lie around a pickle at most.
_LAYERS: Final = 8
#: Looked for by taking characters away, which takes a time in proportion to the length.
_SPACE: Final = string.whitespace.encode()
_HEX: Final = string.hexdigits.encode()
_BASE64: Final = (string.ascii_letters + string.digits + "+/-_").encode()
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
        is_signed: whether a signature stands before it; nobody verified it.
    """

    pickled: bytes | None = None
    text: str | None = None
    named: tuple[str, str, tuple[Any, ...]] | None = None
    is_signed: bool = False


def unwrap(data: bytes, limit: int) -> Stored:
    """Find the pickle in stored bytes.

    Args:
        data: what was stored.
        limit: how many bytes compressed data may become.

    Returns:
        A pickle, or bytes that are none; a text; or what is known of an error.
    """
    is_signed = False
    for _ in range(_LAYERS):
        if data.startswith(MAGIC):
            is_signed, data = True, data[START:]
        if data.startswith(_PICKLE):
            break
        bare = data.strip()
        found = _from_json(bare) if bare.startswith(b"{") else None
        if isinstance(found, Stored):
            return found
        found = found or (_inflated(data, limit) if data.startswith(_ZLIB) else None) or _decoded(data)
        if found is None:
            break
        data = found
    if _TRACEBACK.search(data) and _is_text(data):
        return Stored(text=data.decode(), is_signed=is_signed)
    return Stored(data, is_signed=is_signed)


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
    bare = data.translate(None, _SPACE)
    for is_form, decode in ((_is_hex, _from_hex), (_is_base64, _from_base64)):
        if bare and is_form(bare):
            found = decode(bare)
            if found is not None and (found.startswith((_PICKLE, _ZLIB, MAGIC, b"{")) or found.endswith(b".") or _is_base64(found)):
                return found
    return None


def _is_hex(data: bytes) -> bool:
    return len(data) % 2 == 0 and not data.translate(None, _HEX)


def _is_base64(data: bytes) -> bool:
    """Tell whether data are base64, perhaps in lines."""
    bare = data.translate(None, _SPACE)
    return bool(bare) and not bare[:-2].translate(None, _BASE64) and not bare[-2:].rstrip(b"=").translate(None, _BASE64)


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
