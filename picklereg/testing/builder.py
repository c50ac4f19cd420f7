"""An instance of any exception class, as plausible as its signature allows.

Tried in this order: calls that the signature allows, from most to least specific; calls that suit the builtin class beneath;
at last the builtin ``__new__``, without the class's ``__init__``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from picklereg.introspection.class_plan import plan_for
from picklereg.testing.reader import one_line
from picklereg.testing.sample_values import Call, calls, maker_of

__all__ = ["NotBuiltError", "Specimen", "build", "raised"]

_TEXT: Final = "something went wrong"

#: Calls of builtin classes; for others the nearest base counts.
_NATIVE: Final[dict[type[BaseException], Call]] = {
    AttributeError: ((_TEXT,), {"name": "colour", "obj": "a string"}),
    BaseExceptionGroup: (("several", [KeyboardInterrupt("one"), KeyError("two")]), {}),
    ExceptionGroup: (("several", [ValueError("one"), KeyError("two")]), {}),
    ImportError: ((_TEXT,), {"name": "some_module", "path": "some_module.py"}),
    NameError: ((_TEXT,), {"name": "colour"}),
    OSError: ((2, "No such file or directory", "some_file.txt"), {}),
    StopIteration: ((7,), {}),
    SyntaxError: (("invalid syntax", ("some_file.py", 1, 5, "x = = 1\n", 1, 6)), {}),
    SystemExit: ((3,), {}),
    UnicodeDecodeError: (("utf-8", b"caf\xe9", 3, 4, "unexpected end of data"), {}),
    UnicodeEncodeError: (("ascii", "caf\xe9", 3, 4, "ordinal not in range(128)"), {}),
    UnicodeTranslateError: (("caf\xe9", 3, 4, "character maps to <undefined>"), {}),
}


class NotBuiltError(Exception):
    """No way was found to make an instance of a class; its text is the reason."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """An instance of an exception class.

    Attributes:
        exc: the instance.
        problem: why it had to be built without ``__init__``, or ``None`` if it hadn't.
    """

    exc: BaseException
    problem: str | None


def build(cls: type[BaseException]) -> Specimen:
    """Make an instance of an exception class.

    Args:
        cls: the class. Its code is run, also in vain.

    Returns:
        The instance, and whether ``__init__`` has run.

    Raises:
        NotBuiltError: if nothing works.
    """
    second_best: BaseException | None = None
    problem: str | None = None
    for args, kwargs in _calls(cls):
        try:
            exc = _of_class(cls, cls(*args, **kwargs))
            second_best = second_best or exc
            str(exc)  # what was passed may suit __init__, but not __str__
            return Specimen(exc, None)
        except BaseException as raised:  # noqa: BLE001  # SystemExit too: this is foreign code
            problem = problem or one_line(raised)
    if second_best is not None:
        return Specimen(second_best, None)
    try:
        return Specimen(_bare(cls), problem)
    except BaseException as raised:
        raise NotBuiltError(problem or one_line(raised)) from raised


def raised(exc: BaseException) -> list[str]:
    """Raise an exception from a cause, in the context of another one, and give it a note.

    Args:
        exc: the exception; it is caught again.

    Returns:
        What the class doesn't let anybody do.
    """
    try:
        try:
            raise KeyError("the context")  # noqa: TRY301  # raised to be there
        except KeyError:
            raise exc from ValueError("the cause")
    except BaseException:  # noqa: BLE001, S110  # exc itself, of whatever class it is
        pass
    try:
        exc.add_note("a note")
    except Exception as problem:  # noqa: BLE001  # frozen classes: what their __setattr__ raises
        return [f"takes no note: {one_line(problem)}"]
    return []


def _calls(cls: type[BaseException]) -> Iterator[Call]:
    # By identity: a class may be unhashable.
    native = next((call for base in cls.__mro__ for known, call in _NATIVE.items() if known is base), ((_TEXT,), {}))
    makers = [base for base in cls.__mro__ if maker_of(base) is not None]
    if not makers:
        yield native
    # A class that only hands on what it gets has a base that says what that is.
    for maker in makers:
        yield from calls(maker)
    yield native
    yield (_TEXT,), {}
    yield (), {}


def _of_class(cls: type[BaseException], value: object) -> BaseException:
    """Insist on the class itself: ``__new__`` may give whatever it likes."""
    if type(value) is not cls:
        raise TypeError(f"{cls.__qualname__}(...) gives a {type(value).__qualname__}")
    return value


def _bare(cls: type[BaseException]) -> BaseException:
    plan = plan_for(cls)
    args, _ = _NATIVE[ExceptionGroup] if plan.group else ((_TEXT,), {})
    return plan.native(cls, *args)
