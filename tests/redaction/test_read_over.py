"""Where strip functions alone found credentials, what was written is read over in place of cleaning it, and written anew if need be."""

from __future__ import annotations

import base64
import gzip
import html
import json
import pickle
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import pytest
from attachment_samples import Request
from bare_samples import ShopError
from echo_server import leaks
from hypothesis import given, settings
from hypothesis import strategies as st
from pickler_samples import Plain
from writers import MODES, a_registry, writing

import picklereg
from picklereg.pickling.by_reference import pickled_by_name
from picklereg.redaction.replacer import Replacer
from picklereg.redaction.secrets import Secrets

KEY: Final = "zQ7/secret+key=42-of-the-shop"
SHORT: Final = "hunter2"

#: What else repeats the credential, as a server may that got it.
REPEATED: Final[dict[str, Callable[[str], Any]]] = {
    "in a text": lambda key: f"no such key: {key}",
    "in a text of another alphabet": lambda key: f"ключ {key} неизвестен",
    "in bytes": lambda key: b"no such key: " + key.encode(),
    "in latin-1": lambda key: b"\xff no such key: " + key.encode(),
    "in a list": lambda key: [1, (2, key)],
    "in an object": lambda key: Plain(a=key),
    "in the name of an attribute's entry": lambda key: {f"about {key}": 1},
    "quoted": lambda key: f"?q={quote(key, safe='')}",
    "in base64": lambda key: base64.b64encode(f"x {key} y".encode()).decode(),
    "in lines of base64": lambda key: base64.encodebytes(b"x" * 50 + key.encode() + b"y" * 90).decode(),
    "compressed": lambda key: gzip.compress(b"no such key: " + key.encode()),
    "in an object's compressed bytes": lambda key: Plain(a=gzip.compress(b"no such key: " + key.encode())),
}


def json_of(key: str) -> str:
    """Give a text as JSON that isn't ASCII."""
    return json.dumps(key, ensure_ascii=False)


def refused(key: str, repeated: Any) -> ShopError:
    """Give an error with a request that was sent with a credential, and what somebody answered."""
    error = ShopError(7)
    error.request = Request(url="https://shop.example/", headers={"x-api-key": key, "accept": "*/*"})  # type: ignore[attr-defined]
    error.answer = repeated  # type: ignore[attr-defined]
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", REPEATED)
def test_what_repeats_it_is_replaced(name: str, mode: str) -> None:
    """In whatever form it comes back, alone and beside other errors, be it before one that tells of another credential."""
    telling = ValueError("https://ada:tiger@shop.example/")
    with writing(mode, a_registry()) as write:
        for value in (error := refused(KEY, REPEATED[name](KEY)), [error, telling], {"a": ShopError(9), "b": error}):
            assert leaks(write(value), KEY) == []


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("key", [KEY, SHORT, "пароль-от-магазина-42", 'quo"te\\and\nline-42'])
def test_by_every_protocol(key: str, protocol: int) -> None:
    """Texts and bytes are written in other ways before protocol 3."""
    for answer in (f"({key})", f"({key})".encode(), [key]):
        got = pickle.loads(picklereg.dumps(refused(key, answer), protocol, registry=a_registry()))
        assert key not in repr((got.answer, got.request.headers))
        assert key.encode() not in (got.answer if isinstance(got.answer, bytes) else b"")


def test_a_traceback_is_read_over_too() -> None:
    """It becomes a note, after everything was searched."""
    with pytest.raises(ShopError) as caught:
        raise refused("zQ7-a-key-that-stands-in-this-line", None)
    data = picklereg.dumps(caught.value, registry=a_registry(tracebacks="text"))
    assert b"test_read_over.py" in data
    assert leaks(data, "zQ7-a-key-that-stands-in-this-line") == []


def test_nothing_is_written_twice_if_it_is_nowhere_else() -> None:
    """The short way ends with the first pickle; where the credential comes back, or something is compressed, it is given up."""
    registry = a_registry()
    for answer, is_done in (("no such order", True), (f"no such key: {KEY}", False), (gzip.compress(b"no"), False)):
        for value in (error := refused(KEY, answer), [error]):
            assert (pickled_by_name(value, None, registry, fix_imports=False) is not None) is is_done


def test_a_redact_function_sees_every_text_still() -> None:
    """A house's own rule is asked about each, wherever the credentials were found."""
    registry = a_registry(redact=lambda text: text.replace("order", "*****"))
    got = pickle.loads(picklereg.dumps(refused(KEY, "no such order"), registry=registry))
    assert got.answer == "no such *****"


@pytest.mark.parametrize("mode", MODES)
def test_a_text_that_a_strip_function_saw_before(mode: str) -> None:
    """What is replaced for its place alone is replaced in the same text elsewhere, too."""
    url = "https://ada:tiger@shop.example/?password=postgres"
    error = ShopError(7)
    error.args = (url,)
    error.request = Request(url=url, headers={"x-api-key": KEY})  # type: ignore[attr-defined]
    error.url = url  # type: ignore[attr-defined]
    with writing(mode, a_registry()) as write:
        for value in (error, [error, ValueError(url)], [ValueError(url), error]):
            data = write(value)
            assert (b"tiger" in data, b"postgres" in data) == (False, False)
            assert b"shop.example" in data


class TellingError(Exception):
    """Its text tells what it was sent with, after much else."""

    request: Any = None

    def __str__(self) -> str:
        return f"{len(vars(self.request))} {'x' * 1_960}: password=tiger {self.request.headers}"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("key", [KEY, SHORT])
def test_a_text_that_nobody_has_searched(key: str, mode: str) -> None:
    """A note that tells an error's text is cleaned before it is cut off."""
    error = TellingError(1)
    error.request = Request(url="https://shop.example/", headers={"x-api-key": key})
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert b"its text was" in data
    assert (b"tiger" in data, key[:5].encode() in data) == (False, False)


class Unsendable:
    """Can't be pickled, and tells what it holds nowhere else."""

    def __repr__(self) -> str:
        return "<Unsendable password=tiger>"

    def __reduce__(self) -> str:
        raise TypeError


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_for_a_value_that_stays_behind(mode: str) -> None:
    """The repr of an argument, a note or a part is searched, also where no other credential was found."""
    held = Unsendable()
    error = ValueError(held, [held])
    error.__notes__ = [held]  # type: ignore[list-item]
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert b"<Unsendable" in data
    assert b"tiger" not in data


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("form", [json_of, repr, html.escape])
def test_escaped_in_another_alphabet(form: Callable[[str], str], mode: str) -> None:
    """Texts are written in UTF-8, also those in which the credential is escaped."""
    key = "\u00e9\"'\\<secret-42-of-the-shop"
    with writing(mode, a_registry()) as write:
        data = write(refused(key, f"no such key: {form(key)}"))
    assert b"secret-42-of-the-shop" not in data


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.text("abc1-/=+% \\\"'<\nép", min_size=6, max_size=60), min_size=1, max_size=3),
    st.lists(st.sampled_from(["x", "\n", "\\n", "\r\n", " " * 3, "QUJD" * 12, "é"]), max_size=8),
    st.data(),
)
def test_what_the_first_glance_passes_over_holds_nothing(values: list[str], others: list[str], data: st.DataObject) -> None:
    """Wherever a value stands, and whatever it is glued to: if anything is replaced in a text, the glance says that it may be."""
    known = Replacer()
    for value in values:
        known.add(value)
    lines = [base64.encodebytes(f"{'x' * 40}{value}{'y' * 40}".encode()).decode() for value in values]
    forms = [*values, *lines, *(form(value) for form in (quote, json_of, repr, html.escape) for value in values)]
    text = "".join(data.draw(st.sampled_from([*forms, other])) for other in others)
    if known.text(text) != text:
        assert known.may_be_in(pickle.dumps(text).decode("latin-1"))


def test_the_glance_at_a_pickle() -> None:
    """Of very many values in much, and of what may be compressed, it says that they may be there."""
    few, many = Secrets(), Secrets()
    few.add(KEY)
    for number in range(40):
        many.add(f"{number}-{KEY}")
    nothing = pickle.dumps("no such order")
    assert [secrets.may_be_in(nothing) for secrets in (Secrets(), few, many)] == [False, False, False]
    much_of_it = pickle.dumps("no such order " * 60_000)
    assert [secrets.may_be_in(much_of_it) for secrets in (Secrets(), few, many)] == [False, False, True]
    assert many.may_be_in(pickle.dumps(f"no such key: 39-{KEY}"))
    assert few.may_be_in(pickle.dumps(f"no such key: {KEY}"))
    assert few.may_be_in(pickle.dumps(gzip.compress(b"no such order")))
