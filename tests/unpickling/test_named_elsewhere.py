"""Reading errors whose class is named by a call, because its own name doesn't lead to it: where it is missing, and without trust."""

from __future__ import annotations

import importlib
import pickle
from typing import TYPE_CHECKING, Any

import home_samples
import pytest

import picklereg
from picklereg import MissingError

if TYPE_CHECKING:
    from crossing import Reader

#: Their reduce value says nothing of errors, nor does their name.
_UNTOLD = {"Newer", "Newing", "Rebuilt", "Reducing"}


def written_name(module: str, name: str) -> tuple[str, str]:
    """Give the name by which a class is written: a module that another one holds has one of its own."""
    inner, _, rest = name.partition(".")
    return (f"{module}.{inner}", rest) if inner == "inner" else (module, name)


@pytest.mark.parametrize("name", sorted(home_samples.HELD.keys() - {"Newer", "Rebuilt"}))
def test_without_trust_it_is_a_stand_in_of_that_name(name: str, reader: Reader) -> None:
    """Nothing is imported for it; brought to life, and written again, it names the class as before."""
    error: Any = home_samples.HELD[name]()
    found: Any = picklereg.safe_loads(picklereg.dumps(error))
    assert isinstance(found, MissingError)
    assert (type(found).__module__, type(found).__qualname__) == written_name("home_samples", name)
    assert repr(found).startswith(f"{name.rpartition('.')[2]}(")
    data = picklereg.dumps(picklereg.bring_to_life(found))
    assert reader.read(data, code=f"import home_samples; result = type(obj) is home_samples.{name}")


def test_a_declared_class_is_found_by_its_own_name_alone() -> None:
    """Another name of it means nothing to who trusts nobody."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(home_samples.Renamed)
    found = picklereg.safe_loads(picklereg.dumps(home_samples.Renamed("text")), registry=registry)
    assert isinstance(found, MissingError)


@pytest.mark.parametrize("args", [(7,), ("a", "b"), ()])
def test_other_calls_of_the_import_are_written_down(args: tuple[Any, ...]) -> None:
    """As any call that nobody knows."""

    class Import:
        def __reduce__(self) -> Any:
            return importlib.import_module, args

    class Attribute:
        def __reduce__(self) -> Any:
            return getattr, (Import(), "name")

    found = picklereg.safe_loads(pickle.dumps(ValueError("text", Attribute())))
    assert found.args[1].args[1] == "name"


@pytest.mark.parametrize("name", sorted(home_samples.HELD.keys() - _UNTOLD))
def test_where_it_is_missing_it_is_a_stand_in(name: str, reader: Reader) -> None:
    """And names the class, when it is written again."""
    data = picklereg.dumps(home_samples.HELD[name]())
    elsewhere = data.replace(b"home_samples", b"gone_samples")
    found: Any = picklereg.loads(elsewhere)
    assert isinstance(found, MissingError)
    assert (type(found).__module__, type(found).__qualname__) == written_name("gone_samples", name)
    again = picklereg.dumps(found).replace(b"gone_samples", b"home_samples")
    assert reader.read(again, code=f"import home_samples; result = type(obj) is home_samples.{name}")
