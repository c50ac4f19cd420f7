"""What the ``__str__`` of a class reads, as far as its code tells."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any, Final

from picklereg.introspection.naming import mro_of

__all__ = ["links_read", "names_read"]

#: Names of what gives the text of a traceback.
_FORMATS: Final = frozenset({"TracebackException", "exc_info", "format_exc", "format_exception"})
_LINKS: Final = frozenset({"__cause__", "__context__", "__traceback__"})


def names_read(cls: type[BaseException]) -> frozenset[str]:
    """Give the names that the ``__str__`` of a class reads, and what it calls of the class or of its module, itself included.

    Args:
        cls: the class.
    """
    return frozenset(_names_read(cls))


def _names_read(cls: type) -> Iterator[str]:
    seen: set[str] = set()
    stack: list[tuple[str, Any]] = [("__str__", None)]
    while stack:
        name, caller = stack.pop()
        if name not in seen:
            seen.add(name)
            yield name
            found = _found(cls, name, caller)
            if isinstance(found, FunctionType):
                stack += [(read, found) for read in found.__code__.co_names]


def _found(cls: type, name: str, caller: FunctionType | None) -> Any:
    found = next((vars(base)[name] for base in mro_of(cls) if name in vars(base)), None)
    if found is None and caller is not None:
        found = caller.__globals__.get(name)
        return found if getattr(found, "__globals__", None) is caller.__globals__ else None
    return getattr(found, "fget", None) or getattr(found, "func", found)  # of properties, and of those that are cached


def links_read(read: frozenset[str]) -> frozenset[str]:
    """Give what the text of an exception is taken from of its traceback and its chain, which may stay behind.

    Args:
        read: the names that the ``__str__`` of its class reads.

    Returns:
        Which of ``__traceback__``, ``__cause__`` and ``__context__`` it reads.
    """
    return _LINKS & (read if read.isdisjoint(_FORMATS) else {*read, "__traceback__"})
