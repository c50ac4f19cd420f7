"""Whether a pickle may hold a credential, told at once: most hold nothing that hints at one, and aren't read any closer."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.commands import is_command
from picklereg.redaction.held import REQUESTS, field_names, parameter_names
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
#: What is named in a module; what has a dot in its name is looked for closer, if anything else is.
_CLASS: Final = re.compile(r"\x8c.(\w{1,200})\x94\x93", re.DOTALL)
#: No text in which a credential is found for its place or shape is shorter.
_RUN: Final = re.compile(rb"[ -~]{12}")


def may_hold(data: bytes) -> bool:
    """Tell, at once, whether a pickle may hold a credential: the name of one, or anything without which there is none in a text."""
    text = bytes.decode(data, "latin-1")  # in which to look for something takes half as long
    lowered = text.lower()
    if _has_stem(lowered) or any(map(_is_mark, {*_texts(lowered)})):
        return True
    if any(_has_stem(name) or _is_mark(name) for name in _field_names(text)):
        return True
    return (_RUN.search(data) is not None and is_prefiltered(text)) or any(map(data.__contains__, COMPRESSED))


def _has_stem(lowered: str) -> bool:
    return any(map(lowered.__contains__, _STEMS))


def _field_names(text: str) -> Iterator[str]:
    """Give, in lower case, the names that the classes in a pickle have for what they hold: no other need be in it."""
    classes = {found[1] for found in _CLASS.finditer(text)}
    modules = [sys.modules[name] for name in {*_texts(text)} if name in sys.modules] if classes else ()
    for module, name in itertools.product(modules, classes):
        cls = vars(module).get(name)
        if isinstance(cls, type):
            yield from (field.lower() for field in (*field_names(cls), *parameter_names(cls)))


def _texts(text: str) -> Iterator[str]:
    """Give the short texts in a pickle."""
    for match in _TEXT.finditer(text):
        start = match.end() + (1 if match[1] else 4)
        yield text[start : start + ord(match[match.lastindex or 1])]


def _is_mark(text: str) -> bool:
    return text in _MARKS or text.endswith(_ENDS) or is_command(text)
