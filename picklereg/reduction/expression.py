"""A call in place of an object: how the wire form says more than a reduce value can, with the standard library alone."""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable, Iterator
from typing import Any, Final

from picklereg.introspection.homes import home_of
from picklereg.introspection.naming import is_importable

__all__ = ["Expression", "Reduced", "Reference", "named"]

#: Classes without a name, for which pickle has a way of its own.
_BY_PICKLE: Final = (type(None), type(...), type(NotImplemented))


class Expression:
    """A call that the reader makes in place of an object; it exists in the writer only.

    pickle saves it as ``function(*arguments)``, after the exception whose state it is part of, so that the
    arguments may name that exception.

    Args:
        function: what the reader calls; a function or class of the standard library or of the exception's own.
        arguments: with what.
        state: what the result's ``__setstate__`` gets, or what its ``__dict__`` is updated with.
        note: what differs from the object, for the exception's notes: ``"was replaced by a list"``.
        whole: the object, if its attributes are the state, and nobody has decided yet which of them may travel.

    Attributes:
        content: what is put into the result before its state is set, by ``form``.
        form: gives the reduce value of the expression, where it takes more than these.
    """

    __slots__ = ("arguments", "content", "form", "function", "note", "state", "whole")

    def __init__(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        state: dict[str, Any] | None = None,
        note: str | None = None,
        whole: object = None,
    ) -> None:
        self.function: Callable[..., Any] = function
        self.arguments: tuple[Any, ...] = arguments
        self.note: str | None = note
        self.whole: object = whole
        self.state: dict[str, Any] = {} if state is None else state
        self.content: tuple[Any, ...] = ()
        self.form: Callable[[Expression], tuple[Any, ...]] | None = None

    def parts(self) -> Iterator[Expression]:
        """Give itself, and the expressions among its arguments."""
        stack: list[Any] = [self]
        while stack:
            item = stack.pop()
            if issubclass(type(item), Expression):
                yield item
                stack += item.arguments
            elif type(item) is tuple:
                stack += item

    def __reduce__(self) -> tuple[Any, ...]:
        if self.form is not None:
            return self.form(self)
        return (self.function, self.arguments, self.state) if self.state else (self.function, self.arguments)


class Reference(Expression):
    """An expression that pickle takes for a function, or for the class in a call of ``__new__``.

    Args:
        function: as for :class:`Expression`.
        arguments: as for :class:`Expression`.
        stand_in: the stand-in class for the class that it refers to, if it refers to one.
    """

    __slots__ = ("stand_in",)

    def __init__(self, function: Callable[..., Any], *arguments: Any, stand_in: type | None = None) -> None:
        super().__init__(function, *arguments)
        self.stand_in: type | None = stand_in

    def __call__(self, *_args: object) -> None:
        """Only make pickle believe that this can be called: it is in the reader that something is."""
        raise NotImplementedError


def named(cls: type) -> Any:
    """Give what the reader finds a class by: itself, or where its own name doesn't lead to it and a loaded module holds it, a call."""
    home = None if is_importable(cls) or cls in _BY_PICKLE else home_of(cls)
    if home is None:
        return cls
    found: Any = Expression(importlib.import_module, home[0])
    for part in home[1].split("."):
        found = Reference(getattr, found, part)
    return found


class Reduced:
    """A reduce value in place of the object that it is of: what a pickler writes of it, it would write of the object.

    Args:
        cls: the object's class, on which pickle's NEWOBJ opcode insists.
        value: the reduce value; it may be set later, if it leads back to the object.
    """

    __slots__ = ("_cls", "value")

    def __init__(self, cls: type, value: tuple[Any, ...]) -> None:
        self._cls = cls
        self.value: tuple[Any, ...] = value

    # A getter of C's, because pickle asks each time.
    __class__ = property(operator.attrgetter("_cls"))  # pyright: ignore[reportIncompatibleMethodOverride]

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        return self.value
