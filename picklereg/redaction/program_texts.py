"""What a program's own text has where a credential would stand: a call, an item, an attribute, a name, as tracebacks and messages show it.

A name in a program says what it is for. So a value that is one, and has a word of the name before it in it (``password=password1``,
``self.token = token_v2``, ``api_key=settings.API_KEY``) is most likely a variable; ``password=hunter2`` isn't.
"""

from __future__ import annotations

import functools
import re
from typing import Final

from picklereg.redaction.late_patterns import late_pattern
from picklereg.redaction.names import is_credential, words_of

__all__ = ["is_attribute", "is_code", "is_reference"]

#: A call, an item, something else's attribute, a name without a digit.
_CODE: Final = late_pattern(
    r"[A-Za-z_][\w.]{0,100}[(\[]|[fru]{0,2}[\"'{(\[]|[A-Za-z_]{1,100}(?:\.[A-Za-z_]{1,100}){0,8}(?=[\s,;)\]}'\"`]|$)", re.ASCII
)
#: A name, maybe of an attribute, or a call of what has a name.
_REFERENCE: Final = late_pattern(
    r"\$?(?P<of>(?:[A-Za-z_]\w{0,40}(?:\.|->|::)){0,6})(?P<name>[A-Za-z_]{1,40}\d{0,2})(?P<call>\(\))?(?=[\s,;:)\]}'\"`]|$)", re.ASCII
)
#: What is looked up by a name in quotes: ``os.environ["TOKEN"]``, ``get_secret('token')``.
_LOOKED_UP: Final = late_pattern(r"[A-Za-z_][\w.]{0,100}[(\[]\\{0,15}['\"]", re.ASCII)
#: The same where hyphens belong to it: ``X-API-Key1``.
_NAME: Final = late_pattern(r"[A-Za-z_\-]{1,40}\d{0,2}", re.ASCII)


def is_code(text: str, start: int, name: str) -> bool:
    """Tell of what stands at a place, after a credential's name, whether a program's text has such things there.

    Args:
        text: the text.
        start: where it stands.
        name: the credential's name.
    """
    if _CODE.match(text, start):
        return True
    reference = _REFERENCE.match(text, start)
    return reference is not None and _is_akin(name, reference["name"])


def is_attribute(text: str, start: int, name: str) -> bool:
    """Tell the same where settings stand, too: only what is an attribute, or called, is a program's."""
    if _LOOKED_UP.match(text, start):
        return True
    reference = _REFERENCE.match(text, start)
    return reference is not None and bool(reference["of"] or reference["call"]) and _is_akin(name, reference["name"])


def is_reference(text: str) -> bool:
    """Tell of a value whether it is itself what a credential is called: ``X-API-Key1``."""
    return _NAME.fullmatch(text) is not None and is_credential(text)


@functools.lru_cache(maxsize=1_024)
def _is_akin(name: str, other: str) -> bool:
    return is_credential(other) or not {*words_of(name)}.isdisjoint(word for word in words_of(other) if word.isalpha())
