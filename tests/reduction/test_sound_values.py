"""What needs no trial arrives as what has one does; and what only looks as if it needed none is tried, in every mode."""

from __future__ import annotations

import copyreg
import io
import pickle
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
import pytest
from bare_samples import ShopError
from sound_samples import (
    Colour,
    Failing,
    Getting,
    Hashed,
    Holding,
    Kept,
    Listing,
    Mark,
    Named,
    Numbered,
    Only,
    Refused,
    Refusing,
    Shade,
    Stripped,
    Told,
    apart,
)
from writers import MODES, a_registry, writing

import picklereg
from picklereg.reduction import copying, reduce_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

_NOTES: Final = "getattr(obj, '__notes__', [])"


def _written(error: BaseException, mode: str) -> bytes:
    with writing(mode, a_registry()) as write:
        return write(error)


def _nested(depth: int) -> Mark:
    mark = Mark(0)
    for line in range(1, depth):
        mark = Mark(line, mark)
    return mark


@pytest.mark.parametrize("mode", MODES)
def test_ordinary_instances_arrive(mode: str, reader: Reader) -> None:
    """With what they hold: each other, containers, classes; in a list, too, and one at two places is one there."""
    shared = Mark(3, {"a": [Mark(4), (5, Mark)], "b": {6}})
    shared.held["self"] = shared
    error = ShopError(1, where=shared, marks=[Named(7, shared)])
    code = (
        "w = obj.where\n"
        "result = [w.line, w.held['a'][0].line, w.held['a'][1][1].__name__, 6 in w.held['b'], w.held['self'] is w,"
        f" obj.marks[0].held is w, {_NOTES}]"
    )
    assert reader.read(_written(error, mode), code=code) == [3, 4, "Mark", True, True, True, []]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("depth", [2, 20])
def test_deep_and_many_instances_arrive(depth: int, mode: str, reader: Reader) -> None:
    """Those that nest, and more of them than are looked at."""
    error = ShopError(1, where=_nested(depth), marks=[Mark(line) for line in range(depth * 20)])
    code = f"""
mark, count = obj.where, 1
while mark.held:
    mark, count = mark.held, count + 1
result = [count, sum(mark.line for mark in obj.marks), {_NOTES}]"""
    assert reader.read(_written(error, mode), code=code) == [depth, sum(range(depth * 20)), []]


@pytest.mark.parametrize("mode", MODES)
def test_instances_arrive_whose_class_cannot_be_asked(mode: str, reader: Reader) -> None:
    """Its metaclass has code for that, which pickle has no need of."""
    odd = Told()
    odd.line = 3
    code = f"result = [type(obj.odd).__name__, obj.odd.line, obj.listed[0] is obj.odd, {_NOTES}]"
    assert reader.read(_written(ShopError(1, odd=odd, listed=[odd]), mode), code=code) == ["Told", 3, True, []]
    data = picklereg.dumps([odd, lambda: 1])  # outside of errors, too
    assert reader.read(data, code="result = obj[0].line") == 3


@pytest.mark.parametrize("mode", MODES)
def test_members_of_enumerations_arrive(mode: str, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are the reader's own, also where a reducer for them fails; one that is stripped becomes what that gives; one by hand can't."""
    monkeypatch.setitem(copyreg.dispatch_table, Refusing, lambda member: member.nothing)
    registry = a_registry()
    registry.register_attachment(Stripped, lambda member: member.name)
    members = {"found": HTTPStatus.OK, "red": Colour.RED, "mixed": Colour.MIXED, "none": Colour.NONE, "dark": Shade.DARK}
    odd = object.__new__(Colour)
    vars(odd).update(_name_="odd", _value_="odd")
    error = ShopError(1, **members, refusing=Refusing.ONE, odd=odd, where=Mark(1, Stripped.ONE))
    with writing(mode, registry) as write:
        data = write(error)
    code = f"""
from http import HTTPStatus
from sound_samples import Colour, Refusing, Shade
are_own = obj.found is HTTPStatus.OK and obj.dark is Shade.DARK and [obj.red, obj.mixed, obj.none] == [*Colour]
result = [are_own and obj.refusing is Refusing.ONE, obj.where.held, [note.split("'")[1] for note in {_NOTES}]]"""
    assert reader.read(data, code=code) == [True, "ONE", ["odd"]]


@pytest.mark.parametrize("mode", MODES)
def test_what_a_reader_cannot_make_stays_behind(mode: str, reader: Reader) -> None:
    """One that asks itself for what it lacks, and one that keeps in itself how it is to be reduced; the rest of the error arrives."""
    odd = Mark(2)
    vars(odd)["__reduce_ex__"] = lambda _protocol: [].pop()
    error = ShopError(1, getting=Getting(1, {}), odd=odd, fine=Mark(3), keyed={Hashed(4): 5})
    code = f"result = [hasattr(obj, 'getting'), hasattr(obj, 'odd'), obj.fine.line, [*obj.keyed][0].line, len({_NOTES})]"
    assert reader.read(_written(error, mode), code=code) == [False, False, 3, 4, 2]


def test_a_host_that_keeps_values_apart_is_followed(reader: Reader) -> None:
    """What its ``persistent_id`` is asked about is asked in trials, too: an error of which a part is kept out still arrives."""
    with picklereg.installed(all_exceptions=True):
        data = apart(ShopError(1, where=Mark(2)))
    code = """
import io, pickle
class Unpickler(pickle.Unpickler):
    def persistent_load(self, pid):
        return pid
"""
    assert data.find(b"Mark") < 0
    assert reader.read(pickle.dumps(data), code=f"{code}result = Unpickler(io.BytesIO(obj)).load().where") == 2


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


@pytest.mark.parametrize(
    "build",
    [
        lambda: ShopError(1, where=Mark(2, [Mark(3)])),
        lambda: ShopError(1, kinds=[Mark]),
        lambda: Refused("a", 1, [2]),
        lambda: ShopError(1, of=HTTPStatus.OK),
    ],
)
def test_nothing_is_tried_where_python_alone_decides(build: Callable[[], BaseException], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by ``dumps`` nor by cloudpickle is anything written that isn't in the pickle."""
    tried: list[Any] = []
    for module in (copying, reduce_values):
        monkeypatch.setattr(module, "rebuild", lambda value, *_args, **_options: tried.append(value))
    error = build()
    picklereg.dumps(error)
    with picklereg.installed(all_exceptions=True):
        cloudpickle.dumps(error)  # type: ignore[no-untyped-call]
        pickle.Pickler(io.BytesIO()).dump(error)
    assert tried == []
