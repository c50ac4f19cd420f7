"""Replacing values in texts: as they are, URL-encoded, in JSON, in base64, also inside longer runs; in time that grows with the text.

A remote server may choose both the values and the texts, so nothing here grows with the number of values, nor with their length times the
text's. Two dictionaries are all there is:

*Long forms* (at least eleven characters) are found by pieces. Wherever one stands, its first eleven contain a whole piece of the
text, if that is cut into pieces of six; so each piece of the text is looked up once. Of very long forms the first 32 characters decide, and
then as much is replaced as agrees: a credential that was cut off is one, too.

*Short forms* are found by their longest word, at the borders of words: ``hunter2``, but not ``hunter23``.
"""

from __future__ import annotations

import binascii
import html
import itertools
import json
import re
import string
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from picklereg.redaction.values import is_long, without_spans

__all__ = ["Replacer"]

_HEAD: Final = 11
_PIECE: Final = 6
_PIECES: Final = re.compile(rf".{{{_PIECE}}}", re.DOTALL)
#: The offsets that the bits of a number stand for, the largest first.
_OFFSETS: Final = tuple(tuple(offset for offset in reversed(range(_PIECE)) if bits >> offset & 1) for bits in range(1 << _PIECE))
#: How much of a form has to agree.
_CERTAIN: Final = 32
_STRIDE: Final = 4_096
#: How many forms may begin alike before whatever begins so is replaced up to its end.
_CROWD: Final = 8
#: How many lengths of short forms are tried at one word.
_TRIED: Final = 16

#: How much of a long text is taken to pieces at a time, which is a multiple of a piece, so that memory is used again.
_PORTION: Final = 600_000
_OVERLAP: Final = 200
#: How many heads are searched for one by one, if there are no short forms.
_FEW: Final = 24
#: If there are more, how many times how many characters of a pickle.
_MUCH: Final = 4_000_000
#: How many words are searched for one by one; if there are more, the text is gone through word by word.
_SEARCHED: Final = 8
_SHORTEST_WORD: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")
#: The same where a word may follow an escape: ``%20word``, ``\\nword``.
_ESCAPED_WORD: Final = re.compile(r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[A-Za-z]|[^\W_]+")
_ESCAPE: Final = re.compile(r"(?:%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[A-Za-z])$")
_RUN: Final = re.compile(r"[\w\-+/=.~%]*")
#: What is written the same wherever it stands.
_SAME: Final = re.compile(r"[A-Za-z0-9_.~\-]+")
_HEX: Final = re.compile(r"%[0-9A-F]{2}")
_BASE64_LINES: Final = re.compile(
    r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{40,}+(?:(?:\\r)?\\n|\r?\n)[ \t]{0,8}+)++[A-Za-z0-9+/]*+={0,2}",
)
#: How much of base64 stands in a line at least, what it is made of, and what may stand before the line's end.
_LINE: Final = 40
_BASE64: Final = frozenset(string.ascii_letters + string.digits + "+/")
_RETURNS: Final = {"\n": "\r", "\\n": "\\r"}
_LINE_ENDS: Final = re.compile(r"\\r|\\n|\s")

Span = tuple[int, int]


class Replacer:
    """Replaces values.

    Attributes:
        is_full: whether there are values that it couldn't take.
    """

    __slots__ = ("_anchors", "_heads", "_pieces", "_shortest", "_shorts", "_whole", "is_full")

    def __init__(self) -> None:
        self.is_full: bool = False
        self._heads: dict[str, tuple[str, ...]] = {}
        self._whole: list[str] = []  # long forms that weren't cut into pieces yet: few errors have a value anywhere else
        self._pieces: dict[str, int] = {}  # at which offsets: a bit for each, since thousands of sets would keep the garbage collector busy
        self._anchors: dict[str, set[tuple[int, int]]] = {}
        self._shorts: set[str] = set()
        self._shortest: int = _HEAD  # how long a text is that has one of them in it

    def add(self, value: str) -> None:
        """Take in a value: at least six characters that look like a credential."""
        alone, within = dict.fromkeys(_forms(value)), dict.fromkeys(_base64_forms(value))
        if is_long(value):
            for form in alone:
                self._add_long(form)
        else:
            for form in (*alone, _in_base64(value.encode("utf-8", "surrogatepass")).rstrip("=")):
                self._add_short(form)
        for form in within:
            self._add_long(form)

    def text(self, text: str) -> str:
        """Give a text with the values replaced."""
        if len(text) < self._shortest:  # as most of what stands beside a credential
            return text
        if self._heads and _has_lines(text):
            text = _BASE64_LINES.sub(self._replace_lines, text)
        return self._replaced(text)

    def may_be_in(self, text: str) -> bool:
        """Tell at once whether there may be something to replace in a pickle, read as latin-1; its words may be glued to other things."""
        known = [*self._heads, *self._anchors]
        if len(known) > _FEW and len(known) * len(text) > _MUCH:
            return True
        known += [form.encode("utf-8", "surrogatepass").decode("latin-1") for form in known if not form.isascii()]  # as pickle writes them
        return any(map(text.__contains__, known)) or _has_lines(text)

    def _add_long(self, form: str) -> None:
        if len(form) < _HEAD:
            return
        forms = self._heads.get(form[:_HEAD], ())
        if len(forms) <= _CROWD and form not in forms:
            self._heads[form[:_HEAD]] = (*forms, form)
        self._whole.append(form)

    def _cut(self) -> None:
        for form in self._whole:
            for offset in range(_PIECE):
                piece = form[offset : offset + _PIECE]
                self._pieces[piece] = self._pieces.get(piece, 0) | 1 << offset
        self._whole.clear()

    def _add_short(self, form: str) -> None:
        anchor = max(_WORD.finditer(form), key=lambda word: len(word[0]), default=None)
        if anchor is None or len(anchor[0]) < _SHORTEST_WORD:  # nearly every text has such words
            return
        tried = self._anchors.setdefault(anchor[0], set())
        where = anchor.start(), len(form)
        if where in tried or len(tried) < _TRIED:
            tried.add(where)
            self._shorts.add(form)
            self._shortest = min(self._shortest, len(form))
        else:
            self.is_full = True

    def _replace_lines(self, match: re.Match[str]) -> str:
        """Give lines of base64 as they are, or as one if there is a value in them."""
        joined = _LINE_ENDS.sub("", match[0])
        replaced = self._replaced(joined)
        return match[0] if replaced == joined else replaced

    def _replaced(self, text: str) -> str:
        if not self._anchors and len(self._heads) <= _FEW and not any(map(text.__contains__, self._heads)):
            return text  # as nearly all are
        spans = sorted(itertools.chain(self._long_spans(text), self._short_spans(text)))
        return without_spans(text, spans) if spans else text

    def _long_spans(self, text: str) -> Iterator[Span]:
        done = 0
        self._cut()
        for begin in range(0, len(text) if self._pieces else 0, _PORTION):
            pieces = _PIECES.findall(text, begin, begin + _PORTION)
            if self._pieces.keys().isdisjoint(pieces):
                continue
            for position, piece in zip(itertools.count(begin, _PIECE), pieces, strict=False):
                for offset in _OFFSETS[self._pieces.get(piece, 0)]:
                    start = position - offset
                    end = self._end(text, start) if start >= done else 0
                    if end:
                        yield start, end
                        done = end

    def _end(self, text: str, start: int) -> int:
        """Give where the form ends that stands at a place; 0 if there is none."""
        forms = self._heads.get(text[start : start + _HEAD], ())
        if len(forms) > _CROWD:
            return _end_of_run(text, start)
        return max([_agreement(text, start, form) for form in forms], default=0)

    def _short_spans(self, text: str) -> Iterator[Span]:
        for word, position in self._anchors_in(text):
            for offset, length in self._anchors[word]:
                start = position - offset
                end = start + length
                if start >= 0 and end <= len(text) and text[start:end] in self._shorts and _stands_alone(text, start, end):
                    yield start, end

    def _anchors_in(self, text: str) -> Iterator[tuple[str, int]]:
        """Give the words in a text that may belong to a short form, and where they stand."""
        patterns = [_WORD, _ESCAPED_WORD] if "%" in text or "\\" in text else [_WORD]
        for pattern in patterns if self._anchors else ():
            words = self._words(text, pattern)
            if len(words) > _SEARCHED:
                yield from ((word[0], word.start()) for word in pattern.finditer(text) if word[0] in words)
            else:
                for word in words:
                    yield from ((word, position) for position in _positions(text, word))

    def _words(self, text: str, pattern: re.Pattern[str]) -> set[str]:
        """Give which of the anchors are in a text; portions overlap, because a word may stand where they meet."""
        known, words = self._anchors.keys(), set[str]()
        for begin in range(0, len(text), _PORTION):
            words |= known & pattern.findall(text, max(begin - _OVERLAP, 0), begin + _PORTION)
        return words


def _has_lines(text: str) -> bool:
    """Tell whether a line ends like base64 that goes on in the next one."""
    for end in ("\n", "\\n"):
        if end in text:
            for line in text.split(end)[:-1]:
                if len(line) >= _LINE and _BASE64.issuperset(line.removesuffix(_RETURNS[end])[-_LINE:]):
                    return True
    return False


def _positions(text: str, word: str) -> Iterator[int]:
    position = text.find(word)
    while position >= 0:
        yield position
        position = text.find(word, position + len(word))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Tell whether neither a letter nor a digit stands before or after, unless it is an escape's."""
    if text[end - 1].isalnum() and text[end : end + 1].isalnum():
        return False
    before = text[max(start - 6, 0) : start]
    return not (text[start].isalnum() and before[-1:].isalnum()) or _ESCAPE.search(before) is not None


def _end_of_run(text: str, start: int) -> int:
    match = _RUN.match(text, start + _HEAD)
    return match.end() if match else start + _HEAD


def _agreement(text: str, start: int, form: str) -> int:
    """Give where a form ends that begins at a place, or where what is left of it does; 0 if it is another one."""
    length = min(len(form), _CERTAIN)
    if not text.startswith(form[:length], start):
        return 0
    while length < len(form) and text.startswith(form[length : length + _STRIDE], start + length):
        length = min(length + _STRIDE, len(form))
    ahead = zip(form[length : length + _STRIDE], text[start + length : start + length + _STRIDE], strict=False)
    return start + length + sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], ahead))


def _forms(value: str) -> Iterator[str]:
    """Give what a value looks like where it stands by itself."""
    yield value
    if _SAME.fullmatch(value):
        return
    plain = value.encode("utf-8", "surrogatepass")
    for quoted in (quote(plain, safe=""), quote(plain), quote_plus(plain)):
        yield quoted
        yield _HEX.sub(lambda match: match[0].lower(), quoted)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)
    yield plain.decode("latin-1")  # bytes are looked through as text


def _in_base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _base64_forms(value: str) -> Iterator[str]:
    """Give what a value looks like in base64, whatever stands before and after it: three ways, by its place in a group of three bytes."""
    plain = value.encode("utf-8", "surrogatepass")
    for offset in range(3):
        encoded = _in_base64(bytes(offset) + plain)
        # The characters at either end depend on the neighbours, too.
        core = encoded[(offset * 8 + 5) // 6 : (offset + len(plain)) * 8 // 6]
        yield core
        if "+" in core or "/" in core:
            yield core.replace("+", "-").replace("/", "_")
