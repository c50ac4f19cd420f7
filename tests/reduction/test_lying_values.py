"""Values that say they are of another class, or by which a reader looks for what it has itself: the error arrives, in every mode."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final
from unittest import mock
from weakref import WeakSet

import lying_samples
import pytest
from bare_samples import ShopError
from lying_samples import KEPT, Client, Color, Holder, KeptNotes, Lying, Refusing, a_dead_proxy, a_proxy, an_error
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

_NOTES: Final = "getattr(obj, '__notes__', [])"

#: What says that it is an exception, a list, or nothing at all.
LIARS: Final[dict[str, Callable[[], Any]]] = {
    "an exception": lambda: Lying(ValueError),
    "a group": lambda: Lying(ExceptionGroup),
    "a list": lambda: Lying(list),
    "text": lambda: Lying(str),
    "a class": lambda: Lying(type),
    "no class": Refusing,
    "dead proxy": a_dead_proxy,
    "proxy of an error": lambda: a_proxy(an_error()),
    "mock of an error": lambda: mock.Mock(spec=ValueError),
    "mock of an instance": lambda: mock.MagicMock(spec=OSError(2, "x")),
    "mock of text": lambda: mock.Mock(spec=str),
}


def _written(error: BaseException, mode: str) -> bytes:
    with writing(mode, a_registry()) as write:
        return write(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("liar", LIARS)
def test_what_lies_about_its_class_stays_behind_alone(liar: str, mode: str, reader: Reader) -> None:
    """The error arrives with all else, and a note names each place: attribute, item, argument, in an object."""
    lying = [LIARS[liar]() for _ in range(4)]
    error = ShopError(7, held=lying[0], items=[lying[1], 1], deeper=Holder(lying[2]), fine={"k": 1})
    error.args = ("text", lying[3])
    error.__cause__ = KeyError("the cause")
    code = f"result = [type(obj).__name__, obj.args[0], hasattr(obj, 'held'), obj.items[1], obj.fine, repr(obj.__cause__), {_NOTES}]"
    *got, notes = reader.read(_written(error, mode), code=code)
    assert got == ["ShopError", "text", False, 1, {"k": 1}, "KeyError('the cause')"]
    told = "\n".join(notes)
    places = ["attribute 'held'", "an item of attribute 'items'", "attribute 'deeper'", "argument 1"]
    assert [place for place in places if f"picklereg: {place} (" not in told] == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("subject", [an_error, Client])
def test_what_a_proxy_stands_for_is_searched(subject: Callable[[], Any], mode: str) -> None:
    """Its credentials stay here, wherever the proxy stands."""
    proxy = a_proxy(subject())
    error = ShopError(1, held=proxy, items=[proxy], deeper=Holder(proxy))
    error.args = ("text", proxy)
    assert b"secret-of-" not in _written(error, mode)


# --- members of enumerations --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("member", [*Color.__members__])
def test_a_member_is_found_by_its_name(member: str, mode: str, reader: Reader) -> None:
    """Where its value can't travel, or is an error, which is equal to itself alone: as an attribute, item, key and argument."""
    held = Color[member]
    error = ShopError(1, held=held, items=[held, {held: 2}])
    error.args = ("text", held)
    code = f"""
from lying_samples import Color
found = Color[{member!r}]
result = [obj.held is found, obj.items == [found, {{found: 2}}], obj.args == ("text", found), {_NOTES}]
"""
    assert reader.read(_written(error, mode), code=code) == [True, True, True, []]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("member", ["ERROR", "NESTED"])
def test_an_object_that_holds_such_a_member_stays_behind(member: str, mode: str, reader: Reader) -> None:
    """With a note, and the error arrives."""
    code = f"result = [str(obj), obj.fine, hasattr(obj, 'held'), {_NOTES}]"
    got = reader.read(_written(ShopError(1, held=Holder(Color[member]), fine=2), mode), code=code)
    reason = "PicklingError: an exception is its value, and the reader's is another one"
    assert got == [str(ShopError(1)), 2, False, [f"picklereg: attribute 'held' (lying_samples.Holder) was left behind: {reason}"]]


# --- notes, weak sets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_a_list_of_notes_keeps_its_class(mode: str, reader: Reader) -> None:
    """Where nothing is added to it, and all of it can travel; else it becomes a list, and the notes stay."""
    notes: list[Any] = [KeptNotes(["first", "second"]), KeptNotes(["first", "second"]), KeptNotes(["first", "second"])]
    notes[2].append(threading.Lock())
    errors = [ShopError(1), ShopError(2, lock=threading.Lock()), ShopError(3)]
    for error, held in zip(errors, notes, strict=True):
        error.__notes__ = held
    code = "result = [type(obj.__notes__).__name__, obj.__notes__[:2]]"
    got = [reader.read(_written(error, mode), code=code) for error in errors]
    assert got == [[name, ["first", "second"]] for name in ("KeptNotes", "list", "list")]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("build", [lambda: (part for part in "ab"), threading.Lock, lambda: Lying(list), a_dead_proxy])
def test_what_stands_for_the_notes_and_can_not_travel_is_told(build: Callable[[], Any], mode: str, reader: Reader) -> None:
    """As its repr, and a note says so."""
    error = ShopError(1, fine=2)
    vars(error)["__notes__"] = build()
    shown, note = reader.read(_written(error, mode), code="result = obj.__notes__ if obj.fine == 2 else None")
    assert shown.startswith("<")
    assert note.startswith("picklereg: what stood for the notes (")


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_weak_set_of_errors_is_noted(mode: str, reader: Reader) -> None:
    """Unless they arrive anyway, by what else leads to them."""
    left, cause = an_error(), ShopError(2)
    error = ShopError(1, left=WeakSet([left]), kept=WeakSet([cause]))
    error.__cause__ = cause
    got = reader.read(_written(error, mode), code=f"result = [len(obj.left), len(obj.kept), {_NOTES}]")
    assert got == [0, 1, ["picklereg: attribute 'left' (_weakrefset.WeakSet) holds nothing but what else arrives"]]


# --- classes that native code makes -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_what_a_native_metaclass_made_is_not_copied(mode: str, reader: Reader) -> None:
    """A reader's copy would have no fields; its instance stays behind, and the error arrives."""
    msgspec = pytest.importorskip("msgspec")
    order = msgspec.defstruct("Order", [("number", int)], module=lying_samples.__name__)(7)
    got = reader.read(
        _written(ShopError(1, native=order, fine=2), mode), code=f"result = [obj.fine, hasattr(obj, 'native'), len({_NOTES})]"
    )
    assert got == [2, False, 1]


def test_the_kept_are_kept() -> None:
    """So that the proxies above are alive when they are written."""
    a_proxy(Client())
    assert isinstance(KEPT[-1], Client)
