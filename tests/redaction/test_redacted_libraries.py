"""Errors really raised by many libraries' clients: no credential and no prompt gets into the bytes, and what handlers use is there."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from echo_server import KEY, leaks
from library_clients import CLIENTS, raised
from sending import WAYS, reachable, written

from picklereg.redaction import REDACTED

if TYPE_CHECKING:
    from crossing import Reader

pytestmark = [
    # google-api-core asks for a package that is optional, at the first error.
    pytest.mark.filterwarnings("ignore:Please install grpcio-status"),
    # google-genai derives a session class of its own.
    pytest.mark.filterwarnings("ignore:Inheritance class AiohttpClientSession:DeprecationWarning"),
]


#: It doesn't understand compressed answers: its error then knows nothing but bytes.
PLAIN_ONLY = "by_slack"


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("name", CLIENTS)
def test_no_secret_travels(name: str, compressed: bool, reader: Reader) -> None:
    """In whatever way the error is written; without redaction it would. Handlers see in a fresh interpreter what they ask for."""
    client = CLIENTS[name]
    exc = raised(name, compressed=compressed)
    before = reachable(exc)
    is_understood = (name, compressed) != (PLAIN_ONLY, True)
    unredacted = "".join(leaks(written(exc, "Pickler", redact=False)))
    assert KEY in unredacted  # so this test can fail
    assert not is_understood or all(secret in unredacted for secret in client.knows)
    code = f"import asyncio, json\nif isinstance(obj, dict):\n    obj = obj['results'][1]\nresult = {client.look}"
    for how in WAYS:
        data = written(exc, how)
        assert leaks(data) == [], how
        assert not is_understood or reader.read(data, code=code) == client.seen, how
    assert reachable(exc) == before  # what the program still uses is not changed


@pytest.mark.parametrize("name", CLIENTS)
def test_nor_in_a_traceback(name: str) -> None:
    """Neither do the texts of tracebacks tell it."""
    assert leaks(written(raised(name), "dumps", tracebacks="text")) == []


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")  # its copy, which nobody closes
@pytest.mark.parametrize("name", CLIENTS)
def test_it_is_redacted_once(name: str, reader: Reader) -> None:
    """An error that travels on says once that something was redacted, and is the same."""
    first = written(raised(name), "dumps")
    assert REDACTED.encode() in first
    second = written(pickle.loads(first), "dumps")
    assert leaks(second) == []
    assert b"[redacted by [" not in second
    assert reader.describe(second) == reader.describe(first)
