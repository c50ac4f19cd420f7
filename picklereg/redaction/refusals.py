"""What a message quotes of a value that it refuses, if it names a credential beside it, as parsers, validators and databases do.

``argument --password: invalid int value: 'hunter2'``, ``invalid value 'hunter2' for '--token <TOKEN>'``, ``field 'token' got 'hunter2'``,
``Duplicate entry 'hunter2' for key 'users.token'``. The name has to be written as one, in quotes, say, or as an option; before the value
stands a word that says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import is_credential
from picklereg.redaction.values import SCHEMES, is_plain_word, is_redacted, is_telling, is_value_of

__all__ = ["HEADER_VALUE", "REFUSED", "refused", "refused_header"]

#: A name, and what closes it, if something is in quotes near it.
REFUSED: Final = re.compile(r"(?P<name>[\w.\-$]{1,100}+)(?:[ ]<[\w\-]{1,40}>)?(?P<closing>\\{0,15}['\"`])?", re.ASCII)

#: What no header has at its end, as Python shows it.
_BLANK: Final = r"(?:[ ]|\\{1,15}(?:[nrtvf0]|x[0-9a-f]{2})){0,4}"
#: The value of a header that a client doesn't send, as it has a line's end in it, say: it doesn't tell which header it is.
HEADER_VALUE: Final = re.compile(
    rf"header[ ]values?[^\n]{{0,100}}?(?<=[ (:=])[bu]?(?P<quote>\\{{0,15}}['\"]){_BLANK}(?P<value>[^'\"\n]{{6,4000}}?){_BLANK}(?P=quote)",
    re.IGNORECASE,
)
_QUOTED: Final = r"[bu]?(?P<quote>\\{0,15}['\"`])(?P<value>[^'\"`\n\\]{6,1000}+)(?P=quote)"
_KIND: Final = (
    r"(?:argument|attribute|column|env(?:ironment)?|field|flag|header|key|keyword|option|param(?:eter)?|property|setting|var(?:iable)?)s?"
)
_WORDS: Final = (
    r"(?:actual|argument|but|choice|entry|found|given|got|input|input_value|integer|is|literal|not|path|provided|received|str|string|text"
    r"|to|value|was)"
)
_KIND_BEFORE: Final = re.compile(rf"\b(?:{_KIND}|set|setting)[ ]$", re.IGNORECASE)
#: ``--password: invalid int value: 'hunter2'``, ``'--password' / '-p': 'hunter2'``, ``SECRET_KEY 'hunter2' is too short``
_AFTER: Final = re.compile(
    rf"(?:(?: / ['\"]?-{{1,2}}[\w\-]{{1,40}}['\"]?){{1,4}}:[ ]|[ ]|[^\n'\"`\\{{}}]{{0,120}}?(?:\b{_WORDS}[:=]?[ ]?|(?<!,)[ ]\()){_QUOTED}",
    re.IGNORECASE,
)
#: ``value 'hunter2' is too short for the option '``
_BEFORE: Final = re.compile(
    rf"(?:\b{_WORDS}[:=]?[ ]?|^){_QUOTED}[^\n'\"`\\]{{0,80}}?(?:\b(?:at|for|from|in|of|on|to)[ ]|-[ ])"
    rf"(?:the[ ])?(?:{_KIND}[ ]){{0,2}}\\{{0,15}}['\"`]?(?:[\w$]{{1,40}}\.)?$",
    re.IGNORECASE,
)
#: What pydantic says of a field, whose name stands alone in the line before.
_BENEATH: Final = re.compile(rf"(?:\n|\\n)[ ]{{1,8}}(?:[^\n\\]|\\(?!n)){{0,400}}?\binput_value={_QUOTED}")
#: How far before a name its value is looked for.
_FAR: Final = 240
_LINE_ENDS: Final = ("", "\n", "n")
_TYPE: Final = re.compile(r"(?:big|small|tiny|u)?(?:bytes|char|complex|decimal|float|int|str|varchar)\d{0,3}", re.IGNORECASE)


def refused(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the values that a message refuses for what has a credential's name."""
    name, start = match["name"].strip("."), match.start()
    if not is_credential(name):
        return
    end = match.end("closing") if match["closing"] else match.end()
    opening = text[max(start - 1, 0) : start]
    line_start = max(text.rfind("\n", max(start - _FAR, 0), start) + 1, start - _FAR, 0)
    before = text[line_start:start]
    if opening in _LINE_ENDS and match["closing"] is None and (beneath := _BENEATH.match(text, end)):
        yield from _accepted(name, beneath, 0)
        return
    is_quoted = opening in {"'", '"', "`"} and match["closing"] is not None
    if not (is_quoted or name.startswith("-") or "_" in name.strip("_") or _KIND_BEFORE.search(before)):
        return
    if found := _BEFORE.search(before):
        yield from _accepted(name, found, line_start)
    elif found := _AFTER.match(text, end):
        yield from _accepted(name, found, 0)


def refused_header(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the value of a header that a message refuses, if it looks like a credential."""
    value = match["value"]
    scheme, _, rest = value.partition(" ")
    secret = rest.strip() if scheme.lower() in SCHEMES else value.partition(";")[0].rpartition("=")[2]
    is_one = is_telling(secret, is_loose=False) and any(map(str.isdigit, secret)) and " " not in secret
    if is_one and not is_redacted(value):
        yield Found(*match.span("value"), "header", "quoted")


def _accepted(name: str, match: re.Match[str], offset: int) -> Iterator[Found]:
    value = match["value"]
    if is_redacted(value) or is_plain_word(value) or is_credential(value) or _TYPE.fullmatch(value):
        return
    if is_telling(value, is_loose=False) and any(map(str.isdigit, value)) and is_value_of(name, value, is_shown=True):
        start, end = match.span("value")
        yield Found(offset + start, offset + end, name, "quoted")
