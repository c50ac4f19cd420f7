"""Replacing values in text, bytes and pickles: as they are, URL-encoded, in JSON, base64, compressed."""

from __future__ import annotations

import base64
import html
import json
import pickle
import pickletools
import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote, quote_plus

from picklereg.redaction.names import COMPRESSED

__all__ = ["Rewriter", "inflated", "rewrite_pickle"]

#: How much of compressed bytes is looked at.
_INFLATED_LIMIT: Final = 10_000_000
_TEXT_OPCODES: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"})


class Rewriter:
    """Replaces values.

    Args:
        values: the values.
        by: what stands in their place.
    """

    __slots__ = ("_by", "_data", "_text")

    def __init__(self, values: Iterable[str], by: str) -> None:
        values = list(values)
        forms = {form for value in values for form in _forms(value)}
        pattern = "|".join([*map(re.escape, sorted(forms, key=len, reverse=True)), *_base64_patterns(values)])
        self._by = by
        self._text = re.compile(pattern)
        self._data = re.compile(pattern.encode("utf-8", "surrogatepass"))

    def text(self, text: str) -> str:
        """Give a text with the values replaced."""
        return self._text.sub(self._by, text)

    def data(self, data: bytes) -> bytes:
        """Give bytes with the values replaced; compressed bytes that hold one are replaced altogether."""
        if data.startswith(COMPRESSED) and self._data.search(inflated(data)):
            return self._by.encode()
        return self._data.sub(self._by.encode(), data)


def rewrite_pickle(data: bytes, text: Callable[[str], str], raw: Callable[[bytes], bytes]) -> bytes | None:
    """Give a pickle of protocol 5 with its texts and bytes replaced, and without frames, which may be left out (PEP 3154).

    Args:
        data: the pickle, as pickle itself writes it.
        text: replaces a text; names of modules and of what they define are left alone.
        raw: replaces bytes.

    Returns:
        The pickle, or ``None`` if nothing had to be replaced.
    """
    operations = list(pickletools.genops(data))
    ends = [position for _, _, position in operations[1:]] + [len(data)]
    names = set(_names(operations))
    pieces: list[bytes] = []
    is_changed = False
    for index, ((operation, argument, start), end) in enumerate(zip(operations, ends, strict=True)):
        piece = data[start:end]
        if isinstance(argument, str) and operation.name in _TEXT_OPCODES and index not in names:
            replaced = text(argument)
            if replaced != argument:
                encoded = replaced.encode("utf-8", "surrogatepass")
                piece, is_changed = b"X" + struct.pack("<I", len(encoded)) + encoded, True
        elif isinstance(argument, (bytes, bytearray)):
            replaced_bytes = raw(bytes(argument))
            if replaced_bytes != argument:
                opcode = pickle.BYTEARRAY8 if isinstance(argument, bytearray) else pickle.BINBYTES8
                piece, is_changed = opcode + struct.pack("<Q", len(replaced_bytes)) + replaced_bytes, True
        if operation.name != "FRAME":
            pieces.append(piece)
    return b"".join(pieces) if is_changed else None


def _names(operations: list[tuple[Any, Any, Any]]) -> Iterator[int]:
    """Give which operations push the names of modules, classes and functions."""
    memo: list[int] = []
    pushed: list[int] = []
    for index, (operation, argument, _) in enumerate(operations):
        if operation.name == "MEMOIZE":
            memo.append(pushed[-1] if pushed else index)
        elif operation.name in {"BINGET", "LONG_BINGET"}:
            pushed.append(memo[argument])
        elif operation.name == "STACK_GLOBAL":
            yield from pushed[-2:]
            pushed.append(index)
        elif operation.name != "FRAME":
            pushed.append(index)


def _forms(value: str) -> Iterator[str]:
    yield value
    plain = value.encode("utf-8", "surrogatepass")
    for quoted in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)


def _base64_patterns(values: Iterable[str]) -> Iterator[str]:
    """Give what a value looks like in base64, whatever stands before and after it: three ways, by its place in a group of three bytes."""
    for value in values:
        data = value.encode("utf-8", "surrogatepass")
        for offset in range(3):
            encoded = base64.b64encode(b"\0" * offset + data).decode()
            # The characters at either end depend on the neighbours, too.
            core = encoded[(offset * 8 + 5) // 6 : (offset + len(data)) * 8 // 6]
            if len(core) >= 8:
                plain, urlsafe = re.escape(core), re.escape(core.replace("+", "-").replace("/", "_"))
                yield rf"[A-Za-z0-9+/_-]{{0,2}}(?:{plain}|{urlsafe})[A-Za-z0-9+/_-]{{0,2}}={{0,2}}"


def inflated(data: bytes) -> bytes:
    """Give what compressed bytes hold; nothing if they only looked like some."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data, _INFLATED_LIMIT)
    except zlib.error:
        return b""
