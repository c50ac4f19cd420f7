"""Signed pickles: what the key's owner wrote is read, and nothing else is so much as looked at."""

from __future__ import annotations

import base64
import hashlib
import hmac
import pickle
from typing import Any

import pytest
from registry_samples import run

import picklereg
from picklereg.errors import PickleregError, SignatureError, SigningKeyError
from picklereg.signing import Signer

KEY = b"k" * 32
OTHER = "another key, of sixteen bytes and more"


class Evil:
    """Leaves a trace if it is unpickled."""

    traces: list[str] = []  # noqa: RUF012  # on the class: pickle refers to it by name

    def __reduce__(self) -> Any:
        return leave_trace, ()


def leave_trace() -> None:
    Evil.traces.append("here")


def test_what_is_signed_in_another_process_is_read_here() -> None:
    """An error signed there arrives here with its chain."""
    code = f"""
    import base64
    from picklereg.signing import Signer
    error = KeyError("colour")
    error.__cause__ = ValueError("no such colour")
    print(base64.b64encode(Signer({KEY!r}).dumps(error)).decode())
    """
    error = Signer(KEY).loads(base64.b64decode(run(code)))
    assert repr(error) == "KeyError('colour')"
    assert repr(error.__cause__) == "ValueError('no such colour')"


def test_the_form_is_what_it_is_said_to_be() -> None:
    """Header, HMAC-SHA256 with a key that is derived from the header, pickle: it doesn't change unnoticed."""
    header = b"picklereg-sig\x01"
    derived = hmac.digest(KEY, header, hashlib.sha256)
    assert Signer(KEY).sign(b"N.") == header + hmac.digest(derived, b"N.", hashlib.sha256) + b"N."


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_like_objects_are_read(kind: Any) -> None:
    """Whatever kind of buffer a framework hands over."""
    assert Signer(KEY).loads(kind(Signer(KEY).dumps([1]))) == [1]


def test_every_changed_byte_is_found_before_anything_is_unpickled() -> None:
    """Each byte of header, signature and pickle counts, and a refused pickle doesn't run."""
    signed = Signer(KEY, dumps=pickle.dumps).dumps(Evil())
    for index in range(len(signed)):
        changed = bytearray(signed)
        changed[index] ^= 1
        with pytest.raises(SignatureError):
            Signer(KEY).loads(changed)
    assert Evil.traces == []
    Signer(KEY).loads(signed)
    assert Evil.traces.pop() == "here"


def test_every_truncation_is_found() -> None:
    """From nothing at all to all but one byte."""
    signed = Signer(KEY).dumps("text")
    for length in range(len(signed)):
        with pytest.raises(SignatureError):
            Signer(KEY).loads(signed[:length])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (pickle.dumps(1), "the bytes aren't signed"),
        (b"", "there are no bytes"),
        (b"picklereg-sig\x02" + bytes(40), "another version"),
        (b"picklereg-sig\x01" + bytes(31), "cut off within the signature"),
        (b"picklereg-sig\x01" + bytes(32), "the signature doesn't fit"),
        ("text", "str is no contiguous bytes-like object"),
        (memoryview(b"abcd")[::2], "memoryview is no contiguous bytes-like object"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(data: Any, problem: str) -> None:
    """The error is one of ours, one of pickle's, and has a remedy."""
    with pytest.raises(SignatureError, match=problem) as caught:
        Signer(KEY).loads(data)
    assert isinstance(caught.value, PickleregError)
    assert isinstance(caught.value, pickle.UnpicklingError)
    assert str(caught.value) == f"{caught.value.problem}; {caught.value.remedy}"


def test_old_keys_are_read_and_never_sign() -> None:
    """Keys are changed by keeping the old one for reading."""
    old, new = Signer(OTHER), Signer(KEY, old_keys=[OTHER])
    assert new.loads(old.dumps(1)) == 1
    assert Signer(KEY).loads(new.dumps(2)) == 2
    with pytest.raises(SignatureError, match="old_keys"):
        old.loads(new.dumps(3))


@pytest.mark.parametrize("key", [b"", "", b"x" * 15, 17, None])
def test_what_is_no_key_is_refused(key: Any) -> None:
    """Empty, short, or no bytes at all; for old keys, too. The key isn't in the message."""
    with pytest.raises(SigningKeyError, match="can't sign: a key "):
        Signer(key)
    with pytest.raises(SigningKeyError, match="can't sign: a key "):
        Signer(KEY, old_keys=[key])


def test_a_single_old_key_is_refused() -> None:
    """Bytes are an iterable of numbers, a string one of letters: both are a mistake."""
    with pytest.raises(SigningKeyError, match="old_keys is a single bytes; pass a list"):
        Signer(KEY, old_keys=KEY)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_it_wraps_the_pair_that_it_is_given() -> None:
    """Options go on to that pair, too."""
    signer = Signer(KEY, dumps=pickle.dumps, loads=pickle.loads)
    assert signer.verify(signer.dumps(1, 0)) == pickle.dumps(1, 0)
    assert signer.loads(signer.dumps("a"), encoding="utf-8") == "a"


def test_the_key_stays_where_it_is() -> None:
    """A signer isn't pickled, and its repr shows no key."""
    with pytest.raises(TypeError, match="make one in each process"):
        pickle.dumps(Signer(KEY))
    assert repr(Signer(KEY, old_keys=[OTHER])) == "<Signer, 2 keys>"


@pytest.mark.parametrize("error", [SignatureError("problem", "remedy"), SigningKeyError("problem", "remedy")])
def test_its_errors_cross_with_their_fields(error: Any) -> None:
    """By plain pickle, as every error of ours."""
    arrived = pickle.loads(pickle.dumps(error))
    assert (type(arrived), arrived.problem, arrived.remedy, str(arrived)) == (type(error), "problem", "remedy", str(error))


def test_a_missing_class_gets_its_stand_in_after_verification() -> None:
    """The signer reads with ``picklereg.loads``."""
    error = Signer(KEY).loads(Signer(KEY).sign(b"\x80\x04\x8c\x06absent\x8c\x09SomeError\x93\x8c\x01m\x85R."))
    assert type(error).__qualname__ == "SomeError"
    assert isinstance(error, picklereg.PickleregError) is False


def test_a_purpose_keeps_stores_apart() -> None:
    """What was signed for one is refused by all others, and by a signer without one."""
    key = b"one key for every store"
    results, queue, any_ = picklereg.Signer(key, purpose="results"), picklereg.Signer(key, purpose="queue"), picklereg.Signer(key)
    data = results.dumps([1])
    assert results.loads(data) == [1]
    for other in (queue, any_):
        with pytest.raises(picklereg.SignatureError):
            other.loads(data)
        with pytest.raises(picklereg.SignatureError):
            results.loads(other.dumps([1]))
    with pytest.raises(picklereg.SigningKeyError, match="a purpose is bytes"):
        picklereg.Signer(key, purpose=b"results")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_what_is_read_is_what_was_verified() -> None:
    """The buffer is the caller's, and others may write to it at any time: it is copied first."""
    buffer = bytearray(picklereg.Signer(b"one key for every store").dumps(["good"]))

    def reads(data: object) -> object:
        buffer[-6:-2] = b"evil"
        return picklereg.loads(data)

    signer = picklereg.Signer(b"one key for every store", loads=reads)
    assert signer.loads(memoryview(buffer)) == ["good"]
    with pytest.raises(picklereg.SignatureError):
        signer.loads(buffer)
