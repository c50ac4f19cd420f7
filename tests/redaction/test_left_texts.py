"""What was said, in texts that are made of what holds it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from picklereg.redaction.left_texts import without_left
from picklereg.redaction.values import REDACTED

SAID = ["tell nobody about this", 'it\'s "quoted"\nand \\ so\ton', "Grüße, 試験 und mehr \U0001f600", "\\" * 10, "試験試験試験試験"]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("shown", [str, repr, json.dumps, lambda said: repr(json.dumps(said)), lambda said: json.dumps(repr(said))])
def test_however_it_is_shown(shown: Any, said: str) -> None:
    """As it is, by Python, in JSON, and in one another; what stands beside it stays."""
    text = without_left(f"before {shown(said)} after, before {shown(said)} after", [said])
    assert text.count(REDACTED) == 2
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert len(text) < 40 + 2 * len(REDACTED)


def test_bytes() -> None:
    """They are taken for letters each."""
    body = "Grüße, 試験".encode()
    assert without_left(repr(body), [body.decode("latin-1")]) == f"b'{REDACTED}'"


def test_where_it_is_cut_off() -> None:
    """The rest of the text goes with it."""
    said = "tell nobody about what stands here"
    assert without_left(f"what {said[:30]}... (99 characters)", [said]) == f"what {REDACTED}"
    assert without_left(f"what {said * 99} more", [said * 100]) == f"what {REDACTED}"


def test_others_stay() -> None:
    """Also what begins alike, and the longest is replaced first."""
    assert without_left("tell nobody about that", ["tell nobody about this one"]) == "tell nobody about that"
    assert without_left("tell nobody, please", ["tell nobody", "tell nobody, please"]) == REDACTED
