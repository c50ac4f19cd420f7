"""Noted: a class defined in a function travels by value, or its nearest importable base arrives, with a note."""

from __future__ import annotations

import pickle
import sys
from typing import Any

import pytest
import shapes
from crossing import Reader, describe
from noted_samples import notes_of, written
from tried_samples import Keyed

#: Says another name than the one that leads to it.
Elsewhere: Any = type("elsewhere", (), {"__module__": __name__})


@pytest.mark.parametrize("how", ["picklereg", "cloudpickle"])
def test_a_local_class_travels_by_value(how: str, reader: Reader) -> None:
    """A class defined in a function, or generated at run time, arrives under cloudpickle."""

    class Local(shapes.KeywordOnly):
        def __str__(self) -> str:
            return "local"

    exc = Local(code=1, message="m")
    assert reader.describe(written(exc, how)) == describe(exc)


def test_a_local_class_becomes_its_nearest_importable_base(reader: Reader) -> None:
    """Plain pickle can't write a class: what arrives can still be caught as its base, with its text in a note."""

    class Local(shapes.KeywordOnly):
        def __str__(self) -> str:
            return "local"

    name = f"{__name__}.{Local.__qualname__}"
    got = reader.describe(written(Local(code=1, message="m"), "pickle"))
    assert got["type"] == "shapes.KeywordOnly"
    assert got["dict"] == {"code": "1"}
    assert notes_of(got) == [
        f"picklereg: class {name} can't be imported by its name; it was sent as shapes.KeywordOnly, and its text was: local"
    ]


def test_a_local_class_without_a_text_of_its_own(reader: Reader) -> None:
    """Where the text is the base's, the note doesn't repeat it."""

    class Local(ValueError):
        pass

    got = reader.describe(written(Local("x"), "pickle"))
    assert (got["type"], got["str"]) == ("builtins.ValueError", "x")
    assert notes_of(got)[0].endswith("can't be imported by its name; it was sent as ValueError")


def test_a_local_class_whose_text_raises(reader: Reader) -> None:
    """Its arguments stand in for a text that can't be had."""

    class Local(ValueError):
        def __str__(self) -> str:
            raise KeyError("no")

    assert notes_of(reader.describe(written(Local("x"), "pickle")))[0].endswith("and its text was: ('x',)")


class Mixin(Exception):
    """Can be imported."""


class Plain:
    """Is no exception."""


@pytest.mark.parametrize("mixin", [Mixin, type("Mixin", (Exception,), {}), Plain])
def test_a_local_group_stays_a_group(mixin: type, reader: Reader) -> None:
    """A group's nearest importable base is a group: its sub-exceptions fit nowhere else."""

    class Local(mixin, ExceptionGroup[Exception]):  # type: ignore[misc]
        pass

    got = reader.describe(written(Local("g", [ValueError(1)]), "pickle"))
    assert (got["type"], got["exceptions"]) == ("builtins.ExceptionGroup", [1])


@pytest.mark.parametrize("how", ["picklereg", "cloudpickle"])
@pytest.mark.parametrize("bases", [(Keyed,), (Elsewhere, ValueError)])
def test_a_local_class_of_what_has_a_name(bases: tuple[type, ...], how: str, reader: Reader) -> None:
    """It goes by value; what it is made of stays where it is."""
    local: Any = type("Local", bases, {"__module__": __name__, "__qualname__": "a.<locals>.Local"})
    data = written(local("text"), how)
    assert b"q7Lm51Pd-zR" not in data
    assert reader.read(data, code="result = [type(obj).__name__, str(obj), getattr(obj, '__notes__', [])]") == ["Local", "text", []]


def test_what_main_had_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that was defined anew since is the newer one for plain pickle; by value, the older one arrives."""
    older, newer = (type("Again", (ValueError,), {"__module__": "__main__", "number": number}) for number in (1, 2))
    monkeypatch.setattr(sys.modules["__main__"], "Again", newer, raising=False)
    found: Any = pickle.loads(written(older("text"), "pickle"))
    assert (found.number, len(found.__notes__)) == (2, 1)
    assert pickle.loads(written(older("text"))).number == 1


def test_a_class_that_cannot_be_written_by_value(reader: Reader) -> None:
    """cloudpickle fails on a class that holds a lock; the error arrives as its base."""

    class Local(shapes.KeywordOnly):
        lock = shapes.lock()

    got = reader.describe(written(Local(code=1, message="m")))
    assert got["type"] == "shapes.KeywordOnly"
    assert len(notes_of(got)) == 1


def test_a_local_class_that_refers_to_itself(reader: Reader) -> None:
    """Trying a class doesn't go round in circles, and doesn't touch the class."""

    class Local(Exception):
        friends: list[type] = []  # noqa: RUF012

        def twin(self) -> Any:
            return Local()

    class Friend(Local):
        pass

    Local.friends.append(Friend)
    method = Local.twin
    exc = Local("x")
    exc.__dict__["held"] = shapes.Holder(Friend("y"))
    got = reader.read(written(exc), code="result = [describe(obj)['notes'], type(obj.twin()) is type(obj)]")
    assert got == [[], True]
    assert Local.twin is method


def test_an_attribute_that_holds_an_instance_of_a_class_that_cannot_be_written(reader: Reader) -> None:
    """The instance is left behind, the error is not."""

    class Local:
        lock = shapes.lock()

    exc: Any = ValueError()
    exc.held = shapes.Holder(Local())
    assert "can't be written by value" in notes_of(reader.describe(written(exc)))[0]
