"""JSON in base64 with a credential's key in it: all of it is replaced, and the credential wherever else it stands."""

from __future__ import annotations

import base64
import json
import pickle
from typing import Any

import pytest
from bare_samples import ShopError
from writers import MODES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.prefilter import are_suspect
from picklereg.redaction.secrets import Secrets

KEY = "s3cr3t-W0rd"


def encoded(value: Any, *, indent: int | None = None, is_url_safe: bool = False) -> str:
    data = json.dumps(value, indent=indent).encode()
    return (base64.urlsafe_b64encode if is_url_safe else base64.b64encode)(data).decode()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_url_safe", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_it_stays_here(mode: str, indent: int | None, is_url_safe: bool) -> None:
    """In a text, in an attribute, with or without what fills it up; what stands around it arrives."""
    held = encoded({"page": "<?>" * 4, "user": "ada", "password": KEY}, indent=indent, is_url_safe=is_url_safe)
    error = ShopError(1, config=held, shown=f"sent {held}, got {KEY}", cut=[held.rstrip("=")])
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert KEY.encode() not in data
    assert held[40:80].encode() not in data
    got = pickle.loads(data)
    assert (got.config, got.shown, got.cut) == (REDACTED, f"sent {REDACTED}, got {REDACTED}", [REDACTED])


def test_in_one_another() -> None:
    """JSON in base64 in JSON in base64."""
    held = encoded({"auths": encoded({"x": encoded({"api_key": KEY})})})
    secrets = Secrets()
    assert secrets.text(held) == REDACTED
    assert secrets.text(KEY) == REDACTED


@pytest.mark.parametrize(
    "text",
    [
        encoded({"page": 2, "rows": ["abcdefghijkl"] * 9}),
        encoded({"page": 2, "max_tokens": 12_345, "password": None}),
        base64.b64encode(b"{'page': 2, 'rows': 'abcdefghijkl'}").decode(),
        base64.b64encode(b'{"password": "' + bytes(range(128, 256))).decode()[:16],
        "eyJhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg.x",
        "monkeyIslandOfTheManyLettersAndPages",
    ],
)
def test_what_holds_none(text: str) -> None:
    """Other JSON, what is cut off before it says anything, other words."""
    assert Secrets().text(text) == text
    assert not are_suspect([text])
