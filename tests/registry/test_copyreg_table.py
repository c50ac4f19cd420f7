"""Global mode: what is put into ``copyreg`` and ``cloudpickle``, what host picklers make of it, and that all of it is undone."""

from __future__ import annotations

import copy
import copyreg
import gc
import importlib
import io
import pickle
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import permutations
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import pytest
import shapes
from crossing import Reader, describe
from registry_samples import (
    Base,
    Calling,
    CopiesBadly,
    CopiesItself,
    Leaf,
    Middle,
    Mixed,
    Moody,
    Simple,
    Site,
    Speaks,
    Thing,
    Undeclared,
    Unhashable,
    chained,
    faithful,
    lossy,
    rebuilt,
    reduces,
    run,
)

from picklereg import RegistrationError, Registry

LOCK = "picklereg: attribute 'lock' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object"
CHAINED: Any = cloudpickle.Pickler.dispatch_table
by_value: Callable[[Any], bytes] = cloudpickle.dumps


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A registry that isn't installed any more when the test ends."""
    registry = Registry(entry_points=False)
    registry.register(Base)
    yield registry
    registry.uninstall()


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Fail a test that leaves ``copyreg``, ``cloudpickle`` or the finders other than they were."""
    table, maps, finders = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    yield
    after = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    copyreg.dispatch_table.clear()
    copyreg.dispatch_table.update(table)
    CHAINED.maps[:] = maps
    assert after == (table, maps, finders)


@pytest.fixture
def foreign() -> Iterator[Callable[[type, Any], None]]:
    """Registers somebody else's reducer, and takes it back when the test ends."""
    classes: list[type] = []

    def register(cls: type, reducer: Any) -> None:
        classes.append(cls)
        copyreg.pickle(cls, reducer)

    yield register
    for cls in classes:
        copyreg.dispatch_table.pop(cls, None)


def entry(cls: type) -> Any:
    return copyreg.dispatch_table.get(cls)


def import_something() -> None:
    """Import a module that has nothing to do with anything."""
    sys.modules.pop("colorsys", None)
    importlib.import_module("colorsys")


# --- the way back -------------------------------------------------------------------------------------------------


def test_uninstalling_leaves_everything_as_it_was(registry: Registry) -> None:
    """``copyreg``, ``cloudpickle`` and the import system hold exactly the objects that they held."""
    before = dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)
    registry.install(all_exceptions=True)
    registry.install()
    registry.ensure(Undeclared(what="x"))
    assert (dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)) != before
    registry.uninstall()
    registry.uninstall()
    assert (dict(copyreg.dispatch_table), list(CHAINED.maps), list(sys.meta_path)) == before


def test_what_others_had_registered_is_put_back(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """Also after having been wrapped twice."""
    foreign(Leaf, faithful)
    with registry.installed():
        registry.install()
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful
    with registry.installed():
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful


def test_what_others_registered_since_is_left_alone(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """An entry that took the place of ours stays, and so does an entry's removal."""
    with registry.installed():
        foreign(Leaf, faithful)
        del copyreg.dispatch_table[Middle]
    assert entry(Leaf) is faithful
    assert entry(Middle) is None
    assert entry(Base) is None


def test_covering_again_what_others_have_overwritten(registry: Registry, foreign: Callable[[type, Any], None]) -> None:
    """The next import, or ``install``, puts ours in front again; what is put back is theirs."""
    with registry.installed():
        foreign(Leaf, faithful)
        registry.install()
        assert entry(Leaf) is not faithful
    assert entry(Leaf) is faithful


@pytest.mark.parametrize("theirs", [None, faithful])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_several_registries_undone_in_any_order(
    order: list[int], theirs: Any, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """Three that cover the same class, imports and further installs in between; those that are left still do their work."""
    if theirs:
        foreign(Leaf, theirs)
    exc = Leaf(code=1)
    registries = [Registry(entry_points=False) for _ in order]
    for registry in registries:
        registry.register(Base)
        registry.install()
    for registry in registries:
        import_something()
        registry.install()
    for number in order:
        assert reader.describe(pickle.dumps(exc)) == describe(exc)
        registries[number].uninstall()
    assert entry(Leaf) is theirs
    assert entry(Base) is None


def test_imports_pile_nothing_up() -> None:
    """Two registries that cover the same class don't wrap each other anew with each import."""
    with ExitStack() as stack:
        for _ in range(2):
            registry = Registry(entry_points=False)
            registry.register(Base)
            stack.enter_context(registry.installed())
        before = entry(Base)
        for _ in range(3):
            import_something()
        assert entry(Base) is before


def test_the_newest_of_two_registries_writes(reader: Reader) -> None:
    """Its reducer counts; when it is gone, the other one's does."""
    first, second = Registry(entry_points=False), Registry(entry_points=False)
    first.register(Base, reducer=reduces("first"))
    second.register(Base, reducer=reduces("second"))
    with first.installed():
        with second.installed():
            assert reader.read(pickle.dumps(Base(code=1)), code="result = obj.by") == "second"
        assert reader.read(pickle.dumps(Base(code=1)), code="result = obj.by") == "first"


def test_installed_within_installed(registry: Registry) -> None:
    """The inner block ends nothing; an error passes through and ends the outer one."""
    with pytest.raises(KeyError), registry.installed():  # noqa: PT012  # the blocks are the point
        with registry.installed() as given:
            assert given is registry
        assert entry(Base) is not None
        raise KeyError
    assert entry(Base) is None


def test_ensure_is_undone_by_uninstall(registry: Registry) -> None:
    """It needs no ``install``."""
    registry.ensure(Undeclared(what="x"))
    assert entry(Undeclared) is not None
    assert entry(Base) is None
    registry.uninstall()
    assert entry(Undeclared) is None


# --- all exceptions -----------------------------------------------------------------------------------------------


def test_all_exceptions(registry: Registry, reader: Reader) -> None:
    """Classes that exist are covered in ``copyreg``, whoever declared them, and any class in cloudpickle."""
    with registry.installed(all_exceptions=True):
        exc = chained(Undeclared(what="x"))
        assert reader.describe(pickle.dumps(exc))["notes"] == ["a note", LOCK]

        class Later(shapes.KeywordOnly):
            pass

        later = chained(Later(code=1, message="m"))
        assert Later not in copyreg.dispatch_table
        assert reader.describe(by_value(later))["notes"] == ["a note", LOCK]
        assert reader.read(by_value(Thing("one")), code="result = obj.name") == "one"
        import_something()
        assert Later in copyreg.dispatch_table
        assert Unhashable not in list(copyreg.dispatch_table)
    assert not {Later, Undeclared} & set(copyreg.dispatch_table)


def test_all_exceptions_for_two_registries() -> None:
    """Each takes only its own map out of cloudpickle's."""
    first, second = Registry(entry_points=False), Registry(entry_points=False)
    before = list(CHAINED.maps)
    with first.installed(all_exceptions=True):
        between = list(CHAINED.maps)
        second.install(all_exceptions=True)
        second.install(all_exceptions=True)
        assert len(CHAINED.maps) == len(between) + 1 == len(before) + 2
        second.uninstall()
        assert CHAINED.maps == between
        second.install(all_exceptions=True)
        first.uninstall()
        assert CHAINED.maps[:-1] == before
        assert CHAINED.maps[-1] is not between[-1]
        second.uninstall()
    assert CHAINED.maps == before


@pytest.mark.parametrize("way", ["import cloudpickle", "from cloudpickle import Pickler", "import user", "picklereg.dumps(1)"])
def test_all_exceptions_where_cloudpickle_comes_later(way: str, tmp_path: Path) -> None:
    """cloudpickle isn't imported for that; once it is, by whomever, it writes any exception whole, also in the midst of an import."""
    (tmp_path / "user.py").write_text("import cloudpickle, shapes\ndata = cloudpickle.dumps(shapes.KeywordOnly(code=1, message='m'))\n")
    code = f"""
    import pickle, sys, picklereg
    picklereg.install(all_exceptions=True)
    assert "cloudpickle" not in sys.modules
    {way}
    import cloudpickle, shapes, user
    table = cloudpickle.Pickler.dispatch_table
    class Later(shapes.KeywordOnly): pass
    assert len(table.maps) == 3
    read = [pickle.loads(data) for data in (user.data, cloudpickle.dumps(Later(code=2, message="n")))]
    picklereg.uninstall()
    print([exc.code for exc in read], len(table.maps))
    """
    assert run(code, tmp_path) == "[1, 2] 2"


def test_all_exceptions_while_another_thread_imports_cloudpickle(tmp_path: Path) -> None:
    """Who installs while cloudpickle is being imported waits for the end of that."""
    (tmp_path / "cloudpickle.py").write_text(
        "import sys, threading\nmain = sys.modules['__main__']\nmain.begun.set()\nmain.go_on.wait()\n"
        "class Pickler:\n    import collections\n    dispatch_table = collections.ChainMap({})\n"
    )
    code = """
    import sys, threading, picklereg
    begun, go_on = threading.Event(), threading.Event()
    importing = threading.Thread(target=__import__, args=("cloudpickle",))
    importing.start()
    begun.wait()
    installing = threading.Thread(target=picklereg.install, kwargs={"all_exceptions": True})
    installing.start()
    go_on.set()
    importing.join(), installing.join()
    print(len(sys.modules["cloudpickle"].Pickler.dispatch_table.maps))
    """
    assert run(code, tmp_path) == "2"


def test_all_exceptions_where_cloudpickle_is_not_what_it_should_be(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloudpickle that is half imported, or that somebody keeps from being imported, is left alone."""
    for stand_in in (ModuleType("cloudpickle"), None):
        monkeypatch.setitem(sys.modules, "cloudpickle", stand_in)
        with registry.installed(all_exceptions=True):
            assert entry(Undeclared) is not None
    assert entry(Undeclared) is None


def test_cloudpickle_is_left_alone_after_uninstall() -> None:
    """Its import changes nothing in it then."""
    code = """
    import picklereg
    picklereg.install({})
    picklereg.uninstall()
    import cloudpickle
    print(len(cloudpickle.Pickler.dispatch_table.maps))
    """
    assert run(code.format("")) == "2"
    assert run(code.format("all_exceptions=True")) == "2"


def test_all_exceptions_are_covered_until_uninstall(registry: Registry) -> None:
    """Who installs again gets what is declared."""
    with registry.installed(all_exceptions=True):
        assert entry(Undeclared) is not None
    with registry.installed():
        import_something()
        assert entry(Base) is not None
        assert entry(Undeclared) is None


def test_unhashable_classes_go_by_the_pickler_alone(registry: Registry) -> None:
    """No dispatch table can hold them: that doesn't disturb the others."""
    exc = Base(code=1)
    exc.__cause__ = Unhashable(code=1)
    with registry.installed(all_exceptions=True):
        registry.ensure(exc)
        assert entry(Base) is not None
        assert Unhashable not in list(copyreg.dispatch_table)


@pytest.mark.parametrize(
    "dumps", [pickle.dumps, lambda obj: bytes(ForkingPickler.dumps(obj)), by_value], ids=["pickle", "forking", "cloudpickle"]
)
def test_an_unhashable_class_in_the_chain(dumps: Callable[[Any], bytes], reader: Reader) -> None:
    """Its error is handed over as a reduce value, or, where a pickler can't write such a class, as its nearest base; none above is lost."""
    outer: Any = Leaf(code=1)
    outer.__cause__ = Unhashable(code=2)
    outer.__cause__.__context__ = Middle(code=3)
    outer.held = [Unhashable(code=4)]
    with Registry(entry_points=False).installed(all_exceptions=True):
        data = dumps([outer])
    got = reader.read(data, code="result = describe(obj[0])")
    cause = got["others"][got["cause"] - 1]
    assert got["args"] == ["'code 1'"]
    assert got["others"][cause["context"] - 1]["args"] == ["'code 3'"]
    if dumps is by_value:
        assert cause["type"] == "registry_samples.Base"
        assert [note.startswith("picklereg: class registry_samples.Unhashable ") for note in cause["notes"]] == [True]
    else:
        assert got == describe(outer)


def test_classes_of_a_later_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subclass of a registered class is covered when the import ends that defines it; others, if all are."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    site = Site(tmp_path)
    code = "from registry_samples import Base\nclass Sub(Base): pass\nclass Other(Exception): pass\n"
    site.module("probelate", code)
    for everything in (False, True):
        registry = Registry(entry_points=False)
        registry.register(Base)
        with registry.installed(all_exceptions=everything):
            late: Any = importlib.import_module("probelate")
            assert late.Sub in copyreg.dispatch_table
            assert (late.Other in copyreg.dispatch_table) is everything
        assert not {late.Sub, late.Other} & set(copyreg.dispatch_table)
        site.forget()


# --- just in time -------------------------------------------------------------------------------------------------


def hidden_in(exc: Any) -> Any:
    """Put undeclared exceptions everywhere in an exception where some can be."""
    exc.__cause__ = Undeclared(what="cause")
    exc.__cause__.__context__ = Undeclared(what="context of the cause")
    exc.held = {"list": [Undeclared(what="in a list")]}
    exc.group = ExceptionGroup("group", [Undeclared(what="one"), ExceptionGroup("inner", [Undeclared(what="two")])])
    return exc


def test_what_plain_pickle_makes_of_an_undeclared_cause(reader: Reader) -> None:
    """It drops it; if it didn't, the reader would have nothing at all."""
    with pytest.raises(AssertionError, match=r"missing 1 required keyword-only argument|takes 1 positional argument"):
        reader.describe(pickle.dumps(Undeclared(what="cause")))


@pytest.mark.parametrize("dumps", [pickle.dumps, by_value])
def test_undeclared_exceptions_anywhere_arrive_whole(dumps: Callable[[Any], bytes], registry: Registry, reader: Reader) -> None:
    """Along the chain, in groups, in containers, and inside the values of attributes."""
    exc = hidden_in(Base(code=1))
    inner = Undeclared(what="in a thing")
    exc.thing = shapes.Holder(inner)
    code = "result = [describe(obj.thing.thing)]; del obj.thing; result.append(describe(obj))"
    with registry.installed():
        got = reader.read(dumps(exc), code=code)
    del exc.thing
    assert got == [describe(inner), describe(exc)]


def test_ensure_covers_all_that_an_exception_leads_to(registry: Registry, reader: Reader) -> None:
    """Its own class, chain, groups and the exceptions in its attributes."""
    exc = hidden_in(Undeclared(what="outer"))
    registry.ensure(exc)
    assert {Undeclared, ExceptionGroup} <= set(copyreg.dispatch_table)
    assert reader.describe(pickle.dumps(exc)) == describe(exc)
    registry.ensure(ExceptionGroup("g", [Simple()]))
    assert Simple in copyreg.dispatch_table


@pytest.mark.parametrize("thing", [7, None, Undeclared, Thing("one")])
def test_only_an_exception_can_be_ensured(thing: Any, registry: Registry) -> None:
    """Anything else, an exception class among it, is an error of ours, and nothing changes."""
    before = dict(copyreg.dispatch_table)
    with pytest.raises(RegistrationError) as caught:
        registry.ensure(thing)
    assert caught.value.remedy == "pass the exception itself"
    assert caught.value.problem.endswith(" is no exception")
    assert dict(copyreg.dispatch_table) == before


# --- host picklers ------------------------------------------------------------------------------------------------


def by(pickler_class: Any) -> Callable[[Any], bytes]:
    def dumps(obj: Any) -> bytes:
        file = io.BytesIO()
        pickler_class(file).dump(obj)
        return file.getvalue()

    return dumps


class OverridingDump(pickle.Pickler):
    """A pickler of somebody's who asks for a look at each object, and begins dumps by a method of its own."""

    def dump(self, obj: Any) -> None:
        super().dump(obj)

    def reducer_override(self, obj: Any) -> Any:
        return NotImplemented


HOSTS: dict[str, Callable[[Any], bytes]] = {
    "pickle.dumps": pickle.dumps,
    "pickle.Pickler": by(pickle.Pickler),
    "pickle._dumps": pickle._dumps,  # type: ignore[attr-defined]
    "pickle._Pickler": by(pickle._Pickler),
    "cloudpickle.dumps": by_value,
    "cloudpickle.Pickler": by(cloudpickle.Pickler),
    "ForkingPickler": lambda obj: bytes(ForkingPickler.dumps(obj)),
}


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_pickler_writes_what_can_travel(host: str, registry: Registry, reader: Reader) -> None:
    """What can't is named in a note; cause and notes are there, and an exception in a result is no other matter."""
    exc = chained(Leaf(code=7), Middle(code=6))
    exc.thing = Thing("one")
    with registry.installed():
        got = reader.read(HOSTS[host]({"errors": [exc]}), code="exc, = obj['errors']; result = [describe(exc), exc.thing.name]")
    lock, thing = exc.lock, exc.thing
    del exc.lock, exc.thing
    want = describe(exc)
    want["dict"]["thing"] = got[0]["dict"]["thing"]
    want["notes"] = ["a note", LOCK]
    assert got == [want, "one"]
    assert (type(lock), thing.name) == (type(threading.Lock()), "one")


@pytest.mark.parametrize("host", HOSTS)
def test_an_undeclared_cause_arrives_whole(host: str, registry: Registry, reader: Reader) -> None:
    """A declared error brings its cause along, so the cause must be readable there, whatever its class."""
    exc = Base(code=1)
    exc.__cause__ = Undeclared(what="cause")
    with registry.installed():
        assert Undeclared not in copyreg.dispatch_table
        assert reader.describe(HOSTS[host](exc)) == describe(exc)
    assert Undeclared not in copyreg.dispatch_table


def test_a_host_pickler_without_a_dispatch_table(registry: Registry, reader: Reader) -> None:
    """A subclass with a ``reducer_override`` and a ``dump`` of its own is asked what it can write."""
    exc: Any = Leaf(code=7)
    exc.thing = Thing("one")
    with registry.installed():
        got = reader.describe(by(OverridingDump)(exc))
    assert got["notes"] == []


def test_a_pickler_with_an_override_of_its_own(registry: Registry, reader: Reader) -> None:
    """One instance of cloudpickle's may have one, too: it is asked, and the nearest base stands for what it refuses."""
    file = io.BytesIO()
    host: Any = cloudpickle.Pickler(file)  # type: ignore[no-untyped-call]
    given = host.reducer_override

    def refusing(obj: Any) -> Any:
        if obj is Leaf:
            raise pickle.PicklingError
        return given(obj)

    host.reducer_override = refusing
    with registry.installed():
        host.dump([Leaf(code=7)])
    name, notes = reader.read(file.getvalue(), code="result = [type(obj[0]).__name__, obj[0].__notes__]")
    assert name == "Middle"
    assert "it was sent as registry_samples.Middle" in notes[0]


@pytest.mark.parametrize("host", HOSTS)
def test_a_lambda_travels_where_the_host_can(host: str, registry: Registry, reader: Reader) -> None:
    """cloudpickle writes it by value; from others it is left behind, with a note."""
    exc: Any = Base(code=1)
    exc.double = lambda number: 2 * number
    with registry.installed():
        data = HOSTS[host](exc)
    notes, result = reader.read(data, code="result = [describe(obj)['notes'], obj.double(2) if 'double' in vars(obj) else None]")
    if host.startswith("cloudpickle"):
        assert (notes, result) == ([], 4)
    else:
        assert (len(notes), result) == (1, None)
        assert notes[0].startswith("picklereg: attribute 'double' (function) was left behind: ")


@pytest.mark.parametrize("host", HOSTS)
def test_a_local_class_travels_where_the_host_can(host: str, registry: Registry, reader: Reader) -> None:
    """cloudpickle writes it by value; from others its nearest importable base arrives, with a note."""

    class Local(Middle):
        pass

    exc = chained(Local(code=1), Middle(code=6))
    del exc.lock
    with registry.installed():
        registry.register(Local)
        got = reader.describe(HOSTS[host](exc))
    if host.startswith("cloudpickle"):
        assert got == describe(exc)
    else:
        note = f"picklereg: class {__name__}.{Local.__qualname__} can't be imported by its name; it was sent as registry_samples.Middle"
        assert got == {**describe(exc), "type": "registry_samples.Middle", "notes": ["a note", note]}


# --- one dump after another ---------------------------------------------------------------------------------------


def test_the_same_exception_again_and_again(registry: Registry, reader: Reader) -> None:
    """Each dump is like the first one; the inner exception after its outer one, and the other way round."""
    outer = chained(Leaf(code=1), chained(Middle(code=2)))
    inner = outer.__cause__
    with registry.installed():
        # The very first dump covers classes that nobody declared, and has to write them another way.
        assert reader.describe(pickle.dumps(outer)) == reader.describe(pickle.dumps(outer))
        first = [pickle.dumps(outer), pickle.dumps(inner)]
        assert [pickle.dumps(outer), pickle.dumps(outer), pickle.dumps(inner), pickle.dumps(outer)] == [*first[:1] * 2, first[1], first[0]]
    assert [reader.describe(data)["notes"] for data in first] == [["a note", LOCK]] * 2


def test_the_same_exception_twice_in_one_dump(registry: Registry, reader: Reader) -> None:
    """It stays one object, wherever it is met first."""
    outer = Leaf(code=1)
    outer.__cause__ = Middle(code=2)
    with registry.installed():
        data = pickle.dumps([outer.__cause__, outer, outer])
    assert reader.read(data, code="result = [obj[1].__cause__ is obj[0], obj[1] is obj[2], describe(obj[1])]") == [
        True,
        True,
        describe(outer),
    ]


def three(**attributes: Any) -> Any:
    """Make a chain of three; the newest has the attributes."""
    errors: list[Any] = [Base(code=number) for number in range(3)]
    errors[0].__cause__, errors[1].__cause__ = errors[1:]
    vars(errors[0]).update(attributes)
    return errors[0]


@pytest.fixture
def short() -> Iterator[Registry]:
    """A registry that keeps chains of two."""
    registry = Registry(entry_points=False, max_chain=2)
    registry.register([Base, Speaks])
    with registry.installed():
        yield registry


def test_a_chain_is_as_long_as_the_registry_says(short: Registry, reader: Reader) -> None:
    """Counted from the exception that is dumped."""
    outer = three()
    assert len(reader.describe(pickle.dumps(outer))["others"]) == 1
    assert reader.describe(pickle.dumps(outer.__cause__)) == describe(outer.__cause__)


def test_after_an_aborted_dump(short: Registry, reader: Reader) -> None:
    """What was decided for a dump that its host gave up doesn't count for the next one."""
    outer = three(moody=Moody())
    with pytest.raises(OSError, match="the disk is full"):
        pickle.dumps(outer)
    assert reader.describe(pickle.dumps(outer.__cause__)) == describe(outer.__cause__)


def test_after_a_reducer_that_drops_an_exception(short: Registry, reader: Reader) -> None:
    """The dump is over all the same."""
    short.register(Speaks, reducer=lossy)
    hidden: Any = three().__cause__
    pickle.dumps(Speaks(hidden))
    assert reader.describe(pickle.dumps(hidden)) == describe(hidden)


def test_nothing_is_held_when_a_dump_is_over(short: Registry) -> None:
    """An exception that a reducer has dropped goes with the one that held it, and so do the frames of its traceback."""
    short.register(Speaks, reducer=lossy)
    hidden: Any = Base(code=1)
    gone = weakref.ref(hidden)
    pickle.dumps(Speaks(hidden))
    del hidden
    gc.collect()
    assert gone() is None


def test_a_dump_within_a_dump(registry: Registry, reader: Reader) -> None:
    """A value that pickles something by itself, as tasks' results do; both dumps are right."""
    exc: Any = chained(Base(code=1))
    inner = chained(Leaf(code=2))
    with registry.installed():
        alone = pickle.dumps(inner)
        exc.call = Calling(lambda: pickle.dumps(inner))
        got = reader.read(pickle.dumps(exc), code="import pickle; result = [describe(obj)['notes'], describe(pickle.loads(obj.call))]")
    became = "picklereg: attribute 'call' (registry_samples.Calling) becomes bytes"
    assert got == [["a note", LOCK, became], reader.describe(alone)]


@pytest.mark.parametrize("inner", [Base(code=7), chained(Base(code=7))], ids=["alone", "chain"])
def test_a_dump_within_a_dump_does_not_lengthen_the_chain(inner: BaseException, short: Registry, reader: Reader) -> None:
    """Limits, and links back to a group, are those of the outermost exception."""
    exc = three(call=Calling(lambda: pickle.dumps(inner)))
    assert len(reader.describe(pickle.dumps(exc))["others"]) == 1


def test_from_several_threads_at_once(registry: Registry, reader: Reader) -> None:
    """The same exceptions, dumped by four threads, are the same bytes each time."""
    errors = [hidden_in(Leaf(code=number)) for number in range(5)]
    with registry.installed():
        want = [[pickle.dumps(exc) for exc in errors] for _ in "twice"][-1]  # the first dumps cover what nobody declared
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(lambda number: pickle.dumps(errors[number % 5]), range(200)))
    assert got == want * 40
    assert reader.describe(want[0]) == describe(errors[0])


# --- other people's reducers --------------------------------------------------------------------------------------


def speaking() -> Any:
    exc: Any = Speaks("m")
    exc.__cause__ = KeyError("k")
    exc.add_note("a note")
    return exc


def test_a_foreign_entry_is_respected_if_it_gives_the_same_error(
    registry: Registry, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """It is called, and what it drops is added."""
    calls: list[BaseException] = []

    def counted(exc: BaseException) -> Any:
        calls.append(exc)
        return faithful(exc)

    foreign(Speaks, counted)
    exc = speaking()
    with registry.installed():
        registry.ensure(exc)
        data = pickle.dumps(exc)
    assert calls == [exc]
    assert reader.describe(data) == describe(exc)


def test_a_foreign_entry_is_not_respected_if_it_loses_the_message(
    registry: Registry, foreign: Callable[[type, Any], None], reader: Reader
) -> None:
    """The error arrives as it was."""
    foreign(Speaks, lossy)
    exc = speaking()
    with registry.installed():
        registry.ensure(exc)
        assert reader.describe(pickle.dumps(exc)) == describe(exc)
    assert entry(Speaks) is lossy


TBLIB = """
import copyreg, pickle, sys, threading
import tblib.pickling_support
from picklereg import Registry

class Base(Exception):
    def __init__(self, *, code):
        super().__init__(code)
        self.code = code

class Undeclared(Base):
    pass

def check(when):
    exc = Base(code=1)
    exc.__cause__ = Undeclared(code=2)
    exc.lock = threading.Lock()
    data = pickle.dumps(exc)
    assert b"tblib" not in data, when
    got = pickle.loads(data)
    assert (got.code, got.__cause__.code, len(got.__notes__)) == (1, 2, 1), when

registry = Registry(entry_points=False)
registry.register(Base)
"""


def test_tblibs_entries_do_not_win() -> None:
    """Whether its blanket registration comes before ours, or after it and with an import, as ``import distributed`` does it."""
    code = f"""{TBLIB}
tblib.pickling_support.install()
theirs = dict(copyreg.dispatch_table)
with registry.installed():
    check("before")
    tblib.pickling_support.install()
    import colorsys
    check("after, and an import")
    tblib.pickling_support.install()
    registry.ensure(Base(code=1))
    check("after, and ensure")
left = {{cls: reducer for cls, reducer in copyreg.dispatch_table.items() if issubclass(cls, BaseException)}}
assert left == {{cls: theirs.get(cls, reducer) for cls, reducer in left.items()}}
assert set(theirs) <= set(copyreg.dispatch_table)
with registry.installed(all_exceptions=True):
    check("all")
print("done")
"""
    assert run(code) == "done"


def test_tblibs_entries_are_nobodys_choice() -> None:
    """The pickler, which doesn't need ``copyreg``, isn't led astray by them either."""
    code = f"""{TBLIB}
import picklereg
tblib.pickling_support.install()
pickle.dumps = picklereg.dumps
check("the pickler")
print("done")
"""
    assert run(code) == "done"


# --- copying is not pickling --------------------------------------------------------------------------------------


def outcome(function: Callable[[Any], Any], exc: Any) -> Any:
    """Tell what copying gives, or how it fails."""
    try:
        got = function(exc)
    except Exception as problem:
        return type(problem), str(problem)
    held = {name: (type(value), value is vars(exc).get(name)) for name, value in vars(got).items()}
    return type(got), repr(got.args), held, got.__cause__, got.__context__, got.__suppress_context__, got is exc


def copied() -> Iterator[Any]:
    """Give exceptions that can be copied, and some that can't."""
    for cls in (Simple, CopiesItself, Speaks):
        exc: Any = cls("text")
        exc.__cause__ = KeyError("cause")
        exc.thing, exc.function = Thing("one", "s3cret"), copied
        yield exc
    with_lock: Any = Simple([1])
    with_lock.lock = threading.Lock()
    yield from (with_lock, CopiesBadly(1, 2), Base(code=1), Mixed(code=1), shapes.MyOSError("p"), shapes.GoodReduce("a", 1))
    yield from (shapes.RaisingReduce("a", "b"), shapes.FrozenDataclass(1, "w"), ExceptionGroup("g", [Simple("x")]), shapes.SlottedChild(1))


@pytest.mark.parametrize("theirs", [None, faithful, lossy])
@pytest.mark.parametrize("function", [copy.copy, copy.deepcopy])
def test_copying_is_as_without_us(function: Callable[[Any], Any], theirs: Any, foreign: Callable[[type, Any], None]) -> None:
    """What a copy holds and drops, and how it fails, is the same, with somebody else's entry in ``copyreg``, too."""
    if theirs:
        foreign(Speaks, theirs)
    registries = [Registry(entry_points=False) for _ in range(2)]
    for registry in registries:
        registry.register(BaseException)
        registry.register(Speaks, reducer=lambda exc: (rebuilt, (Speaks, "us")))
        registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    errors = list(copied())
    want = [outcome(function, exc) for exc in errors]
    with ExitStack() as stack:
        for registry in registries:
            stack.enter_context(registry.installed(all_exceptions=True))
            for exc, expected in zip(errors, want, strict=True):
                assert entry(type(exc)) is not theirs
                assert outcome(function, exc) == expected
    assert [outcome(function, exc) for exc in errors] == want


def test_deep_copies_keep_what_pickles_leave_behind(registry: Registry) -> None:
    """Neither notes nor redactions are put into a copy."""
    registry.register_attachment(Thing, lambda thing: Thing(thing.name))
    exc: Any = Simple("text")
    exc.thing, exc.function = Thing("one", "s3cret"), copied
    with registry.installed(all_exceptions=True):
        for got in (copy.copy(exc), copy.deepcopy(exc)):
            assert got.thing.secret == "s3cret"
            assert got.function is copied
            assert not hasattr(got, "__notes__")
