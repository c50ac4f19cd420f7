"""Credentials among the segments of a URL's path, where the one before says so: ``/token/<value>``, ``/reset-password/<value>``.

Most segments there are words, numbers or names, so only what looks like a credential is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.values import is_no_value, is_redacted, is_telling

__all__ = ["NEEDS", "SEGMENT", "segment"]

NEEDS: Final = ("token/", "key/", "reset/", "password/", "confirm", "activate/", "magic", "email/")
#: After a password's reset the user comes first, as Django and others have it.
SEGMENT: Final = re.compile(
    r"(?<=/)(?:(?:[a-z]{2,12}[_\-]){0,2}(?:token|api[_\-]?key|access[_\-]?key)|reset/key|magic(?:[_\-]link)?|(?:verify|confirm)[_\-]email"
    r"|(?P<user>(?:[a-z]{2,12}[_\-]){0,2}(?:reset|password|confirm|activate)))/(?(user)(?:[A-Za-z0-9]{1,12}/)?)(?P<value>[\w.~=%\-]{10,1000}+)",
    re.ASCII | re.IGNORECASE,
)
_RUN: Final = re.compile(r"\d+|[A-Za-z]+")
_FEWEST_RUNS: Final = 4
#: An address on a chain of blocks, the name of a file.
_OTHER: Final = re.compile(r"0x[0-9a-fA-F]{40}|.*\.[a-z]{2,5}", re.DOTALL)


def segment(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the segment, if it looks like a credential."""
    value = match["value"]
    is_one = is_telling(value, is_loose=False) and len(_RUN.findall(value)) >= _FEWEST_RUNS and not _OTHER.fullmatch(value)
    if is_one and not (is_no_value(value) or is_redacted(value)):
        yield Found(*match.span("value"), "token", "url")
