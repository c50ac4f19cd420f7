"""A credential stays here whoever writes the error, wherever in it the credential stands, and whatever leads to the error."""

from __future__ import annotations

import json
import pickle
import re
from typing import TYPE_CHECKING, Final

import pytest
from attachment_samples import Request
from bare_samples import ShopError
from credential_samples import CREDENTIAL, CREDENTIALS, KEPT, RINGS
from crossing import describe
from echo_server import leaks
from guard_samples import AROUND, noted, with_attributes
from writers import MODES, PLACES, a_registry, writing

from picklereg.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable


_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]+")


def _all() -> dict[str, BaseException]:
    return {f"{name} | {around}": put(build()) for name, build in CREDENTIALS.items() for around, put in AROUND.items()}


@pytest.mark.parametrize("place", ["alone", "beside others"])
@pytest.mark.parametrize("mode", MODES)
def test_no_credential_leaves(mode: str, place: str) -> None:
    """As it is, quoted, in base64 or compressed; what stood beside it comes along."""
    errors = _all()
    with writing(mode, a_registry()) as write:
        written = {name: write(PLACES[place][0](error)) for name, error in errors.items()}
    assert {name: found for name, data in written.items() if (found := leaks(data, CREDENTIAL))} == {}
    assert [name for name, data in written.items() if KEPT.encode() not in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_without_redaction_it_does(mode: str) -> None:
    """So each sample has one in it, which the test above would find."""
    errors = _all()
    with writing(mode, a_registry(redact=False)) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if not leaks(data, CREDENTIAL)] == []


@pytest.mark.parametrize("mode", MODES)
def test_the_house_rules_see_every_text(mode: str) -> None:
    """A function is asked about all that is text, wherever it stands."""
    errors = _all()
    hide: Callable[[str], str] = lambda text: text.replace(KEPT, "*****")  # noqa: E731
    with writing(mode, a_registry(redact=hide)) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if KEPT.encode() in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_what_replaces_it_can_be_seen(mode: str) -> None:
    """In an attribute that is named like a credential, in a text, in a field."""
    error = OSError(2, f"GET https://shop.example/?page=2&token={CREDENTIAL}", f"/tmp/{CREDENTIAL}")
    vars(error).update(api_key=CREDENTIAL, order=7)
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.strerror, got.filename) == (f"GET https://shop.example/?page=2&token={REDACTED}", f"/tmp/{REDACTED}")
    assert vars(got) == {"api_key": REDACTED, "order": 7}


#: Where more than the credential is another: by the end of the sample's name.
_MORE_DIFFERS: Final[dict[str, str]] = {
    "before a host": "the user's name is replaced with the password",
    "compressed bytes": "the whole body is replaced",
    "a dictionary in a list": "the whole of a header is replaced",
    "a cookie": "the same",
    "basic authorization": "the same",
    "field: object": "it stays as long as it is, so that its error's text is true",
    "a blob": "becomes a dictionary",
    "a cursor": "becomes a list",
    "a copied one": "tells how often",
    "a reduce that changes what it carries": "gives that alone, as it says",
    "what can't be pickled": "becomes its repr, with a note",
    "that in a list": "the same",
    "note that is no list": "described letter by letter",
}


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("mode", ["picklereg.dumps", "pickle.dumps"])  # test_modes_agree holds the others to them
def test_all_but_the_credential_arrives(mode: str, around: str) -> None:
    """Types, attributes, fields, containers and links are what they were, and so are the texts around it."""
    errors = {name: AROUND[around](build()) for name, build in CREDENTIALS.items() if not name.endswith((*_MORE_DIFFERS,))}
    with writing(mode, a_registry()) as write:
        got = {name: _shown(pickle.loads(write(error))) for name, error in errors.items()}
    want = {name: _shown(error).replace(CREDENTIAL, REDACTED) for name, error in errors.items() if name != "a class of a function"}
    assert {name: got[name] for name in want if got[name] != want[name]} == {}


def _shown(error: BaseException) -> str:
    return _ADDRESS.sub("0x", json.dumps(describe(error), sort_keys=True))


#: Too short to be replaced elsewhere, where it may be any word.
_SHORT: Final = "zQ7"
_WITH_A_SHORT_ONE: Final[dict[str, Callable[[], BaseException]]] = {
    "entry": lambda: ValueError({"x-api-key": _SHORT}, KEPT),
    "entry of bytes": lambda: ValueError({b"x-api-key": _SHORT.encode()}, KEPT),
    "entry in an attribute": lambda: ShopError(1, held={"x-api-key": _SHORT, "page": KEPT}),
    "attribute": lambda: ShopError(1, api_key=_SHORT, kept=KEPT),
    "attribute of bytes": lambda: ShopError(1, api_key=_SHORT.encode(), kept=KEPT),
    "attribute of a group": lambda: with_attributes(ExceptionGroup(KEPT, [ValueError(1)]), api_key=_SHORT),
    "attribute of a native error": lambda: with_attributes(OSError(2, KEPT), api_key=_SHORT),
    "field": lambda: OSError(2, KEPT, f"https://shop.example/?token={_SHORT}"),
    "text": lambda: RuntimeError(f"{KEPT} https://shop.example/?token={_SHORT}"),
    "later in a text": lambda: RuntimeError(f"{KEPT} page=2&token={_SHORT}"),
    "before a host": lambda: RuntimeError(f"{KEPT} https://app:{_SHORT}@shop.example/"),
    "shown": lambda: RuntimeError(f"{KEPT} {{'x-api-key': '{_SHORT}'}}"),
    "message of a group": lambda: ExceptionGroup(f"{KEPT} https://shop.example/?token={_SHORT}", [ValueError(1)]),
    "note": lambda: noted(ValueError(KEPT), f"https://shop.example/?token={_SHORT}"),
    "a request": lambda: ShopError(1, kept=KEPT, held=Request(headers={"x-api-key": _SHORT}, url=f"http://h/?token={_SHORT}")),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_short_credential_is_replaced_in_its_place(mode: str) -> None:
    """By its name, or by where it stands in a text: nothing else could find it."""
    errors = {f"{name} | {around}": put(build()) for name, build in _WITH_A_SHORT_ONE.items() for around, put in AROUND.items()}
    with writing(mode, a_registry()) as write:
        written = {name: write(error) for name, error in errors.items()}
    assert [name for name, data in written.items() if _SHORT.encode() in data or KEPT.encode() not in data] == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", RINGS)
def test_a_tuple_that_leads_back_to_itself(mode: str, name: str) -> None:
    """A tuple can't be made before what is in it, so here the copy has to begin with the list; it leads back to itself as before."""
    make, lead_back = RINGS[name]
    for error in (ValueError(KEPT, make()), ShopError(1, kept=KEPT, held=make())):
        with writing(mode, a_registry()) as write:
            data = write(error)
        assert leaks(data, CREDENTIAL) == []
        got = pickle.loads(data)
        ring = got.args[1] if len(got.args) > 1 else got.held
        assert lead_back(ring) is ring
        assert KEPT.encode() in data
