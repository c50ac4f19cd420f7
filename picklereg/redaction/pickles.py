"""Replacing texts and bytes in a pickle, whatever they belong to."""

from __future__ import annotations

import pickle
import pickletools
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.redaction.held import REQUESTS, field_names, parameter_names
from picklereg.redaction.marks import is_mark
from picklereg.redaction.pickled import Operation, credentials_in, named_by, replacements
from picklereg.redaction.values import REDACTED, is_telling

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Beneath
    from picklereg.redaction.secrets import Secrets

__all__ = ["rewrite_pickle", "take_from_pickle"]

#: No longer text is a name.
_NAME: Final = 200
#: What requests hold, OAuth's code, and arrays, which may be letters of a name.
_OTHER_MARKS: Final = REQUESTS | {"code", "_array_reconstructor"}


def rewrite_pickle(
    data: bytes,
    text: Callable[[str], str],
    raw: Callable[[bytes], bytes],
    seen: Sequence[object] | None = None,
    beneath: Beneath | None = None,
) -> bytes | None:
    """Give a pickle of protocol 5 with its texts and bytes replaced, and without frames, which may be left out (PEP 3154).

    Args:
        data: the pickle, as pickle itself writes it.
        text: replaces a text; names of modules and of what they define are left alone.
        raw: replaces bytes.
        seen: what isn't in the pickle, but in a list beside it; ``None`` if nothing has to be replaced for its name.
        beneath: where the whole stands beneath a credential's name, if it does.

    Returns:
        The pickle, or ``None`` if nothing had to be replaced.
    """
    operations = list(pickletools.genops(data))
    ends = [position for _, _, position in operations[1:]] + [len(data)]
    told = [*_names(operations)]
    names = set(told)
    known = frozenset[str]() if beneath is None else beneath.texts
    is_placed = seen is not None and (beneath is not None or _may_name(operations, told, seen))
    places = replacements(operations, seen, beneath) if seen is not None and is_placed else {}
    pieces: list[bytes] = []
    is_changed = bool(places)
    for index, ((operation, argument, start), end) in enumerate(zip(operations, ends, strict=True)):
        piece = data[start:end]
        if index in places:
            pieces += (pickle.POP, _pushing(places[index]))
        if isinstance(argument, str) and index not in names:
            replaced = REDACTED if argument in known else text(argument)
            if replaced != argument:
                piece, is_changed = _pushing(replaced), True
        elif isinstance(argument, (bytes, bytearray)):
            replaced_bytes = REDACTED.encode() if known and argument.decode("latin-1") in known else raw(bytes(argument))
            if replaced_bytes != argument:
                piece, is_changed = _pushing(type(argument)(replaced_bytes)), True
        if operation.name != "FRAME":
            pieces.append(piece)
    return b"".join(pieces) if is_changed else None


def take_from_pickle(data: bytes, seen: Sequence[object], secrets: Secrets) -> bool:
    """Take in the credentials that stand in a pickle of protocol 5; tell whether there are any.

    Args:
        data: the pickle.
        seen: as for :func:`rewrite_pickle`.
        secrets: takes them in.
    """
    operations = list(pickletools.genops(data))
    told = [*_names(operations)]
    names = set(told)
    texts: list[str] = []
    is_found = False
    for index, (_, argument, _) in enumerate(operations):
        if isinstance(argument, str) and index not in names:
            texts.append(argument)
        elif isinstance(argument, (bytes, bytearray)):
            raw = bytes(argument)
            is_found = secrets.data(raw) != raw or is_found
    is_found = secrets.scan_texts(texts) or is_found
    if not _may_name(operations, told, seen):
        return is_found
    named = credentials_in(operations, seen)
    for name, value in named or ():
        if is_telling(value, is_loose=False):  # else it is replaced in its place alone
            secrets.add_entry(name, value)
    if named is not None:
        secrets.found = secrets.is_elsewhere = True
    return is_found or named is not None


def _may_name(operations: Sequence[Operation], told: Sequence[int], seen: Sequence[object]) -> bool:
    """Tell at once whether anything in a pickle may stand in a credential's place: most have no name of one in them.

    Args:
        operations: those of the pickle.
        told: which of them push the modules and names of what it refers to; some have names for what they hold.
        seen: as for :func:`rewrite_pickle`.
    """
    texts = {argument for _, argument, _ in operations if isinstance(argument, str) and len(argument) <= _NAME}
    data = {bytes(argument) for _, argument, _ in operations if isinstance(argument, (bytes, bytearray)) and len(argument) <= _NAME}
    if _are_marks(texts | {raw.decode("latin-1") for raw in data}):
        return True
    pairs = {(operations[module][1], operations[name][1]) for module, name in zip(told[::2], told[1::2], strict=True)}
    classes = [cls for cls in (*(named_by(module, name) for module, name in pairs), *seen) if isinstance(cls, type)]
    return any(_are_marks({*field_names(cls), *parameter_names(cls)}) for cls in classes)


def _are_marks(names: set[str]) -> bool:
    return any(map(is_mark, names)) or not _OTHER_MARKS.isdisjoint(names)


def _pushing(value: str | bytes | bytearray | None) -> bytes:
    """Give the operation that pushes a value."""
    if value is None:
        return pickle.NONE
    if isinstance(value, str):
        encoded = value.encode("utf-8", "surrogatepass")
        return pickle.BINUNICODE + struct.pack("<I", len(encoded)) + encoded
    opcode = pickle.BYTEARRAY8 if isinstance(value, bytearray) else pickle.BINBYTES8
    return opcode + struct.pack("<Q", len(value)) + value


def _names(operations: list[tuple[Any, Any, Any]]) -> Iterator[int]:
    """Give which operations push the names of modules, classes and functions."""
    memo: list[int] = []
    pushed: list[int] = []
    for index, (operation, argument, _) in enumerate(operations):
        if operation.name == "MEMOIZE":
            memo.append(pushed[-1])
        elif operation.name in {"BINGET", "LONG_BINGET"}:
            pushed.append(memo[argument])
        elif operation.name == "STACK_GLOBAL":
            yield from pushed[-2:]
            pushed.append(index)
        elif operation.name != "FRAME":
            pushed.append(index)
