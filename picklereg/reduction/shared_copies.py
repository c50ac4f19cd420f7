"""Copies of what one value leads to, for whoever else leads to the same: a graph is copied once, and stays one, however many lead into it.

Picklers and unpicklers number what they may meet again, in the same order. So once a graph has been written, changed and read back, the two
memos tell which copy is whose.
"""

from __future__ import annotations

import itertools
import pickletools
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final, TypeAlias

from picklereg.introspection.kinds import CONTAINER, kind_of

__all__ = ["Copies", "doubles_in", "says_same", "take_copies"]

#: By identity, a value and its copy.
Copies: TypeAlias = dict[int, tuple[object, Any]]

#: Opcodes that refer to what was numbered.
_GETS: Final = frozenset({"BINGET", "LONG_BINGET"})
_TEXT: Final = "text"
#: What is no part of a graph, or has a name.
_OTHERS: Final = (BaseException, type, ModuleType, FunctionType, BuiltinFunctionType)


def doubles_in(copies: Copies, written: dict[int, tuple[int, Any]], read: dict[int, Any]) -> dict[int, Any]:
    """Give by the identity of a copy in a graph what is written for the same object elsewhere, if that is another one.

    Args:
        copies: what is written for values.
        written: as for :func:`take_copies`.
        read: as for the same.
    """
    return {
        id(read[number]): copies[key][1]
        for key, (number, value) in written.items()
        if key in copies and copies[key][1] is not read[number] and kind_of(value) in {None, CONTAINER}
    }


def take_copies(copies: Copies, written: dict[int, tuple[int, Any]], read: dict[int, Any] | None) -> None:
    """Take in the copies of the objects in a graph; of containers, others are made, in which each part is looked at.

    Args:
        copies: takes them.
        written: the memo of the pickler.
        read: the memo of the unpickler; ``None`` if nothing had to be changed.
    """
    for key, (number, value) in written.items():
        cls = type(value)
        if kind_of(value) is None and not issubclass(cls, _OTHERS):
            copies.setdefault(key, (value, value if read is None else read[number]))


def says_same(one: bytes, other: bytes) -> bool:
    """Tell whether two pickles of protocol 5 say the same, whichever equal texts in them are one object."""
    return one == other or [*_told(one)] == [*_told(other)]


def _told(data: bytes) -> Iterator[tuple[str, Any]]:
    argument: Any
    numbered: list[tuple[str, Any]] = []
    last: tuple[str, Any] = ("", None)
    others = itertools.count()
    for operation, argument, _ in pickletools.genops(data):
        if operation.name == "MEMOIZE":
            numbered.append(last if last[0] == _TEXT else ("", next(others)))
        elif operation.name != "FRAME":
            last = numbered[argument] if operation.name in _GETS else (_TEXT if type(argument) is str else operation.name, argument)
            yield last
