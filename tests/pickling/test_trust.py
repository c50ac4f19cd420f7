"""Classes of exceptions that go by value: ``dumps`` writes them at once, and begins anew with a try where that fails."""

from __future__ import annotations

import io
import pickle
import ssl
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import cloudpickle
import pytest

import picklereg
from picklereg.errors import PickleregError
from picklereg.reduction import classes, round_trip

if TYPE_CHECKING:
    from crossing import Reader

_WRITTEN: list[object] = []


class Counted:
    """Tells how often it was written."""

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        _WRITTEN.append(self)
        return object, ()


def local(**attributes: object) -> Exception:
    """Give an error whose class goes by value."""

    class Local(Exception):
        def __init__(self, text: str, *, code: int) -> None:
            super().__init__(text)
            self.code = code

    for name, value in attributes.items():
        setattr(Local, name, value)
    return Local("text", code=3)


def local_group() -> Exception:
    """Give a group of two errors of one such class."""
    return ExceptionGroup("both", [ValueError("x"), local()])


def tried(obj: object) -> bytes:
    """Pickle as somebody who writes to a file, and can't begin anew."""
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    return file.getvalue()


@pytest.mark.parametrize("make", [local, local_group, lambda: local(holds=threading.Lock()), lambda: local(holds=local())])
def test_the_bytes_are_the_same(make: Callable[[], BaseException]) -> None:
    """With and without a try the same is written, whether the class can be written or not."""
    error = make()
    picklereg.dumps(error)  # cloudpickle gives a class its number when it first sees it
    assert picklereg.dumps(error) == tried(error)


def test_a_class_of_functions_and_plain_values_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No try is made, but by a pickler that can't begin anew; what might be written and not be read is tried by both."""
    tries: list[type] = []

    def write_class(cls: type, *rest: Any) -> None:
        tries.append(cls)
        round_trip.write_class(cls, *rest)

    monkeypatch.setattr(classes, "write_class", write_class)
    error = local(holds=[1, "text"])
    picklereg.dumps(error)
    assert tries == []
    tried(error)
    assert tries.count(type(error)) == 1
    _WRITTEN.clear()
    error = local(holds=Counted())
    picklereg.dumps(error)
    assert (tries.count(type(error)), len(_WRITTEN)) == (1, 2)


def test_it_arrives(reader: Reader) -> None:
    """A fresh interpreter gets the class, and one that can't be written as its nearest base."""
    got = reader.describe(picklereg.dumps(local()))
    assert (got["type"], got["str"]) == ("test_trust.local.<locals>.Local", "text")
    got = reader.describe(picklereg.dumps(local(holds=threading.Lock())))
    assert (got["type"], got["str"]) == ("builtins.Exception", "text")
    assert "can't be imported by its name; it was sent as Exception" in str(got["notes"])


def _forget(cls: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no module hold a class."""
    for module in [module for module in sys.modules.values() if type(module) is ModuleType]:
        for name in [name for name, value in vars(module).items() if value is cls]:
            monkeypatch.delattr(module, name)


@pytest.mark.parametrize("beside", [False, True])
def test_a_class_of_native_code_is_not_taken_apart(beside: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could be written by value, but not read: what arrives is the nearest class that can."""
    cls = ssl.SSLError
    _forget(cls, monkeypatch)
    error = cls(1, "text")
    found = pickle.loads(picklereg.dumps([error, ValueError("x")] if beside else error))
    found = found[0] if beside else found
    assert (type(found), found.args) == (OSError, (1, "text"))
    assert found.__notes__[0].startswith("picklereg: class ssl.SSLError can't be imported by its name")


@pytest.mark.parametrize("is_base", [False, True])
def test_nor_is_one_that_a_class_by_value_refers_to(is_base: bool, monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """The class that was trusted could be read as little: a try finds that out, and the error arrives as what can be read."""
    cls = ssl.SSLError
    _forget(cls, monkeypatch)
    error = type("Local", (cls,), {})(1, "text") if is_base else local(holds=cls)
    data = picklereg.dumps(error)
    assert data == tried(error)
    got = reader.describe(data)
    assert (got["type"], got["str"]) == (("builtins.OSError", "[Errno 1] text") if is_base else ("builtins.Exception", "text"))
    assert "can't be imported by its name; it was sent as" in str(got["notes"])


def test_a_class_that_no_error_is_of_is_written_as_ever() -> None:
    """Whether or not a reader can make it: nobody asks."""

    class Base:
        def __init_subclass__(cls, *, kind: int) -> None:
            pass

    class Local(Base, kind=1):
        pass

    assert picklereg.dumps(Local) == cloudpickle.dumps(Local)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_what_fails_beside_it_fails_as_ever(protocol: int) -> None:
    """Something else that can't be pickled raises what cloudpickle raises, and nothing is hidden by the second dump."""
    with pytest.raises(TypeError) as expected:
        cloudpickle.dumps(threading.Lock(), protocol)  # type: ignore[no-untyped-call]
    with pytest.raises(TypeError) as caught:
        picklereg.dumps([local(), threading.Lock()], protocol)
    assert str(caught.value) == str(expected.value)
    assert not isinstance(caught.value, PickleregError)


def test_with_a_buffer_callback_classes_are_tried() -> None:
    """Buffers that were handed over can't be taken back."""
    buffers: list[pickle.PickleBuffer] = []
    error = local(holds=threading.Lock())
    data = picklereg.dumps([pickle.PickleBuffer(b"xyz"), error], buffer_callback=buffers.append)
    assert len(buffers) == 1
    assert type(pickle.loads(data, buffers=buffers)[1]) is Exception
