"""Replacing texts and bytes in a pickle, whatever they belong to."""

from __future__ import annotations

import pickle
import pickletools
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final

__all__ = ["rewrite_pickle"]

_TEXT_OPCODES: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"})


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
