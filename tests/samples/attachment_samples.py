"""Values that travel inside errors, and have to be stripped before. The reader imports this module; ``writers.a_registry`` strips them."""

from __future__ import annotations

import reprlib
import threading
from collections.abc import Callable
from typing import Any, Final

import shapes


class Attachment:
    """Travels inside errors, stripped. It leads to others, and holds what can't be pickled."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)
        self.lock = threading.Lock()

    @reprlib.recursive_repr()
    def __repr__(self) -> str:
        held = {name: value for name, value in sorted(vars(self).items()) if name != "lock"}
        return f"{type(self).__name__}({held})"


class Request(Attachment):
    """Stripped to a request without credentials."""


class Response(Request):
    """The same, by its base."""


class DelegatingRequest(Request):
    """What it lacks it asks of another object: an empty one can't even be asked."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["raw"], name)


class ForgetfulRequest(Request):
    """An empty one has whatever it is asked for, also what sets its state."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_args: None


class Blob(Attachment):
    """Stripped to a dictionary."""

    url: str
    page: int


class Cursor(Attachment):
    """Stripped to a list, with a note."""

    rows: list[Any]


class Call(Attachment):
    """Made by a call with other attachments."""

    parts: tuple[Any, ...]

    def __init__(self, *parts: Any) -> None:
        super().__init__(parts=parts)


class Made(Attachment):
    """Made by a function that gives it a mark."""

    mark: str = ""


class OpenMade(Made):
    """The same, and it says itself what it lacks."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


class OpenRequest(Request):
    """It says itself what it lacks."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def make(cls: type[Made]) -> Made:
    return cls(mark="by its function")


class Link:
    """An attachment that pickle could write as it is."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __repr__(self) -> str:
        return f"Link({self.url})"


class Copied:
    """Stripped to another one of its class."""

    def __init__(self, times: int = 0, url: str = "x") -> None:
        self.times = times
        self.url = url

    def __repr__(self) -> str:
        return f"Copied({self.times}, {self.url})"


class Stuck(Attachment):
    """Can't be stripped."""


def a_response(url: str = "https://shop.example/", **attributes: Any) -> Response:
    request = Request(url=url, headers={"accept": "*/*"}, method="GET")
    response = Response(url=url, headers={"retry-after": "3"}, status=429, request=request, content=b"{}", history=[], **attributes)
    vars(request)["response"] = response
    return response


#: Attachments, each made anew.
ATTACHMENTS: Final[dict[str, Callable[[], Any]]] = {
    "a request": lambda: Request(url="https://shop.example/", headers={"accept": "*/*"}),
    "a response": a_response,
    "a response in a history": lambda: Response(history=[Response(status=302), Request(url="x")], status=200),
    "a request with an object": lambda: Request(url="x", headers={}, held=shapes.Holder(1)),
    "a request with an error": lambda: Request(url="x", headers={}, error=KeyError("k")),
    "a request with a list": lambda: Request(url="x", headers={}, held=[1, "two", {"three": None}]),
    "a blob": lambda: Blob(url="x", page=2),
    "a cursor": lambda: Cursor(rows=[1, 2]),
    "a call": lambda: Call(1, Request(url="x", headers={}), "text"),
    "one that a function makes": lambda: Made(mark="by its function", page=2),
    "a link in a request": lambda: Request(link=Link("x"), status=200),
    "one that is copied": Copied,
    "what can't be stripped": Stuck,
}
