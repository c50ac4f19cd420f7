"""The body of a request stays behind where its pickle has no name beside it: in slots, in a list of fields, among arguments."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any, Final, Self

import pytest
from writers import MODES, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.redaction.held import parameter_names

PROMPT: Final = "tell nobody this"
SECRET: Final = "zQ7"  # too short to be replaced elsewhere


@dataclass(slots=True)
class Slotted:
    """Its state is a dictionary for its slots."""

    url: str
    method: str
    body: str | None
    api_key: str = ""


@dataclass(slots=True, frozen=True)
class Frozen:
    """Its state is a list."""

    url: str
    method: str
    body: str | None
    api_key: str = ""


class Called:
    """Its reduce gives arguments alone."""

    def __init__(self, url: str, method: str, body: str | None, api_key: str) -> None:
        self.url, self.method, self.body, self.api_key = url, method, body, api_key

    def __reduce__(self) -> tuple[Any, ...]:
        """Give the class and what it is called with."""
        return type(self), (self.url, self.method, self.body, self.api_key)


class Made:
    """The same for ``__new__``."""

    url: str
    method: str
    body: str | None
    api_key: str

    def __new__(cls, url: str, method: str, body: str | None, api_key: str) -> Self:
        """Set all there is."""
        made = super().__new__(cls)
        made.url, made.method, made.body, made.api_key = url, method, body, api_key
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Give the class and what it is called with."""
        return type(self), (self.url, self.method, self.body, self.api_key)


@pytest.mark.parametrize("cls", [Slotted, Frozen, Called, Made])
@pytest.mark.parametrize("mode", MODES)
def test_a_body_without_a_name_beside_it(mode: str, cls: Any) -> None:
    """Only the body and the key are replaced, in the error itself and in one that it leads to."""
    error, outer = ValueError("order"), RuntimeError("page")
    error.__dict__["request"] = cls("https://shop.example", "POST", PROMPT, SECRET)
    outer.__cause__ = error
    with writing(mode, picklereg.Registry(entry_points=False)) as write:
        data = write(outer)
    assert PROMPT.encode() not in data
    assert SECRET.encode() not in data
    got = pickle.loads(data).__cause__.request
    assert (type(got), got.url, got.method, got.body, got.api_key) == (cls, "https://shop.example", "POST", None, REDACTED)


def test_names_of_parameters() -> None:
    """Of code in C nobody tells them."""
    assert parameter_names(Called) == ("url", "method", "body", "api_key")
    assert parameter_names(Made) == ("url", "method", "body", "api_key")
    assert parameter_names(complex) == ()
