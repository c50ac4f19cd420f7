"""Exceptions that use names of ``BaseException`` for something else, and exceptions that are false. The reader imports this module."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import Any, Final

__all__ = ["OWNED", "Empty", "ParseError", "Raises", "RaisesItself", "Undecided"]


class ParseError(Exception):
    """One with a slot in the place of its arguments."""

    __slots__ = ("args", "loc")

    def __init__(self, text: str, loc: int) -> None:
        self.args = (text, loc, "mine")
        self.loc = loc


class SlotOfSystem(OSError):
    """One with slots in the place of what C keeps, which still gives its text."""

    __slots__ = ("errno", "filename")


class SlotOfExit(SystemExit):
    """The same of another one."""

    __slots__ = ("code",)


class Empty(Exception):
    """A collection of errors that has none."""

    def __len__(self) -> int:
        return 0


class Undecided(Exception):
    """One that is neither true nor false."""

    def __bool__(self) -> bool:
        raise RuntimeError("who knows")


class Announced(ExceptionGroup[Exception]):
    """A group with properties of the names of what only its ``__new__`` sets."""

    @property
    def message(self) -> str:
        """Not what Python itself keeps."""
        return "announced"

    @property
    def exceptions(self) -> tuple[Exception, ...]:
        """Neither."""
        return ()


def with_attributes(**attributes: Any) -> ValueError:
    """Put attributes where no ``setattr`` would."""
    error = ValueError("m")
    vars(error).update(attributes)
    return error


def with_slots(error: BaseException, **values: Any) -> BaseException:
    """Fill slots."""
    for name, value in values.items():
        setattr(error, name, value)
    return error


def group_with_attributes() -> BaseExceptionGroup[Exception]:
    """Give attributes to a group that are called as what nobody can set."""
    group = ExceptionGroup("two", [ValueError(1), KeyError("k")])
    vars(group).update(exceptions=5, message="other")
    return group


def linked(link: BaseException) -> ValueError:
    """Have one error lead to another, without being raised from it."""
    error = ValueError("outer")
    error.__cause__ = error.__context__ = link
    error.__suppress_context__ = False
    return error


OWNED: Final[dict[str, Callable[[], BaseException]]] = {
    "a slot named args": lambda: ParseError("text", 3),
    "slots named as C fields": lambda: with_slots(SlotOfSystem(2, "m", "f"), errno=44, filename="mine"),
    "an empty slot named as a C field": lambda: with_slots(SlotOfSystem(2, "m", "f"), errno=44),
    "a slot named code": lambda: with_slots(SlotOfExit(5), code=[6]),
    "slots named as C fields that hold nothing": lambda: with_slots(SlotOfSystem("m"), errno=45),
    "an attribute named args": lambda: with_attributes(args="abc"),
    "an attribute named __class__": lambda: with_attributes(__class__="Invoice"),
    "an attribute named __cause__": lambda: with_attributes(__cause__="none", kept=1),
    "an attribute named __suppress_context__": lambda: with_attributes(__suppress_context__=3),
    "attributes named as what a group has": group_with_attributes,
    "properties named as what a group has": lambda: Announced("two", [ValueError(1), KeyError("k")]),
    "a cause with such": lambda: linked(group_with_attributes()),
    "an empty collection as cause": lambda: linked(Empty("none")),
    "an undecided cause": lambda: linked(Undecided("?")),
}


class Raises:
    """A value whose code raises what it is told to, wherever it is asked."""

    def __init__(self, kind: type[BaseException], *, in_repr: bool = False) -> None:
        self.kind = kind
        self.in_repr = in_repr

    def __reduce__(self) -> Any:
        raise TypeError if self.in_repr else self.kind(3)

    def __repr__(self) -> str:
        raise self.kind(3)


class Interrupted:
    """A value that is asked while somebody presses Ctrl-C."""

    def __reduce__(self) -> Any:
        signal.raise_signal(signal.SIGINT)
        return Interrupted, ()


class TimeLimitError(Exception):
    """What a worker's time limit raises wherever its task is then."""


class OverTime:
    """A value that is asked while an alarm tells that the time is over."""

    def __reduce__(self) -> Any:
        signal.raise_signal(signal.SIGALRM)
        return OverTime, ()


class OverTimeItself(Exception):
    """An error of the same kind."""

    def __reduce__(self) -> Any:
        signal.raise_signal(signal.SIGALRM)
        return OverTimeItself, self.args


def stop(_signum: int, _frame: object) -> None:
    """Answer an alarm as workers do."""
    raise TimeLimitError


class Stopping:
    """An object that can be called to do the same, and by its method."""

    def __call__(self, _signum: int, _frame: object) -> None:
        stop(_signum, _frame)

    def answer(self, _signum: int, _frame: object) -> None:
        """Do the same."""
        raise TimeLimitError


class Handled:
    """A value whose code has native code interrupt it."""

    def __reduce__(self) -> Any:
        return signal.default_int_handler(signal.SIGINT, None)


def interrupt(_signum: int, _frame: object, more: int = 0) -> None:
    """Answer a Ctrl-C as many programs do."""
    raise KeyboardInterrupt(more)


class Interrupting:
    """Has a method for that."""

    def answer(self, _signum: int, _frame: object) -> None:
        """Do the same."""
        raise KeyboardInterrupt


class RaisesItself(Exception):
    """An error with a reduce that ends the program."""

    def __reduce__(self) -> Any:
        raise SystemExit(3)
