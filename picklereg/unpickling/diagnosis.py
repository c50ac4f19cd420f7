"""What bytes are that are no pickle, or no whole one: looked at only once reading them has failed.

Nothing of their content is told: it may be a secret.
"""

from __future__ import annotations

import base64
import binascii
import io
import pickletools
import string
from collections.abc import Callable
from pickle import UnpicklingError
from typing import Any, Final, NamedTuple

from picklereg.errors import EndOfPickleError, UnreadablePickleError

__all__ = ["SIGNED", "Diagnosis", "diagnose", "truth_about"]

#: What the bytes of a signer begin with.
SIGNED: Final = b"picklereg-sig"
#: How much is looked at to tell text from bytes, and what a text holds.
_HEAD: Final = 4_096
_HEX: Final = string.hexdigits.encode()
_BASE64: Final = (string.ascii_letters + string.digits + "+/-_=").encode()
_SPACE: Final = string.whitespace.encode()
#: With what pickles begin, from protocol 2 on.
_PROTOCOL: Final = b"\x80"
_PICKLED: Final = (_PROTOCOL, SIGNED, b"\x78\x9c", b"\x1f\x8b")
_CONTROLS: Final = bytes({*range(32)} - {*_SPACE})


class Diagnosis(NamedTuple):
    """What is wrong with bytes.

    Attributes:
        problem: what they are.
        remedy: what to do.
    """

    problem: str
    remedy: str


def diagnose(data: bytes, *, was_followed: bool = False) -> Diagnosis | None:
    """Tell what bytes are that couldn't be read.

    Args:
        data: the bytes.
        was_followed: whether their opcodes have been followed in vain, so that a text that happens to be opcodes is a text.

    Returns:
        What is wrong, or ``None`` if they are a whole pickle.
    """
    is_text = _is_text(data)
    ending = _ending(data)
    if ending == "whole" and not (was_followed and is_text):
        return None
    for fits, problem, remedy in _KINDS:
        if fits(data):
            return Diagnosis(problem, remedy)
    if is_text:
        return Diagnosis("these bytes are text, and no whole pickle", "pass the bytes that dumps gave")
    if ending == "cut" and data.startswith(_PROTOCOL):
        return Diagnosis(f"this pickle is cut off after {len(data):,} bytes", "have it written or sent again, whole")
    kind = "no whole pickle" if ending == "cut" else "no pickle"
    return Diagnosis(f"these bytes are {kind}", "pass the bytes that dumps gave; if they are encrypted or compressed, undo that first")


def truth_about(data: bytes, problem: BaseException) -> BaseException:
    """Give what is to be raised in the place of what pickle raised, which is of the same class, or gets a note.

    Args:
        data: the bytes, in which pickle's opcodes can't be followed to their end.
        problem: what pickle raised.
    """
    found = diagnose(data, was_followed=True)
    if found is None:
        return problem
    if type(problem) is EOFError:
        return EndOfPickleError(*found)
    if type(problem) is UnpicklingError:
        return UnreadablePickleError(*found)
    problem.add_note(f"picklereg.loads: {found.problem}; {found.remedy}")
    return problem


class _Watched(io.BytesIO):
    """Bytes that know whether somebody wanted more than there are."""

    ran_out = False

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        self.ran_out = self.ran_out or len(found) < (size or 0)
        return found

    def readline(self, size: int | None = -1, /) -> bytes:
        found = super().readline(size)
        self.ran_out = self.ran_out or not found.endswith(b"\n")
        return found


def _ending(data: bytes) -> str:
    """Tell whether opcodes lead to a STOP, to the end of the bytes, or to what is no opcode."""
    file: Any = _Watched(data)
    try:
        for _ in pickletools.genops(file):
            pass
    except Exception:  # noqa: BLE001  # whatever broken arguments come to
        return "cut" if file.ran_out else "broken"
    return "whole"


def _is_text(data: bytes) -> bool:
    """Tell whether the beginning of bytes is text, in which a character may be cut."""
    head = data[:_HEAD]
    if not head or head.translate(None, _CONTROLS) != head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as problem:
        return problem.start >= _HEAD - 3
    return True


def _is_json(data: bytes) -> bool:
    """Tell it by the brackets: to parse what strangers wrote takes more memory than it has bytes."""
    bare = data[:_HEAD].strip()[:1] + data[-_HEAD:].strip()[-1:]
    return bare in (b"{}", b"[]", b'""')


def _is_hex(data: bytes) -> bool:
    head = data[:_HEAD].translate(None, _SPACE)[:64]
    return len(head) > 1 and not head.translate(None, _HEX) and bytes.fromhex(head[: len(head) & -2].decode()).startswith(_PICKLED)


def _is_base64(data: bytes) -> bool:
    head = data[:_HEAD].translate(None, _SPACE)[:64].replace(b"-", b"+").replace(b"_", b"/")
    if head.translate(None, _BASE64):
        return False
    try:
        return base64.b64decode(head + b"=" * (-len(head) % 4)).startswith(_PICKLED)
    except binascii.Error:
        return False


#: In the order in which they are tried.
_KINDS: Final[tuple[tuple[Callable[[bytes], bool], str, str], ...]] = (
    (lambda data: not data, "there are no bytes", "look whether anything was stored or sent under that name"),
    (lambda data: data.startswith(SIGNED), "these bytes are signed", "read them with the loads of a picklereg.Signer that has the key"),
    (lambda data: data.startswith((b"\x78\x9c", b"\x78\x01", b"\x78\xda")), "these bytes are compressed", "call zlib.decompress first"),
    (lambda data: data.startswith(b"\x1f\x8b"), "these bytes are compressed", "call gzip.decompress first"),
    (
        _is_json,
        "these bytes are JSON, no pickle",
        "read them with json.loads; `picklereg show FILE` finds the pickle that a framework put in",
    ),
    (_is_hex, "these bytes are a pickle as hex", "call bytes.fromhex first"),
    (_is_base64, "these bytes are a pickle as base64", "call base64.b64decode first"),
)
