"""psycopg: errors made without a server."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

psycopg = pytest.importorskip("psycopg")

RAISES: dict[str, Any] = {
    "conninfo": lambda: psycopg.connect("nonsense"),
    "adapt": lambda: psycopg.adapt.Transformer().get_dumper(object(), psycopg.adapt.PyFormat.AUTO),
    "identifier": lambda: psycopg.sql.Identifier().as_string(),
    "oid": lambda: psycopg.adapters.types["nope"],
}


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def refused(port: int) -> Any:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(f"host=127.0.0.1 port={port} dbname=orders password=sesame sslpassword=sesame")
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", RAISES)
def test_an_error_without_a_server(case: str, how: str, reader: Reader) -> None:
    """It arrives whole."""
    with pytest.raises(Exception) as caught:
        RAISES[case]()
    assert reader.describe(written(caught.value, how, "psycopg")) == describe(caught.value)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_connection_refused(how: str, port: int, reader: Reader) -> None:
    """What was connected to is known there, and no password is; the live error keeps its connection as it was."""
    exc = refused(port)
    data, sent = written(exc, how, "psycopg"), describe(exc)
    got = reader.describe(data)
    assert b"sesame" not in data
    assert "val=b'sesame'" in sent["dict"]["_pgconn"]
    sent["dict"]["_pgconn"] = sent["dict"]["_pgconn"].replace("b'sesame'", "b'[redacted by picklereg]'")
    assert got == sent
    code = "result = [obj.sqlstate, obj.diag.message_primary, obj.pgconn.host.decode(), obj.pgconn.db.decode()]"
    assert reader.read(data, code=code) == [None, None, exc.pgconn.host.decode(), exc.pgconn.db.decode()]
