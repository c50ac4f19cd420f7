"""Reading the arguments of commands that take a password among them, by :mod:`picklereg.redaction.command_table`."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from picklereg.redaction.command_table import COMMANDS, FORMED, LAST, NAMED
from picklereg.redaction.values import is_no_value, is_telling

__all__ = [
    "NAMES",
    "PASSWORD_OPTIONS",
    "USER_OPTIONS",
    "Argument",
    "arguments_in",
    "beside_users",
    "is_command",
    "is_password_beside_user",
    "signs_of_words",
]


class Argument(NamedTuple):
    """A password among arguments: in which, where in it, and what to call it."""

    position: int
    start: int
    end: int
    name: str


_SEGMENT: Final = re.compile(r"[./:]")
#: What they are called.
NAMES: Final = frozenset(name for command in COMMANDS for name in command.names.split())
#: After one of these a command takes who it is, and after one of those the password.
USER_OPTIONS: Final = frozenset({"-D", "-U", "-au", "-gu", "-l", "-u", "-user", "-username", "-xu", "--user", "--username"})
PASSWORD_OPTIONS: Final = frozenset({"-P", "-W", "-ap", "-gp", "-p", "-pass", "-pw", "-w", "-xp"})
#: For these commands it is something else.
_OTHERS: Final = frozenset(
    {"p4", "ps", "psql", "sacct", "salloc", "sbatch", "scancel", "sinfo", "squeue", "srun"}
    | {name for command in COMMANDS if "mysql" in command.names for name in command.names.split()}
)
#: A port, a setting, a path.
_NO_PASSWORD: Final = re.compile(r".*:\d{1,5}(?:/\w{1,5})?|[\w.\-]{1,60}=.*|[./~].*|[\w.\-]*/.*", re.DOTALL)


def is_password_beside_user(value: str, words: Iterable[str]) -> bool:
    """Tell of what stands after an option for a password, beside one for a user, whether it is one.

    Args:
        value: the value.
        words: what stands before it in the command.
    """
    looks_so = is_telling(value, is_loose=False) and any(map(str.isdigit, value)) and not _NO_PASSWORD.fullmatch(value)
    return looks_so and not is_no_value(value) and _OTHERS.isdisjoint(words)


def beside_users(arguments: Sequence[str | None]) -> Iterator[Argument]:
    """Give the passwords among the arguments of any command that stand after an option for one, if another option gives a user."""
    for index, value in enumerate(arguments[1:], start=1):
        if value is not None and arguments[index - 1] in PASSWORD_OPTIONS:
            words = [_name(word) for word in arguments[:index] if word is not None]
            if is_password_beside_user(value, words):
                yield Argument(index, 0, len(value), "argument of a command")


def signs_of_words(*, with_slash: bool) -> tuple[str, ...]:
    """Give the fewest texts one of which, in lower case, is in each text in which a password stands after a word of a command.

    Args:
        with_slash: whether they are those of commands among whose arguments there is a slash, too, or of the others.
    """
    rows = [row for row in COMMANDS if row.word and row.has_slash is with_slash]
    known = {sign.lower() for row in rows for sign in (row.signs or row.within or row.names).split()}
    signs = {"pass" if "pass" in sign else sign for sign in known}
    return tuple(sorted(sign for sign in signs if not any(other in sign for other in signs if other != sign)))


def is_command(text: str) -> bool:
    """Tell whether a text is the name or the path of a command that takes a password."""
    return _name(text) in NAMES


def _name(text: str) -> str:
    return text.rpartition("/")[2].removesuffix(".exe")


class _Row(NamedTuple):
    """A row of the table, ready to be read."""

    after: frozenset[str]
    glued: tuple[str, ...]
    within: frozenset[str]
    word: int
    form: re.Pattern[str]
    given: str
    name: str


@functools.cache
def _rows() -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {}
    for command in COMMANDS:
        row = _Row(
            frozenset(command.after.split()),
            tuple(command.glued.split()),
            frozenset(command.within.split()),
            command.word,
            re.compile(command.form, re.DOTALL),
            command.given,
            command.name,
        )
        for name in command.names.split():
            rows.setdefault(name, []).append(row)
    return rows


def arguments_in(arguments: Iterable[str | None], is_credential: Callable[[str], bool]) -> Iterator[Argument]:
    """Give the passwords among the arguments of commands.

    Args:
        arguments: the arguments, with the commands before them; ``None`` for what is no text.
        is_credential: tells of the name of a setting whether it is one.
    """
    lines: dict[str, list[_Line]] = {}
    for index, argument in enumerate(arguments):
        if argument is None:
            continue
        for line in itertools.chain.from_iterable(lines.values()):
            span = line.read(index, argument, is_credential)
            if span is not None:
                yield Argument(index, *span, line.name)
                break
        if is_command(argument):
            name = _name(argument)
            lines[name] = [_Line(row) for row in _rows()[name]]
    yield from (line.last for line in itertools.chain.from_iterable(lines.values()) if line.last is not None)


class _Line:
    """How far the arguments after a command have been read, for one of its rows.

    Attributes:
        last: the last word, where that is the password.
        name: what to call the password.
    """

    __slots__ = ("_count", "_is_given", "_is_next", "_is_within", "_row", "last", "name")

    def __init__(self, row: _Row) -> None:
        self._row = row
        self._count = 0
        self._is_next = False
        self._is_within = not row.within
        self._is_given = not row.given
        self.last: Argument | None = None
        self.name = row.name

    def read(self, index: int, argument: str, is_credential: Callable[[str], bool]) -> tuple[int, int] | None:
        """Read an argument, and give where in it the password stands, if it is there."""
        is_next, self._is_next = self._is_next, False
        if argument.startswith(("-", *self._row.glued)) or argument in self._row.after:
            return self._option(argument)
        if is_next:
            return self._value(argument)
        if not self._is_within:
            self._is_within = argument in self._row.within or argument.partition(".")[0] in self._row.within
            return None
        self._count += 1
        if self._row.word == NAMED:
            self._is_next = is_credential(argument) or is_credential(_SEGMENT.split(argument)[-1])
        elif self._row.word == LAST and self._is_given and (span := self._value(argument)) is not None:
            self.last = Argument(index, *span, self.name)
        is_it = self._row.word == self._count or (self._row.word == FORMED and self._count == 1)
        return self._value(argument) if is_it else None

    def _option(self, argument: str) -> tuple[int, int] | None:
        head, sign, _ = argument.partition("=")
        if self._row.given[1:] in head:
            self._is_given = True
        if not self._is_within:
            return None
        if head in self._row.after:
            self._is_next = not sign
            return self._value(argument, len(head) + 1)
        for option in self._row.glued:
            if argument.startswith(option) and len(argument) > len(option):
                return self._value(argument, len(option) + (argument[len(option)] == "="))
        return None

    def _value(self, argument: str, start: int = 0) -> tuple[int, int] | None:
        match = self._row.form.fullmatch(argument, start)
        return match.span(1) if match and not is_no_value(match[1]) else None
