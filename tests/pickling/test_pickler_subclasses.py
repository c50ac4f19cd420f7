"""The pickler in use: subclasses with ids, overrides and tables of their own, and ``copyreg``."""

from __future__ import annotations

import copyreg
import io
import multiprocessing.pool
import pickle
from collections import ChainMap
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

import cloudpickle
import local_samples
import pickler_samples as samples
import pytest
from crossing import describe
from writing_samples import ORDINARY, PICKLERS, error, written

import picklereg

# --- subclasses ---------------------------------------------------------------------------------------------------


class Connection:
    """Stays here: a subclass of the pickler writes a name in its place."""


CONNECTION = Connection()


class ReadingWithIds(pickle.Unpickler):
    def persistent_load(self, pid: Any) -> Any:
        return {"connection 1": CONNECTION}[pid]


def test_persistent_ids_are_asked_for_everywhere() -> None:
    """In ordinary objects and in exceptions, and the bytes are cloudpickle's where no exception is involved."""

    def with_ids(base: Any) -> Any:
        class WithIds(base):  # type: ignore[misc]
            def persistent_id(self, obj: Any) -> Any:
                return "connection 1" if isinstance(obj, Connection) else None

        return WithIds

    ordinary = [samples.Plain(held=CONNECTION), CONNECTION, {CONNECTION: lambda: 1}]
    assert written(with_ids(picklereg.Pickler), ordinary) == written(with_ids(cloudpickle.Pickler), ordinary)
    sent: Any = error()
    sent.connection = CONNECTION
    sent.__cause__.args = ([CONNECTION],)
    data = written(with_ids(picklereg.Pickler), [sent, *ordinary])
    back, plain, connection, _ = ReadingWithIds(io.BytesIO(data)).load()
    assert back.connection is back.__cause__.args[0][0] is plain.held is connection is CONNECTION
    assert back.__notes__ == ["a note"]


def _with_override(base: Any, *, ask_super: bool) -> Any:
    class WithOverride(base):  # type: ignore[misc]
        def reducer_override(self, obj: Any) -> Any:
            if isinstance(obj, samples.Plain):
                return str, ("<Plain>",)
            if isinstance(obj, KeyError):
                return LookupError, ("<KeyError>",)
            return super().reducer_override(obj) if ask_super else NotImplemented

    return WithOverride


def test_a_reducer_override_comes_first() -> None:
    """For each instance, not only for the first of a class; what it leaves goes cloudpickle's way."""
    local = local_samples.BY_VALUE["instance of a local class"][0]()
    obj = [samples.Plain(a=1), samples.Plain(a=2), samples.Frozen(samples.Plain()), local, lambda: 1, samples.Colour.RED, samples.Square]
    cloudpickle.Pickler(io.BytesIO()).dump(local)  # type: ignore[no-untyped-call]
    ours, theirs = (_with_override(base, ask_super=True) for base in PICKLERS.values())
    assert written(ours, obj) == written(theirs, obj)
    assert pickle.loads(written(ours, obj))[:3] == ["<Plain>", "<Plain>", samples.Frozen("<Plain>")]


@pytest.mark.parametrize("ask_super", [True, False])
def test_a_reducer_override_may_take_exceptions(ask_super: bool) -> None:
    """Those that it leaves alone are written whole, whether or not it asks its parent."""
    ours = _with_override(picklereg.Pickler, ask_super=ask_super)
    sent = error()
    back, first, second = pickle.loads(written(ours, [sent, KeyError(1), KeyError(2)]))
    assert repr([first, second]) == "[LookupError('<KeyError>'), LookupError('<KeyError>')]"
    assert (type(back), repr(back.__cause__)) == (samples.TicketError, "LookupError('<KeyError>')")
    sent.__cause__ = ValueError()
    assert describe(pickle.loads(written(ours, sent))) == describe(sent)


def test_a_reducer_override_that_doesnt_ask_its_parent_gets_pickles_ways() -> None:
    """As with cloudpickle: a lambda then can't be pickled, while a named class can."""
    ours, theirs = (_with_override(base, ask_super=False) for base in PICKLERS.values())
    named = [samples.Plain(), samples.Frozen(1), samples.WithMeta, samples.function, memoryview(b"a")]
    assert written(ours, named) == written(theirs, named)
    for pickler in (ours, theirs):
        with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
            written(pickler, lambda: 1)


def _reduce_frozen(obj: samples.Frozen) -> Any:
    return samples.Frozen, ("reduced", obj.x)


class Computed(dict[Any, Any]):
    """A dispatch table as ours is one: it finds out."""

    def __missing__(self, cls: type) -> Any:
        if cls is samples.Frozen:
            return _reduce_frozen
        raise KeyError(cls)


class OnlyItems:
    """The least that is a dispatch table."""

    def __getitem__(self, cls: type) -> Any:
        return _patched_in({})[cls]


def _patched_in(table: dict[type, Any]) -> Any:
    return {**table, samples.Frozen: _reduce_frozen}


TABLES: dict[str, Callable[[Any], Any]] = {
    "dict": lambda _: {samples.Frozen: _reduce_frozen},
    "copyreg's and more": lambda _: _patched_in(copyreg.dispatch_table),
    "ChainMap over the parent's": lambda base: ChainMap({samples.Frozen: _reduce_frozen}, base.dispatch_table),
    "child of the parent's": lambda base: base.dispatch_table.new_child({samples.Frozen: _reduce_frozen}),
    "computed": lambda _: Computed(),
    "only __getitem__": lambda _: OnlyItems(),
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("where", ["class", "instance, before", "instance, after"])
def test_a_subclass_brings_its_dispatch_table(kind: str, where: str) -> None:
    """On the class or on the instance; ``pickle`` looks at it once, in ``__init__``, so later it is too late, as for cloudpickle."""

    def with_table(base: Any) -> Any:
        table = TABLES[kind](base)
        if where == "class":
            return type("WithTable", (base,), {"dispatch_table": table})

        class WithTable(base):  # type: ignore[misc]
            def __init__(self, file: Any) -> None:
                if where == "instance, before":
                    self.dispatch_table = table
                super().__init__(file)
                if where == "instance, after":
                    self.dispatch_table = table

        return WithTable

    ours, theirs = (with_table(base) for base in PICKLERS.values())
    assert written(ours, ORDINARY) == written(theirs, ORDINARY)
    assert pickle.loads(written(ours, ORDINARY))[0] == (samples.Frozen(1) if where == "instance, after" else samples.Frozen("reduced", 1))
    assert describe(pickle.loads(written(ours, error()))) == describe(error())


def test_a_table_forced_on_the_pickler_counts() -> None:
    """``loky`` extends a copy of the pickler's table and sets it through the member of the C class."""

    class Forced(picklereg.Pickler):
        def __init__(self, file: Any) -> None:
            super().__init__(file)
            table: Any = dict(self.dispatch_table)
            table[samples.Frozen] = _reduce_frozen
            table[IndexError] = lambda _: (str, ("reduced",))
            member = vars(pickle.Pickler)["dispatch_table"]
            assert isinstance(member, MemberDescriptorType)
            member.__set__(self, table)
            self.dispatch_table = table

    first, view, other, back = pickle.loads(written(Forced, [samples.Frozen(1), memoryview(b"abc"), IndexError("x"), error()]))
    assert (first, view, other) == (samples.Frozen("reduced", 1), b"abc", "reduced")
    assert describe(back) == describe(error())
    wrapper = multiprocessing.pool.ExceptionWithTraceback(error(), None)  # type: ignore[attr-defined]
    assert repr(pickle.loads(written(Forced, wrapper)).__cause__.__cause__) == repr(error().__cause__)


def test_an_exception_class_in_a_subclasss_table_goes_its_way() -> None:
    """Who writes such a subclass means it."""
    table = {samples.TicketError: lambda _: (str, ("ticket",))}
    mine = type("Mine", (picklereg.Pickler,), {"dispatch_table": table})
    assert pickle.loads(written(mine, [error(), error()])) == ["ticket", "ticket"]


# --- copyreg ------------------------------------------------------------------------------------------------------


def _as_seen(mark: str) -> Callable[[samples.Frozen], Any]:
    return lambda obj: (samples.Frozen, (mark, obj.x))


@pytest.mark.parametrize("make", PICKLERS)
def test_copyreg_is_looked_at_in_each_dump(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry may be added, changed and removed after import, between two dumps of one pickler."""
    file = io.BytesIO()
    pickler = PICKLERS[make](file)
    found = []
    for reducer in (None, _as_seen("one"), _as_seen("two"), None):
        if reducer is not None:
            monkeypatch.setitem(copyreg.dispatch_table, samples.Frozen, reducer)
        else:
            monkeypatch.delitem(copyreg.dispatch_table, samples.Frozen, raising=False)
        pickler.clear_memo()
        start = file.tell()
        pickler.dump([samples.Frozen(1), samples.Frozen(1)])
        found.append(pickle.loads(file.getvalue()[start:]))
    assert [first for first, _ in found] == [samples.Frozen(1), samples.Frozen("one", 1), samples.Frozen("two", 1), samples.Frozen(1)]
    assert all(first == second for first, second in found)


def test_copyreg_is_looked_at_for_exceptions_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that gives the same error is respected as long as it is there."""
    sent, seen = error(), []

    def reduce_marked(exc: samples.TicketError) -> Any:
        seen.append(exc)
        return copyreg.__newobj__, (type(exc), *exc.args), {**vars(exc), "mark": "copyreg"}  # type: ignore[attr-defined]

    monkeypatch.setitem(copyreg.dispatch_table, samples.TicketError, reduce_marked)
    for data in (picklereg.dumps([sent]), written(picklereg.Pickler, [sent])):
        back = pickle.loads(data)[0]
        assert (back.mark, repr(back.__cause__)) == ("copyreg", repr(sent.__cause__))
    assert seen
    monkeypatch.delitem(copyreg.dispatch_table, samples.TicketError)
    assert describe(pickle.loads(picklereg.dumps([sent]))[0]) == describe(sent)


@pytest.mark.parametrize("make", PICKLERS)
def test_copyreg_may_speak_for_a_metaclass(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is asked about each class, and only about classes."""
    monkeypatch.setitem(copyreg.dispatch_table, samples.Meta, lambda cls: (str, (cls.__name__,)))
    local = samples.Meta("Local", (), {})
    data = written(PICKLERS[make], [samples.WithMeta, samples.WithMeta, samples.Plain, local])
    *named, by_value = pickle.loads(data)
    assert named == ["WithMeta", "WithMeta", samples.Plain]
    assert type(by_value) is samples.Meta
