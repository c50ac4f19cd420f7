"""Errors with slots of one name, notes in a slot, a text from a traceback, and classes with odd names. The reader imports this module."""

from __future__ import annotations

import enum
import threading
import traceback
from collections.abc import Callable
from typing import Any, Final

__all__ = ["TEXTS", "WHOLE", "Noted", "UnevenText", "noted_in_a_slot"]


class Inner(Exception):
    """One with a slot."""

    __slots__ = ("code", "other")

    def __init__(self, text: str, code: object) -> None:
        super().__init__(text)
        self.code = code
        self.other = 1


class Outer(Inner):
    """One with another slot of the same name, which hides the base's."""

    __slots__ = ("code",)

    def __str__(self) -> str:
        return f"{self.args} {self.code} {field_of(Inner, self)}"


class Outermost(Outer):
    """A third one, whose attributes can't be set."""

    __slots__ = ("code",)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


def field_of(cls: Any, exc: BaseException) -> Any:
    """Read the slot of one class."""
    return vars(cls)["code"].__get__(exc)


def doubled(cls: Any) -> Any:
    """Make one with a value in each slot."""
    made = Exception.__new__(cls, "text")
    for base in (Inner, Outer, Outermost):
        if isinstance(made, base):
            vars(base)["code"].__set__(made, [f"of {base.__name__}"])
    return made


class Noted(Exception):
    """One with a slot for its notes."""

    __slots__ = ("__notes__",)


def noted_in_a_slot(*, is_locked: bool = False) -> Any:
    """Make one with a note, and something that can't travel."""
    made: Any = Noted("text")
    made.add_note("a note")
    if is_locked:
        made.lock = threading.Lock()
    return made


class Names(enum.StrEnum):
    """Names of classes, as enumerations hold them."""

    MISSING = "Missing"
    MODULE = __name__


class UnevenText(str):
    """A text that does as it likes."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("don't compare")

    def __hash__(self) -> int:
        raise RuntimeError("don't hash")


#: Named by members of an enumeration.
Missing: Any = type(Names.MISSING, (LookupError,), {"__module__": __name__})
OfEnum: Any = type("OfEnum", (LookupError,), {"__module__": Names.MODULE})
QualifiedSo: Any = type("QualifiedSo", (LookupError,), {"__module__": __name__, "__qualname__": Names.MISSING})
#: By what refuses to be compared.
Uneven: Any = type(UnevenText("Uneven"), (LookupError,), {"__module__": UnevenText(__name__)})
#: By what is no text.
OfNumber: Any = type("OfNumber", (LookupError,), {"__module__": 5})
OfNone: Any = type("OfNone", (LookupError,), {"__module__": None})
OfList: Any = type("OfList", (LookupError,), {"__module__": []})
OfProperty: Any = type("OfProperty", (LookupError,), {"__module__": property(str)})


class Masked(LookupError):
    """Says, however it is asked, that it is of another class."""

    def __getattribute__(self, name: str) -> Any:
        return KeyError if name == "__class__" else super().__getattribute__(name)


#: Errors that arrive whole. By the expression that leads to the class in the reader.
WHOLE: Final[dict[str, Callable[[], BaseException]]] = {
    "Outer": lambda: doubled(Outer),
    "Outermost": lambda: doubled(Outermost),
    "Noted": noted_in_a_slot,
    **{
        cls: (lambda cls=cls: globals()[cls]("text", 1))  # type: ignore[misc]
        for cls in ("Missing", "OfEnum", "QualifiedSo", "Uneven", "OfNumber", "OfNone", "OfList", "OfProperty", "Masked")
    },
}


class Placed(Exception):
    """Its text says where it was raised."""

    def __str__(self) -> str:
        return f"in line {self.__traceback__.tb_lineno > 0 if self.__traceback__ else None}"


class PlacedByFormat(Exception):
    """Its text is that of its traceback, by functions of its module."""

    def __str__(self) -> str:
        return _place_of(self)


def _place_of(exc: BaseException) -> str:
    return f"raised: {'raise' in ''.join(traceback.format_exception(ValueError, ValueError('v'), exc.__traceback__))}"


class PlacedByProperty(Exception):
    """Its text is that of a property, which reads its traceback."""

    @property
    def place(self) -> str:
        return f"in line {self.__traceback__.tb_lineno > 0 if self.__traceback__ else None}"

    def __str__(self) -> str:
        return self.place


class Formatted(Exception):
    """Its text is that of its traceback, which it doesn't name."""

    def __str__(self) -> str:
        return f"raised: {'raise error' in ''.join(traceback.TracebackException.from_exception(self, compact=True).stack.format())}"


class Caused(Exception):
    """Its text says what its cause is."""

    def __str__(self) -> str:
        return f"because of {self.__cause__!r}"


def raised(error: BaseException) -> BaseException:
    """Raise an error, and give it."""
    try:
        raise error
    except type(error) as exc:
        return exc


def caused() -> BaseException:
    """Make an error with a cause."""
    made = Caused("text")
    made.__cause__ = KeyError("k")
    return made


#: Errors whose text is lost, the text, and how deep chains are written; those that weren't raised, or whose cause arrives, lose nothing.
TEXTS: Final[dict[str, tuple[Callable[[], BaseException], str | None, int]]] = {
    "of its traceback": (lambda: raised(Placed("text")), "in line True", 50),
    "by functions": (lambda: raised(PlacedByFormat("text")), "raised: True", 50),
    "by a property": (lambda: raised(PlacedByProperty("text")), "in line True", 50),
    "formatted": (lambda: raised(Formatted("text")), "raised: True", 50),
    "of its cause": (caused, "because of KeyError('k')", 1),
    "of a cause that arrives": (caused, None, 50),
    "never raised": (lambda: Placed("text"), None, 50),
}


class SlotOfField(OSError):
    """Has a slot of the name of a field."""

    __slots__ = ("filename",)


class Counting(type):
    """Hashes its classes itself."""

    def __hash__(cls) -> int:
        return 7


class Counted(Exception, metaclass=Counting):
    """Any dispatch table can hold it."""

    def __init__(self, *, code: int) -> None:
        super().__init__(code)
        self.code = code
