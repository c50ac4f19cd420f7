"""Classes of functions whose bases or metaclasses have a say when a class is made, and those with slots, in every mode by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hook_samples
import pytest
import slotted_samples
from writers import BY_VALUE, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader


def _cause(error: BaseException, mode: str, reader: Reader, code: str = "describe(obj.__cause__)") -> Any:
    outer = ValueError("healthy")
    outer.__cause__ = error
    with writing(mode, a_registry()) as write:
        return reader.read(write(outer), code=f"result = {code}")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("base", hook_samples.LEFT)
def test_a_class_that_its_bases_may_refuse(base: Any, mode: str, reader: Reader) -> None:
    """Its nearest base stands for it, with a note, and the error around it arrives."""
    told = _cause(hook_samples.make(base), mode, reader)
    note = "picklereg: class hook_samples.make.<locals>.Local can't be imported by its name; it was sent as "
    assert (told["type"], told["args"]) == (f"{base.__module__}.{base.__name__}", ["'text'"])
    assert told["notes"] == [f"{note}{base.__module__}.{base.__name__}, and its text was: text"]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("base", hook_samples.LEFT)
def test_such_a_class_as_a_value(base: Any, mode: str, reader: Reader) -> None:
    """It is left behind with a note, and the error that held it arrives."""
    error: Any = KeyError("text")
    error.cls = type(hook_samples.make(base))
    told = _cause(error, mode, reader)
    assert (told["type"], told["dict"]) == ("builtins.KeyError", {})
    assert ["attribute 'cls'" in note and "left behind" in note for note in told["notes"]] == [True]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("base", hook_samples.FINE)
def test_a_class_that_its_bases_accept(base: Any, mode: str, reader: Reader) -> None:
    """It goes by value, with its body, where they don't ask for it; and none is made in the writer."""
    error = hook_samples.make(base)
    made = [*hook_samples.MADE]
    code = "[type(obj.__cause__).__name__, obj.__cause__.status, getattr(obj.__cause__, '__notes__', [])]"
    assert _cause(error, mode, reader, code) == ["Local", 404, []]
    assert made == hook_samples.MADE


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_enumerations_are_made_with_their_members(mode: str, reader: Reader) -> None:
    """By the standard library's metaclass, which wants them."""
    error: Any = KeyError("text")
    error.colour = hook_samples.make_enum()
    assert _cause(error, mode, reader)["dict"] == {"colour": "<Colour.RED: 1>"}


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_private_slot(mode: str, reader: Reader) -> None:
    """No reader can make its class; the nearest base has what the slot held."""
    told = _cause(slotted_samples.make_private(), mode, reader)
    assert (told["type"], told["dict"]) == ("builtins.Exception", {"_Private__field": "1"})
    assert len(told["notes"]) == 1


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("slots", ["field", ("field",), ["field", "other"], {"field": "with a text"}])
def test_a_slot_that_has_a_value(slots: Any, mode: str, reader: Reader) -> None:
    """The reader's class has no slots: the value is an attribute there."""
    code = "[type(obj.__cause__).__name__, obj.__cause__.field, getattr(obj.__cause__, '__notes__', [])]"
    assert _cause(slotted_samples.make_slotted(slots), mode, reader, code) == ["Slotted", 1, []]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("is_derived", [True, False])
def test_slots_that_are_the_very_object_of_the_base(is_derived: bool, mode: str, reader: Reader) -> None:
    """cloudpickle takes them for inherited, and no reader could make the class: its nearest base has what the slot held."""
    told = _cause(slotted_samples.make_slotted_twice(is_derived=is_derived), mode, reader)
    assert (told["type"], told["args"], told["dict"]) == ("builtins.Exception", ["'text'"], {"field": "1"})
    assert len(told["notes"]) == 1
