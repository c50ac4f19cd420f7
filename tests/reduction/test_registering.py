"""Errors that reduce themselves to a call of what keeps those that it has made, in every mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import pytest
import registering_samples
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader


def _cause(error: BaseException, mode: str, reader: Reader) -> Any:
    outer = ValueError("healthy")
    outer.__cause__ = error
    with writing(mode, a_registry()) as write:
        return reader.read(write(outer), code="result = describe(obj.__cause__)")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_the_qualified_name_of_a_class_that_reduces_itself(mode: str, reader: Reader) -> None:
    """The class goes by value, and is called there what it is called here."""
    told = _cause(registering_samples.make_renamed(), mode, reader)
    assert (told["type"], told["args"], told["notes"]) == ("registering_samples.make_renamed.<locals>.Reducing", ["'text'"], [])


@pytest.mark.parametrize("mode", MODES)
def test_a_reduce_by_a_classmethod_of_a_class_that_can_be_imported(mode: str, reader: Reader) -> None:
    """It is asked for where the class is, and so has the variables of its module."""
    told = _cause(registering_samples.Pooled("text"), mode, reader)
    assert (told["type"], told["str"], told["notes"]) == ("registering_samples.Pooled", "text", [])


@pytest.mark.parametrize("mode", MODES)
def test_a_classmethod_that_its_name_does_not_lead_to(mode: str, reader: Reader) -> None:
    """The error arrives all the same."""
    told = _cause(registering_samples.Unfound("text"), mode, reader)
    assert (told["type"], told["str"]) == ("registering_samples.Unfound", "text")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("is_registered", [True, False])
@pytest.mark.parametrize("make", [registering_samples.make_registering, registering_samples.make_registering_by_function])
def test_a_reduce_by_what_holds_such_errors(make: Any, is_registered: bool, mode: str, reader: Reader) -> None:
    """It goes by value, one part after another, and would be called before all is there: the error arrives without it."""
    error = make(is_registered=is_registered)
    error.order = 7
    told = _cause(error, mode, reader)
    assert (told["type"].rpartition(".")[2], told["args"], told["dict"], told["notes"]) == ("Registered", ["4"], {"order": "7"}, [])


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("is_registered", [True, False])
@pytest.mark.parametrize("registry", registering_samples.REGISTRIES)
def test_a_reduce_by_what_keeps_such_errors_in_any_container(registry: Any, is_registered: bool, mode: str, reader: Reader) -> None:
    """Whatever its type: what the pickler comes to is what counts."""
    error = registering_samples.make_registering_by_function(is_registered=is_registered, registry=registry)
    error.order = 7
    told = _cause(error, mode, reader)
    assert (told["type"].rpartition(".")[2], told["args"], told["dict"], told["notes"]) == ("Registered", ["4"], {"order": "7"}, [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "make", [registering_samples.MAKER, registering_samples.MadeByMaker, registering_samples.MAKER.make, registering_samples.MadeByMethod]
)
def test_a_reduce_by_an_object_that_holds_such_errors(make: Any, mode: str, reader: Reader) -> None:
    """It is written with all that it has made, and would be called before it has that: the error arrives without it."""
    error = make(4)
    error.order = 7
    told = _cause(error, mode, reader)
    assert (told["args"], told["dict"], told["notes"]) == (["4"], {"order": "7"}, [])
    assert told["type"].startswith("registering_samples.MadeBy")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_registry_that_cannot_be_pickled(mode: str, reader: Reader) -> None:
    """Nor can then the class that its reduce leads there: its nearest base stands for it, with a note."""
    error = registering_samples.make_registering_by_function(is_registered=True, registry=WeakValueDictionary)
    error.order = 7
    told = _cause(error, mode, reader)
    assert (told["type"], told["args"], told["dict"]) == ("builtins.Exception", ["4"], {"order": "7"})
    assert len(told["notes"]) == 1
