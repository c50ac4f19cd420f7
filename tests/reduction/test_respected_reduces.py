"""What an error's own reduce gives arrives as it is where that does the same, and else the error goes by the wire form, in every mode."""

from __future__ import annotations

import copyreg
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import pytest
from bare_samples import ShopError
from own_reduce_samples import (
    ONLY_OF,
    ByItems,
    ByLocal,
    ByNothing,
    ByOddMaker,
    BySetter,
    Draining,
    Failing,
    Holding,
    Kept,
    Listing,
    Numbered,
    Only,
    OnlyOf,
    Refused,
    RefusesMaking,
    make,
)
from sound_samples import Mark, Meta, OfMeta, apart, of_local
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from crossing import Reader

_NOTES: Final = "getattr(obj, '__notes__', [])"


def _written(error: BaseException, mode: str) -> bytes:
    with writing(mode, a_registry()) as write:
        return write(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Refused, Kept, Numbered])
def test_what_an_own_reduce_gives_arrives(cls: type[Refused], mode: str, reader: Reader) -> None:
    """Plain values, containers of them, errors, classes, what nests, and a list that stands there twice."""
    both = [1, 2]
    inner = KeyError("inner")
    error = cls("text", both, both, {"a": b"x"}, inner, Mark, [(1, [2])], Mark(3))
    error.told = 40
    code = (
        "a = obj.args\n"
        "result = [type(obj).__name__, a[0], a[1] == [1, 2], len(a), repr(a[4]), a[5].__name__, a[6][0][1], a[7].line, obj.told,"
        f" {_NOTES}]"
    )
    assert reader.read(_written(error, mode), code=code) == [cls.__name__, "text", True, 8, repr(inner), "Mark", [2], 3, 40, []]
    plain = cls("text", both, {"a": b"x"}, inner, Mark)
    code = f"result = [obj.args[0], obj.args[1], repr(obj.args[3]), obj.told, {_NOTES}]"
    assert reader.read(_written(plain, mode), code=code) == ["text", [1, 2], repr(inner), 5, []]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [ByOddMaker, ByNothing, BySetter, ByItems, ByLocal])
def test_an_own_reduce_may_not_do(cls: type[Refused], mode: str, reader: Reader) -> None:
    """The error arrives by the wire form then."""
    error = cls("text", [1, 2])
    told = reader.read(_written(error, mode), code=f"result = [type(obj).__name__, obj.args, obj.told, {_NOTES}]")
    assert told == [cls.__name__, ["text", [1, 2]], 2, []]


@pytest.mark.parametrize("mode", MODES)
def test_what_exists_already_is_left_alone(mode: str, reader: Reader) -> None:
    """Nobody sets in it what the reader is to set."""
    error = ONLY_OF[OnlyOf]
    code = "import own_reduce_samples as s; result = [obj is s.ONLY_OF[s.OnlyOf], obj.args]"
    assert reader.read(_written(error, mode), code=code) == [True, ["text"]]
    assert vars(error) == {}


@pytest.mark.parametrize("mode", MODES)
def test_a_note_says_why_a_reducer_is_not_used(mode: str, reader: Reader) -> None:
    """What the trial says, not that it gave nothing."""
    registry = a_registry()
    registry.register(ShopError, reducer=lambda _error: (make, (ShopError, Lock())))
    with writing(mode, registry) as write:
        (note,) = reader.read(write(ShopError(1)), code=f"result = {_NOTES}")
    assert "cannot pickle '_thread.lock' object" in note


@pytest.mark.parametrize("mode", MODES)
def test_what_an_own_reduce_gives_is_copied(mode: str, reader: Reader) -> None:
    """The class's code may change it."""
    error = Draining("text", [1, 2])
    assert reader.read(_written(error, mode), code="result = [type(obj).__name__, obj.told]") == ["Draining", 2]
    assert error.args == ("text", [1, 2])


@pytest.mark.parametrize("mode", MODES)
def test_classes_among_what_an_own_reduce_gives(mode: str, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that no reader finds goes by value or by its text, as does one for which somebody has a reducer that fails."""
    monkeypatch.setitem(copyreg.dispatch_table, Meta, lambda _cls: [].pop())
    code = f"result = [type(obj).__name__, obj.args[0], isinstance(obj.args[1], type), len({_NOTES})]"
    by_value = mode in BY_VALUE
    assert reader.read(_written(Refused("text", type(of_local())), mode), code=code) == ["Refused", "text", by_value, not by_value]
    assert reader.read(_written(Refused("text", OfMeta), mode), code=code) == ["Refused", "text", False, 1]


def test_a_host_that_refuses_what_an_own_reduce_calls(reader: Reader) -> None:
    """The error arrives by the wire form."""
    with picklereg.installed(all_exceptions=True):
        data = apart(Refused("text", 1), RefusesMaking)
    assert reader.read(data, code=f"result = [type(obj).__name__, obj.args, {_NOTES}]") == ["Refused", ["text", 1], []]


@pytest.mark.parametrize("mode", MODES)
def test_what_an_own_reduce_gives_may_fail(mode: str, reader: Reader) -> None:
    """What it names raises when it is called: the error arrives by the wire form."""
    code = "result = [type(obj).__name__, obj.args, obj.told]"
    assert reader.read(_written(Failing("text", 7), mode), code=code) == ["Failing", ["text", 7], 2]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("state", ["a", ["a"], {1: 2}])
@pytest.mark.parametrize("cls", [Listing, Only, Holding])
def test_a_state_that_no_error_takes_is_not_written(cls: type[Listing], state: Any, mode: str, reader: Reader) -> None:
    """The reader would fail with it: the error arrives by the wire form."""
    error = cls("text")
    vars(error)["a"] = state
    code = f"result = [type(obj).__name__, obj.args, obj.a == {state!r}]"
    assert reader.read(_written(error, mode), code=code) == [cls.__name__, ["text"], True]
