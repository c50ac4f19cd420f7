"""Credentials in tables that are kept as rows, in the logins of .netrc, in elements of XML, and under names at the end of a path."""

from __future__ import annotations

import ast
import inspect
import netrc
import operator
import pickle
import xml.dom.minidom
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from bare_samples import ShopError
from held_samples import Anything
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.beneath import LIVE
from picklereg.redaction.beside import are_plain_attributes, named_apart
from picklereg.redaction.columns import columns_of

PASSWORD = "q7Lm51Pd-zR9x"


def _netrc() -> netrc.netrc:
    made = netrc.netrc.__new__(netrc.netrc)
    made.hosts = {"shop.example": ("ada", "", PASSWORD)}
    made.macros = {}
    return made


HELD: dict[str, Any] = {
    "rows": [["user", "password"], ["ada", PASSWORD]],
    "rows in tuples": (("id", "name", "api token"), (1, "ada", PASSWORD), (2, "eve", None)),
    "columns and rows": {"columns": ["name", "password"], "rows": [["ada", PASSWORD]]},
    "columns and data": {"index": [0], "columns": ["name", "password"], "data": [["ada", PASSWORD]]},
    "names and one row": {"fieldnames": ["name", "password"], "row": ["ada", PASSWORD]},
    "a cursor": Anything(description=(("id", None), ("password", None)), row=(1, PASSWORD)),
    "an object": Anything(columns=("id", "api_key"), rows=[(1, PASSWORD)]),
    "a statement and what is given for it": ("INSERT INTO users (name, password) VALUES (?, ?)", ("ada", PASSWORD)),
    "a statement, a list, a time": ["UPDATE users SET api_token = %s WHERE id = %s", [PASSWORD, 5], 0.5],
    "a statement and rows": ("INSERT INTO users (password) VALUES (:1)", [(PASSWORD,), ("x",)]),
    "a long statement": ("SELECT 1 WHERE " + " AND ".join([f"a{n} = 1" for n in range(99)]) + " AND token = $1", (PASSWORD,)),
    "a message and its arguments": Anything(msg="user %s password %s", args=("ada", PASSWORD)),
    ".netrc": _netrc(),
    "a login of .netrc": {"authenticators": ("ada", None, PASSWORD)},
    "an element": ET.fromstring(f"<shop><password>{PASSWORD}</password></shop>"),
    "an attribute": ET.fromstring(f'<shop><user password="{PASSWORD}"/></shop>'),
    "an element with a namespace": ET.fromstring(f'<shop xmlns:w="urn:w"><w:Password>{PASSWORD}</w:Password></shop>'),
    "an element that says its name": ET.fromstring(f'<shop><property name="password">{PASSWORD}</property></shop>'),
    "a document": xml.dom.minidom.parseString(f"<shop><w:password xmlns:w='urn:w'>{PASSWORD}</w:password></shop>"),
    "an argument of a call": ast.parse(f"connect(password={PASSWORD!r})").body[0],
    "a parameter": inspect.Parameter("password", inspect.Parameter.KEYWORD_ONLY, default=PASSWORD),
    "a method to call": operator.methodcaller("login", password=PASSWORD),
    "a path": {"Name": "/shop/db-password", "Type": "SecureString", "Value": PASSWORD},
    "a patch": [{"op": "replace", "path": "/user/password", "value": PASSWORD}],
    "an option": {"dest": "token", "default": PASSWORD},
}
HARMLESS: list[Any] = [
    [["user", "region"], ["ada", "eu1x2y3z4"]],
    [["user", "password"], ["ada"], ["eve", "required", "x1y2z3"]],
    [["user", "password"], ["ada", "required"]],
    [["password"], ["a1b2c3d4"]],
    ["password", ["user"], ["ada", "a1b2c3d4"]],
    {"columns": ["name", "region"], "rows": [["ada", "eu1x2y3z4"]]},
    {"columns": ["name", "password"], "rows": "a1b2c3d4"},
    {"columns": "password", "rows": [["ada", "a1b2c3d4"]]},
    [["authorization", ""], ["X-Request-Id", "eu1x2y3z4"]],
    [("Vary", "Cookie"), ("X-Request-Id", "eu1x2y3z4")],
    (("header", "authorization", None), ("header", "X-Request-Id", "eu1x2y3z4")),
    [[("authorization", None), ("page", 2)], ["X-Request-Id", "eu1x2y3z4"]],
    {"headers": [["set-cookie", ""], ["date", "today"]], "data": ["eu1x2y3z4", "x1y2z3w4"]},
    ("SELECT 1 WHERE region = ?", ("eu1x2y3z4",)),
    ("SELECT 1 WHERE token = ?", "eu1x2y3z4"),
    ("SELECT 1 WHERE token = 7", ("eu1x2y3z4",)),
    ("SELECT 1 WHERE token = ?", 7, 8, ("eu1x2y3z4",)),
    ("the token = ? of it", ("eu1x2y3z4",)),
    (f"SELECT 1 WHERE {'x' * 20_000} token = ?", ("eu1x2y3z4",)),
    {"authenticators": ("ada", 7, None)},
    {"hosts": {"h": ("ada", "", "eu1x2y3z4")}},
    {"path": "/orders/7", "value": "a1b2c3d4"},
    {"arg": "region", "value": "a1b2c3d4"},
]


@pytest.mark.parametrize("mode", MODES)
def test_held(mode: str) -> None:
    """As an argument and as an attribute: replaced in its place."""
    with writing(mode, a_registry()) as write:
        leaked = [
            name
            for name, held in HELD.items()
            for error in (ValueError("order", held), ShopError(1, held=held))
            if PASSWORD.encode() in (data := write(error)) or not pickle.loads(data).args
        ]
    assert leaked == []


@pytest.mark.parametrize("mode", MODES)
def test_an_errors_own(mode: str) -> None:
    """Rows and the names of their columns among its attributes; what is found there is replaced elsewhere, too."""
    error = ShopError(1, columns=["name", "password"], row=("ada", PASSWORD))
    error.add_note(f"no {PASSWORD}")
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.row, got.__notes__) == (("ada", REDACTED), [f"no {REDACTED}"])


@pytest.mark.parametrize("mode", MODES)
def test_a_statement_among_an_errors_arguments(mode: str) -> None:
    """As a database's client raises it with what was given; the rest arrives."""
    statement = "UPDATE users SET password = ? WHERE id = ?"
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(RuntimeError(1062, statement, (PASSWORD, 5))))
        plain = pickle.loads(write(RuntimeError("where region = ?", ("eu1x2y3z4",))))
    assert got.args == (1062, statement, (REDACTED, 5))
    assert plain.args == ("where region = ?", ("eu1x2y3z4",))


def test_headers_in_pairs() -> None:
    """They are no table, though the first one is a credential's: of it the value is replaced, and of the others nothing."""
    headers = [["Authorization", f"Bearer {PASSWORD}"], ["Content-Type", "application/json"], ["X-Request-Id", "eu1x2y3z4"]]
    for held in (headers, {"headers": headers, "data": ["eu1x2y3z4"]}, tuple(map(tuple, headers))):
        with writing(MODES[0], a_registry()) as write:
            shown = repr(pickle.loads(write(ValueError(held))).args[0])
        assert shown == repr(held).replace(f"Bearer {PASSWORD}", REDACTED)


def test_a_short_one_in_a_row() -> None:
    """It is replaced in its place alone."""
    for held in ([["user", "password"], ["ada", "x9!"]], {"authenticators": ("ada", "", "x9!")}):
        with writing(MODES[0], a_registry()) as write:
            assert b"x9!" not in write(ValueError(held))


@pytest.mark.parametrize("held", HARMLESS)
def test_it_stays(held: Any) -> None:
    """Other columns, rows of other lengths, words, what is no table."""
    for mode in MODES:
        with writing(mode, a_registry()) as write:
            got = pickle.loads(write(ValueError(held)))
        assert got.args == (held,)


def test_the_questions() -> None:
    """What they say of what is none."""
    assert columns_of([["user", "password"]], LIVE) == ()
    assert columns_of([[("user", 7), (3, "password")], [1, 2]], LIVE) == ()
    assert not are_plain_attributes(("columns", "rows"))
    assert are_plain_attributes(("columns", "text"))
    assert named_apart({"tag": "password", "text": "x"}, LIVE) == {"text": named_apart({"name": "password", "value": 7}, LIVE)["value"]}
    assert named_apart({"tag": "page", "text": "x", "attrib": {"name": "page", "of": "password"}}, LIVE) == {}
