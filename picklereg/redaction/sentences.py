"""Where a sentence or a line of a protocol tells a credential: no sign joins it to a name, so it has to look like one.

``the password is hunter2x``, ``API key 'hunter2x' is disabled``, ``login failed for ada:hunter2x``, ``AUTH hunter2x``. Words
are written there, too, and names, versions and places; what has letters and digits in turns is none of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import is_credential, words_of
from picklereg.redaction.values import is_no_value, is_plain_word, is_redacted, is_telling

__all__ = ["SENTENCES", "sentence"]

#: Each begins with one of few letters, so that they are found quickly; what has to stand before them is looked at afterwards.
_NAMES: Final = r"[PpTtSsKk](?:ass(?:code|phrase|wd|word)|ASSWORD|oken|OKEN|ecret|ECRET|ey|EY)"
_BEFORE: Final = re.compile(r"(?:^|[^A-Za-z0-9.$/])$")
_BEFORE_KEY: Final = re.compile(r"\b(?:access|account|api|auth|private|secret|shared)[ _\-]?$", re.IGNORECASE)
_VALUE: Final = r"\\{0,15}['\"`]?(?P<value>[^\s\x00-\x1f\x7f'\"`\\,;()<>|]{6,1000}+)"
_TRAILING: Final = ".:!?]}"
#: How those who keep secrets call them.
_PARTS: Final = re.compile(r"\w{1,30}(?:[\-.]\w{1,30}){1,8}")
#: Of so many runs of letters and digits is what is written with them in turns: ``k3y9x``; not ``sha256``, ``b64encode``.
_RUN: Final = re.compile(r"\d+|[A-Za-z]+")
_SHORTEST: Final = 8
_FEWEST_RUNS: Final = 4
_LONG: Final = 16
#: A number with its unit, an address in memory, a name with a number, what has parts that are names, a setting.
_OTHER: Final = re.compile(
    r"\d[\d.,_]*[A-Za-z%]{1,12}|0x[0-9a-fA-F]+|[A-Za-z]+[_\-]?\d{1,3}|[\w\-]+(?:[./:][\w\-]+)+|[\w.\-]+=(?!=?$).*|[A-Z][A-Z0-9_]+", re.ASCII
)
#: Words before ``token`` that say that it is a parser's.
_PARSERS: Final = re.compile(r"(?:expect(?:ed|ing)|next|previous|read|syntax|unexpected|unknown)[ ]$", re.IGNORECASE)

#: What is one within a line, too, if its argument looks like nothing else.
_CERTAIN: Final = ("PASS", "AUTH")
#: How what is called ends that may be given a credential.
_CALLED: Final = ("key", "passphrase", "passwd", "password", "secret", "token")
#: How a method is called that takes a credential, and one that finds something by its name.
_GIVING: Final = frozenset({"set", "use", "using", "with"})
_ASKING: Final = frozenset({"by", "check", "delete", "fetch", "find", "from", "get", "has", "load", "lookup", "read", "remove"})

#: What stands before a line of a protocol: nothing, a quote, what tells who sent it, or its number.
_LINE_START: Final = re.compile(r"(?:^|[\r\n'\"]|\\n|[<>:] |\b[A-Za-z]?\d{1,6} |(?i:nickserv) :?)$")
_WORD_BEFORE: Final = re.compile(r"(?<![^\s'\"`\\])([^\s'\"`\\]{1,1000}+)\\{0,15}['\"`]?$")
#: How far before a place a word is looked for that ends there, first and at last.
_REACHES: Final = (60, 1_000)

#: What finds them: label, texts one of which is in whatever it matches, in lower case, signs one of which is there, too, and the pattern.
SENTENCES: Final = (
    (
        "credential in a sentence",
        ("passcode ", "passphrase ", "passwd ", "password ", "token ", "secret ", "key "),
        "",
        re.compile(
            rf"(?P<name>{_NAMES})(?P<verb>[ ]{{1,40}}(?:(?:(?:is[ ]|was[ ])?(?:changed|reset|set)[ ])?to|from|is:?|was:?|->|\|))?"
            rf"[ ]{{1,40}}{_VALUE}",
        ),
    ),
    (
        "credential that was made for somebody",
        ("password ", "passphrase ", "key ", "token "),
        ":",
        re.compile(
            r"(?<![\w\-])(?:[Pp]ass(?:word|phrase)[ ][^\n:'\"]{0,40}?for[ ][^\s:]{1,100}|(?:Unseal|Recovery)[ ][Kk]ey[ ]\d{1,2}"
            rf"|(?:[Rr]oot|[Jj]oin)[ ][Tt]oken[ ]for[ ][^\s:]{{1,100}}):[ ]{{1,8}}(?P<made>){_VALUE}"
        ),
    ),
    (
        "credential that a sentence says is none",
        (" passcode", " passphrase", " passw", " token", " secret", " key"),
        (" is ",),
        re.compile(
            rf" is (?:no|not an?|invalid as an?|an? invalid|an? expired)(?: valid| correct)? (?:[A-Za-z]{{1,20}} )?(?P<behind>{_NAMES})"
        ),
    ),
    (
        "user and password in a sentence",
        ("login ", "credential", ":pass", "/pass"),
        "",
        re.compile(
            r"(?<![\w\-])(?:[Ll]ogin(?= )|[Cc]redentials?|user(?:name)?[:/]pass(?:word)?)\b[^\n'\"`=:]{0,24}?"
            r"(?P<pair>[ ][A-Za-z][\w.\-]{0,40}+[:/]|\(\\{0,15}['\"]?[A-Za-z][\w.\-]{0,40}+\\{0,15}['\"]?(?:[:/]|,[ ])\\{0,15}['\"]?)"
            r"(?P<value>[^\s\x00-\x1f\x7f'\"`\\,;()<>|@]{8,200}+)(?!@)",
        ),
    ),
    (
        "line of .pgpass",
        (":*:", ":5432:"),
        "",
        re.compile(
            r"(?<![\w.\-:/])(?:[\w.\-]{1,253}+|\*):(?:5432|\*):(?:[A-Za-z_][\w\-]{0,62}+|\*):[A-Za-z_][\w.\-]{0,62}+(?P<line>:)"
            r"(?P<value>[^\s'\"`@/]{1,200}+)"
        ),
    ),
    (
        "line of a protocol",
        ("pass ", "auth ", "login ", "identify ", "authenticate "),
        "",
        re.compile(
            r"(?<![\w.\-/])(?P<protocol>PASS|AUTH(?: [A-Za-z0-9\-]{1,40})?|AUTHENTICATE"
            r"|IDENTIFY(?: [^\s:]{1,100})?|LOGIN \\{0,3}\"?[^\s\"\\]{1,100}\\{0,3}\"?)[ ]\\{0,3}\"?(?:oauth:)?(?!SCRAM-)"
            r"(?P<value>[^\s\x00-\x1f\x7f'\"\\/]{6,1000}+)(?P<ended>\\{0,3}['\"]|\\r|\\n|\s{0,4}(?:[\r\n]|$))?"
        ),
    ),
    (
        "argument of what is called like a credential",
        tuple(f"{name}({quote}" for name in _CALLED for quote in ("'", '"', "\\")),
        "'\"",
        re.compile(
            rf"(?<![\w\-])(?P<called>\w{{0,60}}(?i:{'|'.join(_CALLED)}))\(\\{{0,15}}(?P<quote>['\"])"
            r"(?P<value>[^\s'\"\\]{6,1000}+)\\{0,15}(?P=quote)\)",
            re.ASCII,
        ),
    ),
    (
        "login of a client",
        ("auth(", "authprovider(", "usmuserdata("),
        "",
        re.compile(
            r"(?:Auth(?:Provider)?|UsmUserData)\(\\{0,15}(?P<quote>['\"])[^'\"\n\\]{0,200}\\{0,15}(?P=quote), ?"
            r"\\{0,15}['\"](?P<certain>[^'\"\n\\]{1,1000})\\{0,15}['\"]"
        ),
    ),
    (
        "arguments of a login",
        ("login(", "log_in(", "authenticate("),
        "'\"",
        re.compile(
            r"(?<![A-Za-z0-9])(?:log_?in|authenticate)\(\\{0,15}(?P<quote>['\"])[^'\"\n\\]{1,200}\\{0,15}(?P=quote), ?"
            r"\\{0,15}['\"](?P<beside>[^'\"\n\\]{1,1000})\\{0,15}['\"]",
            re.IGNORECASE,
        ),
    ),
    (
        "second password of SNMP",
        ("usmuserdata(",),
        "",
        re.compile(
            r"UsmUserData\((?:\\{0,15}(?P<quote>['\"])[^'\"\n\\]{0,200}\\{0,15}(?P=quote), ?){2}"
            r"\\{0,15}['\"](?P<certain>[^'\"\n\\]{1,1000})\\{0,15}['\"]"
        ),
    ),
    (
        "pair of a user and a password",
        ("login",),
        "",
        re.compile(
            r"(?<![A-Za-z0-9.\-])login(?:s\b)?(?:\\{0,15}['\"]| (?==))?[:=]\s{0,4}"
            r"[\[(]{1,2}\\{0,15}['\"][^'\"\n\\]{1,200}\\{0,15}['\"], ?"
            r"\\{0,15}['\"](?P<beside>[^'\"\n\\]{1,1000})\\{0,15}['\"][\])]"
        ),
    ),
    (
        "secure string of PowerShell",
        ("convertto-securestring",),
        "",
        re.compile(r"ConvertTo-SecureString(?: -String)? \\{0,15}['\"](?P<certain>[^'\"\n\\]{1,1000})", re.IGNORECASE),
    ),
    (
        "password of LDIF",
        ("userpassword:: ",),
        "",
        re.compile(r"userPassword:: (?P<certain>[A-Za-z0-9+/]{4,1000}={0,2})"),
    ),
)


def sentence(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credential, if it looks like one; where nothing else stands, it may look like anything."""
    groups = match.re.groupindex
    group = next(name for name in ("behind", "certain", "beside", "value") if name in groups)
    start, end = _before(text, match.start()) if group == "behind" else match.span(group)
    value = text[start:end].rstrip(_TRAILING) if group == "value" else text[start:end]
    if is_redacted(value) or is_no_value(value) or (group == "beside" and is_plain_word(value)):
        return
    if group in {"behind", "value"} and not _is_one(text, match, value):
        return
    if "protocol" in groups and not _is_line(text, match, value):
        return
    yield Found(start, start + len(value), "password")


def _before(text: str, end: int) -> tuple[int, int]:
    """Give where the word begins and ends that stands before a place, maybe in quotes."""
    for reach in _REACHES:
        before = _WORD_BEFORE.search(text, max(end - reach, 0), end)
        if before:
            return before.span(1)
    return end, end


def _is_one(text: str, match: re.Match[str], value: str) -> bool:
    if not (is_telling(value, is_loose=False) and any(map(str.isdigit, value)) and any(map(str.isalpha, value))):
        return False
    if _OTHER.fullmatch(value) or is_plain_word(value):
        return False
    groups = match.re.groupindex
    if {"line", "made", "protocol"} & groups.keys():
        return True
    if "called" in groups:
        return _is_made_of(match["called"], value)
    where = "behind" if "behind" in groups else "name"
    name = match[where].lower() if where in groups else ""
    named = match.start(where) if name else 0
    if name and not (_BEFORE_KEY if name == "key" else _BEFORE).search(text, max(named - 10, 0), named):
        return False
    if name == "secret" and _PARTS.fullmatch(value):
        return False
    if _is_turning(value):
        return name != "token" or not _PARSERS.search(text, max(match.start() - 20, 0), match.start())
    return name not in {"", "token"} and bool("behind" in groups or match["verb"] or text[match.start("value") - 1] in "'\"`")


def _is_turning(value: str) -> bool:
    """Tell of a value whether letters and digits are in turns in it, as in nothing that somebody has thought of."""
    return len(value) >= _SHORTEST and (len(_RUN.findall(value)) >= _FEWEST_RUNS or len(value) >= _LONG)


def _is_line(text: str, match: re.Match[str], value: str) -> bool:
    """Tell of what looks like a line of a protocol whether it begins and ends like one, or needs no line to be one."""
    if match["protocol"].startswith(_CERTAIN) and _is_turning(value):
        return True
    return match["ended"] is not None and _LINE_START.search(text, max(match.start() - 24, 0), match.start()) is not None


def _is_made_of(name: str, value: str) -> bool:
    """Tell of a class or a method, by its name, whether it is given a credential: ``ApiKey('...')``, ``set_password("...")``."""
    first, *others = words_of(name)
    if first in _ASKING or not is_credential("_".join(others if first in _GIVING and others else [first, *others])):
        return False
    return _is_turning(value) or (first in _GIVING and bool(others))
