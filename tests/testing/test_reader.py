"""The reader: what it refuses, and how it describes an exception."""

from __future__ import annotations

import io
import pickle
import socket
import sys
from typing import Any

import pytest
import shapes

import picklereg
from picklereg.testing import reader as reader_module
from picklereg.testing.compare import compare
from picklereg.testing.reader import NoPicklereg, describe, no_network, one_line, read, serve
from picklereg.testing.results import Limits
from picklereg.testing.worker import Reader


def test_read_describes_an_exception() -> None:
    """The reader tells what arrived, as the writer would."""
    exc = shapes.KeywordOnly(code=3, message="m")
    assert read(picklereg.dumps(exc)) == {"nodes": describe(exc)}


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (b"", "EOFError: Ran out of input"),
        (pickle.dumps(7), "gives a builtins.int"),
        (b"csys\nexit\n(I4\ntR.", "SystemExit: 4"),
        (b"cpicklereg_not_there\nx\n.", "ModuleNotFoundError: No module named 'picklereg_not_there'"),
    ],
)
def test_read_problems(payload: bytes, problem: str) -> None:
    """What can't be loaded, or is no exception, is a problem, whatever it raises."""
    assert read(payload) == {"problem": problem}


def test_serve() -> None:
    """One answer for each request, until the requests end."""
    requests = io.StringIO('{"payload": "STQyCi4=", "names": [], "patience": 10}\n' * 2)
    answers = io.StringIO()
    serve(requests, answers)
    assert answers.getvalue() == '{"problem": "gives a builtins.int"}\n' * 2


def test_payload_must_not_name_picklereg() -> None:
    """pickle finds no picklereg in the reader."""
    reader = Reader("json", sys.path, Limits())
    with reader:
        answer = reader.read(pickle.dumps(picklereg.PickleregError("x")), "picklereg")
        reader.finish()
    assert answer == {"problem": "ModuleNotFoundError: the payload names picklereg, which the reader does without"}


def test_others_may_import_what_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finder refuses only picklereg, and only to what the reader's file itself imports."""
    NoPicklereg.find_spec("picklereg")
    monkeypatch.setattr(reader_module, "__file__", __file__)
    NoPicklereg.find_spec("json")
    with pytest.raises(ModuleNotFoundError, match=r"names picklereg\.errors"):
        NoPicklereg.find_spec("picklereg.errors")


def test_no_network() -> None:
    """Other machines are out of reach; paths on this one, and everything else, are not."""
    with socket.socket() as any_socket:
        for event in ("socket.connect", "socket.sendto"):
            with pytest.raises(ConnectionRefusedError):
                no_network(event, (any_socket, ("127.0.0.1", 9)))
            no_network(event, (any_socket, "/run/some.socket"))
    with pytest.raises(ConnectionRefusedError):
        no_network("socket.getaddrinfo", ("localhost", 80, 0, 0, 0))
    for host in ("127.0.0.1", b"::1", None):
        no_network("socket.getaddrinfo", (host, 80, 0, 0, 0))  # nobody is asked
    no_network("open", ("some_file", "r", 0))


def test_one_line() -> None:
    """A problem is told in one line of a length that fits."""
    assert one_line(ValueError("two\n  lines")) == "ValueError: two lines"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 10_000))) < 400


class Described(Exception):
    __slots__ = ("empty", "slot")
    empty: int
    slot: Any


def test_describe_values() -> None:
    """Values are shown as text that is the same everywhere."""
    exc = Described({3, 1}, [("a", frozenset({2}))], object(), {"k": {"deeper": {"and": {"deeper": {"still": [[1]]}}}}}, "x" * 3_000)
    exc.slot = shapes.Holder(1)
    node = describe(exc)[0]
    assert node["type"] == "test_reader.Described"
    assert node["args"][:3] == ["set(1, 3)", "list(tuple('a', frozenset(2)))", "<object object at 0x>"]
    assert "'deeper': dict('still': list([1]))" in node["args"][3]
    assert "(3002 characters" in node["args"][4]
    assert list(node["attributes"]) == ["slot"]
    assert describe(shapes.RaisingStr(1))[0]["str"] == "<str raises ValueError>"


def test_describe_chains() -> None:
    """Exceptions are numbered, so cycles end, and very long chains are cut."""
    first, second = ValueError(1), ExceptionGroup("g", [KeyError(2), KeyError(3)])
    first.__cause__, second.__context__ = second, first
    first.held = [second]  # type: ignore[attr-defined]
    nodes = describe(first)
    assert [node["type"].partition(".")[2] for node in nodes] == ["ValueError", "ExceptionGroup", "KeyError", "KeyError"]
    assert (nodes[0]["cause"], nodes[0]["held"], nodes[1]["context"], nodes[1]["exceptions"]) == (1, [1], 0, [2, 3])
    exc = ValueError()
    for _ in range(1_000):
        link = ValueError()
        link.__cause__ = exc
        exc = link
    assert len(describe(exc)) == 200
    assert compare(describe(exc), describe(exc)) == []


def test_describe_odd_notes() -> None:
    """Notes may be anything."""
    exc: Any = ValueError()
    exc.__notes__ = 7
    assert describe(exc)[0]["notes"] == ["7"]
    exc.__notes__ = ("a", 7)
    assert describe(exc)[0]["notes"] == ["a", "7"]
