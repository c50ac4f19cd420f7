"""What was said, and stays behind, in a text that is made of what holds it: the ``repr`` of an argument, or an error's text in a note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from picklereg.redaction.values import REDACTED

__all__ = ["SHORTEST", "without_left"]

#: What is shorter may be a word of anybody's.
SHORTEST: Final = 8
#: By so much of its beginning a text is found that was cut off; the rest of what was made is left out then.
_HEAD: Final = 24
#: No text that is made for a note shows more.
_MOST: Final = 2_000
#: What Python and JSON show as it is.
_RUN: Final = re.compile(r"[A-Za-z0-9 ,.;:!?\-]{4,}")
_SHOWN: Final = {"\n": r"(?:\n|\\+n)", "\r": r"(?:\r|\\+r)", "\t": r"(?:\t|\\+t)"}
#: Any other letter may be shown as its number.
_NUMBER: Final = r"\\+(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})"


def without_left(text: str, left: Iterable[str]) -> str:
    """Give a text without what stays behind: as it is, or as Python or JSON shows it, in one another, too, and also where it is cut off.

    Args:
        text: the text.
        left: what stays behind.
    """
    for one in sorted(left, key=len, reverse=True):
        run = _RUN.search(one, 0, _HEAD)
        if run is None or run[0] in text:
            whole, beginning = _patterns(one[:_MOST])
            text = beginning.sub(REDACTED, text if len(one) > _MOST else whole.sub(REDACTED, text))
    return text


def _patterns(one: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Give what finds a text however it is shown, and what finds its beginning, and all after that."""
    shown = [_shown(letter) for letter in one]
    return re.compile("".join(shown)), re.compile("".join(shown[:_HEAD]) + r"[\s\S]*")


def _shown(letter: str) -> str:
    if letter in _SHOWN:
        return _SHOWN[letter]
    if letter in "'\"\\":
        return rf"\\*{re.escape(letter)}"
    plain = re.escape(letter)
    return plain if letter.isascii() and letter.isprintable() else rf"(?:{plain}|(?:{_NUMBER}){{1,2}})"
