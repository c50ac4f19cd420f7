"""What a stand-in remembers: the name that it stands for, and how its instances came out of the bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from picklereg.expression import Expression

__all__ = ["Copied", "Origin", "Reference", "printable"]

#: ``copy.deepcopy``, or what does nothing in its place.
Copied = Callable[[Any, dict[int, Any]], Any]


class Origin:
    """How an instance came out of the bytes, so that it can be written in the same way again.

    Attributes:
        form: ``"call"``: the class was called, so ``__init__`` ran; ``"new"``: its ``__new__`` was called; ``"native"``: the builtin
            ``__new__`` beneath it was.
        args: with what.
        kwargs: with what keyword arguments.
        setter: ``"build"``: the class itself takes its state (pickle's BUILD opcode); ``"base"``: ``BaseException.__setstate__`` was
            called; ``"descriptors"``: no attribute may be set.
        fields: by the name of a slot, the stand-in class that has it.
        raw: in a tuple, a state that is no dictionary of attributes.
    """

    __slots__ = ("args", "fields", "form", "kwargs", "raw", "setter")

    def __init__(self, form: str = "native", args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self.form = form
        self.args = args
        self.kwargs: dict[str, Any] = kwargs or {}
        self.setter = "base"
        self.fields: dict[str, Any] = {}
        self.raw: tuple[Any, ...] = ()

    def copy(self, copied: Copied, memo: dict[int, Any]) -> Origin:
        """Copy it with its arguments."""
        new = Origin(self.form, copied(self.args, memo), copied(self.kwargs, memo))
        new.setter, new.fields, new.raw = self.setter, dict(self.fields), copied(self.raw, memo)
        return new


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
        self.stand_in = stand_in

    def __call__(self, *_args: object) -> None:
        """Only make pickle believe that this can be called: it is in the reader that something is."""
        raise NotImplementedError


def printable(name: str) -> str:
    """Give a name that a class may have, whatever the bytes say."""
    return name.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
