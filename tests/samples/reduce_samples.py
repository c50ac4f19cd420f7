"""Errors whose own reduce gives an error that exists already, or another error. The reader imports this module."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Self

__all__ = ["ADDING", "SHARED", "WRAPPED", "Wrapped", "given"]

Build = Callable[[], BaseException]

_BY_CODE: dict[Any, Any] = {}


def given(error: Any) -> Any:
    """Give an error what a program may give it after it was made."""
    error.__notes__ = ["a note"]
    error.order = 7
    error.__cause__ = KeyError("the cause")
    error.__context__ = LookupError("the context")
    return error


# --- one that exists already --------------------------------------------------------------------------------------


class CodeError(Exception):
    """One for each code, from a function."""

    def __reduce__(self) -> Any:
        return code_error, self.args


def code_error(code: int) -> CodeError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((CodeError, code), CodeError(code))  # type: ignore[no-any-return]


class StatefulError(Exception):
    """One for each code, and the reduce has a state."""

    def __reduce__(self) -> Any:
        return stateful_error, self.args, {"order": "of the reduce", "seen": ["once"]}


def stateful_error(code: int) -> StatefulError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((StatefulError, code), StatefulError(code))  # type: ignore[no-any-return]


class NewestError(Exception):
    """One for each code, from ``__new__``; ``__init__`` forgets what was there."""

    __slots__ = ("tries",)

    def __new__(cls, code: int) -> Self:
        return _BY_CODE.setdefault((cls, code), super().__new__(cls, code))  # type: ignore[no-any-return]

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.tries = 0
        vars(self).clear()

    def __reduce__(self) -> Any:
        return type(self), self.args


class FieldsError(OSError):
    """One for each code, with what C keeps."""

    def __reduce__(self) -> Any:
        return fields_error, (self.errno,)


def fields_error(code: int) -> FieldsError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((FieldsError, code), FieldsError(code, "text"))  # type: ignore[no-any-return]


class FrozenError(CodeError):
    """One for each code, whose attributes can't be set."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name} can't be set")

    def __reduce__(self) -> Any:
        return frozen_error, self.args


def frozen_error(code: int) -> FrozenError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((FrozenError, code), FrozenError(code))  # type: ignore[no-any-return]


class SetstateError(Exception):
    """One for each code, with its own ``__setstate__``."""

    def __reduce__(self) -> Any:
        return setstate_error, self.args, ("state", 1)

    def __setstate__(self, state: Any) -> None:
        vars(self).clear()
        vars(self)["restored"] = state


def setstate_error(code: int) -> SetstateError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((SetstateError, code), SetstateError(code))  # type: ignore[no-any-return]


class SetterError(Exception):
    """One for each code, with a state that a function sets."""

    def __reduce__(self) -> Any:
        return setter_error, self.args, ("state", 1), None, None, set_restored


def setter_error(code: int) -> SetterError:
    """Give the error of a code."""
    return _BY_CODE.setdefault((SetterError, code), SetterError(code))  # type: ignore[no-any-return]


def set_restored(error: Any, state: Any) -> None:
    """Set the state."""
    error.restored = state


class _Single(type):
    """Makes an instance of each code once."""

    def __call__(cls, code: int) -> Any:
        return _BY_CODE.get((cls, code)) or _BY_CODE.setdefault((cls, code), super().__call__(code))


class SingleError(Exception, metaclass=_Single):
    """One for each code, from its metaclass, and by a reduce that knows the protocol."""

    def __reduce_ex__(self, _protocol: Any) -> Any:
        return type(self), self.args, {"order": vars(self)["order"]}


class OnlyGroup(ExceptionGroup[Exception]):
    """There is one."""

    def __reduce__(self) -> Any:
        return only_group, ()


def only_group() -> OnlyGroup:
    """Give it."""
    return _BY_CODE.setdefault(OnlyGroup, OnlyGroup("g", [ValueError(1)]))  # type: ignore[no-any-return]


def _frozen() -> BaseException:
    error = frozen_error(4)
    vars(error).update(order=7, __notes__=["a note"])
    return error


def _another() -> BaseException:
    """Not the one that the function gives."""
    code_error(5)
    return given(CodeError(5))  # type: ignore[no-any-return]


def _beside_a_noted_one() -> BaseException:
    """The same, and that has a note of its own."""
    code_error(7).__notes__ = ["of the other"]
    return given(CodeError(7))  # type: ignore[no-any-return]


def _beside_a_single_one() -> BaseException:
    """Not the one that the metaclass gives, which has another attribute."""
    error = given(SingleError.__new__(SingleError, 4))
    error.order = 8
    return error  # type: ignore[no-any-return]


def _tried() -> BaseException:
    error = given(NewestError(4))
    error.tries = 3
    return error  # type: ignore[no-any-return]


def _told() -> BaseException:
    error = given(fields_error(2))
    error.filename = "a.txt"
    return error  # type: ignore[no-any-return]


#: Those that exist already where the reduce is tried out.
SHARED: Final[dict[str, Build]] = {
    "from a function": lambda: given(code_error(4)),
    "with nothing to tell": lambda: code_error(6),
    "not the one that is there": _another,
    "not the one that is there, and has a note": _beside_a_noted_one,
    "with a state": lambda: given(stateful_error(4)),
    "from __new__": _tried,
    "with fields": _told,
    "frozen": _frozen,
    "with its own __setstate__": lambda: given(setstate_error(4)),
    "with a setter": lambda: given(setter_error(4)),
    "from a metaclass": lambda: given(SingleError(4)),
    "not the one that a metaclass gives": _beside_a_single_one,
    "a group": lambda: given(only_group()),
}


# --- another one --------------------------------------------------------------------------------------------------


class Wrapped(Exception):
    """Takes another error along, and is it again in the reader."""

    def __init__(self, inner: BaseException) -> None:
        super().__init__()
        self.inner = inner

    def __reduce__(self) -> Any:
        return unwrap, (self.inner,)


class WrappedInEachOther(Exception):
    """Is another one in the reader, which is this one there."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.other: BaseException = self

    def __reduce__(self) -> Any:
        return unwrap, (self.other,)


def unwrap(inner: BaseException) -> BaseException:
    """Give the error that was taken along."""
    return inner


class WrappedInOne(ValueError):
    """The same in a list, with a cause that the reader sets."""

    def __init__(self, inner: BaseException) -> None:
        super().__init__("wrapped")
        self.inner = inner

    def __reduce__(self) -> Any:
        return unwrap_from, ([self.inner], "text of a traceback")


def unwrap_from(held: list[BaseException], text: str) -> BaseException:
    """Give the error that was taken along."""
    held[0].__cause__ = RuntimeError(text)
    return held[0]


class InnerError(Exception):
    """Plain pickle can't read it."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


class BaseOfForgetting(Exception):
    """What a forgetful reduce gives."""


class Converted(LookupError):
    """Gives what anybody can read."""

    def __reduce__(self) -> Any:
        return ValueError, (str(self),)


class NeedsItself(Exception):
    """Its reduce gives the error itself to a function, which never ends under pickle."""

    def __reduce__(self) -> Any:
        return unwrap, (self,)


class Forgetting(BaseOfForgetting):
    """Gives its base, as a method does that names a class and not ``type(self)``."""

    def __reduce__(self) -> Any:
        return BaseOfForgetting, self.args


def _in_billiards(error: BaseException) -> Any:
    return import_module("billiard.einfo").ExceptionWithTraceback(error, "text of a traceback")


#: By how an error is taken along, what takes it along, and what comes of its cause.
WRAPPED: Final[dict[str, tuple[Callable[[BaseException], BaseException], str]]] = {
    "handed on": (Wrapped, "KeyError('the cause')"),
    "handed on in a list": (WrappedInOne, "RuntimeError('text of a traceback')"),
    **({"billiard": (_in_billiards, "RemoteTraceback")} if find_spec("billiard") else {}),
}


# --- one with more than it has here -------------------------------------------------------------------------------


class AddsCause(Exception):
    """Its function gives it a cause."""

    def __reduce__(self) -> Any:
        return _with_cause, self.args


def _with_cause(*args: Any) -> AddsCause:
    error = AddsCause(*args)
    error.__cause__ = RuntimeError("of the function")
    return error


class AddsNote(Exception):
    """Its function gives it a note."""

    def __reduce__(self) -> Any:
        return _with_note, self.args


def _with_note(*args: Any) -> AddsNote:
    error = AddsNote(*args)
    error.add_note("of the function")
    return error


class FillsSlot(Exception):
    """Its constructor says that there were no tries."""

    __slots__ = ("tries",)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.tries: int | None = None

    def __reduce__(self) -> Any:
        return type(self), self.args


class DropsPart(ExceptionGroup[Exception]):
    """Its reduce gives the first part in the place of each, with the arguments of this one."""

    def __reduce__(self) -> Any:
        return type(self), (self.message, [self.exceptions[0]] * len(self.exceptions)), {"args": self.args}


class AddsContext(Exception):
    """Its function raises it where another one is handled."""

    def __reduce__(self) -> Any:
        return _in_a_context, self.args


def _in_a_context(text: str) -> Any:
    try:
        try:
            raise KeyError("of the function")
        except KeyError:
            raise AddsContext(text)  # the context is the point
    except AddsContext as error:
        return error


class AddsFlag(Exception):
    """Its function says that it has no cause, which sets the flag."""

    def __reduce__(self) -> Any:
        return _without_cause, self.args


def _without_cause(text: str) -> AddsFlag:
    error = AddsFlag(text)
    error.__cause__ = None
    return error


ADDING: Final[dict[str, Build]] = {
    "cause": lambda: AddsCause("m"),
    "context": lambda: AddsContext("m"),
    "flag": lambda: AddsFlag("m"),
    "cause beside one of its own": lambda: given(AddsCause("m")),
    "flag beside a cause": lambda: given(AddsFlag("m")),
    "flag beside an attribute": lambda: _with_order(AddsFlag("m")),
}


def _with_order(error: Any) -> BaseException:
    error.order = 7
    return error  # type: ignore[no-any-return]
