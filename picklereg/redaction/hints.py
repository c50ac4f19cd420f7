"""Whether a pickle may hold a credential, told at once: most hold nothing that hints at one, and aren't read any closer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.commands import is_command
from picklereg.redaction.held import REQUESTS
from picklereg.redaction.names import COMPANY, COMPRESSED, KEY_TYPE, LOGIN_PAIRS, LOGINS, STEMS
from picklereg.redaction.prefilter import is_prefiltered
from picklereg.redaction.prompts import MARKS

__all__ = ["may_hold"]

#: What is in the names of credentials; two letters may stand anywhere in bytes, so they are looked for where texts end.
_STEMS: Final = tuple(stem for stem in STEMS if len(stem) > len("pw"))
_ENDS: Final = (*LOGIN_PAIRS, *(stem for stem in STEMS if stem not in _STEMS))
#: What has none of these in it, and still tells that something beside it is a credential, or was said by the program.
_MARKS: Final = frozenset(name.lower() for name in (*LOGINS, *MARKS, *REQUESTS, COMPANY, KEY_TYPE, "code"))
#: Where a text of fewer than 256 bytes begins, in lower case, by the newer protocols or by older ones.
_TEXT: Final = re.compile(r"\x8c(?=(.))|x(?=(.)\0\0\0)", re.DOTALL)
#: No text in which a credential is found for its place or shape is shorter.
_RUN: Final = re.compile(rb"[ -~]{12}")


def may_hold(data: bytes) -> bool:
    """Tell, at once, whether a pickle may hold a credential: the name of one, or anything without which there is none in a text."""
    text = bytes.decode(data, "latin-1")  # in which to look for something takes half as long
    lowered = text.lower()
    if [stem for stem in _STEMS if stem in lowered] or any(map(_is_mark, {*_texts(lowered)})):
        return True
    return (_RUN.search(data) is not None and is_prefiltered(text)) or any(map(data.__contains__, COMPRESSED))


def _texts(lowered: str) -> Iterator[str]:
    """Give the short texts in a pickle."""
    for match in _TEXT.finditer(lowered):
        start = match.end() + (1 if match[1] else 4)
        yield lowered[start : start + ord(match[match.lastindex or 1])]


def _is_mark(text: str) -> bool:
    return text in _MARKS or text.endswith(_ENDS) or is_command(text)
