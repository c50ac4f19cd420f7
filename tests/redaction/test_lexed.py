"""What parsers call a token is none of the tokens that stay here, also where it is a text."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest
from bare_samples import ShopError
from held_samples import SHORT, Anything
from lexed_samples import AttributedToken, PlacedText, SlottedToken
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED

_TOKENS: Final[dict[str, Callable[[], Any]]] = {
    "with slots": lambda: SlottedToken("NAME", SHORT, 3),
    "with attributes": lambda: AttributedToken(SHORT, type="NAME", lexpos=3),
}


def _arrived(error: BaseException, mode: str) -> Any:
    with writing(mode, a_registry()) as write:
        return pickle.loads(write(error))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", _TOKENS)
def test_a_parsers_token_arrives(name: str, mode: str) -> None:
    """It has a kind and a place: of the error, of an object, in a list; with a credential beside it that stays here."""
    token = _TOKENS[name]()
    other = f"{SHORT}0"
    error = ShopError(1, token=token, held=Anything(token=token, tokens=[token], password=other), entry={"token": token})
    got = _arrived(error, mode)
    for arrived in (got.token, got.held.token, *got.held.tokens, got.entry["token"]):
        assert (type(arrived), str(arrived), arrived.type) == (type(token), SHORT, "NAME")
    assert got.held.password == REDACTED


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", SlottedToken("NAME", SHORT, 3)),
        ("api_key", AttributedToken(SHORT, type="NAME", lexpos=3)),
        ("token", PlacedText(SHORT, line=3, column=1)),
        ("token", AttributedToken(SHORT, type="bearer")),
        ("token", SHORT),
    ],
)
def test_a_credential_does_not(name: str, value: str, mode: str) -> None:
    """Under another name a parser's token is what was parsed, a credential as it may be; a place or a kind alone makes none."""
    error = ShopError(1, held=Anything(**{name: value}))
    vars(error)[name] = value
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert SHORT.encode() not in data
