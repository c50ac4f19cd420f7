"""What seldom happens: each of it is decided as everywhere else."""

from __future__ import annotations

import operator
import pickle
import types
from typing import Any, cast

import odd_class_samples
import pytest
from attachment_samples import Blob, Link
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg
from picklereg.frameworks.calls import unwrap
from picklereg.introspection.class_plan import Shadowed, plan_for
from picklereg.introspection.fields import MISSING, drop_pickles_notes, has_usual_args, notes_of
from picklereg.introspection.kinds import exceptions_in
from picklereg.introspection.text import shortened
from picklereg.redaction import REDACTED
from picklereg.redaction.beneath import LIVE, Beneath
from picklereg.redaction.beside import pairs_in
from picklereg.redaction.secrets import secrets_for
from picklereg.reduction.attachments import _is_flat
from picklereg.reduction.expression import Expression
from picklereg.reduction.screening import Screening
from picklereg.reduction.wire_form import first_look


def test_exceptions_in_a_value() -> None:
    """Each is found once, behind however many plain values, and not more than a thousand others are looked at."""
    error = KeyError("held")
    held: list[Any] = [*range(2_000), error, [error]]
    held.append(held)
    assert [*exceptions_in(held)] == [error]
    assert [*exceptions_in([*([number] for number in range(998)), error])] == [error]
    assert [*exceptions_in([*([number] for number in range(999)), error])] == []


def test_pickles_notes_go_from_the_end() -> None:
    """What the program has noted itself stays, and a list that holds nothing else goes."""
    error = KeyError("held")
    error.add_note("the program's own")
    for _ in range(2):
        error.add_note("when serializing list item 0")
    drop_pickles_notes(error)
    assert error.__notes__ == ["the program's own"]
    bare = KeyError("held")
    bare.add_note("when serializing dict item 'a'")
    drop_pickles_notes(bare)
    assert not hasattr(bare, "__notes__")
    for notes in cast("Any", ([], ("when serializing a tuple",))):
        bare.__notes__ = notes
        drop_pickles_notes(bare)
        assert bare.__notes__ is notes


class _Answering(Exception):
    __notes__: Any = property(lambda _self: ["of the class"])


class _Listed(list[Any]):
    pass


def test_what_python_keeps_is_read() -> None:
    """And not what a class answers; a group's arguments are usual if its ``__new__`` would make the same of them."""
    assert notes_of(_Answering()) is MISSING
    parts = [KeyError("k"), KeyError("l")]
    assert not has_usual_args(ExceptionGroup("g", _Listed(parts)))
    group = ExceptionGroup("g", parts)
    assert has_usual_args(group)
    group.args = ("g", parts[:1])
    assert not has_usual_args(group)


def test_a_text_of_the_greatest_length() -> None:
    """It is shown as it is."""
    assert shortened("x" * 2_000) == "x" * 2_000
    assert shortened("x" * 2_001).endswith("... (2,001 characters)")


def test_what_is_noted_may_be_no_text() -> None:
    """What somebody has put among the notes stays, whatever it is, and so do those before it."""
    error = KeyError("held")
    noted: list[Any] = ["when serializing list item 0", 7]
    error.__notes__ = noted
    drop_pickles_notes(error)
    assert noted == ["when serializing list item 0", 7]


def test_an_option_after_an_option() -> None:
    """The last one of them has the value."""
    assert list(pairs_in(["--password", "--token", "zQ7Lm51Pd"], LIVE)) == [(Beneath("--password", is_beside=True), 2, None)]


def test_what_holds_much_is_searched_the_long_way() -> None:
    """Only a few texts and numbers are looked at in passing."""
    assert _is_flat(["one", 2], [])
    assert not _is_flat(["one"] * 1_000, [])


@pytest.mark.parametrize("mode", MODES)
def test_a_list_in_a_tuple_that_leads_back(mode: str, reader: Any) -> None:
    """The ring is copied with what is replaced in it."""
    key = "sk-abcdef0123456789abcdef"
    inner: list[Any] = [f"https://shop.example/?token={key}"]
    ring = (inner, {"api_key": key})
    inner.append(ring)
    with writing(mode, a_registry()) as write:
        data = write(ValueError(ring))
    assert key.encode() not in data
    code = "ring = obj.args[0]; result = [ring[0][1] is ring, ring[0][0], ring[1]['api_key']]"
    assert reader.read(data, code=code) == [True, f"https://shop.example/?token={REDACTED}", REDACTED]


@pytest.mark.parametrize("mode", MODES)
def test_an_attachment_in_a_tuple_that_leads_back(mode: str, reader: Any) -> None:
    """It is stripped and cleaned where it stands."""
    key = "sk-abcdef0123456789abcdef"
    inner: list[Any] = [Link(f"https://shop.example/?token={key}"), Blob(url=f"https://shop.example/?page=2&token={key}", page=1)]
    ring = (inner, {"api_key": key})
    inner.append(ring)
    with writing(mode, a_registry()) as write:
        data = write(ValueError(ring))
    assert key.encode() not in data
    assert reader.read(data, code="result = obj.args[0][1]['api_key']") == REDACTED


def test_an_expression_in_a_tuple_that_leads_back() -> None:
    """It is cleaned once the ring is there."""
    key = "sk-abcdef0123456789abcdef"
    screening: Any = Screening(True, lambda _: None)
    screening.secrets.add_entry("api_key", key)
    expression = Expression(str, key)
    inner: list[Any] = [expression]
    ring = (inner, key)
    inner.append(ring)
    cleaned = screening.clean(ring, lambda value, *_: value)
    assert expression.arguments == (REDACTED,)
    assert cleaned[1] == REDACTED


def test_a_registry_that_can_not_be_asked() -> None:
    """That isn't all, then: the dump that begins tells what is wrong."""

    def fail(_: type) -> bool:
        raise LookupError("none")

    rules: Any = types.SimpleNamespace(has_reducer=fail, traceback_of=None, redact=False, foreign_reducer=fail, reducer_for=fail)
    node, texts, secrets, is_all = first_look(ValueError("m"), rules)
    assert (type(node.exc), texts, secrets, is_all) == (ValueError, ["m"], None, False)


def test_very_many_values_under_a_name() -> None:
    """As many are looked at as a dump has time for, the last ones first."""
    secrets: Any = secrets_for(True)
    secrets.add_entry("passwords", [f"zQ7Lm51Pd{number}" for number in range(1_100)])
    assert secrets.text("it was zQ7Lm51Pd1099 then") == f"it was {REDACTED} then"


def test_a_slot_of_a_fields_name(reader: Any) -> None:
    """The slot is what the name leads to, here and in the reader."""
    error = odd_class_samples.SlotOfField(2, "no such file", "there")
    error.filename = "here"
    assert reader.read(picklereg.dumps(error), code="result = [obj.filename, obj.errno]") == ["here", 2]


def test_the_name_of_a_slot_that_another_hides() -> None:
    """It isn't the other one's, though it is spelled so."""
    far = type("Far", (Exception,), {"__slots__": ("code",)})
    near = type("Near", (far,), {"__slots__": ("code",)})
    (hidden,) = [name for name, _ in plan_for(near).fields if isinstance(name, Shadowed)]
    assert operator.eq(hidden, "code") is False
    assert operator.eq(hidden, hidden) is True


@pytest.mark.parametrize("mode", MODES)
def test_a_metaclass_that_hashes(mode: str, reader: Any) -> None:
    """Its classes are in the tables as others are."""
    with writing(mode, a_registry()) as write:
        data = write(odd_class_samples.Counted(code=4))
    assert reader.read(data, code="result = [type(obj).__name__, obj.code]") == ["Counted", 4]


def test_what_is_no_outcome() -> None:
    """Another pickle than that of ``outcome_of`` is said to be one."""
    with pytest.raises(picklereg.ArgumentValueError, match="the pickle of something else"):
        unwrap(pickle.dumps(["done", None]))


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_slot_that_another_hides_in_a_class_by_value(mode: str, reader: Any) -> None:
    """The reader's class has one attribute of the name: the nearest value counts, and a note tells of the other one."""
    far = type("Far", (Exception,), {"__slots__": ("code",)})
    near = type("Near", (far,), {"__slots__": ["code"]})  # cloudpickle takes the same tuple for an inherited one
    error: Any = near("text")
    error.code = "near"
    vars(far)["code"].__set__(error, "far")
    with writing(mode, a_registry()) as write:
        data = write(error)
    code, notes = reader.read(data, code="result = [obj.code, obj.__notes__]")
    assert code == "near"
    assert "picklereg: attribute 'code' (str) was left behind: a slot of a nearer class has its name" in notes
