"""What ``safe_loads`` makes of classes that exception sets declare: attachments, pydantic's errors, those of the standard library."""

from __future__ import annotations

import json
import pickle
from typing import Any

import hostile
import pytest
from crossing import describe

import picklereg
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue

httpx: Any = pytest.importorskip("httpx")
pydantic: Any = pytest.importorskip("pydantic")
requests: Any = pytest.importorskip("requests")
httpx_set: Any = pytest.importorskip("picklereg.sets.httpx")
pydantic_set: Any = pytest.importorskip("picklereg.sets.pydantic")
requests_set: Any = pytest.importorskip("picklereg.sets.requests")


def declaring(*sets: Any) -> picklereg.Registry:
    """Give a registry with these sets: names of modules, or functions that register one."""
    registry = picklereg.Registry(entry_points=False)
    for one in sets:
        registry.register(one) if isinstance(one, str) else one(registry)
    return registry


def plain(value: object) -> bytes:
    return pickle.dumps(value, 2)[2:-1]


def test_an_error_of_the_standard_library() -> None:
    """Its exceptions need no declaration, if their module is imported."""
    with pytest.raises(json.JSONDecodeError) as caught:
        json.loads("[")
    found = safe_loads(picklereg.dumps(caught.value), registry=declaring())
    assert type(found) is json.JSONDecodeError
    assert describe(found) == describe(caught.value)


def test_an_error_of_requests_with_its_response() -> None:
    """Response and request are requests' own, and answer as in the writer."""
    registry = declaring("requests", requests_set.register)
    response = requests.Response()
    response.status_code, response._content, response.url = 404, b'{"error": "none left"}', "http://shop/tea"
    response.request = requests.Request("GET", response.url, headers={"X-Tea": "green"}).prepare()
    with pytest.raises(requests.HTTPError) as caught:
        response.raise_for_status()
    found: Any = safe_loads(picklereg.dumps(caught.value, registry=registry), registry=registry)
    assert type(found) is requests.HTTPError
    assert (type(found.response), found.response.status_code, found.response.json()) == (requests.Response, 404, {"error": "none left"})
    assert (found.request.method, found.request.url, found.request.headers["x-tea"]) == ("GET", "http://shop/tea", "green")


@pytest.mark.parametrize(
    "parts",
    [
        (hostile.name("httpx", "Request"), b")\x81", plain({1: 2}), b"b"),
        (hostile.name("httpx", "Request"), b")\x81", plain([]), b"b"),
        (hostile.name("httpx._urlparse", "ParseResult"), plain(("http", "", "shop", None, "/", None, None)), b"\x81}b"),
    ],
)
def test_a_state_that_an_attachment_cannot_have(parts: tuple[bytes, ...]) -> None:
    """It is a dictionary of attributes, and a named tuple has none: an inert value stands in its place."""
    found = safe_loads(hostile.opcodes(*parts), registry=declaring("httpx", httpx_set.register))
    assert isinstance(found, picklereg.MissingValue)


def test_attachments_share_nothing() -> None:
    """What an attachment has if the bytes don't tell is its own."""
    new = hostile.name("httpx", "Request") + b")\x81"
    one, two = safe_loads(hostile.opcodes(new, new, b"\x86"), registry=declaring("httpx", httpx_set.register))
    assert (type(one), one.extensions, two.extensions) == (httpx.Request, {}, {})
    assert one.extensions is not two.extensions


def test_the_call_of_an_attachment() -> None:
    """The class isn't called."""
    data = hostile.opcodes(b"]", hostile.call(hostile.name("httpx", "URL"), hostile.text("x")), b"a")
    found = safe_loads(data, registry=declaring("httpx", httpx_set.register))
    assert isinstance(found[0], MissingValue)


@pytest.mark.parametrize("args", [(1, []), ("t", ()), ("t", [], "other"), ("t", [], "json", 1), ("t", [1]), ("t", [{1: 2}])])
def test_pydantic_is_asked_with_plain_data_only(args: tuple[object, ...]) -> None:
    """What its function wasn't written for isn't handed to it: the error is a stand-in."""
    registry = declaring(pydantic_set.register)
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(int).validate_python("x")
    assert type(safe_loads(picklereg.dumps(caught.value, registry=registry), registry=registry)) is pydantic.ValidationError
    name = hostile.name("pydantic_core._pydantic_core", "ValidationError.from_exception_data")
    found = safe_loads(hostile.opcodes(name, plain(args), b"R"), registry=registry)
    assert isinstance(found, MissingError)
    assert (type(found).__qualname__, found.args) == ("ValidationError", args)


def test_a_value_made_with_what_its_class_does_not_take() -> None:
    """A UUID has no arguments: an inert value stands in its place."""
    found = safe_loads(hostile.opcodes(hostile.name("uuid", "UUID"), plain(("one",)), b"\x81"))
    assert isinstance(found, picklereg.MissingValue)
