"""OAuth's codes: credentials beside what they are sent with; other codes stay."""

from __future__ import annotations

import pickle
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from attachment_samples import Request
from bare_samples import ShopError
from echo_server import leaks
from held_samples import KEPT, Anything
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets
from picklereg.redaction.values import is_code

CODE = "4/0AbCd-Ef12ghIJ"

TEXTS = (
    "https://shop.example/callback?code=§&state=xyz1",
    "https://shop.example/callback?state=xyz1&code=§",
    "grant_type=authorization_code&code=§&redirect_uri=https%3A%2F%2Fshop.example",
    "code=§&grant_type=authorization_code",
    "https://h/?next=https%3A%2F%2Fa%3Fcode%3D§%26state%3Dx",
    "{'grant_type': 'authorization_code', 'code': '§'}",
    '{"code": "§", "redirect_uri": "https://shop.example"}',
    '{\\"code\\": \\"§\\", \\"state\\": \\"x\\"}',
    "[('grant_type', 'authorization_code'), ('code', '§')]",
    "{'code': ['§'], 'state': ['x']}",
    "{code: §, redirect_uri: https://shop.example}",
    "code_verifier=§",
    '{"device_code": "§"}',
    "client_assertion=§",
    "SAMLResponse=§",
    "https://h/logout?id_token_hint=§",
    "Client error '401 Unauthorized' for url 'https://shop.azurewebsites.net/api/orders?code=§'",
    "https://shop.azurewebsites.net/api/orders?page=2&code=§",
)
HELD = (
    {"grant_type": "authorization_code", "code": CODE, "kept": KEPT},
    {"code": CODE, "state": "abc", "kept": KEPT},
    {"code": CODE, "redirect_uri": "https://shop.example/", "kept": KEPT},
    {"params": {"code": CODE, "state": "abc"}, "kept": KEPT},
    {"code_verifier": CODE, "kept": KEPT},
    {"device_code": CODE, "kept": KEPT},
    {"client_assertion": CODE, "kept": KEPT},
    {"SAMLResponse": CODE, "kept": KEPT},
    {"id_token_hint": CODE, "kept": KEPT},
    {b"code": CODE.encode(), b"state": b"abc", "kept": KEPT},
    [parse_qs(f"state=abc&code={quote(CODE)}".encode()), KEPT],
    [(b"state", b"abc"), (b"code", CODE.encode()), KEPT],
    Request(url="https://shop.example/", form={b"code": CODE.encode(), b"state": b"abc", "kept": KEPT}),
    Anything(code=CODE, redirect_uri="https://shop.example/", kept=KEPT),
    Anything(held=[{"code": CODE, "state": "abc"}], kept=KEPT),
)
HARMLESS = (
    "https://shop.azurewebsites.net/api/orders?code=invalid_grant",
    "https://shop.example/callback?error=access_denied&code=404&state=x",
    "https://shop.example/callback?code=invalid_grant&state=x&redirect_uri=http://a",
    "code=E123&state=on",
    "code=NOT_FOUND_42&state=failed",
    "?code=<code>&state=x",
    "state=open code=abc123def456ghi789",
    "{'code': 'CA-94105', 'state': 'CA'}",
    "{'code': 'rate_limit_exceeded', 'state': 'failed', 'redirect_uri': 'http://a'}",
    "{'code': 'abc123d', 'state': 'failed'}",
    "{'code': 'abc123def456ghi789', 'zip': 94105}, {'state': 'CA'}",
    "code: 404, state: failed",
    "get(code=code, client_id=client1.client_id, redirect_uri=uri)",
    "get(code,client1x2y,state=x)",
    "the state of code=abc123def456ghi789 is unknown",
    "country_code=abc123def456&state=x",
)
HELD_HARMLESS = (
    {"code": 404, "state": "failed"},
    {"code": "E123", "state": "failed", "redirect_uri": "http://a"},
    {"code": "abc123def456ghi789", "message": "no"},
    {"code": "ERR_NO_7", "grant_type": "authorization_code"},
    {"code": "abc123def456ghi789", "grant_type": 7},
    {"code": "94105-1234", "state": "CA"},
)


@pytest.mark.parametrize("mode", MODES)
def test_it_stays_here(mode: str) -> None:
    """In a text, in what objects hold, and where the answer repeats it."""
    errors: list[BaseException] = [ValueError(text.replace("§", CODE), f"{KEPT}, no {CODE}") for text in TEXTS]
    errors += [error for held in HELD for error in (ValueError(held), ShopError(1, held=held), ShopError(1, held=[held]))]
    with writing(mode, a_registry()) as write:
        written = [write(error) for error in errors]
    assert [error.args for error, data in zip(errors, written, strict=True) if leaks(data, CODE) or KEPT.encode() not in data] == []


@pytest.mark.parametrize("text", TEXTS)
def test_the_rest_stays(text: str) -> None:
    """What was replaced stays so."""
    shown = Secrets().text(text.replace("§", CODE))
    assert shown == text.replace("§", REDACTED)
    assert Secrets().text(shown) == shown
    assert not are_suspect([shown])


@pytest.mark.parametrize("text", ["https://shop.example/?code=§&state=xyz1", "{'code': '§', 'redirect_uri': 'https://shop.example'}"])
def test_a_short_one(text: str) -> None:
    """In a URL, or where it is certain, it need not be long."""
    assert Secrets().text(text.replace("§", "a1B2c3D4")) == text.replace("§", REDACTED)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_codes(text: str) -> None:
    """Of errors, of places, or beside nothing that says that they are OAuth's."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])


@pytest.mark.parametrize("mode", MODES)
def test_other_codes_arrive(mode: str) -> None:
    """Beside a credential, too."""
    held: Any = [*HELD_HARMLESS]
    error = ShopError(1, held=held, one=held[0], objects=[Anything(**one) for one in held], api_key=CODE)
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.held, got.one, [vars(one) for one in got.objects], got.api_key) == (held, held[0], held, REDACTED)


@pytest.mark.parametrize(
    ("value", "is_one"),
    [(CODE, True), (CODE[:12], True), ("[redacted", False), ("<the-code>", False), ("4x7#", False), ("ada7@shop.example", False)],
)
def test_what_a_code_looks_like(value: str, is_one: bool) -> None:
    """What is left of one that was replaced, is short, or is an address isn't one, whatever stands beside it."""
    assert is_code(value, is_certain=True) is is_one
