"""Keys written as JSON: what only private and symmetric ones have stays here; the rest, and other things of such names, arrive."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from bare_samples import ShopError
from echo_server import leaks
from held_samples import KEPT, Anything
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

MEMBER = "GawgguFyGrWKav7AX4VKUg-hJVYHkKFl"
PUBLIC = "u1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gun"

TEXTS = (
    '{"kty":"oct","k":"§"}',
    "{'kty': 'oct', 'kid': 'a', 'k': '§'}",
    "{'d': b'§', 'kty': 'EC'}",
    '{\\"kty\\": \\"RSA\\", \\"e\\": \\"AQAB\\", \\"d\\": \\"§\\", \\"dp\\": \\"§\\"}',
    '{"keys": [{"kty": "RSA", "n": "' + PUBLIC * 8 + '", "qi": "§"}]}',
    '{"k": "§", "kty": "oct", cut off',
)
HELD: tuple[Any, ...] = (
    {"kty": "oct", "k": MEMBER, "kept": KEPT},
    {"kty": "EC", "x": KEPT, "d": MEMBER},
    [{"keys": [{"kty": "RSA", "kid": KEPT, "q": MEMBER}]}],
    Anything(kty="oct", k=MEMBER, kept=KEPT),
)
HARMLESS = (
    f'{{"kty": "RSA", "n": "{PUBLIC}", "e": "AQAB"}}',
    f"{{'k': '{PUBLIC}'}}, {{'kty': 'RSA'}}",
    f"{{'kty': 'RSA'}}, {{'k': '{PUBLIC}'}}",
    f"the kty of {PUBLIC} is missing, k: {PUBLIC}",
    '{"kty": "oct", "k": "short"}',
    "{'kty': 'oct'} " + "." * 6_000 + f"'k': '{PUBLIC}'",
    f"'k': '{PUBLIC}'" + "." * 6_000 + "'kty': 'oct'",
)


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """In a text, in what objects hold, and where the answer repeats it."""
    errors: list[BaseException] = [ValueError(text.replace("§", MEMBER), f"{KEPT}, no {MEMBER}") for text in TEXTS]
    errors += [error for held in HELD for error in (ValueError(held), ShopError(1, held=held), ShopError(1, held=[held]))]
    with writing(mode, a_registry()) as write:
        written = [write(error) for error in errors]
    assert [error.args for error, data in zip(errors, written, strict=True) if leaks(data, MEMBER) or KEPT.encode() not in data] == []


@pytest.mark.parametrize("text", TEXTS)
def test_the_rest_stays(text: str) -> None:
    """What was replaced stays so."""
    shown = Secrets().text(text.replace("§", MEMBER))
    assert shown == text.replace("§", REDACTED)
    assert Secrets().text(shown) == shown


@pytest.mark.parametrize("text", HARMLESS)
def test_other_things_stay(text: str) -> None:
    """Public keys, and letters that stand beside no key."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])
    arrived = pickle.loads(picklereg.dumps(ValueError(text, {"kty": "RSA", "n": PUBLIC}, {"k": PUBLIC})))
    assert arrived.args == (text, {"kty": "RSA", "n": PUBLIC}, {"k": PUBLIC})
