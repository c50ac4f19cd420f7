"""What a secret of Kubernetes holds, where a text shows one as YAML or JSON: all of it is a credential, whatever it is called.

https://kubernetes.io/docs/concepts/configuration/secret/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found, accepted
from picklereg.redaction.held import SECRET_DATA
from picklereg.redaction.places import values_at
from picklereg.redaction.values import is_no_value

__all__ = ["NEEDS", "RESOURCE", "held_by_resource"]

NEEDS: Final = ("stringdata", "kind: secret", *(f"kind{quote}:{space}{quote}secret" for quote in ('"', "'", '\\"') for space in ("", " ")))
RESOURCE: Final = re.compile(r"\bkind\\{0,15}['\"]?:\s{0,8}\\{0,15}['\"]?Secret(?![\w\-])|\bstringData\\{0,15}['\"]:\s{0,8}(?=\{)")
_KIND: Final = "kind"
#: How far before and after it what it holds is looked for, but not beyond the next kind.
_AROUND: Final = 20_000
#: Where that begins, and how far the line is indented, if it is YAML.
_DATA: Final = re.compile(
    r"(?:^|\n|\\n)(?P<indent>[ ]{0,40})(?:- )?(?:data|stringData):[ ]{0,20}(?=\n|\\n|\r)"
    r"|['\"](?:data|stringData)\\{0,15}['\"]:\s{0,8}(?=\{)"
)
_LINE: Final = re.compile(
    r"(?:\r?\n|\\n)(?P<indent>[ ]{1,80})(?:[\w.\-]{1,253}:(?:[ ]|(?=\r|\n|\\n|$)))?(?P<value>(?:[^\r\n\\]|\\(?!n)){0,4000}+)", re.ASCII
)


def held_by_resource(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give what a secret holds; of one that isn't shown as a whole, what only secrets have."""
    if not match[0].startswith(_KIND):
        yield from values_at(text, match.end(), SECRET_DATA)
        return
    before = text.rfind(_KIND, max(match.start() - _AROUND, 0), match.start())
    start = max(match.start() - _AROUND, 0) if before < 0 else before + len(_KIND)
    after = text.find(_KIND, match.end(), match.end() + _AROUND)
    end = min(match.end() + _AROUND, len(text)) if after < 0 else after
    for data in _DATA.finditer(text, start, end):
        if data["indent"] is None:
            yield from values_at(text, data.end(), SECRET_DATA)
        elif data.start() >= start:
            start = data.end()
            while (line := _LINE.match(text, start, end)) and len(line["indent"]) > len(data["indent"]):
                start = line.end()
                yield from _in_line(text, line)


def _in_line(text: str, line: re.Match[str]) -> Iterator[Found]:
    value = line["value"].strip(" '\"")
    if not is_no_value(value):
        first = text.index(value, line.start("value"))
        yield from accepted(text, first, first + len(value), SECRET_DATA, "plain")
