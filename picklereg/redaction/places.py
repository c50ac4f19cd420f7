"""Where credentials stand in a text, told by the name before them: as JSON, Python, URLs, forms, headers, YAML, XML and shells write it.

One pattern finds each name with what follows it; :mod:`picklereg.redaction.names` decides; and what follows tells how far the value goes.
Nothing here reads a character more than a constant number of times.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import Final

from picklereg.redaction.authorizations import TOKEN, authorization, is_authorization, rest_of_line
from picklereg.redaction.found import TRAILING, Found, accepted
from picklereg.redaction.held import is_in_mapping
from picklereg.redaction.names import STEMS, is_credential, is_parameter, words_of
from picklereg.redaction.program_texts import is_attribute, is_code
from picklereg.redaction.values import is_no_value, is_plain_word, is_telling

__all__ = ["NAMED", "named", "names_in", "values_at"]

#: A name, what closes it, and what stands between it and its value.
NAMED: Final = re.compile(
    r"(?<![\w.\-$])([\w.\-$]{1,200}+)(?:\]|\[\]|[ ]string(?=[ ]=)|%(?:25){0,3}5D|\*\*|`)?(\\{0,15}+['\"]?)\]?\s{0,8}+"
    r"(=>|[=!]=|<>|::|[:?]=|[:=]|(?<=['\"]),|%(?:25){0,3}3D|%(?:25){0,3}22%(?:25){0,3}3A(?:%(?:25){0,3}20|\+)?%(?:25){0,3}22)"
    r"(?:\*\*|`)?\s{0,8}+(?:\*\*|`)?",
    re.ASCII | re.IGNORECASE,
)

_STEMS: Final = frozenset(STEMS)
_LONGEST_NAME: Final = 200
_NAME_CHARS: Final = string.ascii_letters + string.digits + "_.-$"
_OPENING: Final = re.compile(
    r"(?:[bfnru]{1,2}|(?:(?:new )?(?-i:[A-Z])\w{0,30}(?:::\w{1,20})?|bytearray|deque|frozenset|set)\([\[({]?b?|string\(\d{1,6}\) )?"
    r"(\\{0,15})(['\"])",
    re.ASCII | re.IGNORECASE,
)
_ENTRY: Final = re.compile(r"\s{0,8}(?:[bu]?\\{0,15}['\"]([\w.\-$ ]{1,100}+)\\{0,15}['\"]\s{0,8}:\s{0,8})?", re.ASCII | re.IGNORECASE)
_AFTER: Final = re.compile(r"\s{0,8},\s{0,80}")
#: A value in a URL or form.
_URL_VALUE: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f&;#\"'<>`\\]|;(?![\w.\-]{1,40}=|[\s\"']|$))+")
#: A value there that its writer put in quotes; what stands before a space may be the end of the URL.
_QUOTED: Final = re.compile(r"b?(\\{0,15})(['\"])[^\s\\&;#'\"<>]{1,1000}(?:\1\2|$)", re.ASCII)
_ENCODED_VALUE: Final = re.compile(r"(?:(?!%(?:25){0,3}(?:22|23|26|3B))[^\s&;#\"'<>`\\])+", re.IGNORECASE)
#: One elsewhere: up to a space or quote, or to what begins the next setting.
_VALUE: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f&;,\"'<>`\\]|[&;,](?!(?:amp;)?[\w.\-$ ]{1,40}=|[\s\"']|$)|\\(?![\"'nrtu]))+")
_STOPS: Final = {quote: re.compile(f"[{quote}\n]") for quote in "'\""}
_SLASHES: Final = re.compile(r"\\*$")
#: A type between a name and its value: ``api_key: str | None = ``.
_TYPED: Final = re.compile(r"[&'\"]?[A-Za-z][\w.\[\]|?<>'\" ]{0,60}?\s?=\s?(?=[bfru]{0,2}\\{0,15}['\"])", re.ASCII)
_BRACED: Final = re.compile(r"\{([^{}]{1,500})\}")
_BEFORE: Final = re.compile(r"(\w{1,30})[ ]$", re.ASCII)
_LINE_START: Final = re.compile(r"(?:^|[\r\n]|\\n|\\r|['\"`])(?:[<>*+|]|#)?[ \t]{0,8}$")
#: How a cookie begins.
_COOKIE: Final = re.compile(r"[^\s=;,\"'\\]{1,100}=")
#: What follows the host of a URL.
_PORT: Final = re.compile(r"\d{1,5}(?![\w@.\-+=%~!$&*])", re.ASCII)
_VERSION: Final = re.compile(r"v?\d{1,4}(?:[.\-]\w{1,20}){0,4}(?![\w.\-])", re.ASCII)
#: How the name of something at AWS begins, which ends with what it is and how it is called.
_ARN: Final = re.compile(r"(?<![\w\-])arn:[\w\-]{1,20}:[\w\-]{1,40}:[\w\-]{0,40}:\d{0,12}:$", re.ASCII)
#: How what has a name and a value says so: before the one, and between the two.
_NAME_KEY: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:name|key|header|field|id|path|param(?:eter)?|attr(?:ibute)?|column|option|property|setting|variable)"
    r"\\{0,15}['\"]?\s{0,4}[:=]\s{0,4}[bu]?$",
    re.ASCII | re.IGNORECASE,
)
_VALUE_KEY: Final = re.compile(
    r"(?:\s|\\{1,15}[nrt]){0,80}"
    r"(?:\\{0,15}['\"]?\w{1,30}\\{0,15}['\"]?\s{0,4}[:=]\s{0,4}(?:\\{0,15}['\"][^'\"\\]{0,100}\\{0,15}['\"]|[\w.]{1,40}),"
    r"(?:\s|\\{1,15}[nrt]){0,80}){0,3}"
    r"\\{0,15}['\"]?(?:_?(?:(?:coded|field|input|actual|bad|invalid)_)?val(?:ue)?|input|instance|actual|given|got|received)"
    r"\\{0,15}['\"]?\s{0,4}[:=]\s{0,4}",
    re.ASCII | re.IGNORECASE,
)
_ENCODED: Final = re.compile(r"(?:25){0,3}[0-9A-F]{2}", re.IGNORECASE)
#: Before the name of a property that a command defines: ``-Dapi.key=hunter2``.
_DEFINING: Final = frozenset({"-D", "-P"})
#: ``#``, ``&`` and ``?``, as a URL within a URL has them.
_ENCODED_STARTS: Final = frozenset({"23", "26", "3F"})
_ARTICLES: Final = frozenset({"a", "an", "invalid", "missing", "the"})
#: What means a credential whatever the word before it says; a token, a key and a secret may be another thing then.
_AMBIGUOUS: Final = frozenset({"pass", "passwd", "password", "passphrase", "pwd", "pw"})
_USER_BEFORE: Final = re.compile(r"(?:\b|_)(?:account|email|host|login|mail|server|uname|user(?:name)?)(?:\b|_)", re.IGNORECASE)
#: An argument in a line of its own.
_INDENTED: Final = "    "
_CLOSED: Final = re.compile(r"\)|.,", re.DOTALL)
_SETTING: Final = frozenset({"=", "=>", ":=", "?="})
#: What is shorter may be what a program asks for: ``if password == 'abc123'``.
_COMPARED: Final = 8
_COMPARING: Final = frozenset({"==", "!=", "<>"})
#: How far before a value the signs may stand that make it bold.
_EMPHASIS: Final = 80
_ENDING: Final = ".,:;!?"


def names_in(text: str, pattern: re.Pattern[str] = NAMED, literals: Iterable[str] = STEMS) -> Iterator[re.Match[str]]:
    """Give what matches at names that may be a credential's: most names don't hold one of the texts that those do.

    Args:
        text: the text.
        pattern: what is to match, from the name's beginning.
        literals: those of the texts that are in it, and maybe others, if anybody knows.
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # one letter has a longer one in lower case
        lowered = "".join(char.lower() if char.isascii() else char for char in text)
    starts: set[int] = set()
    for stem in STEMS if literals is STEMS else _STEMS.intersection(literals):
        found = lowered.find(stem)
        while found >= 0:
            before = text[max(found - _LONGEST_NAME, 0) : found]
            starts.add(found - len(before) + len(before.rstrip(_NAME_CHARS)))
            found = lowered.find(stem, found + len(stem))
    for start in sorted(starts):
        match = pattern.match(text, start)
        if match:
            yield match


def named(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credentials after a name.

    Args:
        text: the text.
        match: a match of :data:`NAMED` in it.
    """
    start, separator, quote = match.start(1), match[3], match[2][-1:]
    name = _name_at(text, start, match[1])
    is_url = _is_url(text, start) or match[1][: -len(name)][-2:].upper() in _ENCODED_STARTS
    if separator == "::" or not (is_parameter(name) if is_url else is_credential(name) or _is_phrase(text, start, name)):
        return
    if separator == ":" and not quote and _is_place(text, match):
        return
    if separator in _COMPARING:
        yield from _compared(text, match.end(), name)
    elif quote:
        yield from _quoted_name(text, match, name)
    elif separator[0] == "%":
        yield from _run(text, match.end(3), name, _ENCODED_VALUE)
    elif is_url and separator == "=" and not (_OPENING if text[start - 1] == ";" else _QUOTED).match(text, match.end()):
        yield from _run(text, match.end(3), name, _URL_VALUE)
    elif separator in _SETTING:
        yield from _setting(text, match, name)
    else:
        yield from _header(text, match, name)


def _name_at(text: str, start: int, name: str) -> str:
    """Give a name without what is left of an escape before it, as of a line's end or of ``%26``."""
    before = text[start - 1 : start]
    if before == "\\" and name[0] in "nrt":
        return name[1:]
    if name[:2] in _DEFINING and name[2:3].isalpha():
        return name[2:]
    escape = _ENCODED.match(name) if before == "%" else None
    return name[escape.end() :] if escape else name


def _is_url(text: str, start: int) -> bool:
    before = text[max(start - 5, 0) : start]
    return before.endswith(("?", "&", "#", "&amp;")) or (before.endswith(";") and before != ";")


def _is_place(text: str, match: re.Match[str]) -> bool:
    """Tell of a name before a colon that it is a URL's host, before a port, an image, or the kind of what has a name at AWS."""
    start = match.start(1)
    before = text[max(start - 2, 0) : start]
    if before == "//":
        return match[0].endswith(":") and _PORT.match(text, match.end()) is not None
    if before.endswith("/") and match[0].endswith(":"):  # of an image, before its version
        return _VERSION.match(text, match.end()) is not None
    return before.endswith(":") and _ARN.search(text, max(start - 128, 0), start) is not None


def _is_phrase(text: str, start: int, name: str) -> bool:
    """Tell of ``key`` whether the word before makes it a credential: "API key: ..."."""
    before = _BEFORE.search(text, max(start - 32, 0), start) if name.lower() in {"key", "keys"} else None
    return before is not None and is_credential(f"{before[1]}_{name}")


def _taken(text: str, start: int, run: str, name: str, how: str) -> Iterator[Found]:
    """Give a value that isn't quoted, without what ends a sentence, or closes what is around it."""
    if is_no_value(run.rstrip(_ENDING)):  # ``{}``
        return
    value = run.rstrip(TRAILING)
    if value.endswith("**") and "**" in text[max(start - _EMPHASIS, 0) : start]:  # Markdown
        value = value.rstrip("*").rstrip(TRAILING)
    yield from accepted(text, start, start + len(value), name, how)


def _run(text: str, start: int, name: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    if braced := _BRACED.match(text, start):  # of ODBC, after ``;``; else a template's, which are named by words
        is_one = text[start - len(name) - 2] == ";" or any(map(str.isdigit, braced[1])) or not is_no_value(braced[0])
        yield from accepted(text, braced.start(1), braced.end(1), name, "plain") if is_one else ()
    elif run := pattern.match(text, start):
        yield from _taken(text, start, run[0], name, "url")


# --- quoted -------------------------------------------------------------------------------------------------------


def _quoted_name(text: str, match: re.Match[str], name: str) -> Iterator[Found]:
    """JSON and what Python shows: an entry, or one of a pair, or what follows an option among arguments."""
    opened = match.start(1) - len(match[2])
    if opened < 0 or text[opened : match.start(1)] != match[2]:
        return
    position = match.end()
    if match[3] == ",":
        is_option = name.startswith("-")
        before = text[max(opened - 3, 0) : opened].rstrip("bu ")
        value = _string_at(text, position)
        is_pair = _NAME_KEY.search(text, max(opened - 40, 0), opened) is not None
        if is_pair and (_VALUE_KEY.match(text, position) or not is_option):
            yield from _value_of_pair(text, position, name)
            return
        if value is None or not (is_option or before.endswith(("(", "["))):
            return
        if (is_option and text.startswith("-", value[0])) or (not is_option and is_plain_word(text[value[0] : value[1]])):
            return
        yield from accepted(text, value[0], value[1], name, "quoted")
    elif match[3] in {":", "=>", "="}:
        yield from _value(text, position, name)


def _value_of_pair(text: str, position: int, name: str) -> Iterator[Found]:
    """What has a name that says it is a credential: ``{"name": "x-api-key", "value": "..."}``."""
    key = _VALUE_KEY.match(text, position)
    value = _string_at(text, key.end()) if key else None
    if value is not None and not is_plain_word(text[value[0] : value[1]]):
        yield from accepted(text, value[0], value[1], name, "quoted")


def _value(text: str, position: int, name: str) -> Iterator[Found]:
    """A value that may be quoted, or several in a list or under names of their own."""
    value = _string_at(text, position)
    if value is not None:
        yield from accepted(text, value[0], value[1], name, "quoted")
    elif text[position : position + 1] in {"[", "(", "{"}:
        yield from values_at(text, position, name)
    else:
        run = _VALUE.match(text, position)
        yield from _bare(text, position, run, name) if run else ()


def values_at(text: str, position: int, name: str) -> Iterator[Found]:
    """Give the credentials among quoted values in brackets that open at a place, beneath a credential's name."""
    is_mapping = text[position] == "{"
    position += 1
    while True:
        entry = _ENTRY.match(text, position)
        value = _string_at(text, entry.end() if entry else position)
        if value is None:
            return
        if not is_mapping or is_in_mapping(name, entry[1] if entry else "", text[value[0] : value[1]]):
            yield from accepted(text, value[0], value[1], name, "quoted")
        after = _AFTER.match(text, value[2])
        if after is None:
            return
        position = after.end()


def _string_at(text: str, position: int) -> tuple[int, int, int] | None:
    """Give where a quoted string at a place begins and ends, and what is after it; one that was cut off ends with the text."""
    opening = _OPENING.match(text, position)
    if opening is None:
        return None
    start = end = opening.end() + (2 if not opening[1] and text.startswith(opening[2] * 2, opening.end()) else 0)  # of TOML, or Python
    depth, stop = len(opening[1]), _STOPS[opening[2]]
    while True:
        found = stop.search(text, end)
        if found is None or found[0] == "\n":
            end = len(text) if found is None else found.start()
            return start, end, end
        end = found.start()
        slashes = len(_SLASHES.search(text, max(end - 64, start), end)[0])  # type: ignore[index]  # there may be none, which matches
        if slashes <= depth or (depth == 0 and slashes % 2 == 0):
            return start, end - min(slashes, depth), end + 1
        end += 1


# --- not quoted ---------------------------------------------------------------------------------------------------


def _bare(text: str, start: int, run: re.Match[str], name: str) -> Iterator[Found]:
    """A value that is only taken for one if it looks so."""
    if _looks_so(run[0].rstrip(TRAILING)) and not is_code(text, start, name):
        yield from _taken(text, start, run[0], name, "plain")


def _looks_so(value: str) -> bool:
    return is_telling(value, is_loose=False) and any(map(str.isdigit, value))


def _setting(text: str, match: re.Match[str], name: str) -> Iterator[Found]:
    """``password=...`` of libpq, ODBC, a shell, an environment, a form's first field, or as Python shows arguments."""
    position = match.end()
    if text[position : position + 1] in {"[", "("} or _OPENING.match(text, position):
        yield from _value(text, position, name)
    elif is_authorization(name):
        yield from authorization(text, position, name)
    elif braced := _BRACED.match(text, position):
        is_one = is_telling(braced[1], is_loose=False) or not is_no_value(braced[0])  # what is named by words is a template's
        yield from accepted(text, braced.start(1), braced.end(1), name, "plain") if is_one and "(" not in braced[1] else ()
    elif run := _VALUE.match(text, position):
        is_spaced = match[0][-1].isspace()
        before = text[max(match.start(1) - 80, 0) : match.start(1)]
        is_line = before.endswith(_INDENTED) and _CLOSED.match(text, run.end() - 1) is not None
        is_argument = is_line or before.rstrip()[-1:] in {"(", ","}
        if is_spaced:
            yield from _bare(text, position, run, name)
        elif not (is_code if is_argument else is_attribute)(text, position, name):
            yield from _taken(text, position, run[0], name, "setting")


def _compared(text: str, position: int, name: str) -> Iterator[Found]:
    """What a name is compared with, by a program that shows how, or by a statement of SQL; HTTPie's parameters are written so, too."""
    value = _string_at(text, position)
    if value is not None and value[1] - value[0] >= _COMPARED and _looks_so(text[value[0] : value[1]]):
        yield from accepted(text, value[0], value[1], name, "quoted")
    elif value is None and not text[position - 1].isspace() and (run := _VALUE.match(text, position)):
        yield from _bare(text, position, run, name) if run.end() - position >= _COMPARED else ()


def _header(text: str, match: re.Match[str], name: str) -> Iterator[Found]:
    """A header as it is sent, or a line of YAML, or a word and a colon in a sentence."""
    position = match.end()
    before = text[match.start(1) - 1 : match.start(1)]
    if text[position : position + 1] == before != "":  # it is the name that is quoted: "a 'Cookie:' header"
        return
    if text[position : position + 1] in {"[", "(", "{"} or _OPENING.match(text, position):
        yield from () if _is_other(text, match.start(1), name) else _value(text, position, name)
        return
    words = words_of(name)
    if "cookie" in words or "cookies" in words:
        yield from rest_of_line(text, position, name) if _COOKIE.match(text, position) else ()
    elif is_authorization(name):
        yield from authorization(text, position, name)
    elif typed := _TYPED.match(text, position):
        yield from _value(text, typed.end(), name)
    elif token := TOKEN.match(text, position):
        is_alone = text[token.end() : token.end() + 1] in {"", "\r", "\n", "'", '"', "`", "\\"}
        if "-" in name.strip("-") and (is_alone or _LINE_START.search(text, max(match.start(1) - 12, 0), match.start(1))):
            yield from () if is_plain_word(token[0].rstrip(TRAILING)) else _taken(text, position, token[0], name, "plain")
        elif not _is_other(text, match.start(1), name):
            yield from _bare(text, position, token, name)


def _is_other(text: str, start: int, name: str) -> bool:
    """Tell whether the word before says that it is none: "unexpected token: ..."."""
    if name == "PASS":  # so tests say that they have, whose names may have digits
        return _USER_BEFORE.search(text, max(start - 160, 0), start) is None
    before = _BEFORE.search(text, max(start - 32, 0), start)
    is_certain = before is None or f"{before[1]}".lower() in _ARTICLES or is_credential(f"{before[1]}_{name}")
    return not is_certain and _AMBIGUOUS.isdisjoint(words_of(name)[-1:])
