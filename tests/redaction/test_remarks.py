"""What couldn't be done as promised is told: by one note in a dump, in every mode."""

from __future__ import annotations

import pickle
import threading
from typing import Any
from uuid import UUID

import pytest
from guard_samples import linked, noted
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.reduction.notes import REPLACED_IN_PLACE, is_remark

FAILED = "picklereg: the redact function raised TypeError; what it was given was replaced"


class Client:
    """Travels with its headers alone, which it makes when they are asked for."""

    def __init__(self, key: str) -> None:
        self.session = key

    def __getstate__(self) -> dict[str, Any]:
        return {"headers": getattr(self, "headers", None) or {"X-Api-Key": self.session}}


def fails(text: str) -> str:
    raise TypeError(text)


def gives_nothing(_text: str) -> str:
    return None  # type: ignore[return-value]


def notes_of(error: BaseException) -> list[str]:
    found: list[str] = []
    link: BaseException | None = error
    while link is not None:
        found += getattr(link, "__notes__", [])
        link = link.__cause__
    return found


@pytest.mark.parametrize("mode", MODES)
def test_a_redact_function_that_raises(mode: str) -> None:
    """One note says why the texts are gone, however many there are; it says nothing of them."""
    error = linked(ValueError("first", "second"), cause=KeyError("third"))
    with writing(mode, a_registry(redact=fails)) as write:
        data = write(error)
    got = pickle.loads(data)
    assert got.args == (REDACTED, REDACTED)
    assert notes_of(got) == [FAILED]
    assert not any(word in data for word in (b"first", b"second", b"third"))


@pytest.mark.parametrize("mode", MODES)
def test_what_it_is_given_first_is_a_note(mode: str) -> None:
    """The remark comes after it, where it is a list and where it is none."""
    odd = ValueError()
    vars(odd)["__notes__"] = "one"
    with writing(mode, a_registry(redact=fails)) as write:
        assert notes_of(pickle.loads(write(noted(ValueError(), "one")))) == [REDACTED, FAILED]
        assert pickle.loads(write(odd)).__notes__ == [REDACTED, FAILED]


def test_a_redact_function_that_gives_no_text() -> None:
    """That is told likewise."""
    got = pickle.loads(picklereg.dumps(ValueError("x"), registry=a_registry(redact=gives_nothing)))
    assert notes_of(got) == ["picklereg: the redact function gave NoneType and no text; what it was given was replaced"]


def test_each_dump_tells() -> None:
    """The next one begins anew."""
    registry = a_registry(redact=fails)
    for _ in range(2):
        assert notes_of(pickle.loads(picklereg.dumps(ValueError("x"), registry=registry))) == [FAILED]


@pytest.mark.parametrize("mode", MODES)
def test_more_credentials_than_are_replaced_elsewhere(mode: str) -> None:
    """In their places all are replaced; a note says that some may stand elsewhere."""
    links = "\n".join(f"https://shop.example/?token=tok{number:05}abc&page={number}" for number in range(1_100))
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(linked(ValueError("tok01099abc"), cause=KeyError(links))))
    assert "tok" not in got.__cause__.args[0].replace("token=", "")
    assert notes_of(got) == [REPLACED_IN_PLACE]


def much(count: int, last: object) -> list[Any]:
    """Give a list that holds so many values, with a credential before them and one after them."""
    return [{"api_key": "first-k3y-7"}, *([number] for number in range(count)), last]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [4_000, 6_000])
def test_much_that_travels_as_it_is(mode: str, count: int) -> None:
    """All of it is searched, so what is found in it is replaced wherever it stands, and there is nothing to tell."""
    error = noted(ValueError("no last-k3y-7", much(count, {"api_key": "last-k3y-7"})), "first-k3y-7 is none")
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert got.args[0] == f"no {REDACTED}"
    assert (got.args[1][0], got.args[1][1:-1], got.args[1][-1]) == ({"api_key": REDACTED}, error.args[1][1:-1], {"api_key": REDACTED})
    assert notes_of(got) == [f"{REDACTED} is none"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", ["argument", "attribute"])
def test_much_in_which_nothing_is_found(place: str, mode: str) -> None:
    """What else the error holds, and what it leads to, arrives with it."""
    rows = [UUID(int=number) for number in range(6_000)]
    error = linked(ValueError("text", rows if place == "argument" else 1), cause=KeyError("cause"))
    vars(error).update(first="of all", rows=rows if place == "attribute" else 2, last={"of": "all"})
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(error))
    assert (got.args, vars(got)) == (error.args, vars(error))
    assert got.__cause__.args == ("cause",)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [4_000, 6_000])
def test_much_that_holds_what_stays_behind(mode: str, count: int) -> None:
    """That may lead to everything, so the rest isn't searched: credentials are replaced in their places there, and a note says so."""
    rows = [threading.Lock(), *much(count, {"api_key": "last-k3y-7"})]
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ValueError(rows)))
    assert (got.args[0][1], got.args[0][-1]) == ({"api_key": REDACTED}, {"api_key": REDACTED})
    assert [note for note in notes_of(got) if "lock" not in note] == ([REPLACED_IN_PLACE] if count > 5_000 else [])


@pytest.mark.parametrize("mode", MODES)
def test_much_and_what_a_class_gives_of_its_own(mode: str) -> None:
    """What its code gives in place of an object is searched where it is written."""
    with writing(mode, a_registry()) as write:
        data = write(ValueError(much(6_000, Client("g1ven-k3y-7"))))
    assert b"g1ven-k3y-7" not in data
    assert vars(pickle.loads(data).args[0][-1]) == {"headers": {"X-Api-Key": REDACTED}}


def test_others_notes_are_no_remarks() -> None:
    """Only ours are taken as they are."""
    assert is_remark(FAILED)
    assert is_remark(REPLACED_IN_PLACE)
    assert not is_remark(FAILED.removeprefix("picklereg: "))
    assert not is_remark("picklereg: something else")
