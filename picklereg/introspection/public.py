"""Under which name the world knows a class or a function of ours, whichever file it stands in.

Pickle, ``repr`` and tracebacks name a class by its ``__module__``. A private path there would get into bytes, and the file could
never move again.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

__all__ = ["public"]

Thing = TypeVar("Thing", bound=Callable[..., Any])


def public(thing: Thing, module: str = "picklereg") -> Thing:
    """Say that a class, its methods with it, or a function belongs to the module from which it is imported by others.

    To be applied where it is defined, last of all decorators, so that nobody gets to see another name, in whatever order modules load.

    Args:
        thing: the class or function.
        module: the module of which it is an attribute.

    Returns:
        The same.
    """
    private = thing.__module__
    for part in vars(thing).values():
        if isinstance(part, FunctionType) and part.__module__ == private:
            part.__module__ = module
    thing.__module__ = module
    return thing
