"""The one table of where credentials stand in texts: each pattern with the texts without which it can't match.

Those literal texts are the prefilter. They stand beside their patterns, in lower case, so that the two can't fall out of step; most texts
hold none of them. Which of them are looked for at all, is told by a few signs (``:``, ``=``, ``-``, ...), which are found quickest; and
the texts of an error are searched together first, then each for what was found there. To add a place, add a row.

A remote server chooses what is searched: no row may need more than a constant number of steps for a character. That means no quantifier in
another one unless what they repeat can't be confused, possessive ones where a run ends by itself, and a bound on everything else.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from picklereg.redaction import devices, jwks, resources, url_paths
from picklereg.redaction.authorities import AUTHORITY, authority
from picklereg.redaction.codes import CODE, NEEDS, code
from picklereg.redaction.columns import GIVEN, HEADING, INSERTED, UNIQUE, given_values, in_column, inserted, unique
from picklereg.redaction.command_lines import (
    BESIDE_USER,
    COMMAND,
    INPUT,
    OPTION,
    WITH_INPUT,
    WITH_OPTIONS,
    WITH_SLASHES,
    WITH_WORDS,
    argument,
    beside_user,
    commands_in,
    given,
)
from picklereg.redaction.found import Found
from picklereg.redaction.markup import ELEMENT, ESCAPED, MEMBER, TAG, element, field
from picklereg.redaction.names import STEMS, is_credential
from picklereg.redaction.places import NAMED, named, names_in
from picklereg.redaction.program_texts import is_reference
from picklereg.redaction.readings import from_base64
from picklereg.redaction.refusals import HEADER_VALUE, REFUSED, refused, refused_header
from picklereg.redaction.sentences import SENTENCES, sentence
from picklereg.redaction.shapes import SHAPES
from picklereg.redaction.statements import STATEMENTS, statement
from picklereg.redaction.values import REDACTED, is_no_value, is_redacted, is_telling, is_value_of

__all__ = ["SIGNS", "Place", "credentials_in", "found_in", "literals_in", "places", "rows_for"]

Find = Callable[[str, "re.Match[str]"], Iterator[Found]]


class Place(NamedTuple):
    """A row of the table.

    Attributes:
        label: what it finds.
        needs: in lower case, texts one of which is in whatever the pattern matches; :data:`STEMS` if it matches at a name.
        pattern: finds where it may be.
        find: tells of a match where the credential is.
        is_run: whether what must be there stands in a run of sixteen characters that has no space in it.
        signs: characters, or texts as they are written, one of which is in whatever the pattern matches, too.
    """

    label: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    find: Find
    is_run: bool = False
    signs: Sequence[str] = ""


def _group(_: str, match: re.Match[str]) -> Iterator[Found]:
    """What a group matched, or else all."""
    group = (match.re.groups and match.lastindex) or 0
    if match[group] != REDACTED:  # though it may have been redacted in part
        yield Found(*match.span(group), "")


def _userinfo(text: str, match: re.Match[str]) -> Iterator[Found]:
    """What stands before the host of a URL. A name alone, or with an empty password, is only one if it looks like a token."""
    password = match["password"] or None
    if is_redacted(match[0]) or (password is not None and is_no_value(password)):
        return
    is_shell = text.endswith(("ssh://", "sftp://"), max(match.start() - 7, 0), match.start())  # where no token is a user
    if password is not None or (is_telling(match["user"], is_loose=False) and not (is_shell or _CLASS.fullmatch(match["user"]))):
        yield Found(match.start("user"), match.end("password" if password else "user"), "", "userinfo")


def _login(text: str, match: re.Match[str]) -> Iterator[Found]:
    """``curl -u user:password``; other commands have an option of this name, too."""
    if is_redacted(match["password"]) or is_reference(match["password"].rstrip(_BRACKETS)):  # as a usage line has it
        return
    before = text[max(match.start() - 500, 0) : match.start()].lower()
    if not match["password"]:  # some services take a key as the user
        yield from [Found(*match.span("user"), "password")] if "curl" in before and is_telling(match["user"], is_loose=False) else ()
    elif not is_no_value(match["password"]) and (is_telling(match["password"]) or "curl" in before or "wget" in before):
        yield Found(*match.span("password"), "password")


def _after_slash(_: str, match: re.Match[str]) -> Iterator[Found]:
    """After a user and a slash; a text may say that of something else, too."""
    if is_telling(match["value"], is_loose=False) and is_value_of("-p", match["value"]) and not is_redacted(match["value"]):
        yield Found(*match.span("value"), "-p")


def _field(_: str, match: re.Match[str]) -> Iterator[Found]:
    """A field of a form with several parts."""
    if is_credential(match["name"]) and is_value_of(match["name"], match["value"]):
        yield Found(*match.span("value"), match["name"])


def _option(_: str, match: re.Match[str]) -> Iterator[Found]:
    """``--password hunter2``; what an option is about is told by a usage line, too."""
    name, value = match["name"], match["value"]
    is_one = is_telling(value, is_loose=False) and is_value_of(name, value) and not is_reference(value.rstrip(_BRACKETS))
    if is_credential(name) and is_one:
        yield Found(*match.span("value"), name)


def _base64(_: str, match: re.Match[str]) -> Iterator[Found]:
    """JSON in base64, with a credential in it."""
    inner = from_base64(match[0].rstrip("=") + "=" * (-len(match[0].rstrip("=")) % 4))
    if any(True for _ in found_in(inner)):
        yield Found(*match.span(), "", "base64")


def _basic(_: str, match: re.Match[str]) -> Iterator[Found]:
    """A user and a password in base64."""
    if _LOGIN.fullmatch(from_base64(match[1])):
        yield Found(*match.span(1), "authorization", "basic")


def _bearer(_: str, match: re.Match[str]) -> Iterator[Found]:
    if any(map(str.isdigit, match[1])):
        yield Found(*match.span(1), "")


#: What litellm writes after the messages. In a text that shows a text, a line break is a backslash and a letter: the one before the
#: messages tells, so that one in a message isn't taken for it. What ends like a list of messages is still a part of them.
_FIELDS_AFTER: Final = r"(?:(?>(?:(?P=line))+)(?:model_group|deployment|vertex_project|vertex_location): `[^`\n]*(?<!\])`){0,4}"
#: What names a way to log in, in the place of a user.
_CLASS: Final = re.compile(r"(?:[A-Z][a-z]{1,20}){2,6}")
#: What closes what may be left out.
_BRACKETS: Final = "])>}"
_LOGIN: Final = re.compile(r"[ -~]{1,100}:[ -~]{1,1000}")
_OPTIONS: Final = frozenset(WITH_OPTIONS)
_RUN: Final = re.compile(r"(?<![a-z0-9_\-.:])[a-z0-9_\-.:]{16,}+")
#: Most of the literal texts have one of these in them, or beside them, and it is found quicker.
SIGNS: Final = (*":=%'\"_-./@\n", " is ")
#: What few texts hold. Of the literal texts that have one of these in them, the first tells whether they are looked for.
_RARE: Final = (
    *(".py", "ey", "sl", "uth", "cr", "pass", "pp", "{s", "sen", "ea", "tate", "ac", "et", "ud"),
    *("if", "ig", "og", "ri", "k", "v", "w", "gl", "x", "as", "pat", "b", "m"),
)
#: No row matches a shorter text that has none of these, but for what ``bindpw`` and ``rootpw`` set: ``AUTH s3cr3t`` has as many letters.
_SHORTEST: Final = 11
_SETTING: Final = "pw "
_HOST: Final = (
    r"(?=(?:[A-Za-z0-9_.\-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]|%[0-9A-Fa-f]{2}[\w.%\-]{1,253})?(?:[:/?#\s;'\"`<>()\\]|,(?![^\s/@,]{1,200}@)|$))"
)


@functools.cache
def places() -> tuple[Place, ...]:
    """Give the table. It is made when a text has to be looked at closer for the first time: patterns take a while to compile."""
    return (
        Place(
            "URL's userinfo",
            ("://",),
            # ``host:80/...@`` isn't userinfo, nor is ``[::1]:80/...@``; a password may hold ``/``, ``?``, ``#`` and ``@`` as they are.
            re.compile(
                r"(?<=://)(?!\[[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{1,41}(?:%[\w.%\-]{1,40})?\](?::\d{1,5})?[/?#])(?P<user>[^\s\x00-\x1f\x7f-\x9f/?#:@'\"<>\\`]{0,1000}+)(?::(?!\d{1,5}[/?#])(?P<password>(?:(?!://)[^\s\x00-\x1f\x7f-\x9f'\"<>`\\]){0,5000}?))?@"
                + _HOST,
            ),
            _userinfo,
            signs="@",
        ),
        Place("user and password before a host", ("@",), AUTHORITY, authority, signs="@"),
        Place("name", STEMS, NAMED, named, signs=":=%'\""),
        Place("value that is refused", STEMS, REFUSED, refused, signs="'\""),
        Place("header that is refused", ("header value",), HEADER_VALUE, refused_header, signs="'\""),
        Place("column of a table", STEMS, HEADING, in_column, signs="\n"),
        Place("line of two words", STEMS, devices.LINE, devices.in_line, signs="\n"),
        Place("setting of a device", devices.NEEDS, devices.SETTING, devices.in_setting),
        Place("column of a statement", ("into ",), INSERTED, inserted, signs="'\""),
        Place("key that is there twice", (")=(",), UNIQUE, unique),
        Place("value for a statement", ("[parameters: ",), GIVEN, given_values, signs="'\""),
        Place("authorization code", NEEDS, CODE, code, signs=":=%'\""),
        Place("private member of a key", jwks.NEEDS, jwks.MEMBER, jwks.member, signs="'\""),
        Place("data of a secret", resources.NEEDS, resources.RESOURCE, resources.held_by_resource, signs=":"),
        Place("segment of a URL's path", url_paths.NEEDS, url_paths.SEGMENT, url_paths.segment, signs="/"),
        Place("element", ("</",), ELEMENT, element),
        Place("escaped element", ("&lt;/",), ESCAPED, element),
        Place("member", ("</",), MEMBER, element),
        Place("field of a form", ("value=", "content="), TAG, field),
        Place(
            "login of a command",
            ("-u", "-proxy-user"),
            re.compile(
                r"(?<![\w\-])(?:-u|--user|-U|--proxy-user)(?:[ =]|['\"],? ?['\"])?['\"]?"
                r"(?P<user>[^\s\x00-\x1f\x7f-\x9f:'\"=]{1,100}):(?P<password>[^\s\x00-\x1f\x7f-\x9f'\"]{0,1000})"
            ),
            _login,
        ),
        Place("argument of a command", WITH_OPTIONS, COMMAND, argument, signs="-/"),
        Place("word of a command", WITH_WORDS, COMMAND, argument),
        Place("word of a command with a slash", WITH_SLASHES, COMMAND, argument, signs="/"),
        Place("input of a command", WITH_INPUT, INPUT, given),
        Place("password beside a user of a command", (" -", "'-", '"-'), BESIDE_USER, beside_user),
        Place(
            "login of Oracle's drivers",
            ("jdbc:oracle:",),
            re.compile(r"(?i:jdbc:oracle:(?:thin|oci8?):)[\w.$]{1,60}/(?P<value>[^\s@'\"/]{1,200})@"),
            _after_slash,
            signs="/",
        ),
        Place(
            "option of a command",
            ("--", " -", "'-", '"-'),
            re.compile(
                r"(?:(?<![\w\-])--|(?<=[ '\"])-)(?P<name>[A-Za-z_][\w.\-]{1,60}+)"
                r"[ ]+['\"]?(?P<value>[^\s\x00-\x1f'\"`\-][^\s\x00-\x1f\x7f-\x9f'\"`]*)"
            ),
            _option,
        ),
        Place(
            "field of a multipart form",
            ("form-data",),
            re.compile(
                r"form-data;[^\r\n]{0,200}?\bname=\\?\"(?P<name>[^\"\r\n\\]{1,200})\\?\"[^\r\n]{0,200}?(?:\r\n|\n|\\r\\n|\\n)(?:[A-Za-z\-]{1,40}:[^\r\n]{0,200}(?:\r\n|\n|\\r\\n|\\n)){0,3}"
                r"(?:\r\n|\n|\\r\\n|\\n)(?P<value>[^\r\n\\]{1,}+)",
            ),
            _field,
        ),
        *(Place(label, needs, pattern, statement, signs=signs) for label, needs, signs, pattern in STATEMENTS),
        *(Place(label, needs, pattern, sentence, signs=signs) for label, needs, signs, pattern in SENTENCES),
        Place("basic login", ("basic ",), re.compile(r"\b[Bb]asic[ ]+([A-Za-z0-9+/\-_]{8,2000}+={0,2})"), _basic),
        Place("bearer token", ("bearer ",), re.compile(r"\b(?:[Bb]earer|BEARER)[ ]+([A-Za-z0-9\-._~+/]{12,}+={0,2})"), _bearer),
        # What begins with a brace and a quote, perhaps with a space or a line's end between; a token of several parts is another one.
        Place(
            "JSON in base64",
            ("eyj", "eyai", "ewog", "ew0k"),
            re.compile(r"(?<![A-Za-z0-9+/_\-.])(?:eyJ|eyAi|ewog|ew0K)[A-Za-z0-9+/_\-]{16,100000}+={0,2}(?![.A-Za-z0-9])"),
            _base64,
        ),
        # The prompt, in what litellm writes down for debugging: the messages as Python shows a list, so in one line, maybe cut off.
        # There may be backticks in it: it ends at the last one of its line, not counting what litellm writes after it.
        Place(
            "prompt",
            ("messages: `",),
            re.compile(
                rf"(?P<line>\n|\\{{1,15}}n)?(?i:messages): `([\[({{](?:[^`\n]|`(?!{_FIELDS_AFTER}(?:\Z|\n|[\0\\'\"][^`\n]*+(?:\n|\Z))))*+)"
            ),
            _group,
        ),
        *(Place(shape.label, shape.needs, re.compile(shape.pattern), _group, is_run=shape.is_run) for shape in SHAPES),
    )


@functools.lru_cache(maxsize=1_024)
def _literals_for(is_ascii: bool, *signs: str) -> list[tuple[str, list[str]]]:
    """Give the literal texts that may stand in a text with these signs and no others, by what is in all of some."""
    missing = set(SIGNS).difference(signs)
    known = [place for place in places() if not place.signs or not missing.issuperset(place.signs)]
    by_part: dict[str, list[str]] = {}
    for literal in dict.fromkeys(literal for place in known for literal in place.needs if literal.isascii() or not is_ascii):
        if not any(map(literal.__contains__, missing)):
            by_part.setdefault(next(filter(literal.__contains__, _RARE), literal), []).append(literal)
    return [*by_part.items()]


@functools.cache
def _rows_by_literal() -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for number, place in enumerate(places()):
        for literal in place.needs:
            rows.setdefault(literal, []).append(number)
    return rows


@functools.cache
def _in_runs() -> frozenset[str]:
    anywhere = {literal for place in places() if not place.is_run for literal in place.needs}
    return frozenset(literal for place in places() for literal in place.needs).difference(anywhere)


def literals_in(text: str, texts: Sequence[str] = ()) -> list[str]:
    """Give the literal texts in a text for which a row may match: none, at once, in most texts.

    Args:
        text: the text, or several in lines.
        texts: these.
    """
    signs = [sign for sign in SIGNS if sign in text]
    if not signs and max(map(len, texts or (text,))) < _SHORTEST and _SETTING not in text:
        return []
    lowered = text.lower()
    known = _literals_for(lowered.isascii(), *signs)
    found = [literal for part, literals in known if part in lowered for literal in literals if literal in lowered]
    if found and not _in_runs().isdisjoint(found):
        runs = " ".join(_RUN.findall(lowered))
        found = [literal for literal in found if literal not in _in_runs() or literal in runs]
    if found and not _OPTIONS.isdisjoint(found) and not OPTION.search(lowered):
        found = [literal for literal in found if literal not in _OPTIONS]
    return found


def rows_for(text: str, literals: Iterable[str] | None = None) -> list[Place]:
    """Give the rows that may match in a text, by the prefilter.

    Args:
        text: the text.
        literals: what :func:`literals_in` gave for this text and others together.
    """
    return _rows(text, _literals_of(text, literals))


def found_in(text: str, literals: Iterable[str] | None = None) -> Iterator[tuple[Place, Found]]:
    """Give the credentials that stand in a text by their place or shape, row by row.

    Args:
        text: the text.
        literals: as for :func:`rows_for`.
    """
    literals = _literals_of(text, literals)
    for place in _rows(text, literals) if literals else ():
        for found in credentials_in(text, place, literals):
            yield place, found


def credentials_in(text: str, place: Place, literals: Iterable[str] = STEMS) -> Iterator[Found]:
    """Give the credentials that a row finds in a text, in their order, none within another.

    Args:
        text: the text.
        place: the row.
        literals: those of its literal texts that are in the text, if anybody knows.
    """
    position = 0
    if place.needs is STEMS:
        matches: Iterable[re.Match[str]] = names_in(text, place.pattern, literals)
    else:
        matches = commands_in(text) if place.pattern is COMMAND else place.pattern.finditer(text)
    for match in matches:
        if match.start() >= position:
            for found in place.find(text, match):
                yield found
                position = max(position, found.end)


def _literals_of(text: str, literals: Iterable[str] | None) -> list[str]:
    if literals is None:
        return literals_in(text)
    return [*filter(text.lower().__contains__, literals)]


def _rows(text: str, literals: list[str]) -> list[Place]:
    return [place for place in _rows_of(*literals) if not place.signs or any(map(text.__contains__, place.signs))]


@functools.lru_cache(maxsize=1_024)
def _rows_of(*literals: str) -> list[Place]:
    """Give the rows that need one of these."""
    numbers = {number for literal in literals for number in _rows_by_literal()[literal]}
    return [places()[number] for number in sorted(numbers)]
