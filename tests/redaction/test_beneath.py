"""What stands beneath a credential's name, and is neither text nor bytes: it stays here, and what only stands like that arrives."""

from __future__ import annotations

import array
import enum
import pickle
import sys
from typing import Any

import held_samples
import pytest
from attachment_samples import Request
from bare_samples import ShopError
from held_samples import KEPT, SHORT, Anything, Constant, Wrapped, WrappedByFunction
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.beneath import LIVE, Beneath, credentials_beneath, has_credentials_beneath, text_beneath
from picklereg.redaction.pickles import rewrite_pickle

WIDE = ["u", "w"] if sys.version_info >= (3, 13) else ["u"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.filterwarnings("ignore:The 'u' type code:DeprecationWarning")
@pytest.mark.parametrize("letters", WIDE)
def test_an_array_of_letters(mode: str, letters: str) -> None:
    """Its letters are wider than bytes."""
    wide: Any = array.array(letters, SHORT)
    harmless: Any = array.array(letters, "page")
    for error in (ShopError(1, password=wide, held=harmless), ShopError(1, held=Anything(password=wide, held=harmless))):
        with writing(mode, a_registry()) as write:
            data = write(error)
        assert wide.tobytes() not in data
        got = pickle.loads(data)
        inner = got if "password" in vars(got) else got.held
        assert inner.password == REDACTED
        assert inner.held == harmless


@pytest.mark.parametrize("mode", MODES)
def test_an_attribute_of_the_error(mode: str) -> None:
    """An object, one that is made by a function, a constant; each of its class, if a copy can be made without the credential."""
    error = ShopError(1, password=Wrapped(SHORT), api_key=WrappedByFunction(SHORT), secret=Constant.LIVE, auth=Constant.KERBEROS)
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert SHORT.encode() not in data
    got = pickle.loads(data)
    assert got.password == Wrapped(REDACTED)
    assert got.api_key.text == REDACTED
    assert not hasattr(got, "secret")  # a constant can't be altered
    assert "attribute 'secret' (held_samples.Constant) was left behind" in got.__notes__[0]
    assert got.auth is Constant.KERBEROS


@pytest.mark.parametrize("mode", MODES)
def test_what_a_strip_function_leaves(mode: str) -> None:
    """An object in what it gives is looked into as well."""
    error = ShopError(1, held=Request(url="https://shop.example/", kept=KEPT, api_key=Wrapped(SHORT), token=None, auth=Request(url=KEPT)))
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert SHORT.encode() not in data
    got = pickle.loads(data)
    assert (got.held.api_key, got.held.token, got.held.auth.url) == (Wrapped(REDACTED), None, KEPT)


@pytest.mark.parametrize("mode", MODES)
def test_a_ring_is_a_ring_there(mode: str) -> None:
    """Lists and dictionaries that lead back to themselves beneath a name still do."""
    ring: list[Any] = [SHORT]
    ring += [{"ring": ring}, (ring,)]
    with writing(mode, a_registry()) as write:
        data = write(ValueError({"passwords": ring, "kept": KEPT}))
    got = pickle.loads(data).args[0]["passwords"]
    assert got[0] == REDACTED
    assert got[1]["ring"] is got
    assert got[2] == (got,)
    assert SHORT.encode() not in data


def test_a_tuple_that_leads_back() -> None:
    """It can't be made before what is in it: what leads back is replaced."""
    inner: list[Any] = [SHORT]
    ring = (SHORT, inner)
    inner.append(ring)
    with writing("picklereg.dumps", a_registry()) as write:
        data = write(ValueError({"passwords": ring}))
    assert SHORT.encode() not in data
    assert pickle.loads(data).args[0] == {"passwords": (REDACTED, [REDACTED, REDACTED])}


def test_the_same_object_elsewhere() -> None:
    """What is met right beneath a name is one there, wherever it has been met before; nothing else is changed."""
    shared = [SHORT]
    with writing("picklereg.dumps", a_registry()) as write:
        got = pickle.loads(write(ValueError({"passwords": [{"first": shared}, shared, shared]}, [KEPT])))
    assert got.args[0]["passwords"] == [{"first": [SHORT]}, [REDACTED], [REDACTED]]
    assert got.args[0]["passwords"][1] is got.args[0]["passwords"][2]


def test_sets_and_tuples_and_mappings() -> None:
    """Each stays what it is; so do keys, and numbers."""
    value = {"passwords": ({SHORT}, frozenset({SHORT}), [7, None, SHORT]), "cookies": {1: {"lang": SHORT}, 2: [SHORT]}}
    with writing("picklereg.dumps", a_registry()) as write:
        got = pickle.loads(write(ValueError(value)))
    cookies = {1: {"lang": REDACTED}, 2: [REDACTED]}
    assert got.args[0] == {"passwords": ({REDACTED}, frozenset({REDACTED}), [7, None, REDACTED]), "cookies": cookies}


def test_what_can_not_be_copied_is_replaced() -> None:
    """An object that refuses another text."""
    with writing("picklereg.dumps", a_registry()) as write:
        got = pickle.loads(write(ValueError({"api_key": held_samples.Checked(SHORT), "kept": KEPT})))
    assert got.args[0] == {"api_key": REDACTED, "kept": KEPT}


def test_where_not_all_is_searched() -> None:
    """What is found while it is written is replaced elsewhere from then on."""
    many: list[Any] = [{"page": number} for number in range(6_000)]
    with writing("picklereg.dumps", a_registry()) as write:
        got = pickle.loads(write(ValueError([{"password": "s3cr3t-W0rd"}, *many], "s3cr3t-W0rd")))
    assert got.args[0][0] == {"password": REDACTED}


def found(name: str, value: Any) -> list[str | None]:
    return [text_beneath(one) for one in credentials_beneath(Beneath(name), value, LIVE)]


def test_without_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their module may not have been imported."""
    monkeypatch.delitem(sys.modules, "array")
    assert text_beneath(7) is None


def test_what_is_found() -> None:
    """What an object wraps; the telling ones of its texts, if it has several; nothing of what a parser made."""
    shared: list[str | None] = ["s3cr3t-W0rd"]
    assert found("password", Wrapped("hunter")) == ["hunter"]
    assert found("password", Anything(value="hunter", seen="hunter")) == ["hunter", "hunter"]
    assert found("password", Anything(value="s3cr3t-W0rd", page="seven", request_id="r-1234567")) == ["s3cr3t-W0rd"]
    assert found("password", Anything(inner=Anything(inner=Wrapped(["hunter"])))) == ["hunter"]
    assert found("password", Anything(one=["hunter"], two=["hunter"])) == []
    assert found("password", Anything(type="hunter")) == []
    assert found("auth", Anything(login="ada1985x", password="hunter", encoding="latin1")) == []  # it says itself what is one
    assert found("token", held_samples.Lexed("NAME", "page2_of_3", 7)) == []
    assert found("password", held_samples.Lexed("NAME", "page2_of_3", 7)) == ["page2_of_3"]
    assert found("password", [Constant.LIVE, Constant.KERBEROS, Constant.FOUR, ValueError("hunter"), str, found]) == [Constant.LIVE.value]
    assert found("password", array.array("i", [1])) == []
    assert found("password", ShopError(1, held="hunter")) == []
    assert found("token", Anything(value="hunter2xyz")) == ["hunter2xyz"]
    assert found("cookies", {"title": "hunter"}) == ["hunter"]  # a cookie may be called so
    assert found("passwords", {"one": shared, "two": shared}) == shared
    assert found("passwords", [{"one": shared}, shared]) == shared
    assert found("password", Anything(value="your-password-1", page="seven")) == []
    assert found("password", Anything(token=7, value="hunter")) == ["hunter"]
    assert found("password", Anything(one=shared, two=shared)) == []
    assert found("-", Wrapped("hunter")) == ["hunter"]
    assert not has_credentials_beneath(Beneath("password"), None)


class Key(enum.Enum):
    FIRST_1985 = "s3cr3t-W0rd"
    SECOND_1985 = 1_234_567_890_123_456_789_012


def test_a_constant() -> None:
    """It is one for its value, if that is text; its name is none."""
    assert [*credentials_beneath(Beneath("password"), [*Key], LIVE)] == [Key.FIRST_1985]


@pytest.mark.parametrize("mode", MODES)
def test_what_an_error_tells_of_a_field(mode: str) -> None:
    """Validators keep what was wrong in the error that they give for the field; what else they say of it stays."""

    def invalid(**told: Any) -> ValueError:
        error = ValueError("at least %(limit)s")
        error.__dict__["params"] = told
        return error

    error = ValueError("not valid")
    refused = invalid(limit=20, code="password_too_short", value="s3cr3t-W0rd")
    error.__dict__["errors"] = {"password": [refused], "name": [invalid(value="ada1985x")]}
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert got.errors["password"][0].params == {"limit": 20, "code": "password_too_short", "value": REDACTED}
    assert got.errors["name"][0].params == {"value": "ada1985x"}


def test_there_is_an_end() -> None:
    """So many values that hold others are looked at, and no more."""
    assert found("passwords", [[SHORT]] * 3) == [SHORT]
    assert len(found("passwords", [[SHORT] for _ in range(6_000)])) == 4_999


def test_an_array_that_is_made_in_another_way() -> None:
    """Its pickle doesn't tell what it says, so it isn't asked about that."""
    for made in (Odd((array.array, "B", 0)), Odd((array.array, "B", 0, [104])), Odd((array.array, "d", 16, bytes(8)))):
        data = pickle.dumps({"password": made}, 5)
        assert rewrite_pickle(data, lambda text: text, lambda raw: raw, ()) is None


class Odd:
    """Says of itself that it is an array."""

    def __init__(self, arguments: tuple[Any, ...]) -> None:
        self.arguments = arguments

    def __reduce__(self) -> Any:
        return array._array_reconstructor, self.arguments  # type: ignore[attr-defined]  # as pickles name it
