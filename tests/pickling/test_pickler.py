"""The pickler in use: the contract of ``pickle``, buffers out of band, and the memo."""

from __future__ import annotations

import io
import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

import cloudpickle
import local_samples
import pickler_samples as samples
import pytest
from crossing import Reader, describe
from writing_samples import ORDINARY, PICKLERS, WRITERS, error

import picklereg

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


@pytest.mark.parametrize("how", WRITERS)
def test_names_are_for_python_2_only_if_asked_for(how: str) -> None:
    """``fix_imports`` is off, since it would turn ``TimeoutError`` into ``OSError``; it can be turned on."""
    write = WRITERS[how]
    late = TimeoutError("late")
    assert type(pickle.loads(write(late, 2))) is TimeoutError
    assert b"__builtin__" not in write(len, 2)
    assert write(len, 2, fix_imports=True) == pickle.dumps(len, 2)
    assert type(pickle.loads(write([late], 2, fix_imports=True))[0]) is OSError


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


# --- the memo -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: samples.Plain(a=[1]), error, lambda: [error()], local_samples.BY_VALUE["lambda"][0]])
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
    steps = [samples.Plain(a=1), local_samples.BY_VALUE["closure"][0](), samples.Plain, ORDINARY, ORDINARY, json]
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


@pytest.mark.parametrize("make", [picklereg.Pickler, pickle.Pickler])
def test_a_pickler_without_a_memo(make: Callable[[io.BytesIO], Any]) -> None:
    """It writes an error a second time, as whole as the first one."""
    registry, exc = picklereg.Registry(entry_points=False), error()
    exc.__cause__ = KeyError("its cause")
    file = io.BytesIO()
    with registry.installed():
        registry.ensure(exc)
        pickler = make(file)
        pickler.fast = True
        pickler.dump([exc, exc])
    first, second = pickle.loads(file.getvalue())
    assert first is not second
    assert describe(first) == describe(second) == describe(exc)


def test_an_object_that_hides_how_it_is_reduced(reader: Reader) -> None:
    """As some proxies do: pickle asks for the other method then."""
    file = io.BytesIO()
    picklereg.Pickler(file).dump([samples.Hiding(3), lambda: 1])
    assert reader.read(file.getvalue(), code="result = vars(obj[0])") == {"number": 3}
