"""Bytes that a strip function gives: what stands in a credential's place in them is replaced, as in texts."""

from __future__ import annotations

import gzip
import pickle
from typing import Any

import pytest
from attachment_samples import Request
from bare_samples import ShopError
from echo_server import leaks
from held_samples import KEPT
from writers import MODES, a_registry, writing

from picklereg.redaction import redact_body
from picklereg.reduction.expression import Expression

PASSWORD = "q7Lm51Pd-zR"
BODY = f'{{"password": "{PASSWORD}", "page": "{KEPT}"}}'.encode()


def given(request: Request) -> Expression:
    return Expression(object.__new__, Request, state={name: value for name, value in vars(request).items() if name != "lock"})


def redacted(request: Request) -> Expression:
    return Expression(object.__new__, Request, state={name: redact_body(value) for name, value in vars(request).items() if name != "lock"})


def made(request: Request) -> Expression:
    return Expression(bytes, vars(request)["answer"])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("strip", [given, redacted, made])
@pytest.mark.parametrize("body", [BODY, gzip.compress(BODY, mtime=0), b"\xff" + BODY])
def test_it_stays_here(strip: Any, body: bytes, mode: str) -> None:
    """Whether the function has redacted them or not, as a state or an argument; and where it stands elsewhere."""
    registry = a_registry()
    registry.register_attachment(Request, strip)
    with writing(mode, registry) as write:
        data = write(ShopError(1, text=f"no {PASSWORD}", held=Request(answer=body, page=2)))
    assert leaks(data, PASSWORD) == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("body", [b"", b"no key", b"\x1f\x8b no gzip", gzip.compress(b"no key", mtime=0)])
def test_harmless_ones_arrive(body: bytes, mode: str) -> None:
    """As they are."""
    registry = a_registry()
    registry.register_attachment(Request, given)
    with writing(mode, registry) as write:
        got = pickle.loads(write(ShopError(1, held=Request(answer=body, page=2))))
    assert vars(got.held) == {"answer": body, "page": 2}


def test_without_redaction() -> None:
    """They travel."""
    registry = a_registry(redact=False)
    registry.register_attachment(Request, given)
    with writing("picklereg.dumps", registry) as write:
        assert pickle.loads(write(ShopError(1, held=Request(answer=BODY)))).held.answer == BODY
