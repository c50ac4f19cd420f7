"""The pickler in use: memory, dumps within dumps, threads, the depth of the stack, and classes without a hash."""

from __future__ import annotations

import copyreg
import gc
import io
import json
import pickle
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import cloudpickle
import pickler_samples as samples
import pytest
from crossing import Reader, describe
from writing_samples import ORDINARY, error

import picklereg

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
    """Two hundred classes, dumped with an instance each, by one pickler and by many."""
    pickler = picklereg.Pickler(io.BytesIO())

    def use_one(number: int) -> weakref.ref[type]:
        made: Any = type(f"Made{number}", bases, {"area": lambda _: 1})
        instance = made.__new__(made)
        picklereg.dumps([made, instance])
        pickler.dump(instance)
        pickler.clear_memo()
        return weakref.ref(made)

    seen = [use_one(number) for number in range(200)]
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
