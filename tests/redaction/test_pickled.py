"""Replacing in a pickle what stands in a credential's place there, whatever operations make it."""

from __future__ import annotations

import copyreg
import pickle
import struct
import sys
from array import array
from collections import OrderedDict, deque
from typing import Any, NamedTuple

import pytest
from held_samples import PROMPT, SHORT, Anything, Options, Row, Sent, Words
from writers import BY_VALUE, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.pickles import rewrite_pickle

#: An array's type of letters (``"u"`` is deprecated, and goes with 3.16).
LETTERS = "w" if sys.version_info >= (3, 13) else "u"


def rewritten(value: Any) -> Any:
    data = rewrite_pickle(pickle.dumps(value, 5), lambda text: text, lambda raw: raw, ())
    return value if data is None else pickle.loads(data)


def test_nothing_for_its_name() -> None:
    """Where that isn't asked for."""
    assert rewrite_pickle(pickle.dumps({"password": SHORT}, 5), lambda text: text, lambda raw: raw) is None


def test_nothing_in_it() -> None:
    """Then there is no other pickle."""
    for value in (None, 7, "page", {"page": 2}, [("accept", "*/*")], Anything(page=2, held=[1, (2, 3, 4, 5)], more={1, 2})):
        assert rewrite_pickle(pickle.dumps(value, 5), lambda text: text, lambda raw: raw, ()) is None


@pytest.mark.parametrize(
    ("held", "kept"),
    [
        ([array(LETTERS, "password"), SHORT], [array(LETTERS, "password"), REDACTED]),
        (
            [{"url": "/", "method": "POST", "headers": (), "data": SHORT}, {"status": 200}],
            [{"url": "/", "method": "POST", "headers": (), "data": None}, {"status": 200}],
        ),
        ({"code": "4/0AX4XfWh9xk2mQ7pLr8tVb", "state": "a1b2"}, {"code": REDACTED, "state": "a1b2"}),
    ],
)
def test_whatever_tells_so(held: Any, kept: Any) -> None:
    """Letters in an array, a request beside an answer, a code beside its state."""
    assert rewritten(held) == kept


@pytest.mark.parametrize("size", [1, 2, 3, 4, 300])
def test_among_many(size: int) -> None:
    """Tuples, lists and dictionaries of any size, written in batches or one by one; with more than a byte's worth of memo."""
    others = [f"other {number}" for number in range(size)]
    value = (*others, {"password": SHORT, **dict.fromkeys(others, 1)}, [*others, ("x-api-key", SHORT)])
    got = rewritten(value)
    assert got[:size] == tuple(others)
    assert got[size] == {"password": REDACTED, **dict.fromkeys(others, 1)}
    assert got[size + 1] == [*others, ("x-api-key", REDACTED)]


def test_what_leads_back() -> None:
    """Through a list, in a short tuple and in a long one."""
    for more in ((), (1, 2, 3)):
        inner: list[Any] = [{"password": SHORT}]
        ring = (inner, *more)
        inner.append(ring)
        got = rewritten(Anything(ring=ring))
        assert got.ring[0][1] is got.ring
        assert got.ring[0][0] == {"password": REDACTED}


def test_lists_of_other_classes() -> None:
    """Under a name their elements are replaced; beside a name in a list derived from ``list``."""
    value = Anything(passwords=deque([SHORT]), api_keys=Words([SHORT]), secrets=Row([SHORT]), page=Words(["x-api-key", SHORT]))
    got = rewritten(value)
    assert (*got.passwords, *got.api_keys, *got.secrets) == (REDACTED, REDACTED, REDACTED)
    assert got.page == ["x-api-key", REDACTED]
    assert [type(held) for held in vars(got).values()] == [deque, Words, Row, Words]


def test_mappings_of_other_classes() -> None:
    """Their entries are looked at by name; beneath a plural name all that looks like one is replaced."""
    got = rewritten([Options(password=SHORT, page=2), OrderedDict(secrets={"one": "zQ7-x-y-z", "page": "two"})])
    assert got == [{"password": REDACTED, "page": 2}, {"secrets": {"one": REDACTED, "page": "two"}}]


def test_a_name_as_text_and_as_bytes() -> None:
    """Both are names."""
    assert rewritten({"password": SHORT, b"password": bytearray(SHORT.encode()), 7: 300, 70_000: True}) == {
        "password": REDACTED,
        b"password": bytearray(REDACTED.encode()),
        7: 300,
        70_000: True,
    }
    assert type(rewritten({"password": bytearray(SHORT.encode())})["password"]) is bytearray


def test_bodies() -> None:
    """Of a request by its attributes, and by its fields; one that has none stays."""
    got = rewritten([Anything(url="/", method="POST", body=[PROMPT]), Anything(url="/", method="GET", body=None), Sent("/", "PUT", PROMPT)])
    assert [sent.body for sent in got] == [None, None, None]


def test_deep() -> None:
    """Lists in lists beneath a name are followed however deep they are."""
    deep, expected = [SHORT], [REDACTED]
    for _ in range(40):
        deep, expected = [deep], [expected]  # type: ignore[list-item]
    assert rewritten({"password": deep}) == {"password": expected}


def test_a_name_in_two_frames() -> None:
    """The names of a module and its class are none of its texts, wherever a frame ends."""
    frames = (b"\x8c\x0cheld_samples\x94", b"\x8c\x08Anything\x94\x93\x94.")
    data = pickle.PROTO + b"\x05" + b"".join(pickle.FRAME + struct.pack("<Q", len(frame)) + frame for frame in frames)
    assert pickle.loads(data) is Anything
    assert rewrite_pickle(data, str.upper, bytes.upper, ()) is None


def test_a_password_of_a_command() -> None:
    """Among its arguments, in an object, it is replaced with the option that it is glued to."""
    assert rewritten(Anything(command=["mysql", f"-p{SHORT}", "shop"])).command == ["mysql", REDACTED, "shop"]


class Old:
    """Is written as protocol 1 does, whatever the protocol."""

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def __reduce__(self) -> Any:
        return copyreg._reduce_ex(self, 1)  # type: ignore[attr-defined]


def test_an_object_in_its_old_form() -> None:
    """It is made by a function that is given its class."""
    assert vars(rewritten(Old(password=SHORT, page=2))) == {"password": REDACTED, "page": 2}


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_that_goes_by_value(mode: str) -> None:
    """It is kept out of what is looked into, and still tells what its instances' values are called."""

    class Login(NamedTuple):
        user: str
        password: str

    error: Any = ValueError("refused")
    error.held = Anything(login=Login("ada", SHORT), more=[1])
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert SHORT.encode() not in data
    assert pickle.loads(data).held.login == ("ada", REDACTED)
