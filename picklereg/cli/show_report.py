"""What ``picklereg show`` prints: the error in stored bytes, as Python would print it, without importing or running anything.

Every class that isn't Python's own is a stand-in here, declared sets' too: the operator's machine has nothing to do with the worker's.
"""

from __future__ import annotations

import collections
import itertools
import re
import reprlib
import traceback
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from picklereg.cli.stored import unwrap
from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import args_of, cause_of, context_of, dict_of, read_field, sub_exceptions
from picklereg.introspection.kinds import exceptions_in
from picklereg.introspection.naming import type_name
from picklereg.unpickling.safe.allow_list import NO_RULES
from picklereg.unpickling.safe.bounds import Bounds
from picklereg.unpickling.safe.exceptions import is_exception
from picklereg.unpickling.safe.unpickler import read
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, error_class, stands_for
from picklereg.unpickling.stand_ins.origin import printable as in_one_line

__all__ = ["BOUNDS", "Report", "report", "show"]

BOUNDS: Final = Bounds()
#: Characters that a terminal obeys instead of showing them, or that no file can hold: all controls but tab and newline, line and
#: paragraph separators, marks that turn the direction of writing, surrogates.
_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
#: Characters of one line, and of everything.
_LINE: Final = 2_000
_TOTAL: Final = 200_000
_MAX_ERRORS: Final = 100
_MAX_ATTRIBUTES: Final = 1_000
#: Parts of one value that are shown.
_PARTS: Final = 1_000
_CONTAINERS: Final = (list, tuple, dict, type(None))
_SIGNED: Final = "signed; the signature wasn't verified, since nobody told the key"


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in stored bytes.

    Attributes:
        text: what to print; it holds no character that a terminal would obey.
        has_error: whether there is an error in it.
        fields: the same for machines, as JSON can carry it.
    """

    text: str
    has_error: bool
    fields: dict[str, Any]


def show(data: bytes) -> str:
    """Give the text for what was stored: that of :func:`report`."""
    return report(data).text


def report(data: bytes) -> Report:
    """Tell what was stored.

    Args:
        data: a pickle, as it is, as hex or base64, signed, or in one of the forms that frameworks store (:mod:`picklereg.cli.stored`).

    Returns:
        What there is to tell.

    Raises:
        UnsafePickleError: if there is no pickle in it, or one that can't be read.
    """
    stored = unwrap(data, BOUNDS.max_size + 1)
    if stored.text is not None:
        found: Any = None
        errors: list[BaseException] = []
        lines = [stored.text.rstrip("\n")]
    elif stored.named is not None:
        module, name, args = stored.named
        cls: Any = error_class(module, name, inert=True)
        found = cls(*args)
        errors, lines = [found], [*_error(found)]
    else:
        found = read(stored.pickled or b"", NO_RULES, BOUNDS)
        errors = [found] if is_exception(found) else list(itertools.islice(exceptions_in(found), _MAX_ERRORS))
        lines = [] if is_exception(found) else [shown(found)]
        for exc in errors:
            lines += [*([""] if lines else []), *_error(exc)]
    if stored.is_signed:
        lines = [_SIGNED, "", *lines]
    fields: dict[str, Any] = {"signed": stored.is_signed, "verified": False, "errors": _described(errors)}
    if stored.text is not None:
        fields["text"] = printable(stored.text.rstrip("\n"))
    elif not is_exception(found):
        fields["value"] = printable(shown(found))
    return Report(printable("\n".join(lines)), has_error=bool(errors) or stored.text is not None, fields=fields)


def _described(errors: list[BaseException]) -> list[dict[str, Any]]:
    """Describe errors and all that they lead to; links are their places in the list."""
    known = {id(each): each for exc in errors for each in [exc, *_chain(exc)]}
    places = {key: place for place, key in enumerate(itertools.islice(known, _MAX_ERRORS))}
    return [_description(known[key], places) for key in places]


def _description(exc: BaseException, places: dict[int, int]) -> dict[str, Any]:
    return {
        "type": printable(type_name(type(exc))),
        "message": printable(str(exc)),
        "args": [printable(shown(arg)) for arg in args_of(exc)[:_MAX_ERRORS]],
        "attributes": {printable(name): printable(value) for name, value in _attributes(exc)},
        "notes": [printable(str(note)) for note in dict_of(exc).get("__notes__", ())[:_MAX_ERRORS]],
        "cause": places.get(id(cause_of(exc))),
        "context": places.get(id(context_of(exc))),
        "members": [places[id(sub)] for sub in sub_exceptions(exc) if id(sub) in places],
    }


def _error(exc: BaseException) -> Iterator[str]:
    """Give the lines of an error, and the attributes of all that hang together with it."""
    yield from "".join(traceback.TracebackException.from_exception(exc).format()).rstrip("\n").split("\n")
    for each in _chain(exc):
        attributes = list(_attributes(each))
        if attributes:
            yield f"\nattributes of {type_name(type(each))}:"
            yield from (f"  {name} = {value}" for name, value in attributes)


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """Give an exception and all that it leads to, the oldest ones first as Python prints them."""
    seen: dict[int, BaseException] = {}
    stack = [exc]
    while stack and len(seen) < _MAX_ERRORS:
        each = stack.pop()
        if id(each) not in seen:
            seen[id(each)] = each
            links = (*sub_exceptions(each)[::-1], context_of(each), cause_of(each))
            stack.extend(link for link in links if link is not None)
    return reversed(seen.values())


def _attributes(exc: BaseException) -> Iterator[tuple[str, str]]:
    found = {name: value for name, value in dict_of(exc).items() if name != "__notes__"}
    for name, field in plan_for(type(exc)).fields:
        value = read_field(exc, field)
        if type(value) is not object and value is not None:
            found[name] = value
    for name, value in itertools.islice(found.items(), _MAX_ATTRIBUTES):
        yield in_one_line(name) if type(name) is str else shown(name), shown(value)


class _Repr(reprlib.Repr):
    """``repr``, but short, and of a stand-in what it holds; no container's own ``__repr__`` is called."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 5
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 50
        self.maxstring = self.maxlong = self.maxother = 500
        self._left = _PARTS

    def repr(self, x: Any) -> str:
        """Show a value."""
        self._left = _PARTS
        return super().repr(x)

    def repr1(self, x: Any, level: int) -> str:
        """Show a part, as long as there aren't too many."""
        self._left -= 1
        return super().repr1(x, level) if self._left > 0 else "..."

    def repr_instance(self, x: Any, level: int) -> str:
        """Show what reprlib doesn't know."""
        cls: Any = type(x)
        if is_exception(x):
            return f"{type_name(cls)}(...)" if issubclass(cls, MissingError) else f"{cls.__name__}{self._args(args_of(x), level)}"
        if issubclass(cls, type) and issubclass(x, MissingValue):
            return f"<{in_one_line('.'.join(stands_for(x)))}>"
        if issubclass(cls, MissingValue):
            return self._missing(x, level - 1) if level > 0 else repr(x)
        if cls in (bytes, bytearray):
            return super().repr_instance(x, level) if len(x) <= self.maxother else f"{bytes(x[: self.maxother])!r}..."
        if issubclass(cls, dict):
            return f"{cls.__name__}({self.repr_dict(x, level)})"
        if cls is collections.UserList:
            return self.repr1(x.data, level)
        if cls is types.SimpleNamespace:
            return f"namespace({self.repr_dict(vars(x), level)})"
        return super().repr_instance(x, level)

    def _args(self, args: tuple[Any, ...], level: int) -> str:
        return f"({', '.join(self.repr1(arg, level - 1) for arg in args[: self.maxtuple])})" if level > 0 else "(...)"

    def _missing(self, value: MissingValue, level: int) -> str:
        args = ", ".join(self.repr1(arg, level) for arg in value.args[: self.maxtuple])
        parts = [f"{in_one_line('.'.join(stands_for(type(value))))}({args})"]
        parts += [self.repr1(part, level) for part in (value.state, value.items, value.mapping) if type(part) not in _CONTAINERS or part]
        return f"<{' '.join(parts)}>"


shown: Final = _Repr().repr


def printable(text: str) -> str:
    """Give a text that no terminal obeys, cut where it is long."""
    escaped = _UNSHOWN.sub(lambda found: found[0].encode("unicode-escape").decode(), text[:_TOTAL])
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}... ({len(line):,} characters)" for line in escaped.split("\n")]
    if len(text) > _TOTAL:
        lines.append(f"... ({len(text):,} characters)")
    return "\n".join(lines)
