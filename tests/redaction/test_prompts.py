"""The prompt of a call to a model, in what litellm writes down for debugging; ``proof`` has the errors that litellm raises."""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Callable

import cloudpickle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import picklereg
from picklereg.redaction import REDACTED, redact_url
from picklereg.redaction.prefilter import are_suspect

SECRET = "she can't `sleep` at night"
MESSAGES = [{"role": "user", "content": SECRET}]
BEFORE = "\nModel: gpt-4o\nAPI Base: `http://127.0.0.1:8000/v1`\nMessages: `"
AFTER = ["", "\nmodel_group: `gold`\n", "\nmodel_group: `gold`\n\ndeployment: `eu`\n\nvertex_project: `p`\n\nvertex_location: `l`\n"]


def by_pickler(obj: object) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    return file.getvalue()


def installed(dumps: Callable[[object], bytes]) -> Callable[[object], bytes]:
    def dump(obj: object) -> bytes:
        with picklereg.Registry(entry_points=False).installed(all_exceptions=True):
            return dumps(obj)

    return dump


WAYS: dict[str, Callable[[object], bytes]] = {
    "dumps": picklereg.dumps,
    "among results": lambda error: picklereg.dumps([1, error]),
    "Pickler": by_pickler,
    "pickle": installed(pickle.dumps),
    "cloudpickle": installed(cloudpickle.dumps),
}

contents = st.text() | st.lists(st.sampled_from(["`", "\n", "\\n", "'", '"', "model_group: `x`", "[", "}]`", "a word "]), max_size=20).map(
    "".join
)


@example("`\nMODEL_GROUP: `", "", None)
@example("`\nmodel_group: `and so on", AFTER[1], None)
@given(contents, st.sampled_from(AFTER), st.none() | st.integers(1, 200))
def test_the_prompt_is_replaced_and_nothing_else(content: str, after: str, limit: int | None) -> None:
    """Whatever stands in it, and wherever litellm cuts it off."""
    shown = str([{"role": "user", "content": content}])[:limit]
    assert redact_url(f"{BEFORE}{shown}`{after}") == f"{BEFORE}{REDACTED}`{after}"


@pytest.mark.parametrize("after", AFTER)
@pytest.mark.parametrize("show", [repr, json.dumps, lambda text: json.dumps(json.dumps(text)), lambda text: repr(ValueError(text))])
def test_in_a_text_that_shows_a_text(show: Callable[[str], str], after: str) -> None:
    """What litellm writes behind it is still there."""
    text = show(f"{BEFORE}{MESSAGES}`{after}")
    replaced = redact_url(text)
    assert "sleep" not in replaced
    assert [part for part in ("gpt-4o", "8000", "gold", "deployment: `eu`", "`l`") if (part in replaced) is not (part in text)] == []


def test_a_text_that_breaks_off() -> None:
    """Then everything behind may belong to it, but nothing of the next line does."""
    assert redact_url(f"{BEFORE}{str(MESSAGES)[:-5]}\nso it is") == f"{BEFORE}{REDACTED}\nso it is"


@pytest.mark.parametrize("text", ["Messages: `None`", "Messages: `order_created` and `order_paid`", "Messages: 3 [`a`]", "Messages: ``"])
def test_other_texts(text: str) -> None:
    """They stay as they are."""
    assert not are_suspect([text])
    assert redact_url(text) == text


def test_what_was_replaced_is_harmless() -> None:
    """An error that arrived is sent on at once."""
    assert not are_suspect([f"{BEFORE}{REDACTED}`{AFTER[-1]}"])


def test_a_prompt_with_a_credential_in_it() -> None:
    """All of it is replaced, not the credential alone, in whichever order they are found."""
    for content in ("api_key=s3cr3t-Valu3 she sleeps", f"api_key={REDACTED} she sleeps"):
        assert "sleeps" not in redact_url(f"{BEFORE}{[{'role': 'user', 'content': content}]}`{AFTER[1]}")


class ModelError(Exception):
    """One that keeps what it was told."""

    litellm_debug_info: object = None


def in_an_attribute(info: str) -> Exception:
    error = ModelError("no")
    error.litellm_debug_info = info
    return error


def in_bytes(info: str) -> BaseException:
    error = ModelError("no")
    error.litellm_debug_info = {"body": [info.encode()]}
    return error


def in_a_note(info: str) -> BaseException:
    error = ModelError("no")
    error.add_note(info)
    return error


def in_its_context(info: str) -> BaseException:
    error = ModelError("no")
    error.__context__ = KeyError(info)
    return error


PLACES: dict[str, Callable[[str], BaseException]] = {
    "an argument": ModelError,
    "an attribute": in_an_attribute,
    "bytes in an attribute": in_bytes,
    "a note": in_a_note,
    "its context": in_its_context,
    "a group": lambda info: ExceptionGroup(info, [ValueError(info)]),
    "one of a group": lambda info: ExceptionGroup("several", [in_an_attribute(info), KeyError(1)]),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_place_in_every_mode(way: str) -> None:
    """The prompt isn't in the bytes, what stands beside it is, and the live error is as it was."""
    for place in PLACES.values():
        for content in (SECRET, "sie schläft `nicht`, 夜"):
            error = place(f"{BEFORE}{[{'role': 'user', 'content': content}]}`{AFTER[1]}")
            before = seen(error)
            data = WAYS[way](error)
            assert not any(word.encode() in data for word in content.split())
            assert [part for part in (REDACTED, "gpt-4o", "http://127.0.0.1:8000/v1", "gold") if part.encode() not in data] == []
            assert seen(error) == before


def seen(error: BaseException) -> str:
    return repr([error.args, vars(error), error.__context__, [vars(sub) for sub in getattr(error, "exceptions", ())]])
