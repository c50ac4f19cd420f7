"""Where credentials are looked for, what stands in their place, and whose rules count."""

from __future__ import annotations

import base64
import gzip
import html
import json
import pickle
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pytest
from echo_server import KEY, leaks
from hypothesis import given, settings
from hypothesis import strategies as st

import picklereg
from picklereg.redaction import REDACTED, redact_headers, redact_url, redact_value
from picklereg.redaction.collecting import collecting
from picklereg.redaction.pickles import rewrite_pickle
from picklereg.sets.httpx import register


class Carrier:
    """An object of somebody's own, which pickle writes by its ``__dict__``."""

    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


@dataclass(slots=True)
class Slotted:
    """One without a ``__dict__``."""

    headers: Any
    text: str


class Half:
    """One with a slot that is empty, and a class attribute beside it."""

    __slots__ = ("empty", "headers")
    headers: dict[str, str]
    other = 1


class Refusing:
    """One that can be read back only as it was."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __setstate__(self, state: dict[str, Any]) -> None:
        if REDACTED in state["text"]:
            raise ValueError("that's not what it was")
        self.__dict__.update(state)


class Grumpy(dict[str, Any]):
    """A mapping that doesn't want to be looked through."""

    def items(self) -> Any:
        raise RuntimeError("not now")


class ShopError(Exception):
    """One whose own reduce repeats a text."""

    detail: str

    def __reduce__(self) -> tuple[Any, ...]:
        return ShopError, self.args, {"detail": self.__dict__.get("detail")}


def a_registry(**options: Any) -> picklereg.Registry:
    registry = picklereg.Registry(entry_points=False, **options)
    register(registry)
    return registry


def sent(exc: BaseException, **options: Any) -> Any:
    data = picklereg.dumps(exc, registry=a_registry(**options))
    assert options or leaks(data, KEY) == []
    return pickle.loads(data)


Error = TypeVar("Error", bound=BaseException)


def with_key(exc: Error) -> Error:
    exc.__dict__["headers"] = {"Authorization": f"Bearer {KEY}"}
    return exc


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ({"Authorization": KEY}, {"Authorization": REDACTED}),
        ({b"x-api-key": KEY.encode()}, {b"x-api-key": REDACTED.encode()}),
        ({"api_key": "abc"}, {"api_key": REDACTED}),
        ({"Set-Cookie": [f"a={KEY}; Path=/", 3]}, {"Set-Cookie": [REDACTED, 3]}),
        ({"token": "gone", "key": "kept"}, {"token": REDACTED, "key": "kept"}),
        ([("cookie", f"a=1; b={KEY}")], [("cookie", REDACTED)]),
        ({"proxy-authorization": "Basic " + base64.b64encode(f"user:{KEY}".encode()).decode()}, {"proxy-authorization": REDACTED}),
        ({"proxy-authorization": "Basic nonsens"}, {"proxy-authorization": REDACTED}),
        ({"authorization": f'Digest username="u", response="{KEY}"'}, {"authorization": REDACTED}),
        (f"see https://user:{quote(KEY, safe='')}@shop/x", f"see https://{REDACTED}@shop/x"),
        (f"see https://{quote(KEY, safe='')}@shop/x", f"see https://{REDACTED}@shop/x"),
        ("https://shop/?page=2&token=abc&x=1", f"https://shop/?page=2&token={REDACTED}&x=1"),
        (f"/v1?X-Amz-Signature={quote(KEY, safe='')}.", f"/v1?X-Amz-Signature={REDACTED}."),
        (f"?next=https%3A%2F%2Fshop%3Ftoken%3D{quote(KEY, safe='')}%26a", f"?next=https%3A%2F%2Fshop%3Ftoken%3D{REDACTED}%26a"),
        ("why? a=1&b=2", "why? a=1&b=2"),
        (b"plain", b"plain"),
        (b"GET /?key=0123456789", b"GET /?key=" + REDACTED.encode()),
    ],
)
def test_places(place: Any, shown: Any) -> None:
    """What is named like a credential is replaced, whatever is beside it."""
    exc = RuntimeError("no")
    exc.__dict__["place"] = place
    assert sent(exc).place == shown


@pytest.mark.parametrize(
    "form",
    [
        lambda key: key,
        lambda key: quote(key, safe=""),
        lambda key: quote(key).lower(),
        lambda key: json.dumps({"k": key}),
        html.escape,
        lambda key: base64.b64encode(f"x{key}yz".encode()).decode(),
        lambda key: base64.urlsafe_b64encode(f"xy{key}".encode()).decode(),
    ],
)
@pytest.mark.parametrize("value", ["sk-very/secret+key=42", 'quote"d & key\\', "schlüssel-geheim", "\udcff-surrogate"])
def test_forms(form: Callable[[str], str], value: str) -> None:
    """A credential that was found somewhere is replaced wherever it stands, in whatever form."""
    try:
        text = form(value)
    except UnicodeEncodeError:  # what this form can't hold can't be in it
        text = form(value := "another-secret")
    exc = ValueError(f"before {text} after", text.encode("utf-8", "surrogatepass"))
    exc.__dict__["headers"] = {"x-api-key": value}
    exc.add_note(text)
    arrived = sent(exc)
    assert REDACTED in arrived.args[0]
    assert arrived.args[0].startswith("before ")
    assert REDACTED.encode() in arrived.args[1]
    assert REDACTED in arrived.__notes__[0]


def test_everywhere_in_the_error() -> None:
    """Chain, sub-exceptions, notes, containers, C fields and objects of one's own: by value."""
    inner = with_key(OSError(2, f"no {KEY}", f"/tmp/{KEY}"))
    loop: list[Any] = [KEY]
    loop.append(loop)
    group = ExceptionGroup(f"several: {KEY}", [inner, LookupError({KEY: (KEY, {KEY}, frozenset([KEY]))}, loop)])
    exc = ShopError(KEY, Carrier(text=KEY, more=[KEY], raw=bytearray(KEY.encode()), when=inner), Slotted({}, KEY))
    exc.__dict__["detail"] = KEY
    exc.__cause__ = group
    arrived = sent(exc)
    cause: Any = arrived.__cause__
    assert type(arrived) is ShopError
    assert arrived.detail == REDACTED
    assert arrived.args[0] == REDACTED
    assert vars(arrived.args[1]) == {
        "text": REDACTED,
        "more": [REDACTED],
        "raw": REDACTED.encode(),
        "when": cause.exceptions[0],
    }
    assert arrived.args[2].text == REDACTED
    assert cause.message == f"several: {REDACTED}"
    first, second = cause.exceptions
    assert (first.strerror, first.filename) == (f"no {REDACTED}", f"/tmp/{REDACTED}")
    assert second.args[0] == {REDACTED: (REDACTED, {REDACTED}, frozenset([REDACTED]))}


@pytest.mark.parametrize("make", [gzip.compress, zlib.compress])
def test_a_compressed_body(make: Callable[[bytes], bytes]) -> None:
    """Compressed bytes that hold a credential are replaced altogether; others, and what only looks compressed, are kept."""
    others = [make(b"nothing"), b"\x1f\x8b nothing"]
    exc = with_key(ValueError(make(b"a " + KEY.encode()), *others))
    assert sent(exc).args == (REDACTED.encode(), *others)


@pytest.mark.parametrize("where", [Slotted({"cookie": f"a={KEY}"}, "x"), Carrier(inner=Carrier(headers={"api-key": KEY}))])
def test_found_in_objects(where: Any) -> None:
    """Credentials are looked for in attributes and slots of whatever an exception holds."""
    assert sent(RuntimeError(f"no: {KEY}", where)).args[0] == f"no: {REDACTED}"


def test_odd_objects_are_no_hindrance() -> None:
    """What can't be looked into is passed over, and the rest is found."""
    half = Half()
    half.headers = {"api-key": KEY}
    exc = RuntimeError(KEY, half, Grumpy(), int, threading, len, vars)
    assert sent(exc).args[0] == REDACTED


def test_what_refuses_to_be_redacted_stays_behind() -> None:
    """An object that can't be read back without its credential doesn't travel, and a note says so."""
    arrived = sent(with_key(RuntimeError(Refusing(KEY))))
    assert "was replaced by its repr: ValueError: that's not what it was" in arrived.__notes__[0]


def test_reprs_and_notes_of_our_own() -> None:
    """What stands for something that can't travel is redacted, too."""

    class Locked:
        def __init__(self) -> None:
            self.lock = threading.Lock()

        def __repr__(self) -> str:
            return f"<locked {KEY}>"

    exc = with_key(ValueError(Locked(), [Locked()]))
    exc.__dict__["__notes__"] = [Locked(), f"a note: {KEY}"]
    arrived = sent(exc)
    assert arrived.args == (f"<locked {REDACTED}>", [f"<locked {REDACTED}>"])
    assert arrived.__notes__[:2] == [f"<locked {REDACTED}>", f"a note: {REDACTED}"]


def test_a_reducer_that_repeats_a_credential() -> None:
    """Its arguments are redacted."""
    registry = a_registry()
    registry.register(ShopError, reducer=lambda exc: (ShopError, (f"again: {KEY}", *exc.args)))
    data = picklereg.dumps(with_key(ShopError(KEY)), registry=registry)
    assert leaks(data, KEY) == []
    assert pickle.loads(data).args == (f"again: {REDACTED}", REDACTED)


def test_a_last_resort_is_redacted() -> None:
    """Where an exception can't even be taken apart, its text is redacted."""

    class Meta(type):
        def __getattribute__(cls, name: str) -> Any:
            if name == "__setstate__" and armed:
                raise RuntimeError(f"broken by {KEY}")
            return super().__getattribute__(name)

    class Broken(Exception, metaclass=Meta):
        pass

    armed = [1]
    arrived = sent(RuntimeError("x"), redact=True)
    assert arrived.args == ("x",)
    exc = with_key(LookupError("outer"))
    exc.__cause__ = Broken(f"text {KEY}")
    assert leaks(picklereg.dumps(exc, registry=a_registry()), KEY) == []


def test_a_house_rule(caplog: pytest.LogCaptureFixture) -> None:
    """A function gets every text of the error, ours included, and gives what may travel; names of classes are not asked about."""
    seen: list[str] = []

    def house(text: str) -> str:
        seen.append(text)
        return text.replace("Ada", "[a customer]").replace("Carrier", "[nothing]").replace("test_redaction_rules", "[nothing]")

    exc = RuntimeError("for Ada", Carrier(name="Ada", kind=Carrier, other=b"Ada"))
    exc.add_note("Ada again")
    exc.__cause__ = KeyError("Ada")
    arrived = sent(exc, redact=house)
    assert arrived.args[0] == "for [a customer]"
    assert vars(arrived.args[1]) == {"name": "[a customer]", "kind": Carrier, "other": b"Ada"}
    assert arrived.__notes__ == ["[a customer] again"]
    assert arrived.__cause__.args == ("[a customer]",)
    assert "for Ada" in seen


@pytest.mark.parametrize("house", [lambda text: 1 / 0, lambda text: None])
def test_a_house_rule_that_fails(house: Any) -> None:
    """Then the text doesn't travel at all."""
    assert sent(RuntimeError("for Ada"), redact=house).args == (REDACTED,)


def test_no_redaction() -> None:
    """``redact=False`` leaves everything as it is."""
    request = httpx.Request("GET", f"https://shop/?key={KEY}", headers={"x-api-key": KEY})
    exc = httpx.ConnectError(f"no {KEY} https://u:p@shop/?token=abcdef", request=request)
    arrived = sent(exc, redact=False)
    assert str(arrived) == str(exc)
    assert arrived.request.headers["x-api-key"] == KEY
    assert arrived.request.url == request.url


@pytest.mark.parametrize("redact", [None, "yes", 1])
def test_no_rule(redact: Any) -> None:
    """Anything but a bool and a function is an error."""
    with pytest.raises(picklereg.RegistrationError, match="redact="):
        picklereg.Registry(redact=redact)


def test_the_functions_for_sets() -> None:
    """They replace by name, keep types, and obey the dump that is under way."""
    plain = {"Retry-After": "3"}
    assert redact_headers(plain) is plain
    assert redact_value("cookie", b"a=b") == REDACTED.encode()
    assert redact_value(b"cookie", "a=b") == REDACTED
    assert redact_value("cookie", 3) == REDACTED
    assert collecting(None, redact_url, "https://u:p@shop/") == "https://u:p@shop/"
    assert collecting(None, lambda value: redact_value("cookie", value), "a=b") == "a=b"
    assert redact_url(redact_url("https://u:p@shop/?key=abcdef")) == f"https://{REDACTED}@shop/?key={REDACTED}"
    quoted = quote(f"{REDACTED}", safe="")
    assert redact_url(f"https://{quoted}@shop/?key={quoted}") == f"https://{quoted}@shop/?key={quoted}"


def test_a_short_credential_is_replaced_in_its_place_alone() -> None:
    """Elsewhere it may be any word."""
    exc = RuntimeError("the shop is shut")
    exc.__dict__["headers"] = {"api-key": "shop"}
    arrived = sent(exc)
    assert arrived.args == ("the shop is shut",)
    assert arrived.headers == {"api-key": REDACTED}


@settings(max_examples=200, deadline=None)
@given(
    value=st.recursive(
        st.one_of(st.text(), st.binary(), st.integers(), st.none()),
        lambda inner: st.one_of(
            st.lists(inner),
            st.dictionaries(st.text(), inner),
            st.tuples(inner, inner),
            st.builds(bytearray),
            inner.map(lambda x: Carrier(x=x)),
        ),
    )
)
def test_a_rewritten_pickle_is_the_same_but_for_the_text(value: Any) -> None:
    """Rewriting nothing changes nothing; rewriting all texts changes them alone."""
    data = pickle.dumps(value, 5)
    assert rewrite_pickle(data, str, bytes) is None
    marked = rewrite_pickle(data, lambda text: f"{text}!", lambda raw: raw + b"!")
    if marked is not None:
        back = rewrite_pickle(marked, lambda text: text[:-1], lambda raw: raw[:-1])
        assert back is not None
        assert pickle.dumps(pickle.loads(back), 5) == data


def test_repeated_names_in_a_rewritten_pickle() -> None:
    """A module named twice is named by reference the second time, also beyond 255 memo entries."""
    value = [[Carrier(x=str(number)) for number in range(300)], Slotted({}, "x"), bytearray(b"abc")]
    rewritten = rewrite_pickle(pickle.dumps(value, 5), lambda text: text.replace("Carrier", "no").replace("Slotted", "no"), lambda _: b"")
    assert rewritten is not None
    assert type(pickle.loads(rewritten)[1]) is Slotted


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_random_chains(data: st.DataObject) -> None:
    """Wherever in a random chain the credential stands, it doesn't travel."""
    texts = st.sampled_from([KEY, f"x{KEY}y", quote(KEY, safe=""), base64.b64encode(KEY.encode()).decode(), "plain"])
    values = st.recursive(
        texts | texts.map(str.encode), lambda inner: st.lists(inner) | st.dictionaries(texts, inner) | inner.map(lambda x: Carrier(x=x))
    )
    errors: list[BaseException] = [RuntimeError(*data.draw(st.lists(values, max_size=3))) for _ in range(data.draw(st.integers(1, 6)))]
    for error in errors:
        error.__dict__.update(data.draw(st.dictionaries(st.sampled_from(["a", "b", "detail"]), values)))
        error.__cause__ = data.draw(st.sampled_from([None, *errors]))
        error.__context__ = data.draw(st.sampled_from([None, *errors]))
        if data.draw(st.booleans()):
            error.add_note(data.draw(texts))
    group = ExceptionGroup(data.draw(texts), errors)  # type: ignore[type-var]
    data.draw(st.sampled_from(errors)).__dict__["request"] = httpx.Request("GET", "http://shop/", headers={"x-api-key": KEY})
    assert leaks(picklereg.dumps(group, registry=a_registry()), KEY) == []
    registry = a_registry()
    with registry.installed():
        registry.ensure(group)
        assert leaks(pickle.dumps(group), KEY) == []
