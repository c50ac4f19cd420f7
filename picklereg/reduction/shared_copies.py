"""Copies of what one value leads to, for whoever else leads to the same: a graph is copied once, and stays one, however many lead into it.

Picklers and unpicklers number what they may meet again, in the same order. So once a graph has been written, changed and read back, the two
memos tell which copy is whose.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final, TypeAlias

from picklereg.introspection.kinds import kind_of

__all__ = ["Copies", "take_copies"]

#: By identity, a value and its copy.
Copies: TypeAlias = dict[int, tuple[object, Any]]

#: What is no part of a graph, or has a name.
_OTHERS: Final = (BaseException, type, ModuleType, FunctionType, BuiltinFunctionType)


def take_copies(copies: Copies, written: dict[int, tuple[int, Any]], read: dict[int, Any] | None) -> None:
    """Take in the copies of the objects in a graph; of containers, others are made, in which each part is looked at.

    Args:
        copies: takes them.
        written: the memo of the pickler.
        read: the memo of the unpickler; ``None`` if nothing had to be changed.
    """
    for key, (number, value) in written.items():
        cls = type(value)
        if kind_of(id(cls)) is None and not issubclass(cls, _OTHERS):
            copies.setdefault(key, (value, value if read is None else read[number]))
