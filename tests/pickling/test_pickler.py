"""The pickler in use: the contract of ``pickle``, subclasses, ``copyreg``, memo, memory, threads and the depth of the stack."""

from __future__ import annotations

import copyreg
import gc
import io
import json
import pickle
import sys
import threading
import weakref
from collections import ChainMap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import MemberDescriptorType
from typing import Any

import cloudpickle
import pickler_samples as samples
import pytest
from crossing import Reader, describe

import picklereg

PICKLERS: dict[str, Any] = {"picklereg": picklereg.Pickler, "cloudpickle": cloudpickle.Pickler}


def error(number: int = 1) -> samples.TicketError:
    """Make an exception that plain pickle writes, and nobody reads."""
    exc = samples.TicketError(number, queue="default")
    exc.__cause__ = KeyError("no such queue")
    exc.add_note("a note")
    return exc


def written(pickler_class: Any, obj: Any) -> bytes:
    file = io.BytesIO()
    pickler_class(file).dump(obj)
    return file.getvalue()


# --- the contract of the pickle module ----------------------------------------------------------------------------


def test_the_names_are_those_of_pickle() -> None:
    """The exceptions and the protocols are pickle's own, and what reads has the same names."""
    assert {"load", "loads", "Unpickler"} <= set(picklereg.__all__)
    assert issubclass(picklereg.Unpickler, pickle.Unpickler)
    for name in ("PickleError", "PicklingError", "UnpicklingError", "HIGHEST_PROTOCOL"):
        assert getattr(picklereg, name) is getattr(pickle, name)
        assert name in picklereg.__all__
    assert picklereg.DEFAULT_PROTOCOL == cloudpickle.DEFAULT_PROTOCOL
    assert issubclass(picklereg.Pickler, cloudpickle.Pickler)


class Store:
    """Stands for any library that is told which serializer to use and expects it to be like ``pickle``."""

    def __init__(self, serializer: Any) -> None:
        self.serializer = serializer

    def bytes_there_and_back(self, obj: Any, *args: Any, **kwargs: Any) -> Any:
        return self.serializer.loads(self.serializer.dumps(obj, *args, **kwargs))

    def file_there_and_back(self, obj: Any, *args: Any, **kwargs: Any) -> Any:
        file = io.BytesIO()
        self.serializer.dump(obj, file, *args, **kwargs)
        file.seek(0)
        return self.serializer.load(file)

    def stream_there_and_back(self, obj: Any, *args: Any, **kwargs: Any) -> Any:
        file = io.BytesIO()
        self.serializer.Pickler(file, *args, **kwargs).dump(obj)
        file.seek(0)
        return self.serializer.Unpickler(file).load()


CALLS: list[Any] = [((), {}), ((4,), {}), ((-1,), {}), ((), {"protocol": 2}), ((), {"protocol": None, "fix_imports": True})]


@pytest.mark.parametrize("way", [Store.bytes_there_and_back, Store.file_there_and_back, Store.stream_there_and_back])
@pytest.mark.parametrize(("args", "kwargs"), CALLS)
def test_the_module_serves_where_pickle_is_expected(way: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Every call that ``pickle`` understands, for ordinary objects and for exceptions."""
    store, sent = Store(picklereg), error()
    assert way(Store(pickle), samples.Plain(a=1), *args, **kwargs) == samples.Plain(a=1)
    assert way(store, samples.Plain(a=1), *args, **kwargs) == samples.Plain(a=1)
    assert describe(way(store, sent, *args, **kwargs)) == describe(sent)


def test_a_broken_payload_raises_pickles_error() -> None:
    """The reading side is pickle's, its failures included."""
    with pytest.raises(picklereg.UnpicklingError):
        picklereg.loads(b"\x80\x04no pickle")
    with pytest.raises(EOFError):
        picklereg.load(io.BytesIO())


@pytest.mark.parametrize("protocol", [2, 3, 4, 5, -1, None])
def test_an_exception_crosses_at_every_protocol(protocol: int | None, reader: Reader) -> None:
    """By itself, and deep in other things, to a file as to bytes."""
    sent, file = error(), io.BytesIO()
    picklereg.dump({"errors": [samples.Plain(error=sent), sent]}, file, protocol)
    assert reader.describe(picklereg.dumps(sent, protocol)) == describe(sent)
    code = "first, second = obj['errors']; result = [describe(first.error), first.error is second]"
    assert reader.read(file.getvalue(), code=code) == [describe(sent), True]


WRITERS: dict[str, Callable[..., bytes]] = {
    "dumps": picklereg.dumps,
    "dump": lambda obj, protocol, **options: _to_file(lambda file: picklereg.dump(obj, file, protocol, **options)),
    "Pickler": lambda obj, protocol, **options: _to_file(lambda file: picklereg.Pickler(file, protocol, **options).dump(obj)),
}


def _to_file(write: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


@pytest.mark.parametrize("how", WRITERS)
def test_names_are_for_python_2_only_if_asked_for(how: str) -> None:
    """``fix_imports`` is off, since it would turn ``FileNotFoundError`` into ``OSError``; it can be turned on."""
    write = WRITERS[how]
    lost = FileNotFoundError(2, "lost")
    assert type(pickle.loads(write(lost, 2))) is FileNotFoundError
    assert b"__builtin__" not in write(len, 2)
    assert write(len, 2, fix_imports=True) == pickle.dumps(len, 2)
    assert type(pickle.loads(write([lost], 2, fix_imports=True))[0]) is OSError


# --- out of band --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: samples.ZeroCopy(b"abc"), lambda: pickle.PickleBuffer(bytearray(b"abc"))])
@pytest.mark.parametrize("in_band", [False, True])
def test_buffers_are_handed_over_as_by_cloudpickle(make: Callable[[], Any], in_band: bool) -> None:
    """One buffer per object, or none if the callback wants it in the pickle; the reader gets the very same memory."""
    obj = [make(), bytearray(b"always in the pickle"), b"so too"]
    kept: dict[str, list[bytes]] = {"picklereg": [], "cloudpickle": []}
    data = {}
    for name, pickler_class in PICKLERS.items():

        def callback(buffer: pickle.PickleBuffer, name: str = name) -> bool:
            kept[name].append(bytes(buffer))
            return in_band

        file = io.BytesIO()
        pickler_class(file, None, callback).dump(obj)
        data[name] = file.getvalue()
    assert data["picklereg"] == data["cloudpickle"]
    assert kept["picklereg"] == kept["cloudpickle"] == [b"abc"]
    buffers = [] if in_band else [bytearray(b"xyz")]
    first, *others = pickle.loads(data["picklereg"], buffers=buffers)
    assert bytes(first) == (b"abc" if in_band else b"xyz")
    assert others == obj[1:]


@pytest.mark.parametrize("how", WRITERS)
def test_buffers_in_an_exception_are_handed_over_once(how: str) -> None:
    """Finding out what of an exception can travel hands nothing to the caller."""
    sent: Any = error()
    sent.payload = [samples.ZeroCopy(b"abc")]
    sent.__cause__.payload = samples.ZeroCopy(b"def")
    buffers: list[pickle.PickleBuffer] = []
    data = WRITERS[how](sent, 5, buffer_callback=buffers.append)
    assert sorted(bytes(buffer) for buffer in buffers) == [b"abc", b"def"]
    back = pickle.loads(data, buffers=buffers)
    assert (back.payload, back.__cause__.payload) == ([b"abc"], b"def")


@pytest.mark.parametrize("how", WRITERS)
def test_buffers_need_protocol_5(how: str) -> None:
    """As in pickle."""
    with pytest.raises(ValueError, match="protocol >= 5"):
        WRITERS[how](1, 4, buffer_callback=print)


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
    local = samples.BY_VALUE["instance of a local class"][0]()
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
ORDINARY = [samples.Frozen(1), samples.Frozen(2), samples.Plain(a=samples.Frozen(3)), samples.WithMeta, samples.Slotted(1, 2)]


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
            member = vars(pickle.Pickler)["dispatch_table"]
            assert isinstance(member, MemberDescriptorType)
            member.__set__(self, table)
            self.dispatch_table = table

    first, view, back = pickle.loads(written(Forced, [samples.Frozen(1), memoryview(b"abc"), error()]))
    assert (first, view) == (samples.Frozen("reduced", 1), b"abc")
    assert describe(back) == describe(error())


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
    assert pickle.loads(picklereg.dumps([sent]))[0].mark == "copyreg"
    assert seen
    monkeypatch.delitem(copyreg.dispatch_table, samples.TicketError)
    assert describe(pickle.loads(picklereg.dumps([sent]))[0]) == describe(sent)


@pytest.mark.parametrize("make", PICKLERS)
def test_copyreg_may_speak_for_a_metaclass(make: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is asked about each class, and only about classes."""
    monkeypatch.setitem(copyreg.dispatch_table, samples.Meta, lambda cls: (str, (cls.__name__,)))
    data = written(PICKLERS[make], [samples.WithMeta, samples.WithMeta, samples.Plain])
    assert pickle.loads(data) == ["WithMeta", "WithMeta", samples.Plain]


# --- the memo -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: samples.Plain(a=[1]), error, lambda: [error()], samples.BY_VALUE["lambda"][0]])
def test_a_second_dump_refers_to_the_first(make: Callable[[], Any]) -> None:
    """Until the memo is cleared."""
    obj, file = make(), io.BytesIO()
    pickler = picklereg.Pickler(file)
    pickler.dump(obj)
    first = file.tell()
    pickler.dump([obj])
    second = file.tell()
    pickler.clear_memo()
    pickler.dump(obj)
    unpickler = picklereg.Unpickler(io.BytesIO(file.getvalue()[:second]))
    loaded = unpickler.load()
    assert unpickler.load()[0] is loaded
    assert second - first < 30
    assert file.getvalue()[second:] == file.getvalue()[:first]


def test_many_dumps_of_one_pickler_are_as_cloudpickles() -> None:
    """Memo, shared globals of functions and all, in one stream."""
    streams = []
    steps = [samples.Plain(a=1), samples.BY_VALUE["closure"][0](), samples.Plain, ORDINARY, ORDINARY, json]
    for pickler_class in PICKLERS.values():
        file = io.BytesIO()
        pickler = pickler_class(file)
        for obj in steps:
            pickler.dump(obj)
        streams.append(file.getvalue())
    assert streams[0] == streams[1]


def test_a_pickler_survives_a_failed_dump() -> None:
    """What comes next is written as if nothing had happened."""
    file = io.BytesIO()
    pickler = picklereg.Pickler(file)
    with pytest.raises(TypeError, match="lock"):
        pickler.dump([samples.Plain(), threading.Lock()])
    pickler.clear_memo()
    start = file.tell()
    pickler.dump([samples.Plain(a=1), error()])
    plain, back = pickle.loads(file.getvalue()[start:])
    assert plain == samples.Plain(a=1)
    assert describe(back) == describe(error())


# --- what is left behind ------------------------------------------------------------------------------------------


@pytest.fixture
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def _deep() -> samples.Plain:
    obj = samples.Plain()
    for _ in range(100_000):
        obj = samples.Plain(inside=obj)
    return obj


class Dying(samples.Plain):
    """Can't be pickled, after much that can."""

    def __init__(self) -> None:
        super().__init__(before=[samples.Plain(), error(), samples.WithMeta], lock=threading.Lock())


DISPOSABLE: dict[str, Callable[[], Any]] = {
    "instance": samples.Plain,
    "exception": error,
    "instance that holds exceptions": lambda: samples.Plain(errors=[error(), error()]),
    "exception that holds what can't travel": lambda: samples.Plain(error=RuntimeError(threading.Lock(), (i for i in range(1)))),
    "lambda": lambda: lambda: 1,
    "what can't be pickled": Dying,
    "what nests too deep": _deep,
}


@pytest.mark.usefixtures("_no_collection")
@pytest.mark.parametrize("kind", DISPOSABLE)
def test_no_cycle_holds_what_was_dumped_or_the_pickler(kind: str) -> None:
    """Both go as soon as nobody refers to them, without a garbage collection."""
    obj = DISPOSABLE[kind]()
    pickler = picklereg.Pickler(io.BytesIO())
    for dump in (picklereg.dumps, pickler.dump):
        try:
            dump(obj)
        except (TypeError, pickle.PicklingError):
            assert kind.startswith("what")
    seen = weakref.ref(obj), weakref.ref(pickler)
    del obj, pickler, dump
    assert [one() for one in seen] == [None, None]


@pytest.mark.parametrize("bases", [(object,), (samples.TicketError,), (samples.Shape,)])
def test_classes_that_come_and_go_dont_pile_up(bases: tuple[type, ...]) -> None:
    """A thousand classes, dumped with an instance each, by one pickler and by many."""
    pickler = picklereg.Pickler(io.BytesIO())

    def use_one(number: int) -> weakref.ref[type]:
        made: Any = type(f"Made{number}", bases, {"area": lambda _: 1})
        instance = made.__new__(made)
        picklereg.dumps([made, instance])
        pickler.dump(instance)
        pickler.clear_memo()
        return weakref.ref(made)

    seen = [use_one(number) for number in range(1000)]
    gc.collect()
    assert [one for one in seen if one() is not None] == []


# --- inside each other, beside each other, and deep down ----------------------------------------------------------


class Nesting:
    """Pickles something by itself while it is being pickled."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __reduce__(self) -> Any:
        return picklereg.loads, (picklereg.dumps(self.inner),)


def test_an_object_may_dump_while_it_is_dumped() -> None:
    """Inside other objects and inside exceptions, three levels deep."""
    sent: Any = error()
    sent.inner = Nesting([error(2), samples.Frozen(1)])
    first, back, last = pickle.loads(picklereg.dumps([Nesting(samples.Plain(a=1)), Nesting(sent), error(3)]))
    assert first == samples.Plain(a=1)
    assert (back.ticket, back.inner[0].ticket, back.inner[1], last.ticket) == (1, 2, samples.Frozen(1), 3)
    assert describe(back.inner[0]) == describe(error(2))
    with pytest.raises(TypeError, match="lock"):
        picklereg.dumps([Nesting([error(), threading.Lock()])])


@pytest.fixture
def _switching() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("_switching")
def test_threads_dont_disturb_each_other() -> None:
    """Some dump, others register exceptions, change ``copyreg`` and what goes by value; each dump is right all the same."""
    registry = picklereg.Registry(entry_points=False)
    start = threading.Barrier(6)
    sent = error()
    expected = describe(sent)

    def dump() -> None:
        start.wait()
        for _ in range(200):
            plain, back, function = pickle.loads(picklereg.dumps([ORDINARY, sent, lambda: 7], registry=registry))
            assert (plain, function()) == (ORDINARY, 7)
            assert describe(back) == expected

    def register() -> None:
        start.wait()
        for number in range(200):
            made = type(f"Made{number}", (samples.TicketError,), {})
            registry.register(made, reducer=lambda exc: (samples.Plain, (), {"text": str(exc)}))

    def change_copyreg() -> None:
        start.wait()
        for _ in range(2000):
            copyreg.dispatch_table[samples.Frozen] = lambda obj: (samples.Frozen, (obj.x, obj.y))
            del copyreg.dispatch_table[samples.Frozen]

    def change_what_goes_by_value() -> None:
        start.wait()
        for _ in range(500):
            cloudpickle.register_pickle_by_value(json)  # type: ignore[no-untyped-call]
            cloudpickle.unregister_pickle_by_value(json)  # type: ignore[no-untyped-call]

    with ThreadPoolExecutor(6) as pool:
        work = [pool.submit(job) for job in (dump, dump, dump, register, change_copyreg, change_what_goes_by_value)]
    assert [job.result() for job in work] == [None] * 6


def _chain(length: int) -> BaseException:
    exc: BaseException = error(0)
    for number in range(1, length):
        newer = error(number)
        newer.__cause__ = exc
        exc = newer
    return exc


def _nested(obj: Any, levels: int) -> Any:
    for _ in range(levels):
        obj = {"inside": obj}
    return obj


def _unwrap(obj: Any) -> Any:
    while type(obj) is dict:
        obj = obj["inside"]
    return obj


def _with_frames_left(room: int, call: Callable[[], Any]) -> Any:
    """Call something with a given part of the stack left, in a thread, whose stack begins empty."""

    def down(depth: int) -> Any:
        return call() if depth == 0 else down(depth - 1)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(down, sys.getrecursionlimit() - room).result()


@pytest.mark.parametrize("levels", [150, 300])
def test_a_chain_deep_in_other_objects_is_written(levels: int) -> None:
    """The newest error arrives, and the older ones as far as there is room."""
    sent = _nested(_chain(300), levels)
    back = _unwrap(pickle.loads(_with_frames_left(900, lambda: picklereg.dumps(sent))))
    assert (type(back), str(back)) == (samples.TicketError, "299 in default")
    assert back.__cause__ is not None


def test_where_one_error_can_be_written_a_chain_can() -> None:
    """Up to the deepest nesting, for then shorter chains are tried; and what nests deeper fails as without errors."""

    def fits(levels: int) -> bool:
        try:
            picklereg.dumps(_nested(error(), levels))
        except pickle.PicklingError:
            return False
        return True

    def deepest() -> int:
        low, high = 100, 50_000
        assert not fits(high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if fits(middle) else (low, middle)
        return low

    levels = _with_frames_left(900, deepest)
    data = _with_frames_left(900, lambda: picklereg.dumps(_nested(_chain(300), levels - 10)))
    assert str(_unwrap(pickle.Unpickler(io.BytesIO(data)).load())) == "299 in default"


def test_no_shorter_chain_is_tried_once_buffers_were_handed_over() -> None:
    """They can't be taken back."""
    buffers: list[pickle.PickleBuffer] = []
    with pytest.raises(pickle.PicklingError, match="deep recursion"):
        picklereg.dumps([samples.ZeroCopy(b"abc"), error(), _nested(None, 100_000)], buffer_callback=buffers.append)
    assert [bytes(buffer) for buffer in buffers] == [b"abc"]


@pytest.mark.parametrize("room", [50, 100, 200])
def test_a_chain_is_written_near_the_recursion_limit(room: int) -> None:
    """An error handler may run where a recursion has used up nearly all of the stack."""
    exc = _chain(300)
    back = pickle.loads(_with_frames_left(room, lambda: picklereg.dumps(samples.Plain(error=exc))))
    assert str(back.error) == "299 in default"


# --- classes without a hash ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("around", [lambda exc: exc, lambda exc: samples.Plain(error=exc), lambda exc: ExceptionGroup("all", [exc])])
def test_exceptions_of_a_class_without_a_hash_arrive(around: Callable[[Any], Any], protocol: int, reader: Reader) -> None:
    """No dispatch table can hold such a class, and cloudpickle gives up on it."""
    sent = samples.UnhashableError(3)
    sent.__cause__ = samples.UnhashableError(4)
    data = picklereg.dumps(around(sent), protocol)
    code = "exc = getattr(obj, 'error', None) or (obj.exceptions[0] if hasattr(obj, 'exceptions') else obj); result = describe(exc)"
    assert reader.read(data, code=code) == describe(sent)


def test_an_exception_of_a_local_class_without_a_hash_arrives_as_its_base(reader: Reader) -> None:
    """Its class can't go by value, for cloudpickle can't write it."""

    class Local(samples.UnhashableError):
        pass

    told = reader.describe(picklereg.dumps([Local(3)][0]))
    assert (told["type"], told["str"]) == ("pickler_samples.UnhashableError", "code 3")
    assert any("Local" in note for note in told["notes"])
