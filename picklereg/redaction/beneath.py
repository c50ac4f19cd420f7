"""What is a credential beneath a credential's name: text, what wraps one, and several in a list, a mapping or an object, however deep.

An object is asked twice, as it is and in its pickle; so the questions here are about parts, and a :class:`Look` tells what the parts are.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Sequence
from enum import Enum
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from picklereg.introspection.fields import dict_of
from picklereg.introspection.kinds import MAPPINGS, PLAIN, kind_of
from picklereg.redaction.held import (
    attributes_of,
    elements_of,
    is_beneath,
    is_in_mapping,
    is_list_class,
    is_text_class,
    names_of,
    text_of,
    whole_text,
)
from picklereg.redaction.names import is_credential, words_of
from picklereg.redaction.prompts import CALL, SAID, is_said, said_in_calls
from picklereg.redaction.values import is_no_value, is_plain_word, is_telling, is_value_of

if TYPE_CHECKING:
    from typing import Protocol

__all__ = ["LIVE", "PAIR", "ROWS", "Beneath", "Parts", "array_class", "credentials_beneath", "has_credentials_beneath", "text_beneath"]

#: Where a user and a password stand as a pair, or several such pairs.
PAIR: Final = "login"
#: Where what is given for a statement stands, in the order of its columns.
ROWS: Final = "values for a statement"
#: How many values that hold others are looked at beneath one name.
_MOST: Final = 5_000
_DEEP: Final = 2
#: What isn't looked into.
_CLOSED: Final = (BuiltinFunctionType, FunctionType, MethodType, ModuleType, type)
_LEXERS: Final = frozenset({"token", "tokens"})
#: What a parser's token has, and a credential hasn't.
_PARSED: Final = frozenset(
    {"col", "column", "end", "end_pos", "index", "kind", "lexpos", "line", "lineno", "map", "offset", "pos", "position", "span"}
    | {"start", "start_mark", "start_pos", "token_type", "ttype", "type"}
)
#: By one of these and a place a text says that it is a parser's token; texts of configurations have places, too, but are of no kind.
_KINDS: Final = frozenset({"kind", "token_type", "ttype", "type"})
#: Arrays of these elements are bytes, or text.
_BYTES: Final = frozenset({"B", "b"})
_LETTERS: Final = frozenset({"u", "w"})


class Parts(NamedTuple):
    """What a value holds.

    Attributes:
        kind: ``"list"``, ``"mapping"`` or ``"object"``; empty if it is to be left alone.
        elements: of a list.
        named: entries or attributes.
    """

    kind: Literal["list", "mapping", "object", ""]
    elements: Sequence[Any] = ()
    named: Sequence[tuple[Any, Any]] = ()


if TYPE_CHECKING:

    class Look(Protocol):
        """Tells what values are."""

        def text(self, value: Any, /) -> str | None:
            """Give the text of a value, if it is one, bytes, an array of letters, or a constant (an enum's member) that has one."""

        def is_constant(self, value: Any, /) -> bool:
            """Tell whether it is a constant."""
            ...

        def key(self, value: Any, /) -> int:
            """Give the identity of a value."""
            ...

        def names(self, value: Any, /) -> Sequence[Any]:
            """Give the names of the attributes of a text."""
            ...

        def parts(self, value: Any, /) -> Parts:
            """Give what a value holds."""
            ...


class Beneath(NamedTuple):
    """Where something stands beneath a credential's name.

    Attributes:
        name: the credential's name.
        key: the name that it has there itself; ``None`` if it has none.
        depth: in how many mappings that are in one another; two stand for more.
        is_attribute: whether it stands in an object beside other texts.
        is_beside: whether the name stands beside it, in a pair, say, which may mean anything: no word is a credential there.
        columns: the names of the columns that values are given for.
        texts: what is replaced wherever it stands in it: no name leads there to what an object's own reduce gives.
    """

    name: str
    key: object = None
    depth: int = 0
    is_attribute: bool = False
    is_beside: bool = False
    texts: frozenset[str] = frozenset()
    columns: tuple[str, ...] = ()

    @property
    def is_direct(self) -> bool:
        """Whether it has no name there."""
        return self.depth == 0

    def is_one(self, text: str, *, is_constant: bool) -> bool:
        """Tell of a text that stands there whether it is a credential; most constants are the names of something."""
        if self.name == SAID:
            return is_said(self.key, text)
        if self.name in {CALL, PAIR, ROWS} or (self.is_beside and is_plain_word(text)):
            return False
        if is_constant or self.is_attribute:
            return not is_no_value(text) and is_telling(text, is_loose=False)
        if self.depth == 0:
            return is_value_of(self.name, text)
        return is_in_mapping(self.name, self.key, text, is_deep=self.depth == _DEEP)

    def under(self, key: object) -> Beneath:
        """Give where an entry of a mapping stands that stands here."""
        return self._replace(key=key, depth=min(self.depth + 1, _DEEP), is_attribute=False)

    def within(self, parts: Parts, look: Look) -> Iterator[tuple[Beneath, Any]]:
        """Give what there is to be looked at in what stands here."""
        if self.name == PAIR:
            yield from self._last_of_login(parts.elements, look) if parts.kind == "list" else ((self, part) for _, part in parts.named)
        elif self.name == ROWS:
            yield from self._in_rows(parts.elements, look)
        elif self.name == CALL:
            said = said_in_calls(dict(parts.named))
            yield from ((Beneath(SAID), part) for key, part in parts.named if key in said)
        elif self.name == SAID and parts.kind != "list":
            yield from ((self.under(key), part) for key, part in parts.named)
        elif parts.kind == "list":
            yield from ((self, part) for part in parts.elements)
        elif parts.kind == "mapping":
            for key, part in parts.named:
                if is_beneath(key) or look.text(part) is not None:
                    yield self.under(key), part
        else:
            yield from self._attributes(parts.named, look)

    def _last_of_login(self, elements: Sequence[Any], look: Look) -> Iterator[tuple[Beneath, Any]]:
        """Give what stands last in a pair of texts, or after a user and an account as in .netrc, or what may be such pairs."""
        are_texts = [look.text(part) is not None for part in elements]
        if are_texts in ([True, True], [True, True, True], [True, False, True]):
            yield Beneath("password", is_beside=True), elements[-1]
        else:
            yield from ((self, part) for part in elements)

    def _in_rows(self, elements: Sequence[Any], look: Look) -> Iterator[tuple[Beneath, Any]]:
        """Give what stands in a credential's column, or what may be a row."""
        if all(look.parts(part).kind == "list" for part in elements):
            yield from ((self, part) for part in elements)
        else:
            named = zip(itertools.cycle(self.columns), elements, strict=False)
            yield from ((Beneath(name, is_beside=True), part) for name, part in named if is_credential(name))

    def is_parsed(self, names: Sequence[Any]) -> bool:
        """Tell of a text with attributes of these names whether it is a parser's token, which is called so, too."""
        return self._is_lexers and not _KINDS.isdisjoint(names) and not (_PARSED - _KINDS).isdisjoint(names)

    @property
    def _is_lexers(self) -> bool:
        return not _LEXERS.isdisjoint(words_of(self.name)[-1:])

    def _attributes(self, named: Sequence[tuple[Any, Any]], look: Look) -> Iterator[tuple[Beneath, Any]]:
        """Give what an object wraps if it holds nothing else, or its texts, whose names may say that they are none."""
        if self._is_lexers and not _PARSED.isdisjoint(key for key, _ in named):
            return
        if any(is_credential(key) and look.text(part) is not None for key, part in named):  # then it says itself what is one
            return
        texts = [text for _, part in named if (text := look.text(part)) is not None]
        held = [(key, part) for key, part in named if (look.text(part) is not None if texts else look.parts(part).kind)]
        is_alone = len(set(texts) or held) == 1  # though a pickle may hold it twice: as an argument, and as an attribute
        for key, part in held if texts or is_alone else ():
            if is_beneath(key):
                yield (self if is_alone else self._replace(key=f"{key}", is_attribute=True)), part


def credentials_beneath(place: Beneath, value: Any, look: Look) -> Iterator[Any]:
    """Give the parts of a value that are credentials for standing beneath a credential's name.

    Args:
        place: where the value stands.
        value: the value.
        look: tells what it and its parts are.
    """
    stack = [(place, value)]
    seen: set[tuple[int, bool]] = set()  # what stands right beneath the name is looked at though it has been met deeper, too
    while stack:
        where, one = stack.pop()
        text = look.text(one)
        if text is not None:
            if where.is_one(text, is_constant=look.is_constant(one)) and not where.is_parsed(look.names(one)):
                yield one
            continue
        key = look.key(one)
        if (key, True) not in seen and (key, where.is_direct) not in seen and len(seen) < _MOST:
            seen.add((key, where.is_direct))
            stack += where.within(look.parts(one), look)


def has_credentials_beneath(place: Beneath, value: Any) -> bool:
    """Tell whether there is one."""
    return next(credentials_beneath(place, value, LIVE), None) is not None


def array_class() -> Any:
    """Give the class of arrays, if there may be any."""
    return getattr(sys.modules.get("array"), "array", None)


def text_beneath(value: Any) -> str | None:
    """Give all of a value's text, as :class:`Look` does."""
    cls = type(value)
    if is_text_class(cls):
        return whole_text(value)
    if issubclass(cls, Enum):
        held = object.__getattribute__(value, "_value_")
        return whole_text(held) if is_text_class(type(held)) else None
    array = array_class()
    if array is None or not issubclass(cls, array):
        return None
    letters = vars(array)["typecode"].__get__(value)
    if letters in _BYTES:
        return bytes(memoryview(value)).decode("latin-1")
    return f"{array.tounicode(value)}" if letters in _LETTERS else None


class _Live:
    """Looks at objects as they are."""

    def text(self, value: Any) -> str | None:
        text = text_of(value)
        return text_beneath(value) if text is None and value is not None else text

    def is_constant(self, value: Any) -> bool:
        return issubclass(type(value), Enum)

    def key(self, value: Any) -> int:
        return id(value)

    def names(self, value: Any) -> Sequence[Any]:
        return [name for name, _ in attributes_of(value)]

    def parts(self, value: Any) -> Parts:
        cls = type(value)
        if issubclass(cls, BaseException):  # what it tells of a field: ``{"password": [Invalid("too long", {"value": "hunter2"})]}``
            return Parts("list", elements=[held for held in dict_of(value).values() if issubclass(type(held), MAPPINGS)])
        if kind_of(value) is PLAIN or issubclass(cls, _CLOSED):
            return Parts("")
        if is_list_class(cls):
            return Parts("list", elements=elements_of(value))
        for base in MAPPINGS:
            if issubclass(cls, base):
                return Parts("mapping", named=[*zip(names_of(base.__iter__(value)), base.values(value), strict=True)])
        return Parts("object", named=attributes_of(value))


#: Looks at objects as they are.
LIVE: Final = _Live()
