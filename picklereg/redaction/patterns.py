"""Where credentials stand in a text, and the one place where a prompt is known to."""

from __future__ import annotations

import functools
import re
from typing import Final

from picklereg.redaction.names import CREDENTIAL_PARAMETERS, REDACTED

__all__ = ["holds_credential", "places_in"]

Place = tuple[re.Pattern[str], str]

#: What ends a credential in a URL.
_ENDS: Final = r"&#;\s'\"<>()\[\]{}\\"
#: How the names of credential headers end; whether it is one is asked of those alone.
_NAME_ENDS: Final = ("assertion", "authorization", "auxiliary", "cookie", "cookie2", "key", "secret", "token")
#: What litellm writes after the messages. In a text that shows a text, a line break is a backslash and a letter.
_FIELDS_AFTER: Final = r"(?:(?>(?:\\+n)+)(?:model_group|deployment|vertex_project|vertex_location): `[^`\n]*`){0,4}"


def places_in(text: str) -> list[Place]:
    """Give the patterns that may match in a text, and by which methods of ``Secrets`` credentials are replaced."""
    return [place for needed, place in _places() if any(part in text for part in needed)]


def holds_credential(text: str) -> bool:
    """Tell whether there is a credential in a text, by its place."""
    return any(pattern.search(text) for pattern, _ in places_in(text))


@functools.cache
def _places() -> tuple[tuple[tuple[str, ...], Place], ...]:
    """Give all patterns, each with texts one of which is in whatever it matches."""
    names = "|".join(sorted(CREDENTIAL_PARAMETERS, key=len, reverse=True)).replace("-", "[-_]")
    name_ends = "|".join(f"(?<={end})" for end in _NAME_ENDS)
    patterns = (
        (("@",), r"://([^/?#\s'\"<>\\]+)@", "replace_userinfo"),
        (("?", "&"), rf"([?&](?:amp;)?(?:{names})=)([^{_ENDS}]+)", "replace_parameter"),
        # The same after URL-encoding of the URL itself, as in a parameter that holds another URL.
        (("%3",), rf"(%(?:3F|26)(?:{names})%3D)((?:(?!%26|%23)[^{_ENDS}])+)", "replace_parameter"),
        # A header in JSON, also in JSON within JSON, or as Python shows a dictionary, also a WSGI environment.
        (
            ("':", '":'),
            rf"(([\"'])([\w-]++)(?:{name_ends})\\*\2\s*:\s*b?\\*([\"']))((?:(?!\4)[^\\])+)(?=\\*\4)",
            "replace_header",
        ),
        # A header as it is sent. A credential has a digit or ``=`` in it, a sentence hasn't.
        (
            ("uthorization", "UTHORIZATION"),
            rf"(authorization\\*['\"]?\s*[:=]\s*b?\\*['\"]?(bearer|basic|token|apikey)\s+)(?=[^{_ENDS}]*[\d=])([^{_ENDS},]{{8,}})",
            "replace_authorization",
        ),
        # The prompt, in what litellm writes down for debugging: the messages as Python shows a list, so in one line, maybe cut off.
        # There may be backticks in it: it ends at the last one of its line, not counting what litellm writes after it.
        (
            ("essages: `",),
            rf"(messages: `)(?!{re.escape(REDACTED)}`)([\[({{](?:[^`\n]|`(?!{_FIELDS_AFTER}(?:\Z|\n|[\0\\'\"][^`\n]*+(?:\n|\Z))))*+)",
            "replace_messages",
        ),
    )
    return tuple((needed, (re.compile(pattern, re.IGNORECASE), method)) for needed, pattern, method in patterns)
