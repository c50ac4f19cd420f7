"""Errors whose text is taken from what can't travel. The reader imports this module."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

from attachment_samples import Request
from extension_samples import Readable, fill

__all__ = ["ALIKE", "LOST", "SECRET", "TOLD"]

SECRET: Final = "hunter22-hunter22"


class Handle:
    """Can't be pickled, and knows the text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<handle of {self.text}>"


class _Held(Exception):
    def __init__(self, text: str, *args: object) -> None:
        super().__init__(*args)
        self.handle = Handle(text)


class Labelled(Exception):
    """Its text is its class's."""

    label = "a label"

    def __str__(self) -> str:
        return self.label


def _labelled(text: str) -> BaseException:
    """Give an error of a class that can neither be imported nor go by value."""

    class Unnamed(Labelled):
        label = text
        lock = threading.Lock()

    return Unnamed()


class Raises(_Held):
    """Its text needs the handle."""

    def __str__(self) -> str:
        return f"from C: {self.handle.text}"


class Differs(_Held):
    """Its text has something else without it."""

    @property
    def _shown(self) -> str:
        return self.handle.text if hasattr(self, "handle") else "?"

    def __str__(self) -> str:
        return f"about {self._shown}"


class Cached(_Held):
    """Its text is kept once it was asked for."""

    @cached_property
    def shown(self) -> str:
        """The text."""
        return self.handle.text

    def __str__(self) -> str:
        return self.shown


class Independent(_Held):
    """Its text doesn't need the handle."""

    def __str__(self) -> str:
        return f"only {self.args[0]}"


class Speechless(_Held):
    """It has none."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class Slotted(Exception):
    """Its handle is in a slot."""

    __slots__ = ("handle",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.handle = Handle(text)

    def __str__(self) -> str:
        return self.handle.text


class SlottedLikeArgs(Exception):
    """It has a slot with the name of what Python keeps."""

    __slots__ = ("args", "handle")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.args = (text,)
        self.handle = Handle(text)

    def __str__(self) -> str:
        return self.handle.text


class OwnMessageGroup(ExceptionGroup[Exception]):
    """A group whose text needs the handle."""

    handle: Handle

    def __str__(self) -> str:
        return f"group of {self.handle.text}"


class Requested(Exception):
    """Its text reads an attachment, which is stripped without a note."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request

    def __str__(self) -> str:
        return f"failed: {bool(self.request.lock)}"


class RequestedByMethods(Requested):
    """It reads the attachment in a method that two others call."""

    def __str__(self) -> str:
        return f"{self._one()}{self._other()}"

    def _one(self) -> str:
        return self._read()[:3]

    def _other(self) -> str:
        return self._read()[3:]

    def _read(self) -> str:
        return f"failed: {hasattr(self.request, 'lock')}"


class RequestedAsWhole(Requested):
    """It reads all there is."""

    def __str__(self) -> str:
        return f"failed: {sorted(name for name, value in vars(vars(self)['request']).items() if value)}"


class ReadableText(Readable):  # type: ignore[misc]
    """Its text is in a field that can only be read."""

    def __str__(self) -> str:
        return f"told: {self.told}"


def _native_text(text: str) -> Any:
    return fill(ReadableText("args"), told=text)


def _group(text: str) -> BaseException:
    group = OwnMessageGroup("g", [ValueError(1)])
    group.handle = Handle(text)
    return group


def _request() -> Request:
    request = Request.__new__(Request)
    vars(request).update(lock=threading.Lock(), url="https://shop.example/", headers={})
    return request


#: Errors whose text is lost, with that text.
LOST: Final[dict[str, tuple[Callable[[], BaseException], str]]] = {
    "raises": (lambda: Raises("what C said"), "from C: what C said"),
    "differs": (lambda: Differs("what C said"), "about what C said"),
    "kept once": (lambda: Cached("what C said"), "what C said"),
    "in a slot": (lambda: Slotted("what C said"), "what C said"),
    "beside a slot like args": (lambda: SlottedLikeArgs("what C said"), "what C said"),
    "in a group": (lambda: _group("what C said"), "group of what C said"),
    "in a field": (lambda: _native_text("what C said"), "told: what C said"),
    "in an attachment": (lambda: Requested(_request()), "failed: True"),
    "in an attachment, by methods": (lambda: RequestedByMethods(_request()), "failed: True"),
    "in all attributes": (lambda: RequestedAsWhole(_request()), "failed: ['lock', 'url']"),
    "of an argument": (lambda: ValueError(Speaking("what C said")), "what C said"),
    "of a class that stays here": (lambda: _labelled("what C said"), "what C said"),
    "long": (lambda: Raises("x" * 5000), f"from C: {'x' * 1992}... (5,008 characters)"),
    "with a credential": (lambda: Raises(f"password={SECRET}"), "from C: password=[redacted by picklereg]"),
}


class Speaking(Handle):
    """Says something else than it shows."""

    def __repr__(self) -> str:
        return "a speaking one"

    def __str__(self) -> str:
        return self.text


#: Nothing but itself.
NOBODY: Final = object()


class Listing(Exception):
    """Tells what is in its containers, in which something stands that a name leads to, and an attachment."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: list[Any] = [NOBODY, {"request": _request()}]
        self.handle = Handle("x")

    def __str__(self) -> str:
        return f"{self.listed[0]}, {vars(self.listed[1]['request'])['url']}"


#: Errors whose text isn't lost, although something was left behind.
ALIKE: Final[dict[str, Callable[[], BaseException]]] = {
    "independent": lambda: Independent("handle", "text"),
    "without any": lambda: Speechless("handle"),
    "of arguments": lambda: ValueError("text", Handle("x")),
    "of an argument": lambda: ValueError(Handle("x")),
    "of an error": lambda: ValueError(KeyError("k"), Handle("x")),
    "of an item": lambda: ValueError([Handle("what C said"), Speaking("x")]),
    "beside its arguments": lambda: _held(ValueError("text")),
    "of a native error": lambda: _held(OSError(2, "No such file", "a.txt")),
    "of a key": lambda: _held(KeyError("k")),
    "in a list": Listing,
}


def _held(error: Any) -> BaseException:
    error.handle = Handle("x")
    return error  # type: ignore[no-any-return]


class Telling(Exception):
    """Its text tells that of another error, of which it may hold several, and of its cause."""

    def __init__(self, *inner: BaseException) -> None:
        super().__init__()
        self.inner, self.beside = inner[0], inner[-1]

    def __str__(self) -> str:
        return f"failed: {self if self.beside is self else self.inner}"


class Remade(Raises):
    """Its own reduce makes the handle anew."""

    def __reduce__(self) -> Any:
        return Remade, (self.handle.text,)


class TellingCause(Exception):
    """Its text tells that of its cause."""

    def __str__(self) -> str:
        return f"because {self.__cause__}"


def _from(cause: BaseException) -> BaseException:
    error = TellingCause("text")
    error.__cause__ = cause
    return error


def _in_a_circle() -> BaseException:
    error = Telling(ValueError("x"))
    error.beside = Telling(error, _held(KeyError("k")))
    return error


#: Errors whose text is that of others, and what notes say of it.
TOLD: Final[dict[str, tuple[Callable[[], BaseException], list[str]]]] = {
    "of an argument": (lambda: ValueError(Raises("x")), ["from C: x", "from C: x"]),
    "of an attribute": (lambda: Telling(Raises("x")), ["failed: from C: x", "from C: x"]),
    "of one at two places": (
        lambda: Telling(*[Telling(*[Raises("x")] * 2)] * 2),
        ["failed: failed: from C: x", "failed: from C: x", "from C: x"],
    ),
    "of the cause": (lambda: _from(Raises("x")), ["because from C: x", "from C: x"]),
    "of another attribute": (lambda: Telling(ValueError("y"), Raises("x")), ["failed: y", "from C: x"]),
    "of one that arrives": (lambda: _from(Telling(_held(ValueError("x")))), []),
    "one of two arguments": (lambda: ValueError("y", Raises("x")), ["from C: x"]),
    "of one that is made anew": (lambda: ValueError(Remade("x")), []),
    "of a silent one": (lambda: Telling(Speechless("x")), []),
    "in a circle": (_in_a_circle, []),
}
