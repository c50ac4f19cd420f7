"""asyncpg and pymongo: what a server refuses. The servers are sockets on this machine that say what a real one says."""

from __future__ import annotations

import asyncio
import contextlib
import socketserver
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from crossing import Reader, describe
from running_server import Server, running
from writing import written


@contextlib.contextmanager
def server(handle: Callable[[Any, Any], None]) -> Iterator[int]:
    """Give the port of a server that handles each connection, by its file to read and its file to write."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            handle(self.rfile, self.wfile)

    with running(Server(("127.0.0.1", 0), Handler)) as port:
        yield port


# --- asyncpg: PostgreSQL's protocol, version 3 ----------------------------------------------------------------------


def refusing(code: str, message: str) -> Callable[[Any, Any], None]:
    """Give a server that answers the first message with an error."""
    fields = {
        "S": "FATAL",
        "V": "FATAL",
        "C": code,
        "M": message,
        "D": "some detail",
        "H": "some hint",
        "F": "auth.c",
        "L": "326",
        "R": "fail",
    }
    body = b"".join(name.encode() + text.encode() + b"\0" for name, text in fields.items()) + b"\0"

    def handle(reading: Any, writing: Any) -> None:
        (length,) = struct.unpack("!I", reading.read(4))
        reading.read(length - 4)
        writing.write(b"E" + struct.pack("!I", len(body) + 4) + body)

    return handle


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("code", "cls"),
    [
        ("28P01", "InvalidPasswordError"),
        ("3D000", "InvalidCatalogNameError"),
        ("53300", "TooManyConnectionsError"),
        ("28X99", "UnknownPostgresError"),
    ],
)
def test_what_postgresql_refuses(code: str, cls: str, how: str, reader: Reader) -> None:
    """SQLSTATE, detail, hint and the place in the server are there, and it is caught as what it is."""
    asyncpg = pytest.importorskip("asyncpg")
    with server(refusing(code, "not today")) as port, pytest.raises(asyncpg.PostgresError) as caught:
        asyncio.run(asyncpg.connect(host="127.0.0.1", port=port, user="u", password="hidden", database="d", ssl=False))
    exc: Any = caught.value
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    look = "[type(obj).__name__, obj.sqlstate, obj.detail, obj.hint, obj.server_source_line, str(obj), obj.as_dict()]"
    got = reader.read(data, code=f"result = {look}")
    assert got == eval(look, {"obj": exc})
    assert got[:3] == [cls, code, "some detail"]


def warning(reading: Any, writing: Any) -> None:
    """Be a server that lets anybody in, and answers a query with a warning."""

    def say(kind: bytes, body: bytes) -> None:
        writing.write(kind + struct.pack("!I", len(body) + 4) + body)
        writing.flush()

    (length,) = struct.unpack("!I", reading.read(4))
    reading.read(length - 4)
    say(b"R", struct.pack("!I", 0))
    say(b"S", b"server_version\x0017.0\0")
    say(b"Z", b"I")
    kind, length = struct.unpack("!cI", reading.read(5))
    assert (kind, reading.read(length - 4)) == (b"Q", b"analyze shelf\0")
    say(b"N", b"SWARNING\0VWARNING\0C01000\0Mthe shelf is dusty\0\0")
    say(b"C", b"ANALYZE\0")
    say(b"Z", b"I")


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_what_postgresql_warns_of(how: str, reader: Reader) -> None:
    """A warning, which asyncpg hands to listeners, is an exception like any other, and can be raised where it arrives."""
    asyncpg = pytest.importorskip("asyncpg")
    told: list[Any] = []

    async def ask(port: int) -> None:
        connection = await asyncpg.connect(host="127.0.0.1", port=port, user="u", password="hidden", database="d", ssl=False)
        connection.add_log_listener(lambda _, message: told.append(message))
        await connection.execute("analyze shelf")
        await asyncio.sleep(0)  # the listeners are called soon
        connection.terminate()

    with server(warning) as port:
        asyncio.run(ask(port))
    (exc,) = told
    assert type(exc).__name__ == "PostgresWarning"
    data = written(exc, how)
    assert reader.describe(data) == describe(exc)
    assert reader.read(data, code="result = [obj.sqlstate, obj.severity, str(obj)]") == ["01000", "WARNING", str(exc)]


# --- pymongo: MongoDB's protocol, OP_MSG -----------------------------------------------------------------------------

HELLO = {"ok": 1, "isWritablePrimary": True, "minWireVersion": 0, "maxWireVersion": 21, "maxBsonObjectSize": 1 << 24}
HELLO.update({"maxMessageSizeBytes": 48_000_000, "maxWriteBatchSize": 1000, "readOnly": False})
DUPLICATE = {
    "index": 0,
    "code": 11000,
    "errmsg": "E11000 duplicate key",
    "keyPattern": {"_id": 1},
    "keyValue": {"_id": 1},
}


def answering(reading: Any, writing: Any) -> None:
    """Say hello, and refuse what is inserted."""
    import bson

    while header := reading.read(16):
        length, request, _, opcode = struct.unpack("<iiii", header)
        body = reading.read(length - 16)
        refused = opcode == 2013 and b"insert" in body[:40]
        said = bson.encode({"ok": 1, "n": 0, "writeErrors": [DUPLICATE]} if refused else HELLO)
        answer = struct.pack("<iB", 0, 0) + said if opcode == 2013 else struct.pack("<iqii", 8, 0, 0, 1) + said
        writing.write(struct.pack("<iiii", 16 + len(answer), 1, request, 2013 if opcode == 2013 else 1) + answer)


@pytest.fixture
def collection() -> Iterator[Any]:
    pymongo = pytest.importorskip("pymongo")
    with server(answering) as port, pymongo.MongoClient("127.0.0.1", port, retryWrites=False, directConnection=True) as client:
        yield client.database.collection


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_bulk_write(how: str, collection: Any, reader: Reader) -> None:
    """Code, and what became of each of the writes, are there."""
    errors = pytest.importorskip("pymongo.errors")
    with pytest.raises(errors.BulkWriteError) as caught:
        collection.insert_many([{"_id": 1}, {"_id": 1}])
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    code = "result = [obj.code, obj.details['nInserted'], obj.details['writeErrors'][0]['op'], str(obj)]"
    assert reader.read(data, code=code) == [65, 0, {"_id": 1}, str(caught.value)]


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_a_duplicate_key(how: str, collection: Any, reader: Reader) -> None:
    """``DuplicateKeyError`` keeps what the server said of the key."""
    errors = pytest.importorskip("pymongo.errors")
    with pytest.raises(errors.DuplicateKeyError) as caught:
        collection.insert_one({"_id": 1})
    data = written(caught.value, how)
    assert reader.describe(data) == describe(caught.value)
    assert reader.read(data, code="result = [obj.code, obj.details['keyValue']]") == [11000, {"_id": 1}]
