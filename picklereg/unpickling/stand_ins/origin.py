"""What a stand-in remembers: the name that it stands for, and how its instances came out of the bytes."""

# ruff: noqa: SLF001  (the private names are those of the stand-ins that this file is about)

from __future__ import annotations

import copyreg
import operator
import pickle
from collections.abc import Callable
from typing import Any, Final, NoReturn

from picklereg.reduction.expression import Reference

__all__ = [
    "DEAD",
    "RECONSTRUCT",
    "Copied",
    "DeadModule",
    "DeadName",
    "Named",
    "Origin",
    "Reference",
    "origin_of",
    "printable",
    "reconstruct",
    "reduce_class",
]

#: What the pickles of protocols 0 and 1 call.
RECONSTRUCT: Final[Any] = copyreg._reconstructor  # type: ignore[attr-defined]

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
        is_signed: whether a state told the flag that only exceptions have, as the writer adds it where the name of the class doesn't say
            what it is.
        is_key: whether it stands in a set, or as a key of a dictionary.
    """

    __slots__ = ("args", "fields", "form", "is_key", "is_signed", "kwargs", "raw", "setter")

    def __init__(self, form: str = "native", args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None) -> None:
        self.form: str = form
        self.args: tuple[Any, ...] = args
        self.kwargs: dict[str, Any] = kwargs or {}
        self.setter: str = "base"
        self.fields: dict[str, Any] = {}
        self.raw: tuple[Any, ...] = ()
        self.is_signed: bool = False
        self.is_key: bool = False

    def copy(self, copied: Copied, memo: dict[int, Any]) -> Origin:
        """Copy it with its arguments."""
        new = Origin(self.form, copied(self.args, memo), copied(self.kwargs, memo))
        new.setter, new.fields, new.raw, new.is_signed = self.setter, dict(self.fields), copied(self.raw, memo), self.is_signed
        new.is_key = self.is_key
        return new


class _Dead(Reference):
    """What an inert stand-in class has in the place of a reference: whoever tries to write it can't.

    So the class isn't written by value either, as cloudpickle and dill would write it.
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise pickle.PicklingError(
            "this class stands for one in bytes that nobody trusts, and isn't pickled: "
            "pickle its instances, or call picklereg.bring_to_life on what safe_loads gave"
        )


#: The reference of every inert stand-in class.
DEAD: Final = _Dead(str)


class DeadModule(str):
    """The name of an inert stand-in class's module: a text like any other, but pickling the class must not import that module.

    A pickler that doesn't look into ``copyreg`` imports the module that a class names. The import system takes a name apart
    by ``rpartition`` before it looks for what isn't loaded; dill looks for a dot, and then takes it apart by itself.
    """

    __slots__ = ()

    def rpartition(self, _sep: str, /) -> NoReturn:
        """Refuse to be imported."""
        raise ModuleNotFoundError(f"{str(self)!r} was named by bytes that nobody trusts: it isn't imported for their sake", name=str(self))

    def __contains__(self, part: Any, /) -> bool:
        return part != "." and super().__contains__(part)


class DeadName(str):
    """The qualified name of an inert stand-in class: nothing of that name is looked for in a module, which may run the module's code."""

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: Any = -1) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Say, as for every class that was defined in a function, that there is no way from the module to it."""
        return ["<locals>", *super().split(sep, maxsplit)]


class Named(type):
    """The class of stand-in classes.

    ``copyreg`` knows it, so that pickle writes their names although it can't import them. There is no other way: pickle asks
    neither a class nor its metaclass. But the entry is there only as long as there is a stand-in class.
    """

    _ref: Reference | None
    _named: tuple[str, str]


def reduce_class(cls: Named) -> Any:
    """Give the reduce value of a stand-in class: the name that it stands for; of an inert one the builtin class beneath, or a text."""
    if cls._ref is DEAD:
        base = getattr(cls, "_base", None)
        return (str, (f"<class {'.'.join(cls._named)}>",)) if base is None else (operator.getitem, ((base,), 0))
    return cls.__qualname__ if cls._ref is None else cls._ref.__reduce__()


def origin_of(exc: Any) -> Origin:
    """Give how a stand-in for an exception came out of the bytes; one that a builtin ``__new__`` made is told so here."""
    try:
        return exc._origin  # type: ignore[no-any-return]
    except AttributeError:
        group = (exc.message, list(exc.exceptions)) if issubclass(type(exc), BaseExceptionGroup) else ()
        exc._origin = origin = Origin("native", group)
        return origin


def reconstruct(cls: type, base: type, content: Any) -> Any:
    """Make what protocols 0 and 1 write of an instance, also of a class that is missing."""
    make: Any = getattr(cls, "reconstructed", None) if type(cls) is Named else None
    return RECONSTRUCT(cls, base, content) if make is None else make(base, content)


def printable(text: str) -> str:
    """Give a text in which nothing is left that a terminal obeys, a log breaks at, or a class can't be called."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
