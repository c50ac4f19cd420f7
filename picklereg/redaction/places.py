"""Where credentials stand in a text, told by the name before them: as JSON, Python, URLs, forms, headers, YAML, XML and shells write it.

One pattern finds each name with what follows it; :mod:`picklereg.redaction.names` decides; and what follows tells how far the value goes.
Nothing here reads a character more than a constant number of times.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from picklereg.redaction.held import is_in_mapping
from picklereg.redaction.names import STEMS, is_credential, is_parameter, words_of
from picklereg.redaction.values import SCHEMES, is_no_value, is_plain_word, is_redacted, is_telling, is_value_of

__all__ = ["NAMED", "Found", "named", "names_in"]


class Found(NamedTuple):
    """A credential in a text.

    Attributes:
        start: where it begins.
        end: what is after it.
        name: the name before it; empty if there is none.
        how: how it is written: ``"plain"``, ``"quoted"``, ``"url"``, ``"basic"``, ``"base64"`` or ``"userinfo"``.
    """

    start: int
    end: int
    name: str
    how: str = "plain"


#: A name, what closes it, and what stands between it and its value.
NAMED: Final = re.compile(
    r"(?<![\w.\-$])([\w.\-$]{1,200}+)(?:\]|%(?:25){0,3}5D|\*\*|`)?(\\{0,15}+['\"]?)\]?\s{0,8}+"
    r"(=>|==|::|[:=]|(?<=['\"]),|%(?:25){0,3}3D)(?:\*\*|`)?\s{0,8}+(?:\*\*|`)?",
    re.ASCII | re.IGNORECASE,
)

_STEMS: Final = frozenset(STEMS)
_LONGEST_NAME: Final = 200
_NAME_CHARS: Final = string.ascii_letters + string.digits + "_.-$"
_OPENING: Final = re.compile(r"(?:[bru]{1,2}|(?-i:[A-Z])\w{0,30}\()?(\\{0,15})(['\"])", re.ASCII | re.IGNORECASE)
_ENTRY: Final = re.compile(r"\s{0,8}(?:[bu]?\\{0,15}['\"]([\w.\-$ ]{1,100}+)\\{0,15}['\"]\s{0,8}:\s{0,8})?", re.ASCII | re.IGNORECASE)
_AFTER: Final = re.compile(r"\s{0,8},\s{0,80}")
#: A value in a URL or form.
_URL_VALUE: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f&;#\"'<>`\\]|;(?![\w.\-]{1,40}=|[\s\"']|$))+")
#: A value there that its writer put in quotes; what stands before a space may be the end of the URL.
_QUOTED: Final = re.compile(r"b?(\\{0,15})(['\"])[^\s\\&;#'\"<>]{1,1000}(?:\1\2|$)", re.ASCII)
_ENCODED_VALUE: Final = re.compile(r"(?:(?!%(?:25){0,3}(?:26|23|3B))[^\s&;#\"'<>`\\])+", re.IGNORECASE)
#: One elsewhere: up to a space or quote, or to what begins the next setting.
_VALUE: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f&;,\"'<>`\\]|[&;,](?!(?:amp;)?[\w.\-$ ]{1,40}=|[\s\"']|$)|\\(?![\"'nrtu]))+")
_STOPS: Final = {quote: re.compile(f"[{quote}\n]") for quote in "'\""}
_SLASHES: Final = re.compile(r"\\*$")
_BRACED: Final = re.compile(r"\{([^{}]{1,500})\}")
_LINE: Final = re.compile(r"(?:[^\r\n\"'`\\]|\\(?![\"'nrt])|(?<==)\"[^\"\r\n]*\")+")
_TOKEN: Final = re.compile(r"[^\s\x00-\x1f\x7f,;\"'`<>\\]+")
#: A header may go on in the next line.
_SCHEME: Final = re.compile(r"([A-Za-z][\w\-]{1,30})(?:[ \t]+|\r?\n[ \t]+)", re.ASCII)
_BEFORE: Final = re.compile(r"(\w{1,30})[ ]$", re.ASCII)
_LINE_START: Final = re.compile(r"(?:^|[\r\n]|\\n|\\r|['\"`])(?:[<>*+|]|#)?[ \t]{0,8}$")
#: What a program's text has in place of a value: a call, an item, an attribute, a name.
_CODE: Final = re.compile(
    r"[A-Za-z_][\w.]{0,100}[(\[]|[fru]{0,2}[\"'{(\[]|[A-Za-z_]{1,100}(?:\.[A-Za-z_]{1,100}){0,8}(?=[\s,;)\]}'\"`]|$)", re.ASCII
)
#: How a cookie, and a scheme's field, begins.
_COOKIE: Final = re.compile(r"[^\s=;,\"'\\]{1,100}=")
_FIELD: Final = re.compile(r"[\w\-]{1,60}\s?=", re.ASCII)
#: Schemes with a digit in their name; any other word that has one is a token.
_NUMBERED_SCHEME: Final = re.compile(
    r"(?:\w{1,8}-)?(?:hmac|rsa|scram|ecdsa-p\d{3})-sha-?\d{1,3}|oauth-?\d|http-?\d", re.ASCII | re.IGNORECASE
)
#: What may stand after a word that is alone in its line; and what is said there of a scheme.
_ENDS: Final = frozenset({"", "\r", "\n", "'", '"', "\\"})
_SAID_OF_SCHEMES: Final = frozenset(
    {"authentication", "challenge", "expected", "failed", "header", "invalid", "prefix", "realm", "scheme", "schemes"}
)
_QUOTED_AFTER: Final = re.compile(r"\\{0,15}['\"][\w\[]")
_AUTHORIZATIONS: Final = frozenset({"authentication", "authorization"})
_SHORTEST: Final = 6
#: What follows the host of a URL.
_PORT: Final = re.compile(r"\d{1,5}(?![\w@.\-+=%~!$&*])", re.ASCII)
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
#: ``#``, ``&`` and ``?``, as a URL within a URL has them.
_ENCODED_STARTS: Final = frozenset({"23", "26", "3F"})
_ARTICLES: Final = frozenset({"a", "an", "invalid", "missing", "the"})
#: What is in no text that has been written for people or programs to read.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_TRAILING: Final = ".,:;!?)]}\u2019\u201d\u00bb\u203a"
#: How far before a value the signs may stand that make it bold.
_EMPHASIS: Final = 80
_ENDING: Final = ".,:;!?"
#: What Kubernetes calls a secret, and says of it.
_RESOURCES: Final = frozenset({"secret", "secrets"})
_RESOURCE: Final = re.compile(r"(?:[a-z]{1,30}\d{0,3})(?:[\-./](?:[a-z]{1,30}\d{0,3}|\d{1,3})){1,8}", re.ASCII)
_SAID_OF_RESOURCE: Final = re.compile(
    r"\\{0,15}['\"]?,? (?:already|cannot|could|does|doesn't|exists|from|has|in|is|isn't|may|must|not|of|was)(?!\w)", re.ASCII
)


def names_in(text: str, literals: Iterable[str] = STEMS) -> Iterator[re.Match[str]]:
    """Give the matches of :data:`NAMED` whose names may be a credential's: most names don't hold one of the texts that those do.

    Args:
        text: the text.
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
        match = NAMED.match(text, start)
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
    if separator in {"==", "::"} or not (is_parameter(name) if is_url else is_credential(name) or _is_phrase(text, start, name)):
        return
    if separator == ":" and not quote and (name == "PASS" or _is_place(text, match)):  # so tests say that they have
        return
    if quote:
        yield from _quoted_name(text, match, name)
    elif separator[0] == "%":
        yield from _run(text, match.end(3), name, _ENCODED_VALUE)
    elif is_url and separator == "=" and not (_OPENING if text[start - 1] == ";" else _QUOTED).match(text, match.end()):
        yield from _run(text, match.end(3), name, _URL_VALUE)
    elif separator in {"=", "=>"}:
        yield from _setting(text, match, name)
    else:
        yield from _header(text, match, name)


def _name_at(text: str, start: int, name: str) -> str:
    """Give a name without what is left of an escape before it, as of a line's end or of ``%26``."""
    before = text[start - 1 : start]
    if before == "\\" and name[0] in "nrt":
        return name[1:]
    escape = _ENCODED.match(name) if before == "%" else None
    return name[escape.end() :] if escape else name


def _is_url(text: str, start: int) -> bool:
    before = text[max(start - 5, 0) : start]
    return before.endswith(("?", "&", "#", "&amp;")) or (before.endswith(";") and before != ";")


def _is_place(text: str, match: re.Match[str]) -> bool:
    """Tell of a name before a colon that it is a URL's host, before a port, or the kind of what has a name at AWS."""
    start = match.start(1)
    before = text[max(start - 2, 0) : start]
    if before == "//":
        return match[0].endswith(":") and _PORT.match(text, match.end()) is not None
    return before.endswith(":") and _ARN.search(text, max(start - 128, 0), start) is not None


def _is_phrase(text: str, start: int, name: str) -> bool:
    """Tell of ``key`` whether the word before makes it a credential: "API key: ..."."""
    before = _BEFORE.search(text, max(start - 32, 0), start) if name.lower() in {"key", "keys"} else None
    return before is not None and is_credential(f"{before[1]}_{name}")


def _accepted(text: str, start: int, end: int, name: str, how: str) -> Iterator[Found]:
    value = text[start:end]
    if is_redacted(value) or not is_value_of(name, value, is_shown=how == "quoted") or _CONTROL.search(value):
        return
    if name.lower() not in _RESOURCES or not (_RESOURCE.fullmatch(value) and _SAID_OF_RESOURCE.match(text, end)):
        yield Found(start, end, name, how)


def _taken(text: str, start: int, run: str, name: str, how: str) -> Iterator[Found]:
    """Give a value that isn't quoted, without what ends a sentence, or closes what is around it."""
    if is_no_value(run.rstrip(_ENDING)):  # ``{}``
        return
    value = run.rstrip(_TRAILING)
    if value.endswith("**") and "**" in text[max(start - _EMPHASIS, 0) : start]:  # Markdown
        value = value.rstrip("*").rstrip(_TRAILING)
    yield from _accepted(text, start, start + len(value), name, how)


def _run(text: str, start: int, name: str, pattern: re.Pattern[str]) -> Iterator[Found]:
    if braced := _BRACED.match(text, start):  # of ODBC, after ``;``; else a template's, which are named by words
        is_one = text[start - len(name) - 2] == ";" or any(map(str.isdigit, braced[1])) or not is_no_value(braced[0])
        yield from _accepted(text, braced.start(1), braced.end(1), name, "plain") if is_one else ()
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
        before = text[max(opened - 2, 0) : opened].rstrip("bu")
        value = _string_at(text, position)
        if not is_option and _NAME_KEY.search(text, max(opened - 40, 0), opened):
            yield from _value_of_pair(text, position, name)
            return
        if value is None or not (is_option or before.endswith(("(", "["))):
            return
        if (is_option and text.startswith("-", value[0])) or (not is_option and is_plain_word(text[value[0] : value[1]])):
            return
        yield from _accepted(text, value[0], value[1], name, "quoted")
    elif match[3] in {":", "=>", "="}:
        yield from _value(text, position, name)


def _value_of_pair(text: str, position: int, name: str) -> Iterator[Found]:
    """What has a name that says it is a credential: ``{"name": "x-api-key", "value": "..."}``."""
    key = _VALUE_KEY.match(text, position)
    value = _string_at(text, key.end()) if key else None
    if value is not None and not is_plain_word(text[value[0] : value[1]]):
        yield from _accepted(text, value[0], value[1], name, "quoted")


def _value(text: str, position: int, name: str) -> Iterator[Found]:
    """A value that may be quoted, or several in a list or under names of their own."""
    value = _string_at(text, position)
    if value is not None:
        yield from _accepted(text, value[0], value[1], name, "quoted")
    elif text[position : position + 1] in {"[", "(", "{"}:
        yield from _values(text, position, name)
    else:
        run = _VALUE.match(text, position)
        yield from _bare(text, position, run, name) if run else ()


def _values(text: str, position: int, name: str) -> Iterator[Found]:
    is_mapping = text[position] == "{"
    position += 1
    while True:
        entry = _ENTRY.match(text, position)
        value = _string_at(text, entry.end() if entry else position)
        if value is None:
            return
        if not is_mapping or is_in_mapping(name, entry[1] if entry else "", text[value[0] : value[1]]):
            yield from _accepted(text, value[0], value[1], name, "quoted")
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
    value = run[0].rstrip(_TRAILING)
    if is_telling(value, is_loose=False) and any(map(str.isdigit, value)) and not _CODE.match(text, start):
        yield from _taken(text, start, run[0], name, "plain")


def _setting(text: str, match: re.Match[str], name: str) -> Iterator[Found]:
    """``password=...`` of libpq, ODBC, a shell, an environment, a form's first field, or as Python shows arguments."""
    position = match.end()
    if text[position : position + 1] in {"[", "("} or _OPENING.match(text, position):
        yield from _value(text, position, name)
    elif _is_authorization(name):
        yield from _authorization(text, position, name)
    elif braced := _BRACED.match(text, position):
        yield from () if is_no_value(braced[0]) else _accepted(text, braced.start(1), braced.end(1), name, "plain")
    elif run := _VALUE.match(text, position):
        is_spaced = match[0][-1].isspace()
        is_argument = text[max(match.start(1) - 80, 0) : match.start(1)].rstrip()[-1:] in {"(", ","}
        if is_spaced:
            yield from _bare(text, position, run, name)
        elif not (is_argument and _CODE.match(text, position)):
            yield from _taken(text, position, run[0], name, "url")


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
        yield from _line(text, position, name) if _COOKIE.match(text, position) else ()
    elif _is_authorization(name):
        yield from _authorization(text, position, name)
    elif token := _TOKEN.match(text, position):
        is_alone = text[token.end() : token.end() + 1] in {"", "\r", "\n", "'", '"', "`", "\\"}
        if "-" in name.strip("-") and (is_alone or _LINE_START.search(text, max(match.start(1) - 12, 0), match.start(1))):
            yield from () if is_plain_word(token[0].rstrip(_TRAILING)) else _taken(text, position, token[0], name, "plain")
        elif not _is_other(text, match.start(1), name):
            yield from _bare(text, position, token, name)


def _is_authorization(name: str) -> bool:
    words = words_of(name)
    return not _AUTHORIZATIONS.isdisjoint(words) or (words[-1:] == ["auth"] and "-" in name)  # ``X-Sentry-Auth``


def _is_other(text: str, start: int, name: str) -> bool:
    """Tell whether the word before says that it is none: "unexpected token: ..."."""
    before = _BEFORE.search(text, max(start - 32, 0), start)
    return before is not None and f"{before[1]}".lower() not in _ARTICLES and not is_credential(f"{before[1]}_{name}")


def _line(text: str, start: int, name: str) -> Iterator[Found]:
    line = _LINE.match(text, start)
    if line and not (line[0].endswith("=") and _QUOTED_AFTER.match(text, line.end())):  # else Python shows them
        yield from _accepted(text, start, start + len(line[0].rstrip()), name, "plain")


def _authorization(text: str, start: int, name: str) -> Iterator[Found]:
    """Any scheme, or none. A credential has a digit or ``=`` in it, a sentence hasn't."""
    scheme = _SCHEME.match(text, start)
    if scheme:
        start = scheme.end()
        if scheme[1].lower() not in SCHEMES and _FIELD.match(text, start):  # Digest, AWS4-HMAC-SHA256
            yield from _line(text, start, name)
            return
        if _is_token(scheme[1]):  # words follow, maybe about it, and maybe it is a scheme
            yield from _accepted(text, scheme.start(1), scheme.end(1), name, "plain")
    token = _TOKEN.match(text, start)
    value = token[0].rstrip(_TRAILING) if token else ""
    if value.endswith("=") and _QUOTED_AFTER.match(text, start + len(value)):  # ``token="...``, which is found by itself
        return
    is_odd = is_telling(value) or "=" in value or any(map(str.isdigit, value))
    if len(value) >= _SHORTEST and (is_odd or (scheme and _is_said_alone(text, start, value, scheme[1]))):
        yield from _accepted(text, start, start + len(value), name, "basic" if scheme and scheme[1].lower() == "basic" else "plain")


def _is_said_alone(text: str, start: int, value: str, scheme: str) -> bool:
    """Tell of a word after a scheme that it is a token: nothing follows it in its line, and it doesn't say what is to stand there."""
    is_last = text[start + len(value) : start + len(value) + 1] in _ENDS and value.islower()
    return is_last and scheme.lower() in SCHEMES and not (is_credential(value) or value in _SAID_OF_SCHEMES)


def _is_token(word: str) -> bool:
    """Tell of what stands in a scheme's place that it is none."""
    is_scheme = word.lower() in SCHEMES or _NUMBERED_SCHEME.fullmatch(word) is not None
    return not is_scheme and len(word) >= _SHORTEST and any(map(str.isdigit, word))
