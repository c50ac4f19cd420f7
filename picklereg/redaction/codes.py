"""OAuth's authorization codes (RFC 6749, 4.1): ``code`` is one beside what such a code is sent with, and not beside an error.

In URLs of Azure's functions the key is called so: https://learn.microsoft.com/en-us/azure/azure-functions/function-keys-how-to
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import COMPANY, GRANT
from picklereg.redaction.values import is_code

__all__ = ["CODE", "NEEDS", "code"]

#: Nearly every text has a code in it; fewer have one of these.
NEEDS: Final = (GRANT, COMPANY, "state=", "state%3d", "state%253d", 'state"', "state'", "state\\", ".azurewebsites.net/")
CODE: Final = re.compile(
    r"(?:(?<![\w.\-$])|(?<=%3F)|(?<=%26))code(?P<quote>\\{0,15}['\"]?)\s{0,4}(?P<sign>[=:,]|%(?:25){0,3}3D)\s{0,4}[\[(]?b?\\{0,15}['\"]?"
    r"(?P<value>(?:[\w.~+/=\-]|%(?:2[BF]|3D|7E)){6,2000}+)",
    re.ASCII | re.IGNORECASE,
)
_SIGN: Final = r"\\{0,15}['\"]?\s{0,4}(?:=(?!=)|[:,]|%(?:25){0,3}3D)"
_CERTAIN: Final = re.compile(rf"authorization_code|redirect_uri{_SIGN}|\.azurewebsites\.net/", re.IGNORECASE)
_LIKELY: Final = re.compile(rf"(?:(?<![\w.\-$])|(?<=%3F)|(?<=%26))state{_SIGN}", re.ASCII | re.IGNORECASE)
#: How far before and after it these are looked for, and what they aren't looked for beyond.
_AROUND: Final = 1_000
_BORDERS: Final = {True: re.compile(r"[\s'\"<>`]"), False: re.compile(r"[{}]")}


def code(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the code, if one is."""
    if match["sign"] == "," and not match["quote"]:  # words of a program
        return
    is_form = not match["quote"] and match["sign"] != ":"
    before, after = text[max(match.start() - _AROUND, 0) : match.start()], text[match.end() : match.end() + _AROUND]
    border = _BORDERS[is_form]
    around = f"{border.split(before)[-1]}\n{border.split(after, maxsplit=1)[0]}"
    is_certain = _CERTAIN.search(around) is not None
    if (is_certain or _LIKELY.search(around)) and is_code(match["value"], is_certain=is_certain or is_form):
        yield Found(*match.span("value"), "code", "url")
