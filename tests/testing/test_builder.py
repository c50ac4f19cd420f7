"""Instances of exception classes, made from what a signature says."""

from __future__ import annotations

import datetime
import enum
import pathlib
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, NewType, Optional, TypeVar

import httpx
import pydantic_core
import pytest
import requests

from picklereg.testing.builder import NotBuiltError, build, raised
from picklereg.testing.sample_values import candidates, instance_of

if TYPE_CHECKING:
    from httpx import Request, Response


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class NoColour(enum.Enum):
    """Has no member."""


class Point:
    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y


class Chain:
    def __init__(self, link: Chain) -> None:
        self.link = link


class Refusing:
    def __init__(self) -> None:
        raise RuntimeError("never")


UserId = NewType("UserId", int)
Bound = TypeVar("Bound", bound=float)
Constrained = TypeVar("Constrained", bytes, str)
Free = TypeVar("Free")


@pytest.mark.parametrize(
    ("annotation", "name", "expected"),
    [
        (int, "amount", 3),
        (int, "status_code", 429),
        (float, "seconds", 1.5),
        (bool, "flag", True),
        (str, "message", "the message"),
        (str, "status", "the status"),
        (str, "url", "https://api.example/v1/things"),
        (bytes, "x", b"some data"),
        (Optional[int], "x", 3),  # noqa: UP045  # the old way is found in libraries
        (None | int, "x", 3),
        (typing.Union[None, Any, float], "x", 1.5),  # noqa: UP007
        (Annotated[float, "unit"], "x", 1.5),
        (Literal["a", "b"], "x", "a"),
        (type[KeyError], "x", KeyError),
        (type, "x", ValueError),
        (Callable[[int], str], "x", len),
        (Callable, "x", len),
        (list[int], "x", [3]),
        (set[float], "x", {1.5}),
        (Sequence[bytes], "x", [b"some data"]),
        (Iterable[Colour], "x", [Colour.RED]),
        (tuple[int, str], "x", (3, "the x")),
        (tuple[int, ...], "x", (3,)),
        (dict[str, int], "x", {"the name": 3}),
        (Mapping[int, Any], "x", {3: "the value"}),
        (list, "x", ["an item"]),
        (dict, "x", {"key": "value"}),
        (pathlib.Path, "x", pathlib.Path("some_file.txt")),
        (datetime.date, "x", datetime.date(2020, 2, 29)),
        (Colour, "x", Colour.RED),
        (UserId, "x", 3),
        (Bound, "x", 1.5),
        (Constrained, "x", b"some data"),
        ("not an expression", "errors", "ValueError"),
        ("Elsewhere", "path", "some_file.txt"),
        (NoColour, "x", "the x"),
        (Refusing, "x", "the x"),
        (Any, "x", "the x"),
        (object, "headers", {"key": "value"}),
        (Free, "x", "the x"),
        (7, "x", "the x"),
    ],
)
def test_values_follow_the_annotation_then_the_name(annotation: Any, name: str, expected: Any) -> None:
    """The first candidate is what the annotation says; if that says nothing, what the name suggests."""
    value = candidates(annotation, name)[0]
    if expected == "ValueError":
        assert repr(value) == "[ValueError('inner')]"
    else:
        assert value == expected


def test_values_of_exception_types() -> None:
    """A parameter for an exception gets one, of its class if it is a special one."""
    assert repr(candidates(Exception, "x")[0]) == "ValueError('inner')"
    assert type(candidates(LookupError, "x")[0]) is LookupError
    assert type(candidates(ExceptionGroup[Exception], "x")[0]) is ExceptionGroup


def test_values_of_other_classes() -> None:
    """An instance of any class is made by its own signature, but not for ever."""
    point = instance_of(Point)
    assert (point.x, point.y) == (3, 3)
    assert instance_of(Chain).link is not None
    assert instance_of(Refusing) is None


def test_values_are_fresh() -> None:
    """An exception that was raised for one class doesn't come back for the next one."""
    assert candidates(Exception, "x")[0] is not candidates(Exception, "x")[0]


@pytest.mark.parametrize("cls", [httpx.Response, httpx.Request, requests.Response, requests.Request, requests.PreparedRequest])
def test_values_of_http_libraries(cls: type) -> None:
    """What an HTTP error carries is a real response or request."""
    value = candidates(cls, "x")[0]
    assert type(value) in {cls, requests.PreparedRequest}
    assert getattr(value, "status_code", 429) == 429
    assert str(getattr(value, "url", "https://api.example/")).startswith("https://api.example/")


def test_values_for_names_of_http_libraries() -> None:
    """A parameter that is called ``response`` gets one, of the library that the annotation names."""
    assert {type(value) for value in candidates(Any, "raw_response")} >= {httpx.Response, requests.Response}
    assert type(candidates("requests.Response", "x")[0]) is requests.Response
    assert type(candidates("httpx.Request", "x")[0]) is httpx.Request


def test_there_is_always_another_candidate() -> None:
    """Where neither type nor name tells, several types are tried."""
    assert len({type(value) for value in candidates(Any, "x")}) == 6


# --- exceptions ---------------------------------------------------------------------------------------------------


class KeywordOnly(Exception):
    def __init__(self, *, code: int, message: str, response: Response | None = None, retries: int = 2) -> None:
        super().__init__(message)
        self.code, self.response, self.retries = code, response, retries


class OnlyRequired(Exception):
    def __init__(self, name: str, inner: Exception | None = None) -> None:
        if inner is not None:
            raise TypeError("no inner, please")
        super().__init__(name)


class Positional(Exception):
    def __init__(self, first: int, skipped: int = 5, /, third: str | None = None, fourth: str | None = None) -> None:
        self.all = first, skipped, third, fourth


class PositionalAfterGap(Exception):
    def __init__(self, skipped: int = 5, last: str | None = None, /) -> None:
        self.all = skipped, last


class Variadic(Exception):
    def __init__(self, *messages: str, **details: str) -> None:
        super().__init__(*messages)
        self.details = details


class HandsOn(KeywordOnly):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class OwnNew(Exception):
    request: Any

    def __new__(cls, code: int, request: Request) -> typing.Self:  # pyright: ignore[reportInconsistentConstructor]
        self = super().__new__(cls, code)
        self.request = request
        return self


class GivesAnother(Exception):
    def __new__(cls, *_: Any) -> Any:
        return ValueError("instead")


class RefusesInit(Exception):
    def __init__(self) -> None:
        raise SystemExit("never")


class RefusesInitGroup(ExceptionGroup[Exception]):
    def __init__(self, message: str, exceptions: list[Exception]) -> None:  # pyright: ignore[reportInconsistentConstructor]
        raise RuntimeError("never")


class NeedsDict(Exception):
    def __init__(self, thing: Any) -> None:
        super().__init__(thing["key"])


class StrNeedsError(Exception):
    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __str__(self) -> str:
        return f"with {self.thing.args}"


class RaisingStr(Exception):
    def __str__(self) -> str:
        raise RuntimeError("never")


class Meta(type):
    def __eq__(cls, other: object) -> bool:
        return cls is other

    __hash__ = None  # type: ignore[assignment]


class Unhashable(Exception, metaclass=Meta):
    pass


class OddSignature(Exception):
    __signature__ = "no signature"


def test_build_keyword_only() -> None:
    """Required and optional keyword-only parameters are filled; other defaults are left alone."""
    exc: Any = build(KeywordOnly).exc
    assert (exc.args, exc.code, exc.retries) == (("the message",), 429, 2)
    assert isinstance(exc.response, httpx.Response)


def test_build_with_required_parameters_only() -> None:
    """If optional parameters don't suit, they are left out."""
    specimen = build(OnlyRequired)
    assert (specimen.exc.args, specimen.problem) == (("the name",), None)


def test_build_passes_by_position_what_can_be() -> None:
    """``BaseException.__new__`` makes ``args`` of what is passed by position; after a gap keywords must do."""
    exc: Any = build(Positional).exc
    assert exc.all == (3, 5, "the third", "the fourth")
    assert exc.args == (3,)
    assert build(PositionalAfterGap).exc.__dict__ == {"all": (5, None)}


def test_build_variadic() -> None:
    """``*args`` get a message, ``**kwargs`` nothing."""
    exc: Any = build(Variadic).exc
    assert (exc.args, exc.details) == (("something went wrong",), {})


def test_build_by_the_signature_of_a_base() -> None:
    """A class that only hands on what it gets is built as its base is."""
    exc: Any = build(HandsOn).exc
    assert exc.code == 429


def test_build_own_new() -> None:
    """A ``__new__`` has a signature too; names that only type checkers know are read as text."""
    exc: Any = build(OwnNew).exc
    assert exc.args[0] == 429
    assert isinstance(exc.request, httpx.Request)


def test_build_tries_other_values() -> None:
    """What the name suggests may be wrong: other candidates are tried, until ``__init__`` and ``__str__`` take one."""
    assert build(NeedsDict).exc.args == ("value",)
    assert str(build(StrNeedsError).exc) == "with ('inner',)"


def test_build_with_a_raising_str() -> None:
    """An error whose ``__str__`` always raises is an error nevertheless."""
    assert build(RaisingStr).problem is None


@pytest.mark.parametrize(("cls", "problem"), [(RefusesInit, "SystemExit: never"), (RefusesInitGroup, "RuntimeError: never")])
def test_build_without_init(cls: type[BaseException], problem: str) -> None:
    """As a last resort ``__init__`` is left out, and the reason is told."""
    specimen = build(cls)
    assert type(specimen.exc) is cls
    assert specimen.problem == problem


def test_build_gives_no_other_class() -> None:
    """A ``__new__`` that gives something else isn't believed."""
    specimen = build(GivesAnother)
    assert type(specimen.exc) is GivesAnother
    assert specimen.problem == "TypeError: GivesAnother(...) gives a ValueError"


@pytest.mark.parametrize("cls", [Unhashable, OddSignature])
def test_build_odd_classes(cls: type[BaseException]) -> None:
    """An unhashable class or an unusable signature is no obstacle."""
    assert type(build(cls).exc) is cls


NATIVE = [cls for cls in vars(__import__("builtins")).values() if isinstance(cls, type) and issubclass(cls, BaseException)]


@pytest.mark.parametrize("cls", NATIVE)
def test_build_builtin(cls: type[BaseException]) -> None:
    """Every builtin exception is built, with its C fields."""
    specimen = build(cls)
    assert type(specimen.exc) is cls
    assert specimen.problem is None
    assert specimen.exc.args


def test_not_built() -> None:
    """A class that can't be made at all is an error that says what happened first."""
    with pytest.raises(NotBuiltError, match="line_errors"):
        build(pydantic_core.ValidationError)


# --- raising ------------------------------------------------------------------------------------------------------


def test_raised() -> None:
    """It gets a cause, another context and a note."""
    exc = ValueError("x")
    assert raised(exc) == []
    assert repr(exc.__cause__) == "ValueError('the cause')"
    assert repr(exc.__context__) == "KeyError('the context')"
    assert exc.__notes__ == ["a note"]


class TakesNoNote(Exception):
    def add_note(self, note: str) -> None:
        raise AttributeError(f"can't note {note}")


def test_raised_takes_no_note() -> None:
    """What a class doesn't let anybody do is told."""
    assert raised(TakesNoNote()) == ["takes no note: AttributeError: can't note a note"]
