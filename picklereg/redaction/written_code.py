"""Credentials in functions and classes that are written by value, as those of ``__main__`` are: nothing of them can be replaced there.

What has a name is found by that (defaults, what a function closes over, globals that it uses, attributes of a class, constants that are
given a name), and other texts by their place or shape. It has to look like one: in a program much stands there that only tells of one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, Final

from picklereg.introspection.naming import MAIN, is_importable
from picklereg.redaction.beneath import LIVE, Beneath, credentials_beneath, text_beneath
from picklereg.redaction.names import is_credential
from picklereg.redaction.prefilter import credentials_of
from picklereg.redaction.values import is_telling

__all__ = ["credentials_by_value", "holds_credential"]

_CODE: Final = (FunctionType, type)
#: What goes together with a name in a class, and holds a function.
_WRAPPERS: Final = (classmethod, staticmethod)
_ACCESSORS: Final = ("fget", "fset", "fdel")

Named = tuple[str, Any]


def holds_credential(item: Any) -> bool:
    """Tell whether there is a credential in a function or class that goes by value."""
    return next(_credentials_in(item), None) is not None


def credentials_by_value(item: Any) -> Iterator[Named]:
    """Give the credentials in a function or class that goes by value, with their names; what has none has an empty one."""
    if issubclass(type(item), _CODE) and _goes_by_value(item):
        yield from _credentials_in(item)


def _credentials_in(item: Any) -> Iterator[Named]:
    stack, seen = [item], set[int]()
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        named = _of_function(one) if type(one) is FunctionType else _of_class(one)
        stack += [part for _, part in named if issubclass(type(part), _CODE) and _goes_by_value(part)]
        for name, value in named:
            if is_credential(name):
                yield from ((name, part) for part in _beneath(name, value))
            elif type(value) is str:
                yield from (("", text) for text in _in_text(value))
        if type(one) is FunctionType:
            yield from _in_code(one.__code__)


def _goes_by_value(item: Any) -> bool:
    return not is_importable(item) or item.__module__ == MAIN


def _of_function(function: FunctionType) -> list[Named]:
    """Give what a function holds beside its code, with names."""
    code, defaults = function.__code__, function.__defaults__ or ()
    named = [*zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults, strict=True)]
    named += (function.__kwdefaults__ or {}).items()
    for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
        with_it = [*_contents(cell)]
        named += [(name, part) for part in with_it]
    space = function.__globals__
    named += [(name, space[name]) for part in _codes(code) for name in part.co_names if name in space]
    return [*named, *vars(function).items()]


def _contents(cell: Any) -> Iterator[Any]:
    try:
        yield cell.cell_contents
    except ValueError:  # it is empty
        return


def _of_class(cls: type) -> list[Named]:
    """Give the attributes of a class; of those that are functions, these."""
    named: list[Named] = []
    for name, value in type.__dict__["__dict__"].__get__(cls).items():
        if name == "__doc__":  # where examples stand
            continue
        if issubclass(type(value), _WRAPPERS):
            named.append((name, value.__func__))
        elif type(value) is property:
            named += [(name, getattr(value, accessor)) for accessor in _ACCESSORS]
        else:
            named.append((name, value))
    return named


def _codes(code: CodeType) -> list[CodeType]:
    """Give code, and what is defined in it."""
    codes = [code]
    for one in codes:  # grows meanwhile
        codes += [part for part in one.co_consts if type(part) is CodeType]
    return codes


@functools.lru_cache(maxsize=256)
def _in_code(code: CodeType) -> tuple[Named, ...]:
    """Give the credentials among the constants of code."""
    found: list[Named] = []
    for one in _codes(code):
        texts = [text for part in one.co_consts for text in (part if type(part) is tuple else (part,)) if type(text) is str]
        found += [("", part) for text in texts for part in _in_text(text)]
        names = {*one.co_names, *one.co_varnames, *one.co_cellvars, *texts}
        if any(map(is_credential, names)):
            found += [(name, part) for name, value in _stored(one) if is_credential(name) for part in _beneath(name, value)]
    return tuple(found)


def _stored(code: CodeType) -> Iterator[Named]:
    """Give constants that are given a name: by an assignment, as an argument, or in a dictionary."""
    import dis  # here, to keep the import of picklereg cheap

    loaded: list[Any] = []  # constants, one right after the other
    for instruction in dis.get_instructions(code):
        name: str = instruction.opname
        value: Any = code.co_consts[instruction.arg or 0] if name == "KW_NAMES" else instruction.argval  # of which 3.11 tells the number
        if name in {"LOAD_CONST", "KW_NAMES"} and type(value) is tuple:  # names of arguments, or of keys
            yield from zip(reversed(value), reversed(loaded), strict=False)
        if name == "LOAD_CONST":
            loaded.append(value)
        elif name in {"BUILD_MAP", "STORE_SUBSCR"}:
            pairs = [loaded[index : index + 2] for index in range(0, len(loaded) - 1, 2)]
            yield from ((key, part) for key, part in (pairs if name == "BUILD_MAP" else (pair[::-1] for pair in pairs[-1:])))
            loaded.clear()
        elif name.startswith("STORE_"):
            stored: Any = value[0] if type(value) is tuple else value
            yield from ((stored, part) for part in loaded[-1:])
            loaded.clear()
        elif not name.startswith(("LOAD_", "CACHE", "PUSH_NULL")):
            loaded.clear()


def _beneath(name: str, value: Any) -> Iterator[Any]:
    parts = credentials_beneath(Beneath(name), value, LIVE)
    return (part for part in parts if (text := text_beneath(part)) is not None and _looks_so(text))


def _in_text(text: str) -> Iterator[str]:
    """Give what is a credential in a text of a program by its place or shape."""
    return filter(_looks_so, credentials_of(text))


def _looks_so(text: str) -> bool:
    """Tell of what stands in a credential's place whether it looks like one: most else is an example, or the name of something."""
    return is_telling(text, is_loose=False) and any(map(str.isdigit, text))
