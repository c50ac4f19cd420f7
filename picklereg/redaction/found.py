"""What is found in a text: where a credential stands, and whether it is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from picklereg.redaction.values import is_redacted, is_value_of

__all__ = ["TRAILING", "Found", "accepted"]

#: What ends a sentence, or closes what is around a value.
TRAILING: Final = ".,:;!?)]}\u2019\u201d\u00bb\u203a"
#: Where a word after ``token`` is what a parser calls one.
_SHOWN: Final = frozenset({"quoted", "setting"})
#: What is in no text that has been written for people or programs to read.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
#: What Kubernetes calls a secret, and says of it.
_RESOURCES: Final = frozenset({"secret", "secrets"})
_RESOURCE: Final = re.compile(r"(?:[a-z]{1,30}\d{0,3})(?:[\-./](?:[a-z]{1,30}\d{0,3}|\d{1,3})){1,8}", re.ASCII)
_SAID_OF_RESOURCE: Final = re.compile(
    r"\\{0,15}['\"]?,? (?:already|cannot|could|does|doesn't|exists|from|has|in|is|isn't|may|must|not|of|was)(?!\w)", re.ASCII
)


class Found(NamedTuple):
    """A credential in a text.

    Attributes:
        start: where it begins.
        end: what is after it.
        name: the name before it; empty if there is none.
        how: how it is written: ``"plain"``, ``"quoted"``, ``"setting"``, ``"url"``, ``"basic"``, ``"base64"`` or ``"userinfo"``.
    """

    start: int
    end: int
    name: str
    how: str = "plain"


def accepted(text: str, start: int, end: int, name: str, how: str) -> Iterator[Found]:
    """Give a part of a text if it can be what stands under a credential's name."""
    value = text[start:end]
    if is_redacted(value) or not is_value_of(name, value, is_shown=how in _SHOWN) or _CONTROL.search(value):
        return
    if name.lower() not in _RESOURCES or not (_RESOURCE.fullmatch(value) and _SAID_OF_RESOURCE.match(text, end)):
        yield Found(start, end, name, how)
