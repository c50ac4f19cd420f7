"""What needs no trial arrives as what has one does; and what only looks as if it needed none is tried, in every mode."""

from __future__ import annotations

import copyreg
import io
import pickle
import sys
import traceback
from collections import defaultdict
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
import pytest
from bare_samples import ShopError
from own_reduce_samples import Refused
from sound_samples import (
    Colour,
    Compared,
    Getting,
    Giving,
    HasEntry,
    Hashed,
    HasTable,
    Mark,
    Meta,
    Named,
    Needing,
    OfMeta,
    RefusesMarks,
    Refusing,
    Setting,
    Shade,
    Showing,
    Shut,
    Slotted,
    Stripped,
    Told,
    Uncounted,
    apart,
    of_local,
    of_local_enumeration,
    of_local_error,
)
from writers import BY_VALUE, MODES, a_registry, writing

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
from threading import Lock
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


def _hashed_in_itself(wrap: Callable[[Any], Any]) -> Hashed:
    odd = Hashed(4)
    odd.held = wrap(odd)
    return odd


def _with(name: Any, value: Any) -> Mark:
    mark = Mark(2)
    vars(mark)[name] = value
    return mark


#: What no reader can make, or no pickler write.
_UNSOUND: Final[dict[str, Callable[[], Any]]] = {
    "in a set of its own": lambda: _hashed_in_itself(lambda odd: {odd}),
    "as a key of its own": lambda: _hashed_in_itself(lambda odd: {odd: 1}),
    "has what can't be called for a method": lambda: _with("__reduce_ex__", 3),
    "takes no state": lambda: Setting(1),
    "is made of more": lambda: Needing(1),
    "gives more than can be written": lambda: Giving(1),
    "has more room": lambda: vars(odd := Slotted()).update(line=1) or odd,
    "doesn't say what it holds": lambda: Shut(1),
    "of a class in no table": lambda: Compared(1),
    "of a class that has a reducer": lambda: OfMeta(1),
}


@pytest.mark.parametrize("mode", MODES)
def test_what_looks_ordinary_is_tried(mode: str, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays behind by itself, and what stands beside it arrives."""
    monkeypatch.setitem(copyreg.dispatch_table, Meta, lambda _cls: [].pop())
    for name, build in _UNSOUND.items():
        error = ShopError(1, odd=build(), beside=[Mark(3), build(), Mark(4)])
        code = f"result = [hasattr(obj, 'odd'), obj.beside[0].line, obj.beside[2].line, len({_NOTES})]"
        assert reader.read(_written(error, mode), code=code) == [False, 3, 4, 2], name


@pytest.mark.parametrize("mode", MODES)
def test_what_looks_odd_arrives(mode: str, reader: Reader) -> None:
    """A name that is no text, and what stands beside what may be in no table."""
    code = f"result = [vars(obj.numbered)[1], {_NOTES}]"
    assert reader.read(_written(ShopError(1, numbered=_with(1, 2)), mode), code=code) == [2, []]
    told = reader.read(_written(ShopError(1, showing=[Showing(1)]), mode), code=f"result = {_NOTES}")
    assert ["comes without 'line', 'held'" in note for note in told] == [True]
    code = "result = [obj.beside[0], obj.beside[2], len(obj.beside)]"
    assert reader.read(_written(ShopError(1, beside=[5, Uncounted(1), 6]), mode), code=code) == [5, 6, 3]


@pytest.mark.parametrize("mode", MODES)
def test_what_no_reader_finds_goes_by_value_or_stays(mode: str, reader: Reader) -> None:
    """An instance of a local class, such a class, and a member of a local enumeration."""
    odd = of_local()
    error = ShopError(1, odd=odd, held=Mark(2, type(odd)), member=of_local_enumeration(), fine=3)
    code = f"result = [hasattr(obj, 'odd'), hasattr(obj, 'held'), hasattr(obj, 'member'), obj.fine, len({_NOTES})]"
    by_value = mode in BY_VALUE
    assert reader.read(_written(error, mode), code=code) == [by_value, by_value, by_value, 3, 0 if by_value else 3]


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_for_a_local_class_is_an_errors(mode: str, reader: Reader) -> None:
    """Not what else it is derived from."""
    code = "result = [type(obj).__name__, obj.args]"
    told = reader.read(_written(of_local_error(), mode), code=code)
    assert told == ["Local" if mode in BY_VALUE else "ValueError", ["text"]]


@pytest.mark.parametrize("mode", MODES)
def test_a_dictionary_whose_default_cannot_travel(mode: str, reader: Reader) -> None:
    """It becomes a plain one."""
    error = ShopError(1, held=defaultdict(Lock().acquire, a=Mark(2)))
    code = f"result = [type(obj.held).__name__, obj.held['a'].line, len({_NOTES})]"
    assert reader.read(_written(error, mode), code=code) == ["dict", 2, 1]


@pytest.mark.parametrize("mode", MODES)
def test_a_part_of_a_deep_container_stays_behind(mode: str, reader: Reader) -> None:
    """And the container arrives."""
    deep: Any = [Lock(), 3]
    for _ in range(110):
        deep = [deep]
    code = """
item = obj.held
while type(item[0]) is list:
    (item,) = item
result = item[1]"""
    assert reader.read(_written(ShopError(1, held=deep), mode), code=code) == 3


@pytest.mark.parametrize("pickler", [RefusesMarks, HasTable, HasEntry])
def test_a_host_that_refuses_some_values_is_asked(pickler: Any, reader: Reader) -> None:
    """They stay behind, and the error arrives."""
    with picklereg.installed(all_exceptions=True):
        data = apart(ShopError(1, where=Mark(2), fine=3), pickler)
    assert reader.read(data, code=f"result = [hasattr(obj, 'where'), obj.fine, len({_NOTES})]") == [False, 3, 1]


def _further_down(depth: int, function: Callable[[], bytes]) -> bytes:
    return _further_down(depth - 1, function) if depth else function()


@pytest.mark.parametrize("mode", MODES)
def test_what_nests_too_deep_for_the_room_that_is_left(mode: str, reader: Reader) -> None:
    """It stays behind; since Python 3.12 code in C has room of its own."""
    error = ShopError(1, where=_nested(190), fine=3)
    with writing(mode, a_registry()) as write:
        write(ShopError(1, where=_nested(2)))  # so that all is imported
        depth = sys.getrecursionlimit() - len(traceback.extract_stack()) - 300
        data = _further_down(depth, lambda: write(error))
    assert reader.read(data, code="result = obj.fine") == 3


def test_what_nests_too_deep_for_a_pickler_of_python_code(reader: Reader) -> None:
    """It needs more room than one of C."""
    error = ShopError(1, where=_nested(10), fine=3)
    dumps: Any = pickle._dumps  # type: ignore[attr-defined]
    with picklereg.installed(all_exceptions=True):
        dumps(error)
        depth = sys.getrecursionlimit() - len(traceback.extract_stack())
        sent = [_further_down(depth - room, lambda: dumps(error)) for room in range(60, 140, 5)]
    assert {reader.read(data, code="result = obj.fine") for data in sent} == {3}


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


@pytest.mark.parametrize(
    "build",
    [
        lambda: ShopError(1, where=Mark(2, [Mark(3)])),
        lambda: ShopError(1, where=Mark(2, {"a": (Mark(3),)})),
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
