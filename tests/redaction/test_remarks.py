"""What couldn't be done as promised is told: by one note in a dump, in every mode."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from guard_samples import linked, noted
from writers import MODES, a_registry, writing

import picklereg
from picklereg.redaction import REDACTED
from picklereg.reduction.notes import REPLACED_IN_PLACE, is_remark

FAILED = "picklereg: the redact function raised TypeError; what it was given was replaced"


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


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [4_000, 6_000])
def test_more_values_than_are_searched(mode: str, count: int) -> None:
    """What stands in its place is replaced in the rest, too; a note says so if there was anything."""
    rows: list[Any] = [{"api_key": "first-k3y-7"}, *([number] for number in range(count)), {"api_key": "last-k3y-7"}]
    with writing(mode, a_registry()) as write:
        got = pickle.loads(write(ValueError(rows)))
    assert (got.args[0][0], got.args[0][-1]) == ({"api_key": REDACTED}, {"api_key": REDACTED})
    assert notes_of(got) == ([REPLACED_IN_PLACE] if count > 5_000 else [])


def test_others_notes_are_no_remarks() -> None:
    """Only ours are taken as they are."""
    assert is_remark(FAILED)
    assert is_remark(REPLACED_IN_PLACE)
    assert not is_remark(FAILED.removeprefix("picklereg: "))
    assert not is_remark("picklereg: something else")
