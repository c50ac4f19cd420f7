"""Errors that keep a name and its value in two attributes, as validators do: the value of a credential stays here."""

from __future__ import annotations

import argparse
import pickle
import threading
from typing import TYPE_CHECKING, Any

import click
import pytest
from apart_samples import APART, BODIES, KEPT, LOOSE, SHORT, TELLING, RefusedError, SlottedError, WrongTypeError
from attachment_samples import Link
from bare_samples import ShopError
from crossing import describe
from held_samples import Anything
from writers import MODES, PLACES, a_registry, writing

from picklereg.redaction import REDACTED
from picklereg.redaction.beneath import LIVE
from picklereg.redaction.beside import are_plain_attributes, named_apart, quoted_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
def test_the_value_stays_here(place: str, mode: str) -> None:
    """Wherever the error stands, whatever the value looks like; what it is called, and the rest, arrives."""
    put = PLACES[place][0]
    errors = {name: make(SHORT) for name, make in APART.items()}
    errors |= {f"{name}, telling": make(TELLING) for name, make in (APART | LOOSE).items()}
    with writing(mode, a_registry()) as write:
        written = {name: write(put(error)) for name, error in errors.items()}
    assert [name for name, data in written.items() if SHORT.encode() in data or TELLING.encode() in data] == []
    assert [name for name, data in written.items() if b"password" not in data and b"x-api-key" not in data] == []


@pytest.mark.parametrize("mode", MODES)
def test_all_else_arrives(mode: str, reader: Reader) -> None:
    """Of the error's own class, with its name, without a note."""
    errors: list[Any] = [WrongTypeError("user.password", TELLING), SlottedError(field="password", input_value=SHORT)]
    right: list[Any] = [WrongTypeError("user.password", REDACTED), SlottedError(field="password", input_value=REDACTED)]
    with writing(mode, a_registry()) as write:
        arrived = [reader.describe(write(error)) for error in errors]
    assert arrived == [describe(error) for error in right]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BODIES)
def test_the_body_of_a_request_stays_here(name: str, mode: str, reader: Reader) -> None:
    """Nothing stands in its place, without a note; what an answer says, and a request that is an object, arrives."""
    error = BODIES[name]("tell nobody")
    with writing(mode, a_registry()) as write:
        data, kept = write(error), write(RefusedError(KEPT, raw_request=Link("http://h/"), request_body=None))
    assert b"tell nobody" not in data
    told = reader.describe(data)
    assert told["notes"] == []
    assert told["args"][0] == repr(KEPT)
    assert told["args"][1:] in ([], ["None"])
    assert b"http://h/" in kept


HARMLESS: dict[str, RefusedError] = {
    "another field": RefusedError(KEPT, field="quantity", value=TELLING),
    "what is said of it": RefusedError(KEPT, field="password", value="required"),
    "a sentence": RefusedError(KEPT, field="password", value="must be at least 8 characters"),
    "a type": RefusedError(KEPT, path=("properties", "password"), instance={"type": "string"}),
    "a number": RefusedError(KEPT, name="token", value=3),
    "no value": RefusedError(KEPT, name="password", text=TELLING),
    "no name": RefusedError(KEPT, value=TELLING),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_none_arrives(name: str, mode: str, reader: Reader) -> None:
    """Whole: the values of other fields, and what says something of a credential."""
    with writing(mode, a_registry()) as write:
        data = write(HARMLESS[name])
    assert reader.describe(data) == describe(HARMLESS[name])


@pytest.mark.parametrize("mode", MODES)
def test_where_nothing_is_replaced(mode: str, reader: Reader) -> None:
    """It arrives as it is."""
    error = WrongTypeError("password", SHORT)
    with writing(mode, a_registry(redact=False)) as write:
        assert reader.describe(write(error)) == describe(error)


@pytest.mark.parametrize("mode", MODES)
def test_a_rule_of_the_house_beside_it(mode: str) -> None:
    """It is asked about what is left."""
    with writing(mode, a_registry(redact=lambda text: text.replace(KEPT, "..."))) as write:
        data = write(WrongTypeError("password", TELLING))
    assert TELLING.encode() not in data
    assert KEPT.encode() not in data


def test_the_questions() -> None:
    """What they say of what is none, and of other names than text."""
    assert not are_plain_attributes(("field", "value"))
    assert not are_plain_attributes(("password",))
    assert are_plain_attributes(("field", "text"))
    assert not are_plain_attributes((3, "value"))
    assert named_apart({3: "password", "value": SHORT}, LIVE) == {}


def _by_argparse(value: str) -> BaseException:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--token", type=int)
    with pytest.raises(argparse.ArgumentError) as caught:
        parser.parse_args(["--token", value])
    return caught.value


def _by_click(value: str) -> BaseException:
    command = click.Command("order", params=[click.Option(["--token"], type=int)])
    with pytest.raises(click.BadParameter) as caught:
        command.main(["--token", value], standalone_mode=False)
    return caught.value


@pytest.mark.parametrize("make", [_by_argparse, _by_click])
@pytest.mark.parametrize("mode", MODES)
def test_what_parsers_of_arguments_refuse(mode: str, make: Callable[[str], BaseException]) -> None:
    """Their message quotes it, and another attribute says whose value it is."""
    with writing(mode, a_registry()) as write:
        assert TELLING.encode() not in write(make(TELLING))
        assert b"required" in write(make("required"))


def test_what_a_message_quotes() -> None:
    """If it refuses a credential's value, and it looks like one."""
    message = f"invalid int value: {TELLING!r}, not 'integer'"
    for named in ({"argument_name": "-t/--token"}, {"param_hint": None, "param": Anything(name="token")}):
        assert [text for _, text in quoted_in({"message": message, **named}, LIVE)] == [TELLING]
    for others in ({"argument_name": "--page"}, {"argument_name": None}, {"param": Anything(name="token")}):
        assert [*quoted_in({"message": message, **others}, LIVE)] == []
    assert [*quoted_in({"argument_name": "--token", "message": None}, LIVE)] == []
    assert [*quoted_in({"argument_name": "--token"}, LIVE)] == []
    assert not are_plain_attributes(("argument_name", "message"))
    assert are_plain_attributes(("argument_name", "text"))


@pytest.mark.parametrize("mode", MODES)
def test_what_stays_behind_needs_no_replacing(mode: str) -> None:
    """A value that can't travel is noted, whatever is in it."""
    error = ShopError(1, field="password", value=[TELLING, threading.Lock()], input_value=(value for value in (TELLING,)))
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert TELLING.encode() not in data
    assert "was left behind" in str(pickle.loads(data).__notes__)
