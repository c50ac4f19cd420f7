"""What objects hold: found by the name that it has there, replaced in its place, in every mode; and what stands beside it stays."""

from __future__ import annotations

import io
import pickle
from collections import deque
from functools import partial
from http import HTTPMethod
from types import MappingProxyType
from typing import Any

import pytest
from attachment_samples import Request
from bare_samples import ShopError
from crossing import describe
from echo_server import leaks
from harmless_samples import HARMLESS
from held_samples import BODIES, KEPT, PLACED, PROMPT, SHORT, Anything, Falsy, Login
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.held import bodies_in, field_names, held_by, is_beneath, is_in_mapping, is_list_class, is_named_value, text_of

_RESPONSE = "https://shop.example/v1"


def _holding(name: str, held: object) -> dict[str, BaseException]:
    return {f"{name}, argument": ValueError(held), f"{name}, attribute": ShopError(1, held=held)}


def _errors(samples: dict[str, object]) -> dict[str, BaseException]:
    return {which: error for name, make in samples.items() for which, error in _holding(name, make()).items()}  # type: ignore[operator]


@pytest.mark.parametrize("mode", MODES)
def test_a_credential_in_an_object(mode: str) -> None:
    """It stays here though it is too short to be found anywhere else; the type and what stands beside it arrive."""
    errors = _errors(PLACED)  # type: ignore[arg-type]
    with writing(mode, a_registry()) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if SHORT.encode() in data] == []
    assert [name for name, data in written.items() if KEPT.encode() not in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_credentials_of_botocore(mode: str) -> None:
    """Also frozen ones, which are a named tuple."""
    credentials = pytest.importorskip("botocore.credentials").Credentials("AKIAEXAMPLE", SHORT, SHORT, KEPT)
    with writing(mode, a_registry()) as write:
        written = [write(ShopError(1, held=held)) for held in (credentials, [KEPT, credentials.get_frozen_credentials()])]
    assert all(SHORT.encode() not in data and KEPT.encode() in data for data in written)


class WrittenOnce:
    """Its state leaves out what it takes to give it, so that what was read can't be written (urlsplit's results in 3.15.2)."""

    def __init__(self) -> None:
        self.password = SHORT
        self.kept = KEPT

    def __getstate__(self) -> dict[str, str]:
        state = dict(vars(self))
        del state["kept"]
        return state


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_that_cannot_be_written(mode: str) -> None:
    """The error arrives without it, and a note says so."""
    with writing(mode, a_registry()) as write:
        written = {name: write(error) for name, error in _holding("once", WrittenOnce()).items()}
    assert [name for name, data in written.items() if SHORT.encode() in data] == []
    assert all("KeyError: 'kept'" in pickle.loads(data).__notes__[0] for data in written.values())


@pytest.mark.parametrize("mode", ["picklereg.dumps", "pickle.dumps"])
def test_without_redaction_it_travels(mode: str) -> None:
    """So each sample has one in it, but for what can't be pickled."""
    errors = _errors(PLACED | BODIES)  # type: ignore[arg-type]
    with writing(mode, a_registry(redact=False)) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if SHORT.encode() not in data and PROMPT.encode() not in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_a_request_that_nobody_declared(mode: str) -> None:
    """Its body stays behind, known by the shape of what holds it."""
    errors = _errors(BODIES)  # type: ignore[arg-type]
    with writing(mode, a_registry()) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if leaks(data, PROMPT)] == []
    assert [name for name, data in written.items() if KEPT.encode() not in data or _RESPONSE.encode() not in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_what_is_none(mode: str) -> None:
    """Names of other things, placeholders, words: they arrive as they are, although a credential stands beside them."""
    errors = _errors(HARMLESS)  # type: ignore[arg-type]
    for error in errors.values():
        error.add_note("beside https://shop.example/?token=zQ7")
    with writing(mode, a_registry()) as write:
        got = {name: pickle.loads(write(error)) for name, error in errors.items()}
    for error in [*errors.values(), *got.values()]:
        del error.__notes__
    want = {name: _shown(error) for name, error in errors.items()}
    assert {name: text for name, error in got.items() if (text := _shown(error)) != want[name]} == {}


def _shown(error: BaseException) -> str:
    return f"{describe(error)} {[vars(held) for held in (*error.args, *vars(error).values()) if type(held) is Anything]}"


def test_a_body_is_read_before_it_stays_behind() -> None:
    """What is a credential in it is replaced where an answer repeats it."""
    sent = Anything(url="https://shop.example/", method="POST", body='{"client_secret": "zQ7Lm51Pd"}')
    got = pickle.loads(pickle_of(ValueError("no client zQ7Lm51Pd", sent)))
    assert got.args[0] == f"no client {REDACTED}"
    assert got.args[1].body is None


def pickle_of(error: BaseException) -> bytes:
    with writing("picklereg.dumps", a_registry()) as write:
        return write(error)


def test_the_same_text_under_a_harmless_name_stays() -> None:
    """One object in memory may be a password here and a user's name there."""
    name = "post"
    got = pickle.loads(pickle_of(ValueError(Anything(user=name, password=name, owner=name))))
    assert vars(got.args[0]) == {"user": "post", "password": REDACTED, "owner": "post"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["api_key", "password", "_token"])
def test_what_a_strip_function_gives(mode: str, name: str) -> None:
    """Under a credential's name nothing travels, whoever made the state: text, bytes, a list, an object's own credential."""
    for value in (SHORT, SHORT.encode(), [SHORT], Anything(password=SHORT, user="ada"), Falsy(SHORT)):
        error = ShopError(1, held=Request(url="https://shop.example/", kept=KEPT, **{name: value}))
        with writing(mode, a_registry()) as write:
            data = write(error)
        assert SHORT.encode() not in data
        assert KEPT.encode() in data


def test_kinds_are_kept() -> None:
    """Bytes are replaced by bytes, a list's elements in the list."""
    got = pickle.loads(pickle_of(ValueError({"password": b"abc", "tokens": 7, "passwords": ["abc", None, 7], "secret": bytearray(b"abc")})))
    raw = REDACTED.encode()
    assert got.args[0] == {"password": raw, "tokens": 7, "passwords": [REDACTED, None, 7], "secret": bytearray(raw)}


def test_a_list_beneath_two_names_is_one_list() -> None:
    """It is copied once, so that what was one object arrives as one."""
    held = ["abc", "def"]
    got = pickle.loads(pickle_of(ValueError({"passwords": held}, {"passwords": held})))
    assert got.args == ({"passwords": [REDACTED, REDACTED]},) * 2
    assert got.args[0]["passwords"] is got.args[1]["passwords"]


def test_what_is_said_of_it_stays() -> None:
    """In a dictionary that is in one beneath a credential's name, and beside the name of a field."""
    for value in (
        {"token": {"data": {"expires_at": "2024-01-01T00:00:00Z", "request_id": "req-8f3a21b7"}, "error": {"x": "req-8f3a21b7"}}},
        [{"loc": ("body", "password"), "msg": "too short", "input": "missing"}, {"loc": (), "input": "8f3a21b7"}],
        [{"Key": "Team", "Value": "shop-8f3a21b7"}],
    ):
        assert pickle.loads(pickle_of(ValueError(value))).args == (value,)


@pytest.mark.parametrize("mode", MODES)
def test_a_dictionary_beneath_a_name_in_an_object(mode: str) -> None:
    """In the pickle of an object it is found as outside of it, short ones, too; what leads back to itself is looked at once."""
    held: dict[str, Any] = {"data": {"x": "s3cr3t", "request_id": "req-8f3a21b7"}}
    held["data"]["outer"] = held
    with writing(mode, a_registry()) as write:
        data = write(ShopError(1, held=Anything(credentials=held)))
    assert b"s3cr3t" not in data
    assert b"req-8f3a21b7" in data


class Nosy:
    """Tells when its code runs."""

    ran = False

    def __getattribute__(self, name: str) -> object:
        Nosy.ran = Nosy.ran or name not in {"__reduce_ex__", "__reduce__", "__getstate__", "__class__", "__dict__"}
        return super().__getattribute__(name)

    def __iter__(self) -> object:
        raise AssertionError

    def __getitem__(self, key: object) -> object:
        raise AssertionError

    def items(self) -> object:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


def test_no_code_of_an_object_runs() -> None:
    """Its attributes are read past it."""
    nosy = Nosy()
    nosy.__dict__["password"] = SHORT
    Nosy.ran = False
    assert held_by(nosy).named == [("password", SHORT)]
    assert held_by(MappingProxyType(nosy)).others == [nosy]  # type: ignore[arg-type]
    assert not Nosy.ran


def test_names_of_fields() -> None:
    """Only text is a name."""
    odd = type("Odd", (tuple,), {"_fields": (1, 2)})
    assert field_names(odd) == ()
    assert field_names(dict) == ()
    assert held_by(Login("u", "p")).others == []
    assert is_list_class(deque)
    assert not is_list_class(Login)


def test_what_a_value_may_be() -> None:
    """A name beside itself is none."""
    assert is_named_value("password", "hunter", text_of)
    assert not is_named_value("Authorization", "authorization", text_of)
    assert not is_named_value("password", 7, text_of)
    assert not is_named_value("page", "hunter", text_of)


class Refusing(str):
    """A name whose own code fails."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]


class Entries(dict[str, str]):
    """A dictionary that shows nothing."""

    def items(self) -> Any:
        return ()


def test_what_makes_a_request() -> None:
    """A URL and a method, and no status; of a dictionary headers as well."""
    request = ["url", "method", "body"]
    assert bodies_in([*request, 7, Refusing("data")]) == {"body"}
    assert bodies_in([*request, "headers"], is_mapping=True) == {"body"}
    for less in (["url", "body"], ["method", "body"], [*request, "status"]):
        assert bodies_in(less) == set()
    assert bodies_in(request, is_mapping=True) == set()


@pytest.mark.parametrize(
    "names",
    [
        ("request_method", "_url", "json_body"),
        ("_verb", "request_url", "_raw_content"),
        ("method", "endpoint", "post_data"),
        ("http_method", "target", "_headers", "entity"),
        ("request_payload",),
        ("page", "_post_data"),
    ],
)
def test_how_bodies_are_called(names: tuple[str, ...]) -> None:
    """By a few words, in any order, maybe hidden."""
    assert bodies_in(names) == {names[-1]}


@pytest.mark.parametrize("name", ["content_type", "form_id", "raw", "text", "data" * 20, "headers", "body_length"])
def test_what_sounds_like_a_body(name: str) -> None:
    """It has a word that bodies don't have in their names, or none of those that they have."""
    assert bodies_in(["method", "url", name]) == set()


def test_what_stands_in_a_mapping_beneath_a_name() -> None:
    """Beneath cookies all that may be a value, but for placeholders and what is no text."""
    assert is_in_mapping("cookies", "lang", "en-x")
    assert not is_in_mapping("cookies", "lang", "***")
    assert not is_in_mapping("cookies", "lang", None)
    assert is_beneath("data")
    assert not is_beneath("title")


def test_what_others_hold() -> None:
    """Of a builtin function the arguments, of a class of one's own what the dictionary in it holds, of a buffer all of it."""
    assert ("arguments", (SHORT,)) in held_by(partial(print, SHORT)).named
    assert held_by(Entries(password=SHORT)).named[0] == ("password", SHORT)
    assert held_by(Anything(strings=("a",), interpolations=None)).others == []
    assert held_by(io.BytesIO(b"what was sent")).others == [b"what was sent"]
    assert held_by(MappingProxyType(HTTPMethod)).others == []  # type: ignore[arg-type]
    assert ("stop", SHORT) in held_by(slice(SHORT)).named  # which native code declares
