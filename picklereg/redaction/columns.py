"""Credentials that stand in a column with a credential's name: in tables as text, in statements of SQL, and in what is given for these.

``name,password`` and a line ``ada,hunter2`` beneath it; ``INSERT INTO users (name, password) VALUES ('ada', 'hunter2')``; and
``[parameters: ('ada', 'hunter2')]`` after a statement with ``?`` in place of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from picklereg.redaction.found import Found
from picklereg.redaction.names import STATEMENTS, is_credential, words_of
from picklereg.redaction.values import is_no_value, is_plain_word, is_redacted, is_telling, is_value_of

if TYPE_CHECKING:
    from picklereg.redaction.beneath import Look

__all__ = [
    "GIVEN",
    "HEADING",
    "INSERTED",
    "UNIQUE",
    "columns_in",
    "columns_of",
    "credentials_given",
    "given_values",
    "in_column",
    "inserted",
    "may_hold_values",
    "unique",
]

#: At a name: a cell of a heading, maybe the last one.
HEADING: Final = re.compile(r"[\w.\-]{1,60}+['\"`]?[ ]{0,40}(?:[,;|\t]|\r?\n)", re.ASCII)
_SEPARATORS: Final = "\t,;|"
#: What heads a column; what has one of these words in it is a part of a sentence.
_HEAD: Final = re.compile(r"(?!.*\b(?:a|an|and|are|is|not|or|the|to|with)\b)[A-Za-z_][\w .\-#/()]{0,60}", re.ASCII)
_RULER: Final = re.compile(r"[\s+|:=\-]+")
_CELL: Final = {sign: re.compile(rf'(?:^|{re.escape(sign)})([ ]*(?:"(?:[^"\n]|"")*"|[^{re.escape(sign)}\n]*))') for sign in _SEPARATORS}
#: How long a line may be, and of how many lines a table is read.
_LONGEST: Final = 4_000
_MOST: Final = 10_000

_NAMES: Final = r"\((?P<names>[^()]{1,4000}+)\)"
INSERTED: Final = re.compile(
    rf"\binto\s{{1,20}}[\w.\"`\[\]\\$]{{1,200}}+\s{{0,20}}{_NAMES}(?:\s|\\n){{0,20}}(?:(?:output|overriding)[^()]{{0,200}})?values?\s{{0,20}}"
    r"(?:\\n\s{0,20})?(?=\()",
    re.IGNORECASE,
)
#: ``Key (email, token)=(ada@shop.example, hunter2) already exists.``
UNIQUE: Final = re.compile(rf"\bKey {_NAMES}=\((?P<values>[^()\n]{{1,1000}}+)\)")
GIVEN: Final = re.compile(r"\[parameters: (?=[(\[])")
#: What stands among the values of a row: text, or anything else up to the next comma, or what closes the row.
_ITEM: Final = re.compile(
    r"(?:\s|\\n){0,40}(?:(?:[BbENnRrUu]{0,2}(?P<quote>\\{0,15}['\"]))(?P<value>(?:(?!(?P=quote)).|(?P=quote)(?P=quote)){0,4000})(?P=quote)"
    r"|(?:[^,()'\"]|\([^()]{0,400}\)){0,400})",
    re.DOTALL,
)
_FOLLOWING: Final = re.compile(r"\s{0,8},?(?:\s|\\n){0,20}(?=[(\[])")
_AROUND: Final = " \t\r\n\"'`"
_QUOTES: Final = " \t\r\n\"'`[]\\"
#: In place of a value, with the column that it is compared with, or set to.
_IN_PLACE: Final = re.compile(
    r"(?:([\w.\"`]{1,100}+)(?:\s{0,8}(?:[=:]|<>|!=|like|in \()\s{0,8}|[ ](?=%)))?['\"]?(?:\?|%[srd]|\$\d{1,3}(?!\w)|:\d{1,3}(?!\w))",
    re.IGNORECASE,
)
_STATEMENT: Final = 20_000
#: One of these is in a statement that has places for values.
_SQL: Final = ("insert", "update", "where", "values", "set ")
#: Under these names stands a statement, or a message, and what is put into its places.
_STATEMENTS: Final = STATEMENTS | {"msg"}
_GIVEN: Final = frozenset({"params", "parameters", "args", "bindings", "binds"})
#: Under these names stand the names of columns, and under those rows.
_HEADINGS: Final = frozenset(
    {
        "column_names",
        "columns",
        "cols",
        "description",
        "field_names",
        "fieldnames",
        "fields",
        "header",
        "headers",
        "headings",
        "keys",
        "names",
    }
)
#: Or headers, in pairs, beside a body.
_HEADERS: Final = frozenset({"header", "headers"})
#: Headers whose value is the name of another one.
_NAMING_HEADERS: Final = frozenset(
    {"access-control-allow-headers", "access-control-expose-headers", "access-control-request-headers", "connection", "trailer", "vary"}
)
_ROWS: Final = frozenset({"data", "record", "records", "result", "results", "row", "rows", "tuples", "values"})
#: So many columns make a table.
_FEWEST: Final = 2
_MOST_COLUMNS: Final = 200


def in_column(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credentials beneath the heading in which a name stands."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.start())
    if end < 0 or not match.start() - _LONGEST < start < end < start + _LONGEST:
        return
    heading = text[start:end]
    for sign in filter(heading.__contains__, _SEPARATORS):
        cells = [*_CELL[sign].finditer(heading)]
        heads = [cell[1].strip(_AROUND) for cell in cells]
        known = [head for head in heads if head]
        if len(known) > 1 and all(map(_HEAD.fullmatch, known)) and not _is_row(text, start, sign, len(heads)):
            before = sum(1 for cell in cells if cell.end() <= match.start() - start)  # cells before the one with the name
            names = [head.replace(" ", "_") for head in heads]
            if not any(map(is_credential, names[:before])):  # else this table has been read
                yield from _beneath(text, end + 1, sign, names)
            return


def _is_row(text: str, start: int, sign: str, count: int) -> bool:
    """Tell of a line whether the one above it has as many cells: then it heads nothing, and each table is read once."""
    above = text[max(text.rfind("\n", 0, max(start - 1, 0)) + 1, start - _LONGEST) : max(start - 1, 0)]
    return bool(above) and sum(1 for _ in _CELL[sign].finditer(above)) == count


def _beneath(text: str, start: int, sign: str, heads: list[str]) -> Iterator[Found]:
    wanted = [index for index, head in enumerate(heads) if is_credential(head)]
    for _ in range(_MOST if wanted else 0):
        end = text.find("\n", start, start + _LONGEST)
        end = min(len(text), start + _LONGEST) if end < 0 else end
        line = text[start:end]
        if line and _RULER.fullmatch(line):
            start = end + 1
            continue
        cells = [*_CELL[sign].finditer(line)]
        if not line or len(cells) != len(heads):
            return
        for index in wanted:
            cell = cells[index][1]
            value = cell.strip(_AROUND)
            first = start + cells[index].start(1) + cell.find(value)
            yield from _accepted(heads[index], value, first)
        start = end + 1


def inserted(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credentials among the values that are inserted into a table."""
    names = _names(match["names"])
    if any(map(is_credential, names)):
        yield from _in_rows(text, match.end(), names)


def unique(_: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credentials in a key that is there twice, as PostgreSQL tells it."""
    names, values = _names(match["names"]), match["values"].split(", ")
    position = match.start("values")
    for name, value in zip(names, values, strict=False) if len(names) == len(values) else ():
        yield from _accepted(name, value, position) if is_credential(name) else ()
        position += len(value) + 2


def given_values(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Give the credentials among the values that are given for a statement, as SQLAlchemy tells them."""
    begins = text.rfind("[SQL:", max(match.start() - _STATEMENT, 0), match.start())
    statement = text[begins : match.start()] if begins >= 0 else ""
    names = [] if "[parameters: " in statement else names_of_values(statement)  # which belong to another one
    if any(map(is_credential, names)):
        position = match.end() + (1 if re.compile(r".[(\[]", re.DOTALL).match(text, match.end()) else 0)
        yield from _in_rows(text, position, names)


def may_hold_values(names: Iterable[object]) -> bool:
    """Tell whether what has these names may hold a statement, and what is given for it, or a table."""
    known = {*names}
    return any(not (known.isdisjoint(told) or known.isdisjoint(given)) for told, given in ((_STATEMENTS, _GIVEN), (_HEADINGS, _ROWS)))


def columns_in(names: Mapping[Any, Any], look: Look) -> dict[str, tuple[str, ...]]:
    """Give under which of its names an object holds what is given for a statement, or rows, and the names of the columns they are for.

    Args:
        names: what it holds.
        look: tells what values are.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for told, given in ((_STATEMENTS, _GIVEN), (_HEADINGS, _ROWS)):
        rows = [key for key in given.intersection(names) if look.text(names[key]) is None]
        for key in told.intersection(names) if rows else ():
            found = _heads(names[key], look) if key in _HEADERS else _names_told(names[key], look)
            columns.update(dict.fromkeys(rows, found) if any(map(is_credential, found)) else {})
    return columns


def credentials_given(statement: str) -> tuple[str, ...]:
    """Give the names of the columns that values are given for in a text, if it is a statement, and one of them is a credential's."""
    lowered = statement.lower() if len(statement) <= _STATEMENT else ""
    names = _names_in(statement) if any(map(lowered.__contains__, _SQL)) else ()
    return names if any(map(is_credential, names)) else ()


def columns_of(elements: Sequence[Any], look: Look) -> tuple[str, ...]:
    """Give the names of a table's columns, if the first element of a list says them, and the others are rows.

    Args:
        elements: those of the list.
        look: tells what they are.
    """
    names = _heads(elements[0], look) if len(elements) >= _FEWEST else ()
    first = next(iter(names), "")
    if len(names) < _FEWEST or not any(map(is_credential, names)) or is_credential(first) or first.lower() in _NAMING_HEADERS:
        return ()  # those that begin so are headers, in pairs
    rows = [look.parts(row).elements for row in elements]
    is_table = all(len(row) == len(names) for row in rows) and all(look.text(row[0]) != look.text(rows[0][0]) for row in rows[1:])
    return names if is_table else ()  # not ``("header", "authorization", ...), ("header", ...)``


def _heads(told: Any, look: Look) -> tuple[str, ...]:
    """Give the names of columns that stand in a list, and nothing beside them."""
    heads = [look.text(head) or "" for head in look.parts(told).elements[:_MOST_COLUMNS]] if look.text(told) is None else []
    return tuple(head.replace(" ", "_") for head in heads) if all(map(_HEAD.fullmatch, heads)) else ()


def _names_told(told: Any, look: Look) -> tuple[str, ...]:
    """Give the names of columns that a statement tells, or that stand in a list, each maybe with more that is said of it."""
    statement = look.text(told)
    if statement is not None:
        return _names_in(statement)
    heads = look.parts(told).elements[:_MOST_COLUMNS]
    firsts = [next(iter(look.parts(head).elements), head) if look.text(head) is None else head for head in heads]
    return tuple((look.text(first) or "").replace(" ", "_") for first in firsts)


def _names_in(statement: str) -> tuple[str, ...]:
    return tuple(names_of_values(statement)) if any(map(statement.__contains__, "?%$:")) else ()


def names_of_values(statement: str) -> list[str]:
    """Give the names of the columns that the values are for that are given for a statement, in their order; empty ones for others."""
    into = INSERTED.search(statement)
    if into:
        return _names(into["names"])
    return [(found[1] or "").strip(_QUOTES) for found in _IN_PLACE.finditer(statement)]


def _names(listed: str) -> list[str]:
    return [name.strip(_QUOTES).rpartition(".")[2] for name in listed.replace("\\n", " ").split(",")]


def _in_rows(text: str, position: int, names: list[str]) -> Iterator[Found]:
    while True:
        position += 1
        index = 0
        while True:
            item: Any = _ITEM.match(text, position)  # maybe nothing, but it matches
            name = names[index % len(names)]
            index += 1
            if item["value"] and is_credential(name):
                yield from _accepted(name, item["value"], item.start("value"))
            position = item.end()
            if text[position : position + 1] != ",":
                break
            position += 1
        following = _FOLLOWING.match(text, position + 1)
        if following is None:
            return
        position = following.end()


def _accepted(name: str, value: str, start: int) -> Iterator[Found]:
    """Give a value that looks like a credential: a column may hold anything."""
    is_lexers = not {"key", "token", "tokens"}.isdisjoint(words_of(name)[-1:])
    if is_redacted(value) or is_no_value(value) or is_plain_word(value) or not is_value_of(name, value):
        return
    if is_telling(value, is_loose=not is_lexers and " " not in value):
        yield Found(start, start + len(value), name, "quoted")
