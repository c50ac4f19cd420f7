"""Classes of functions whose bases or metaclasses have a say when a class is made, and those with slots, in every mode by value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import hook_samples
import pytest
from writers import BY_VALUE, MODES, a_registry, writing

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
    assert (told["type"], told["args"]) == (f"hook_samples.{base.__name__}", ["'text'"])
    assert told["notes"] == [f"{note}hook_samples.{base.__name__}"]


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
    told = _cause(hook_samples.make_private(), mode, reader)
    assert (told["type"], told["dict"]) == ("builtins.Exception", {"_Private__field": "1"})
    assert len(told["notes"]) == 1


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("slots", ["field", ("field",), ["field", "other"], {"field": "with a text"}])
def test_a_slot_that_has_a_value(slots: Any, mode: str, reader: Reader) -> None:
    """The reader's class has no slots: the value is an attribute there."""
    code = "[type(obj.__cause__).__name__, obj.__cause__.field, getattr(obj.__cause__, '__notes__', [])]"
    assert _cause(hook_samples.make_slotted(slots), mode, reader, code) == ["Slotted", 1, []]


@pytest.mark.parametrize("mode", MODES)
def test_a_reduce_by_a_classmethod_of_a_class_that_can_be_imported(mode: str, reader: Reader) -> None:
    """It is asked for where the class is, and so has the variables of its module."""
    told = _cause(hook_samples.Pooled("text"), mode, reader)
    assert (told["type"], told["str"], told["notes"]) == ("hook_samples.Pooled", "text", [])


@pytest.mark.parametrize("mode", MODES)
def test_a_classmethod_that_its_name_does_not_lead_to(mode: str, reader: Reader) -> None:
    """The error arrives all the same."""
    told = _cause(hook_samples.Unfound("text"), mode, reader)
    assert (told["type"], told["str"]) == ("hook_samples.Unfound", "text")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("is_registered", [True, False])
@pytest.mark.parametrize("make", [hook_samples.make_registering, hook_samples.make_registering_by_function])
def test_a_reduce_by_what_holds_such_errors(make: Any, is_registered: bool, mode: str, reader: Reader) -> None:
    """It goes by value, one part after another, and would be called before all is there: the error arrives without it."""
    error = make(is_registered=is_registered)
    error.order = 7
    told = _cause(error, mode, reader)
    assert (told["type"].rpartition(".")[2], told["args"], told["dict"], told["notes"]) == ("Registered", ["4"], {"order": "7"}, [])
