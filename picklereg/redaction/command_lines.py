"""Passwords among the arguments of a command in a text: as a shell is given them, or as Python shows a list."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final

from picklereg.redaction.commands import (
    NAMES,
    PASSWORD_OPTIONS,
    USER_OPTIONS,
    arguments_in,
    is_password_beside_user,
    signs_of_words,
)
from picklereg.redaction.found import Found
from picklereg.redaction.names import is_credential
from picklereg.redaction.values import is_redacted, is_telling

__all__ = [
    "BESIDE_USER",
    "COMMAND",
    "INPUT",
    "OPTION",
    "WITH_INPUT",
    "WITH_OPTIONS",
    "WITH_SLASHES",
    "WITH_WORDS",
    "argument",
    "beside_user",
    "commands_in",
    "given",
]

#: How many arguments after a command are looked at.
_MOST: Final = 200
#: Where a command's name may stand, and what comes before its arguments.
COMMAND: Final = re.compile(r"(?<![\w.+\-])[A-Za-z0-9][\w.\-]{0,30}+(?=[ ]|['\"],)", re.ASCII)
_WORDS: Final = re.compile(r"[\w\-]+(?:\.(?:py|sh)(?!\w))?", re.ASCII)
_NAMES: Final = re.compile(r"[\w.\-]+", re.ASCII)
#: One of these is in a text in which a password stands after an option of a command; and that is how options look.
WITH_OPTIONS: Final = (" -", "'-", '"-', "/p:", "/p ", "/rp ", "/p'", "/rp'", '/p"', '/rp"')
OPTION: Final = re.compile(r"[ '\"](?:--?[a-z]|/r?p[: '\"])", re.IGNORECASE)
#: One of these is in a text in which it stands after a word of a command.
WITH_WORDS: Final = signs_of_words(with_slash=False)
WITH_SLASHES: Final = signs_of_words(with_slash=True)
#: What is given to a command as its input: by ``echo`` before it, or by a here-string after it.
WITH_INPUT: Final = ("chpasswd", "-stdin", "sudo ")
INPUT: Final = re.compile(
    r"(?:\b(?:echo|printf)[ ]+(?:-[ne]{1,2}[ ]+|['\"]?%s(?:\\n)?['\"]?[ ]+)?['\"]?(?P<before>[^\s'\"|<>`$]{1,200})['\"]?[ ]*\|[ ]*"
    r"(?:sudo[ ]+)?(?:chpasswd|passwd[ ]+--stdin|sudo[ ]+-S|[\w./\-]{1,60}(?:[ ]+[^\s|]{1,200}){0,12}?[ ]+--(?:password|pass|token)-stdin)"
    r"|(?:\bchpasswd|\bpasswd[ ]+--stdin[ ]+[\w.\-]{1,60}|--(?:password|pass|token)-stdin)[ ]*<<<[ ]*['\"]?"
    r"(?P<after>[^\s'\"|<>`$]{1,200}))",
    re.ASCII,
)
#: An option after which, beside one for a user, a password stands in many commands' arguments.
BESIDE_USER: Final = re.compile(
    rf"(?<=[ '\"])(?:{'|'.join(sorted(PASSWORD_OPTIONS, key=len, reverse=True))})(?:[ =]['\"]?|['\"], ?['\"])"
    r"(?P<value>[^\s'\"`\-][^\s'\"`]{5,200})",
    re.ASCII,
)
_USER: Final = re.compile(
    rf"[ '\"](?:{'|'.join(sorted(USER_OPTIONS, key=len, reverse=True))})(?:[ =]|['\"], ?['\"])['\"]?[^\s'\"\-]", re.ASCII
)
#: How far before and after it that is looked for.
_FAR: Final = 200
_SHELL: Final = re.compile(
    r"[ \t]+(?:\\\r?\n[ \t]*)?(?:'([^'\n]{0,1000})'|\"([^\"\n]{0,1000})\"|([^\s\x00-\x1f\x7f-\x9f;|&'\"`<>]{1,1000}"
    r"(?:'[^'\n]{0,1000}'|\"[^\"\n]{0,1000}\")?))"
)
_QUOTES: Final = "'\""
_SHOWN: Final = re.compile(r"['\"],[ ]?(?:'((?:[^'\\\n]|\\.){0,1000}+)(?=')|\"((?:[^\"\\\n]|\\.){0,1000}+)(?=\"))")


def commands_in(text: str) -> Iterator[re.Match[str]]:
    """Give the commands in a text that take a password."""
    found = _WORDS.findall(text)
    done = 0
    for match in () if NAMES.isdisjoint(found) else _one_of(NAMES.intersection(found)).finditer(text):
        if match.start() >= done:  # else it stands among the arguments of the one before, and is found there
            yield match
            done = max((end for _, end in _words(text, match)), default=match.end())


@functools.lru_cache(maxsize=100)
def _one_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.+\-])(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?:\.exe)?(?=[ ]|['\"],)", re.ASCII
    )


def argument(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the passwords among the arguments after a command. In a text that isn't a list, somebody may just tell of an option."""
    is_shown = text[match.end()] != " "
    words = _words(text, match)
    for index, start, end, name in arguments_in([match[0], *(text[first:last] for first, last in words)], is_credential):
        first = words[index - 1][0]
        value = text[first + start : first + end]
        quote = 1 if value[0] in _QUOTES and value[-1] == value[0] else 0  # of what follows an option at once
        value = value[quote : len(value) - quote]
        if (is_shown or is_telling(value, is_loose=False)) and not is_redacted(value):
            yield Found(first + start + quote, first + end - quote, name)


def beside_user(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the password after an option, if another one of the same command gives a user."""
    start, end = match.span("value")
    before, after = text[max(match.start() - _FAR, 0) : match.start()], text[end : end + _FAR]
    line = before[before.rfind("\n") + 1 :], after.partition("\n")[0]
    if any(map(_USER.search, line)) and is_password_beside_user(match["value"], _NAMES.findall(line[0])):
        yield Found(start, end, "argument of a command")


def given(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the password that a command is given as its input, maybe after a user and a colon."""
    group = match.lastgroup or "before"
    start = match.start(group) + ((match[group].find(":") + 1) if "chpasswd" in match[0] else 0)
    value = match[group][start - match.start(group) :]
    if is_telling(value) and not is_redacted(value):
        yield Found(start, match.end(group), "argument of a command")


def _words(text: str, command: re.Match[str]) -> list[tuple[int, int]]:
    """Give where the arguments of a command stand."""
    words: list[tuple[int, int]] = []
    position = command.end()
    pattern = _SHELL if text[position] == " " else _SHOWN
    while len(words) < _MOST and (match := pattern.match(text, position)):
        words.append(match.span(match.lastindex or 0))
        position = match.end()
    return words
