"""Which texts among others tell that what stands beside them may have to be replaced."""

from __future__ import annotations

import functools
from typing import Final

from picklereg.redaction.columns import credentials_given
from picklereg.redaction.commands import USER_OPTIONS, is_command
from picklereg.redaction.held import REQUESTS
from picklereg.redaction.names import COMPANY, KEY_TYPE, LOGINS, STATEMENTS, holds_pair, is_path_of_credential
from picklereg.redaction.prompts import MARKS

__all__ = ["CODES", "SENT", "is_mark", "is_mark_in_bytes"]

#: How forms call OAuth's code, which is one by what stands beside it.
CODES: Final = frozenset({"code", b"code"})

#: One of these is a key in a dictionary that may hold a request's body; forms that were taken apart have bytes.
SENT: Final = REQUESTS | {name.encode() for name in REQUESTS}

#: Longer texts aren't remembered, which would keep them for good: nothing but a statement is so long.
_LONGEST: Final = 500
_MARKS: Final = USER_OPTIONS | STATEMENTS | LOGINS | MARKS | {COMPANY, KEY_TYPE}


def is_mark(text: str) -> bool:
    """Tell of text among others whether what stands beside it may be replaced: it is the name of a credential, or a command, say."""
    return _is_mark(text) if len(text) <= _LONGEST else bool(credentials_given(text))


@functools.lru_cache(maxsize=4_096)
def _is_mark(text: str) -> bool:
    return text in _MARKS or holds_pair(text) or is_command(text) or is_path_of_credential(text) or bool(credentials_given(text))


def is_mark_in_bytes(data: bytes) -> bool:
    """Tell the same of bytes, as a body that was taken apart has them, or a command."""
    return is_mark(data.decode("latin-1"))
