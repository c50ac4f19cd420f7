"""Whether what runs when a class is made may refuse a class that is still empty, as far as its code tells.

Who writes a class by value has the reader make it empty, and set what it holds afterwards. A hook that looks for something in the
class body (``__init_subclass__`` of a base, ``__new__`` or ``__init__`` of a metaclass) then raises, and all that was read is lost.
To try a hook out would run foreign code, and register a copy wherever it registers classes. So its code is looked at, and that of the
functions of its module that it uses:

- one that names something that the class itself holds, and no base of it does, may refuse; where it sets that itself, it doesn't;
- one that looks through the whole body and raises may refuse, also ``__setattr__`` of a metaclass, if it raises at all;
- any other one, and the standard library's, is taken to accept: to collect what there is, to register, to check the name.

Names with two underscores in front don't count: nearly always the metaclass itself sets them (pydantic's does).
"""

from __future__ import annotations

import dis
import enum
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, Final

__all__ = ["may_refuse_empty"]

_WHOLE_BODY: Final = frozenset({"__dict__", "vars", "dir", "getmembers"})
_LOADS_NAME: Final = frozenset({"LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD"})
_SEVERAL: Final = (tuple, frozenset)
#: Methods of what hooks work with, too: only of the class itself does such a name say something.
_COMMON: Final = frozenset({*dir(dict), *dir(list), *dir(set), *dir(str)})
_METACLASS_HOOKS: Final = ("__new__", "__init__")
_WRAPPERS: Final = (classmethod, staticmethod)


def may_refuse_empty(cls: type) -> bool:
    """Tell whether a class's bases, or its metaclass, may refuse to make it without what it holds.

    Args:
        cls: the class.

    Returns:
        Whether something in their code speaks for it.
    """
    if isinstance(cls, enum.EnumMeta):  # made with its members
        return False
    metaclass: type = type(cls)
    its_metaclass: type = type(metaclass)
    if any(_Code(function).raises for function in _functions("__setattr__", metaclass.__mro__)):
        return True
    hooks = [*_functions("__init_subclass__", cls.__mro__[1:])]
    for name in (*_METACLASS_HOOKS, "__prepare__"):
        hooks += _functions(name, metaclass.__mro__)
    hooks += _functions("__call__", its_metaclass.__mro__)
    return bool(hooks) and any(_looks_for(function, cls) for function in hooks)


def _functions(name: str, bases: tuple[type, ...]) -> Iterator[FunctionType]:
    """Give all functions of a name, since each may call the next, but not those of the standard library."""
    for base in bases:
        found = vars(base).get(name)
        function = found.__func__ if isinstance(found, _WRAPPERS) else found
        if type(function) is FunctionType and str(function.__module__).partition(".")[0] not in sys.stdlib_module_names:
            yield function


def _own_names(cls: type) -> set[str]:
    inherited = {name for base in cls.__mro__[1:] for name in vars(base)}
    return {name for name in vars(cls) if not name.startswith("__")} - inherited  # others are set by metaclasses, or always there


def _looks_for(hook: FunctionType, cls: type) -> bool:
    own = _own_names(cls)
    functions = [hook]
    for function in functions:  # grows meanwhile
        code = _Code(function)
        if own & (code.wanted - code.stored) or (code.raises and _WHOLE_BODY & code.names):
            return True
        functions += [found for found in _used(function, code.names, cls) if found not in functions]
    return False


def _used(function: FunctionType, names: set[str], cls: type) -> Iterator[FunctionType]:
    """Give the functions of the same module that a function uses."""
    metaclass: type = type(cls)
    for name in names:
        for found in (function.__globals__.get(name), *_functions(name, cls.__mro__), *_functions(name, metaclass.__mro__)):
            if type(found) is FunctionType and found.__globals__ is function.__globals__:
                yield found


class _Code:
    """What the code of a function says.

    Attributes:
        names: of globals and attributes that it reads.
        wanted: what it may look for in a class: attributes that it reads, and texts.
        stored: attributes that it sets.
        raises: whether it has a statement for that.
    """

    def __init__(self, function: FunctionType) -> None:
        self.names: set[str] = set()
        self.wanted: set[str] = set()
        self.stored: set[str] = set()
        self.raises = False
        codes = [function.__code__]
        for code in codes:  # grows meanwhile
            codes += [const for const in code.co_consts if type(const) is CodeType]
            before: Any = None
            for instruction in dis.get_instructions(code):
                self._add(instruction.opname, instruction.argval, is_first=before in code.co_varnames[:1])
                before = instruction.argval
                if isinstance(before, tuple) and before:  # since 3.13 one instruction may load two variables
                    before = before[-1]

    def _add(self, operation: str, value: Any, *, is_first: bool) -> None:
        if operation == "RAISE_VARARGS":
            self.raises = True
        elif operation == "STORE_ATTR":
            self.stored.add(value)
        elif operation == "LOAD_CONST":
            self.wanted.update(part for part in (value if isinstance(value, _SEVERAL) else (value,)) if type(part) is str)
        elif operation in _LOADS_NAME:
            self.names.add(value)
            if operation != "LOAD_GLOBAL" and (is_first or value not in _COMMON):
                self.wanted.add(value)
