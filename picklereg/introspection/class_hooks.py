"""Whether what runs when a class is made may refuse a class that is still empty, as far as its code tells.

Who writes a class by value has the reader make it empty, and set what it holds afterwards. A hook that looks for something in the
class body (``__init_subclass__`` of a base, ``__new__`` or ``__init__`` of a metaclass) then raises, and all that was read is lost.
To try a hook out would run foreign code, and register a copy wherever it registers classes. So its code is looked at, and that of the
functions of its module that it uses:

- one that names something that the class itself holds, and no base of it does, may refuse; where it sets that itself, it doesn't;
- one that reads attributes by names which a container of its module, or of the class's bases, tells, likewise;
- one that looks through the whole body and raises may refuse, also ``__setattr__`` of a metaclass, if it raises at all; so may an
  ``__init_subclass__`` that picks something out of it: ``min(...)``, ``[...][0]``, ``(status,) = ...``, a division by how many there are;
  of a metaclass, which gets the body as an argument, whatever goes through something and raises or picks;
- an ``__init_subclass__`` that raises, and names a method with two underscores that the class itself has, may refuse;
- any other one, the standard library's, and those that are known to (pydantic's, of which tests make sure) are taken to accept: to
  collect what there is, to register, to check the name.

Names with two underscores in front don't count: nearly always the metaclass itself sets them (pydantic's does). But a class that is
still empty has no ``__doc__`` and no annotations.
"""

from __future__ import annotations

import dis
import enum
import sys
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, Final

from picklereg.introspection.kinds import is_container, parts_of

__all__ = ["may_refuse_empty"]

_WHOLE_BODY: Final = frozenset({"__dict__", "vars", "dir", "getmembers"})
_LOADS_NAME: Final = frozenset({"LOAD_GLOBAL", "LOAD_ATTR", "LOAD_METHOD"})
_SEVERAL: Final = (tuple, frozenset)
#: Methods of what hooks work with, too: only of the class itself does such a name say something.
_DOC: Final = "__doc__"
#: Fail where there is nothing to pick from.
_PICKS: Final = frozenset({"index", "max", "mean", "median", "min", "mode", "next", "pop", "popitem", "reduce", "remove"})
#: Go through a whole container.
_GO_THROUGH: Final = frozenset({"items", "iter", "keys", "list", "max", "min", "popitem", "set", "sorted", "tuple", "values"})
_DIVIDE: Final = frozenset({"/", "//", "%"})
_SUBSCRIPT: Final = "[]"  # how BINARY_OP calls it, since 3.14
_COMMON: Final = frozenset({*dir(dict), *dir(list), *dir(set), *dir(str)})
_METACLASS_HOOKS: Final = ("__new__", "__init__")
#: What such functions call of their next.
_HOOKS: Final = frozenset({"__call__", "__init__", "__init_subclass__", "__new__", "__prepare__", "__setattr__"})
_WRAPPERS: Final = (classmethod, staticmethod)
#: Packages whose hooks look through the whole body, and accept an empty one.
_KNOWN: Final = frozenset({"pydantic"})
#: What the bases of a class are asked when it is made: by Python, and by a metaclass of those.
_BASES_HOOKS: Final = ("__init_subclass__", "__pydantic_init_subclass__")


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
    hooks = [function for name in _BASES_HOOKS for function in _functions(name, cls.__mro__[1:])]
    makers = [function for name in (*_METACLASS_HOOKS, "__prepare__") for function in _functions(name, metaclass.__mro__)]
    makers += _functions("__call__", its_metaclass.__mro__)
    if any(_may_refuse_body(_Code(function)) for function in makers):
        return True
    methods = {name for name, held in vars(cls).items() if type(held) is FunctionType and name.startswith("__")} - _HOOKS
    if any(code.raises and not methods.isdisjoint(code.wanted) for code in map(_Code, [*hooks, *makers])):
        return True
    hooks += makers
    return any(_looks_for(function, cls) for function in hooks)


def _may_refuse_body(code: _Code) -> bool:
    """Tell of a metaclass's function, which gets the body as an argument, whether it may miss something in it."""
    if code.goes_through and (code.picks or code.raises):
        return True
    return (code.raises and "len" in code.names) or any(name.startswith("__") and name != "__module__" for name in code.looked_up)


def _functions(name: str, bases: tuple[type, ...]) -> Iterator[FunctionType]:
    """Give all functions of a name, since each may call the next, but not those of which it is known that they accept an empty class."""
    for base in bases:
        found = vars(base).get(name)
        function = found.__func__ if isinstance(found, _WRAPPERS) else found
        package = str(getattr(function, "__module__", "")).partition(".")[0]
        if type(function) is FunctionType and package not in sys.stdlib_module_names and package not in _KNOWN:
            yield function


def _own_names(cls: type) -> set[str]:
    inherited = {name for base in cls.__mro__[1:] for name in (*vars(base), *_annotated(base))}
    own = {
        name for name in (*vars(cls), *_annotated(cls)) if not name.startswith("__")
    } - inherited  # others metaclasses set, or are always there
    return own if vars(cls).get(_DOC) is None else {*own, _DOC}


def _annotated(cls: type) -> dict[str, Any]:
    """Give the annotations of a class's own, where somebody has asked for them: since 3.14 they are made when they are first read."""
    found = vars(cls).get("__annotations__", vars(cls).get("__annotations_cache__"))
    return found if isinstance(found, dict) else {}


def _looks_for(hook: FunctionType, cls: type) -> bool:
    own = _own_names(cls)
    functions = [hook]
    for function in functions:  # grows meanwhile
        code = _Code(function)
        if own & (code.wanted - code.stored) or ((code.raises or code.picks) and _WHOLE_BODY & code.names):
            return True
        if "getattr" in code.names and own & _listed(function, code.names, cls):
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


def _listed(function: FunctionType, names: set[str], cls: type) -> set[str]:
    """Give the texts in the containers that a function names."""
    held = [function.__globals__.get(name) for name in names]
    held += [vars(base)[name] for base in cls.__mro__ for name in names if name in vars(base)]
    return {part for value in held if is_container(value) for part in parts_of(value) if type(part) is str}


class _Code:
    """What the code of a function says.

    Attributes:
        names: of globals and attributes that it reads.
        wanted: what it may look for in a class: attributes that it reads, and texts.
        stored: attributes that it sets.
        raises: whether it has a statement for that.
        picks: whether it does what fails where there is nothing.
        goes_through: whether it goes through a container.
        looked_up: the texts that it looks up in containers.
    """

    def __init__(self, function: FunctionType) -> None:
        self.names: set[str] = set()
        self.wanted: set[str] = set()
        self.stored: set[str] = set()
        self.raises = False
        self.picks = False
        self.goes_through = False
        self.looked_up: set[str] = set()
        codes = [function.__code__]
        for code in codes:  # grows meanwhile
            codes += [const for const in code.co_consts if type(const) is CodeType]
            before: Any = None
            last = ""
            for instruction in dis.get_instructions(code):
                operation = instruction.opname
                self._add(operation, instruction.argval, is_first=before in code.co_varnames[:1])
                self._pick(operation, instruction, before, is_of_loop=last == "FOR_ITER")
                if before == _DOC and operation in _LOADS_NAME:
                    self.wanted.add(_DOC)  # an attribute of the text
                last = operation
                before = instruction.argval
                if isinstance(before, tuple) and before:  # since 3.13 one instruction may load two variables
                    before = before[-1]

    def _pick(self, operation: str, instruction: dis.Instruction, before: Any, *, is_of_loop: bool) -> None:
        is_division = instruction.argrepr in _DIVIDE
        is_subscript = operation == "BINARY_SUBSCR" or instruction.argrepr == _SUBSCRIPT
        if is_subscript and type(before) is str:
            self.looked_up.add(before)
        is_unpacking = operation in {"UNPACK_SEQUENCE", "UNPACK_EX"} and not is_of_loop
        is_call = operation in _LOADS_NAME and instruction.argval in _PICKS
        self.picks = self.picks or is_division or is_subscript or is_unpacking or is_call
        goes_through = operation == "GET_ITER" or (operation in _LOADS_NAME and instruction.argval in _GO_THROUGH)
        self.goes_through = self.goes_through or goes_through

    def _add(self, operation: str, value: Any, *, is_first: bool) -> None:
        if operation == "RAISE_VARARGS":
            self.raises = True
        elif operation == "STORE_ATTR":
            self.stored.add(value)
        elif operation == "LOAD_CONST":
            self.wanted.update(part for part in (value if isinstance(value, _SEVERAL) else (value,)) if part != _DOC)
        elif operation in _LOADS_NAME:
            self.names.add(value)
            if operation != "LOAD_GLOBAL" and value != _DOC and (is_first or value not in _COMMON):
                self.wanted.add(value)
