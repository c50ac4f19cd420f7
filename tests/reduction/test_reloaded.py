"""Errors of a class that its module has made anew since: readers have the class of that name, and it is caught by that."""

from __future__ import annotations

import gc
import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from crossing import Reader, describe
from generated_modules import imported
from guard_samples import AROUND
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHOP: Final = """
import dataclasses

class OrderError(Exception):
    def __init__(self, order, *, item):
        super().__init__(f"{item} of {order}")
        self.order = order

class FileError(OSError):
    pass

class Slotted(Exception):
    __slots__ = ("code",)
    def __init__(self, code):
        super().__init__("text")
        self.code = code

@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    code: int

class Reduced(Exception):
    def __init__(self, code, *rest):
        super().__init__(f"code {code}")
        self.code = code
    def __reduce__(self):
        return type(self), (self.code,)

class Group(ExceptionGroup):
    pass

class Outer:
    class Inner(Exception):
        pass

class Gone(Exception):
    pass
"""
#: What is no exception class, or no class, in the module that was loaded again.
_AGAIN: Final = _SHOP.replace("class Gone(Exception):", "class Gone:")
_MADE: Final[dict[str, Any]] = {
    "OrderError": lambda shop: shop.OrderError(7, item="book"),
    "FileError": lambda shop: shop.FileError(2, "No such file", "a.txt"),
    "Slotted": lambda shop: shop.Slotted(3),
    "Frozen": lambda shop: shop.Frozen(3),
    "Reduced": lambda shop: shop.Reduced(3, "more"),
    "Group": lambda shop: shop.Group("g", [ValueError(1), shop.OrderError(7, item="book")]),
    "Outer.Inner": lambda shop: shop.Outer.Inner("text"),
}


_DESCRIBE_ALL: Final = "import pickle; result = {name: describe(pickle.loads(data)) for name, data in obj.items()}"


def _reloaded(error: Any, shop: Any, text: str = _SHOP) -> Any:
    exec(text, vars(shop))
    return error


def _less_notes(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**node, "notes": [], "others": []} for node in (told, *told["others"])]


@pytest.fixture(autouse=True)
def _classes_go() -> Iterator[None]:
    """Collect those that a test made: of such as no name leads to, the newest thousand are covered."""
    yield
    gc.collect()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_the_class_of_that_name_catches_it(around: str, mode: str, reader: Reader, tmp_path: Path) -> None:
    """It arrives as that, with all that it held, and a note; wherever in a chain it stands."""
    shop: Any = imported(_SHOP, tmp_path)
    made = {name: make(shop) for name, make in _MADE.items()}
    errors = {name: AROUND[around](_reloaded(error, shop)) for name, error in made.items()}
    with writing(mode, a_registry()) as write:
        sent = {name: write(error) for name, error in errors.items()}
    got = reader.read(pickle.dumps(sent), code=_DESCRIBE_ALL, path=[tmp_path])
    for name, error in errors.items():
        assert _less_notes(got[name]) == _less_notes(describe(error))
        full = f"{shop.__name__}.{name}"
        note = f"picklereg: class {full} isn't the one that its name leads to (a module was reloaded); it was sent as that one"
        assert [node["notes"] for node in (got[name], *got[name]["others"]) if node["type"] == full] == [[note]]


@pytest.mark.parametrize("mode", MODES)
def test_it_is_that_class(mode: str, reader: Reader, tmp_path: Path) -> None:
    """Not one that looks like it."""
    shop: Any = imported(_SHOP, tmp_path)
    error = _reloaded(shop.OrderError(7, item="book"), shop)
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = f"import {shop.__name__} as shop; result = type(obj) is shop.OrderError"
    assert reader.read(data, code=code, path=[tmp_path]) is True


@pytest.mark.parametrize("mode", MODES)
def test_a_class_beneath_the_one_of_that_name(mode: str, reader: Reader, tmp_path: Path) -> None:
    """No module was reloaded: it goes by value with its other bases, or as that one, with a note."""
    shop: Any = imported(_SHOP, tmp_path)
    beneath: Any = type("OrderError", (shop.OrderError, OSError), {"__module__": shop.__name__})
    error = beneath(7, item="book")
    name = f"{shop.__name__}.OrderError"
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = f"import {shop.__name__} as shop; result = [obj.order, str(obj), *map(isinstance, [obj, obj], [shop.OrderError, OSError])]"
    told = reader.read(data, code=code, path=[tmp_path])
    assert told == [7, str(error), True, mode in BY_VALUE]
    notes = reader.describe(data, path=[tmp_path])["notes"]
    sent = "a copy, which no except clause names but by its bases" if mode in BY_VALUE else f"{name}, and its text was: book of 7"
    assert notes == [f"picklereg: class {name} can't be imported by its name; it was sent as {sent}"]


@pytest.mark.parametrize("mode", MODES)
def test_what_is_no_exception_any_more_stands_for_none(mode: str, reader: Reader, tmp_path: Path) -> None:
    """A copy arrives, or the nearest base, with a note."""
    shop: Any = imported(_SHOP, tmp_path)
    error = _reloaded(shop.Gone("text"), shop, _AGAIN)
    with writing(mode, a_registry()) as write:
        got = reader.describe(write(error), path=[tmp_path])
    name = f"{shop.__name__}.Gone"
    assert (got["type"], got["args"]) == (name if mode in BY_VALUE else "builtins.Exception", ["'text'"])
    assert [note.startswith(f"picklereg: class {name} can't be imported by its name; it was sent as ") for note in got["notes"]] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_a_reducer_that_somebody_registered_is_asked(mode: str, reader: Reader, tmp_path: Path) -> None:
    """It may name what readers have itself."""
    shop: Any = imported(_SHOP, tmp_path)
    error = shop.OrderError(7, item="book")
    registry = a_registry()
    registry.register(type(error), reducer=lambda error: (KeyError, (error.order,)))
    _reloaded(error, shop)
    with writing(mode, registry) as write:
        got = reader.describe(write(error), path=[tmp_path])
    assert (got["type"], got["args"]) == ("builtins.KeyError", ["7"])
