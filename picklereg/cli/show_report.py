"""What ``picklereg show`` prints: the error in stored bytes, as Python would print it, without importing or running anything.

Every class that isn't Python's own is a stand-in here, declared sets' too: the operator's machine has nothing to do with the worker's.
"""

from __future__ import annotations

import re
import reprlib
import traceback
from collections.abc import Iterator
from typing import Any, Final

from picklereg.cli.stored import unwrap
from picklereg.introspection.class_plan import cause_of, context_of, dict_of, plan_for, read_field, type_name
from picklereg.reduction.chain import exceptions_in, sub_exceptions
from picklereg.unpickling.safe.allow_list import NO_RULES
from picklereg.unpickling.safe.bounds import Bounds
from picklereg.unpickling.safe.exceptions import is_exception
from picklereg.unpickling.safe.unpickler import read
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, error_class, stands_for

__all__ = ["BOUNDS", "show"]

BOUNDS: Final = Bounds()
#: Characters that a terminal obeys instead of showing them, or that no file can hold: all controls but tab and newline, line and
#: paragraph separators, marks that turn the direction of writing, surrogates.
_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
#: Characters of one line, and of everything.
_LINE: Final = 2_000
_TOTAL: Final = 200_000
_MAX_ERRORS: Final = 100


def show(data: bytes) -> str:
    """Give the text for what was stored.

    Args:
        data: a pickle, as it is, as hex or base64, or in one of the forms that frameworks store (:mod:`picklereg.cli.stored`).

    Returns:
        What to print; it holds no character that a terminal would obey.

    Raises:
        UnsafePickleError: if there is no pickle in it, or one that can't be read.
    """
    stored = unwrap(data, BOUNDS.max_size + 1)
    if stored.text is not None:
        return _printable(stored.text.rstrip("\n"))
    if stored.named is not None:
        module, name, args = stored.named
        cls: Any = error_class(module, name, inert=True)
        return _printable("\n".join(_error(cls(*args))))
    found = read(stored.pickled or b"", NO_RULES, BOUNDS)
    if is_exception(found):
        return _printable("\n".join(_error(found)))
    lines = [_shown(found)]
    for exc in list(exceptions_in(found))[:_MAX_ERRORS]:
        lines += ["", *_error(exc)]
    return _printable("\n".join(lines))


def _error(exc: BaseException) -> Iterator[str]:
    """Give the lines of an error, and the attributes of all that hang together with it."""
    yield from "".join(traceback.TracebackException.from_exception(exc).format()).rstrip("\n").split("\n")
    for each in _chain(exc):
        attributes = list(_attributes(each))
        if attributes:
            yield f"\nattributes of {type_name(type(each))}:"
            yield from attributes


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


def _attributes(exc: BaseException) -> Iterator[str]:
    found = {name: value for name, value in dict_of(exc).items() if name != "__notes__"}
    for name, field in plan_for(type(exc)).fields:
        value = read_field(exc, field)
        if type(value) is not object and value is not None:
            found[name] = value
    for name, value in found.items():
        yield f"  {name if type(name) is str else _shown(name)} = {_shown(value)}"


class _Repr(reprlib.Repr):
    """``repr``, but short, and of a stand-in what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 5
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = 50
        self.maxstring = self.maxlong = self.maxother = 500

    def repr_instance(self, x: Any, level: int) -> str:
        """Show what reprlib doesn't know."""
        if is_exception(x):
            return f"{type_name(type(x))}(...)" if issubclass(type(x), MissingError) else super().repr_instance(x, level)
        if issubclass(type(x), type) and issubclass(x, MissingValue):
            return f"<{'.'.join(stands_for(x))}>"
        if issubclass(type(x), MissingValue) and level > 0:
            return self._missing(x, level - 1)
        return super().repr_instance(x, level)

    def _missing(self, value: MissingValue, level: int) -> str:
        args = ", ".join(self.repr1(arg, level) for arg in value.args[: self.maxtuple])
        parts = [f"{'.'.join(stands_for(type(value)))}({args})"]
        parts += [self.repr1(part, level) for part in (value.state, value.items, value.mapping) if part]
        return f"<{' '.join(parts)}>"


_shown: Final = _Repr().repr


def _printable(text: str) -> str:
    shown = _UNSHOWN.sub(lambda found: found[0].encode("unicode-escape").decode(), text[:_TOTAL])
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}... ({len(line):,} characters)" for line in shown.split("\n")]
    if len(text) > _TOTAL:
        lines.append(f"... ({len(text):,} characters)")
    return "\n".join(lines)
