"""What stands beside a credential's name, in a pair or under a name of its own, and is no plain text; and codes beside their grant."""

from __future__ import annotations

import pickle
from collections import UserString, deque
from typing import Any

import pydantic
import pytest
from bare_samples import ShopError
from held_samples import KEPT, SHORT, Anything, Wrapped
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED, remember_body
from picklereg.redaction.beneath import LIVE, Beneath, has_credentials_beneath
from picklereg.redaction.beside import code_fields, codes_in, named_in, pairs_in
from picklereg.redaction.collecting import collecting
from picklereg.redaction.secrets import Secrets

CODE = "SplxlOBeZQQYbYS6WxSbIA"
WRAPPED = [
    pydantic.SecretStr(SHORT),
    pydantic.SecretBytes(SHORT.encode()),
    Wrapped(SHORT),
    UserString(SHORT),
    SHORT.encode(),
    bytearray(SHORT.encode()),
    [SHORT],
    (SHORT, 7),
]
#: OAuth's code (RFC 6749, 4.1.3), as clients and servers keep a form.
FORMS: list[Any] = [
    [("grant_type", "authorization_code"), ("code", CODE)],
    (("code", CODE), ("redirect_uri", "https://shop.example/")),
    [("code", CODE), ("state", "af0ifjsldkj")],
    deque([["grant_type", "authorization_code"], ["code", CODE]]),
    {("grant_type", "authorization_code"), ("code", CODE)},
    {"grant_type": ["authorization_code"], "code": [CODE]},
    {"code": [CODE], "state": ["af0ifjsldkj"]},
    {b"grant_type": [b"authorization_code"], b"code": [CODE.encode()]},
    [{"name": "grant_type", "value": "authorization_code"}, {"name": "code", "value": CODE}],
]


def beside(value: Any) -> list[Any]:
    return [
        ("password", value),
        ["x-api-key", value],
        [("page", "2"), (b"password", value)],
        ("password", value, None),
        {"name": "password", "value": value},
        {"key": "X-Api-Key", "value": value, "enabled": True},
        ["accept", "*/*", "authorization", value],
        ["tool", "--password", value, "--more", KEPT],
        Anything(name="password", value=value),
        Anything(pairs=[("password", value)]),
    ]


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """Whatever wraps it, as an argument or in an attribute; what stands beside it arrives."""
    errors: list[Exception] = [ShopError(1, held=[KEPT, one]) for value in WRAPPED for one in beside(value)]
    errors += [ValueError([KEPT, one]) for value in WRAPPED for one in beside(value)]
    with writing(mode, a_registry()) as write:
        written = [write(error) for error in errors]
    assert [error for error, data in zip(errors, written, strict=True) if SHORT.encode() in data] == []
    assert all(KEPT.encode() in data for data in written)


@pytest.mark.parametrize("mode", MODES)
def test_what_wraps_it_arrives(mode: str) -> None:
    """A copy of it does, of its class."""
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ShopError(1, held=[("password", Wrapped(SHORT)), {"name": "password", "value": [SHORT, 7]}])))
    assert got.held == [("password", Wrapped(REDACTED)), {"name": "password", "value": [REDACTED, 7]}]


@pytest.mark.parametrize("mode", MODES)
def test_a_code_among_the_fields_of_a_form(mode: str) -> None:
    """It is replaced there, and wherever else it stands."""
    errors = [ShopError(1, text=f"no {CODE}", held=held) for form in FORMS for held in (form, Anything(form=form))]
    with writing(mode, a_registry()) as write:
        written = [write(error) for error in errors]
    assert [error for error, data in zip(errors, written, strict=True) if CODE.encode() in data] == []


@pytest.mark.parametrize(
    "form",
    [
        *(form for form in FORMS if type(form) in {list, tuple, dict}),
        [("password", Wrapped(CODE)), ("page", 2)],
        ("password", [CODE]),
    ],
)
def test_a_body_that_holds_one(form: Any) -> None:
    """It is found before the body stays behind."""
    secrets = Secrets()
    collecting(secrets, remember_body, form)
    assert secrets.text(f"no {CODE}") == f"no {REDACTED}"


@pytest.mark.parametrize(
    "value",
    [
        ("token", 3),
        ("token", ("IDENT", 3)),
        ("api_key", ["required", "missing"]),
        ("api_key", ("header", "query")),
        ("password", {"type": "string", "minLength": 8}),
        ("password", ["This field is required."]),
        ("password", Wrapped("required")),
        ("password", [KEPT]),
        ["accept", "*/*", "authorization", None],
        ["tool", "--password", None],
        {"name": "password", "value": {"type": "string"}},
        {"name": "password", "value": None},
        [("code", CODE)],
        [("code", "E1234"), ("state", "CA")],
        [("code", "invalid_request"), ("redirect_uri", "https://shop.example/")],
        {b"code": b"E1234", b"page": b"2"},
        {"code": [CODE], "page": ["2"]},
        [{"name": "code"}, {"value": CODE}, {"name": "state", "value": 7}],
    ],
)
def test_what_is_none(value: Any) -> None:
    """Words, numbers, schemas, codes of errors: they arrive."""
    for mode in MODES:
        with writing(mode, a_registry()) as write:
            written = [write(error) for error in (ValueError([value]), ShopError(1, held=value))]
        assert pickle.loads(written[0]).args == ([value],)
        assert pickle.loads(written[1]).held == value


@pytest.mark.parametrize(
    ("elements", "found"),
    [
        (["password", "token", SHORT], [("token", 2, None)]),
        (["password", f"-{SHORT}"], [("password", 1, None)]),
        (["tool", "--password", "--verbose"], []),
        (["tool", "--password", "--token", SHORT], [("--password", 3, None)]),
        (["page", "of", "password", SHORT], []),
        (["password", "Secret-Pass-1"], [("password", 1, None)]),
        (["x-api-key", "X-Api-Key", SHORT], [("X-Api-Key", 2, None)]),
        (["host", "h", "accept", "*/*", "x-api-key"], []),
        (["a page", "of", "accept", "*/*", "x-api-key", SHORT], []),
        ([7, "x", "accept", "*/*", "x-api-key", SHORT], [("x-api-key", 5, None)]),
        (["mysql.exe", f"-p{SHORT}"], [("argument of a command", 1, SHORT)]),
        (["curl", "-u", 7], []),
        (["curl", "-u", "ada1985"], []),
        ([7, "curl", "--user", f"ada:{SHORT}"], [("--user", 3, None)]),
    ],
)
def test_what_stands_after_a_name(elements: list[Any], found: list[tuple[str, int, str | None]]) -> None:
    """It is the value, unless it is a word, a name or another option."""
    assert [(place.name, index, part) for place, index, part in pairs_in(elements, LIVE)] == found


def test_the_questions() -> None:
    """What they say of what is none."""
    assert named_in([("name", "password"), ("value", "required")], LIVE) == {}
    assert named_in([("name", "password"), ("value", 7)], LIVE) == {"value": Beneath("password", is_beside=True)}
    assert not has_credentials_beneath(Beneath("password", is_beside=True), ["required"])
    assert named_in([("code", []), ("state", "x")], LIVE) == {}
    assert named_in([("code", [CODE, CODE]), ("state", "x")], LIVE) == {}
    assert named_in([("loc", ()), ("input", "x")], LIVE) == {}
    assert code_fields([("page", "2"), 7, ()]) == []
    assert code_fields([{"name": "code"}]) == []
    assert [*codes_in([(7, 7), ("page", "2")])] == []
