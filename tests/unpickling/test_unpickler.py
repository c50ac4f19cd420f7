"""The reader: pickle's own while all is well, and an error still arrives when its class doesn't exist here."""

from __future__ import annotations

import copyreg
import gc
import io
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from missing_samples import payload

import picklereg
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, stands_for
from picklereg.unpickling.unpickler import Unpickler, load, loads

#: ``absent.errors.PaymentError("no money")``, in protocol 0.
PAYMENT = b"cabsent.errors\nPaymentError\n(Vno money\ntR."
#: ``absent.Thing("x")``: nothing says that it is an exception.
THING = b"cabsent\nThing\n(Vx\ntR."

#: ``OSError.__new__(absent.AError)``.
OS_ERROR = b"cbuiltins\ngetattr\n(cbuiltins\nOSError\nV__new__\ntR(cabsent\nAError\ntR"


@pytest.fixture(autouse=True)
def _stand_ins_go() -> Iterator[None]:
    """Collect what a test made, so that ``copyreg`` is as it was."""
    yield
    gc.collect()


class Pipe:
    """A file that can be read, and nothing else; it counts what was read."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def readline(self) -> bytes:
        return self._file.readline()

    def tell(self) -> int:
        raise io.UnsupportedOperation


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *args: Any) -> int:
        raise io.UnsupportedOperation


class Buffered:
    def __init__(self, data: bytes) -> None:
        self.data = bytearray(data)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Buffered.made, (pickle.PickleBuffer(self.data),)

    @classmethod
    def made(cls, data: Any) -> Buffered:
        return cls(bytes(data))


def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, source: str) -> None:
    """Make a module that can be imported for the length of a test."""
    (tmp_path / f"{name}.py").write_text(source, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, name, raising=False)


def error_and(value: bytes) -> bytes:
    """Give the pickle of a list of a missing error and of a value, in protocol 0."""
    return b"(l" + PAYMENT[:-1] + b"a" + value + b"a."


@pytest.mark.parametrize("value", [1, "text", [1, {"a": (2, 3)}], ValueError("v"), ExceptionGroup("g", [KeyError()])])
@pytest.mark.parametrize("protocol", range(6))
def test_what_exists_is_read_as_by_pickle(value: Any, protocol: int) -> None:
    """Any object, by every entry."""
    data = pickle.dumps(value, protocol)
    for read in (loads(data), loads(data, missing="raise"), load(io.BytesIO(data)), load(Pipe(data)), load(Pipe(data), missing="raise")):
        assert repr(read) == repr(value)


def test_missing_raise_is_pickles_behaviour() -> None:
    """Nothing is stood in for."""
    for read in (loads, lambda data, **options: load(io.BytesIO(data), **options)):
        with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
            read(PAYMENT, missing="raise")


def test_there_are_two_ways_to_treat_missing_classes() -> None:
    """Another one is refused at once."""
    for read in (loads, Unpickler):
        with pytest.raises(ValueError, match="missing is 'ignore', no way to treat missing classes; pass 'stand-in' or 'raise'"):
            read(PAYMENT, missing="ignore")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("make", [io.BytesIO, Pipe, Unseekable])
def test_several_pickles_in_one_file(make: Any) -> None:
    """Each is read once, from where the one before ends; also if it has a stand-in, or raises."""
    unpickler = Unpickler(make(pickle.dumps(1) + PAYMENT + THING + payload("keyword-only") + pickle.dumps([2])))
    assert unpickler.load() == 1
    assert repr(unpickler.load()) == "PaymentError('no money')"
    with pytest.raises(ModuleNotFoundError):
        unpickler.load()
    assert unpickler.load().order == 1
    assert unpickler.load() == [2]
    with pytest.raises(EOFError):
        unpickler.load()


def test_a_memo_that_goes_on() -> None:
    """A pickler that is used twice refers back to what it wrote before: the second reading remembers it."""
    file = io.BytesIO()
    pickler = pickle.Pickler(file, 0)
    shared = ["shared"]
    pickler.dump(shared)
    end = file.tell()
    pickler.dump(shared)
    first, second = file.getvalue()[:end], file.getvalue()[end:-1]
    unpickler = Unpickler(io.BytesIO(first + b"(l" + second + b"a" + PAYMENT[:-1] + b"a."))
    read = unpickler.load()
    again, error = unpickler.load()
    assert again is read
    assert repr(error) == "PaymentError('no money')"


def test_out_of_band_buffers_are_given_twice() -> None:
    """What the first attempt took, the second one gets again; each pickle has its own."""
    buffers: list[pickle.PickleBuffer] = []
    held = pickle.dumps(Buffered(b"one"), 5, buffer_callback=buffers.append)
    body = held[2:-1] if held[2:3] != b"\x95" else held[11:-1]
    data = b"\x80\x05](" + body + PAYMENT[:-1] + b"e."
    for read in (
        loads(data, buffers=iter(buffers)),
        load(io.BytesIO(data), buffers=iter(buffers)),
        load(Pipe(data), buffers=buffers),
    ):
        assert (read[0].data, repr(read[1])) == (b"one", "PaymentError('no money')")
    unpickler = Unpickler(io.BytesIO(held + data), buffers=iter(buffers * 2))
    assert unpickler.load().data == b"one"
    assert unpickler.load()[0].data == b"one"
    assert loads(held, buffers=buffers, missing="raise").data == b"one"
    assert loads(pickle.dumps(1), buffers=None) == 1


@pytest.mark.parametrize("data", [b"\x80\x04" + PAYMENT[:-1] + b"Vid\nQ\x86.", PAYMENT[:-1] + b"Pid\n\x86."])
def test_persistent_ids(data: bytes) -> None:
    """A subclass's ``persistent_load`` is asked in both attempts, and one that was set on the instance, too."""

    class Persistent(Unpickler):
        def persistent_load(self, pid: Any) -> Any:
            return f"object {pid}"

    error, held = Persistent(io.BytesIO(data)).load()
    assert (repr(error), held) == ("PaymentError('no money')", "object id")
    unpickler = Unpickler(io.BytesIO(data))
    unpickler.persistent_load = lambda pid: f"that {pid}"  # type: ignore[method-assign]
    assert unpickler.load()[1] == "that id"


def test_a_subclass_decides_what_is_found() -> None:
    """What a subclass's ``find_class`` refuses stays refused: the error is its own."""

    class Careful(Unpickler):
        def find_class(self, module: str, name: str, /) -> Any:
            if module == "os":
                raise pickle.UnpicklingError("not that")
            return super().find_class(module, name)

    assert repr(Careful(io.BytesIO(PAYMENT)).load()) == "PaymentError('no money')"
    with pytest.raises(pickle.UnpicklingError, match="not that"):
        Careful(io.BytesIO(b"cos\ngetpid\n(tR.")).load()


@pytest.mark.parametrize("data", [THING, error_and(THING[:-1]), b"cabsent\nThing\n.", b"cfunctools\npartial\n(cabsent\nAError\ntR)R."])
def test_what_is_missing_outside_errors_raises(data: bytes) -> None:
    """A task's ordinary result must not become something else unnoticed."""
    with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
        loads(data)


def test_what_a_missing_error_holds_is_stood_in_for() -> None:
    """Inside an error, a value is inert."""
    error = loads(b"cabsent.errors\nPaymentError\n(" + THING[:-1] + b"tR.")
    assert isinstance(error, MissingError)
    assert isinstance(error.args[0], MissingValue)
    assert stands_for(type(error.args[0])) == ("absent", "Thing")


@pytest.mark.parametrize("source", ["raise SystemExit(3)", "raise ZeroDivisionError", "1 +", "x = 1"])
def test_whatever_the_import_raises(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that exits, raises, is no Python or has no such class: the error arrives, and pickle's way raises."""
    module(tmp_path, monkeypatch, "absent_broken", source)
    data = b"cabsent_broken\nBrokenError\n(Vx\ntR."
    assert repr(loads(data)) == "BrokenError('x')"
    with pytest.raises((SystemExit, ZeroDivisionError, SyntaxError, AttributeError)):
        loads(data, missing="raise")
    again = pickle.dumps(loads(data))
    assert repr(loads(again)) == "BrokenError('x')"


def test_a_keyboard_interrupt_goes_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person at the keyboard means this process."""
    module(tmp_path, monkeypatch, "absent_interrupted", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        loads(b"cabsent_interrupted\nBrokenError\n(Vx\ntR.")


def test_a_class_within_a_class_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The outer class is there, and the inner one isn't any more."""
    module(tmp_path, monkeypatch, "half_absent", "class Outer:\n    pass\nclass OtherError(Exception):\n    pass\n")
    error = loads(b"\x80\x04\x8c\x0bhalf_absent\x8c\x10Outer.InnerError\x93\x8c\x01x\x85R.")
    assert repr(error) == "InnerError('x')"
    assert repr(loads(pickle.dumps(error))) == "InnerError('x')"
    both = loads(b"\x80\x04](" + pickle.dumps(error, 4)[2:-1].replace(b"\x95", b"\x95", 0) + b"chalf_absent\nOtherError\n)\x81e.")
    assert [type(each).__name__ for each in both] == ["InnerError", "OtherError"]


@pytest.mark.parametrize("data", [b"cabsent\nAError\n(Vx\nt", PAYMENT[:-1] + b"0.", b"\x80\x04cabsent\nAError\n\xff."])
def test_broken_pickles_raise_what_pickle_raises(data: bytes) -> None:
    """The second look at them changes nothing."""
    with pytest.raises(Exception) as expected:
        pickle.loads(data)
    with pytest.raises(type(expected.value)) as caught:
        loads(data)
    assert str(caught.value) == str(expected.value)


def test_what_fails_for_another_reason_raises_that() -> None:
    """A class that exists and can't be called like that."""
    with pytest.raises(TypeError, match="int"):
        loads(b"cpathlib\nPurePath\n(I1\ntR.")


@pytest.mark.parametrize("value", [b"cpathlib\nPurePath\n(I1\ntR", b"cbuiltins\ngetattr\n(cbuiltins\nstr\nV__absent__\ntR"])
def test_reading_again_fails_for_another_reason(value: bytes) -> None:
    """What had been raised first is raised."""
    with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
        loads(error_and(value))


def test_what_exists_beside_a_missing_class_is_made_as_ever() -> None:
    """The state of an ordinary exception is set by ``BaseException``, and an ordinary error in a group is one."""
    read = loads(
        b"(cbuiltins\nKeyError\n)Rp1\ncbuiltins\ngetattr\n(cbuiltins\nBaseException\nV__setstate__\ntR(g1\n(dVa\nI1\nstR"
        + PAYMENT[:-1]
        + b"t."
    )
    assert (read[0].a, read[1], repr(read[2])) == (1, None, "PaymentError('no money')")
    group = loads(b"cbuiltins\nBaseExceptionGroup\n(Vg\n](cbuiltins\nKeyboardInterrupt\n)Rcabsent\nAError\n)RetR.")
    assert isinstance(group.exceptions[1], Exception)


def test_the_extension_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that is known by a number is looked up by the name behind it."""
    copyreg.add_extension("absent", "NumberedError", 0xABCD)
    try:
        assert repr(loads(b"\x80\x02\x83\xcd\xab)R.")) == "NumberedError()"
    finally:
        copyreg.remove_extension("absent", "NumberedError", 0xABCD)


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"(cabsent\nAError\nVx\no.", "AError('x')"),  # OBJ
        (b"cabsent\nAError\n(cbuiltins\ngetattr\n(cbuiltins\nstr\nV__len__\ntR(Vx\ntRtR.", "AError(1)"),  # a method
        (b"](" + OS_ERROR + b"cabsent\nAError\n)Re.", "[AError(), AError()]"),  # of two minds
        (b"(Vx\niabsent\nAError\n.", "AError('x')"),  # INST
        (b"\x80\x04cabsent\nAError\nVx\n\x85}\x92.", "AError('x')"),  # NEWOBJ_EX
        (b"cabsent\nAError\nVx\n\x85R2\x86.", "(AError('x'), AError('x'))"),  # DUP
        (b"cabsent\nAError\nVx\n\x85RN0.", "AError('x')"),  # POP
        (b"cabsent\nAError\nVx\n\x85R(NN1.", "AError('x')"),  # POP_MARK
        (b"\x80\x04\x8f(cabsent\nAError\n)R\x90.", "{AError()}"),  # ADDITEMS
        (b"(dVk\ncabsent\nAError\n)Rs.", "{'k': AError()}"),  # DICT, SETITEM
        (b"}(Vk\ncabsent\nAError\n)Ru.", "{'k': AError()}"),  # SETITEMS
        (b"cabsent\nAError\n)Rp7\n0g7\n.", "AError()"),  # PUT, GET
        (b"cbuiltins\nException\n(cabsent.exc\nThing\n(Vx\ntRtR.", "Exception(Thing('x'))"),  # a module of exceptions
    ],
)
def test_every_opcode_is_followed(data: bytes, shown: str) -> None:
    """The older and rarer ones, too."""
    assert repr(loads(data)) == shown


@pytest.mark.parametrize("data", [b"cabsent\nAError\n)RVa\na.", b"cabsent\nAError\n)Rcabsent\nThing\n)Rb."])
def test_what_has_items_or_another_state_isnt_taken_for_an_error(data: bytes) -> None:
    """The name alone proves nothing."""
    with pytest.raises(ModuleNotFoundError):
        loads(data)


def test_the_first_name_that_is_missing_is_told() -> None:
    """The reader's own problem is what is raised, without ours around it."""
    with pytest.raises(ModuleNotFoundError) as caught:
        loads(THING)
    assert (caught.value.name, caught.value.__cause__, caught.value.__suppress_context__) == ("absent", None, False)


def test_its_face_is_pickles() -> None:
    """``picklereg.loads``, ``load`` and ``Unpickler`` are these, with pickle's options."""
    assert (picklereg.loads, picklereg.load, picklereg.Unpickler) == (loads, load, Unpickler)
    assert loads(b"\x80\x02U\x01\xe9.", encoding="latin-1") == "é"
    assert loads(b"c__builtin__\nxrange\n.", fix_imports=True) is range
    assert repr(loads(b"\x80\x02cexceptions\nAbsentError\n)R.")) == "AbsentError()"


def test_every_public_name_is_there_and_no_other() -> None:
    """Those that are imported late, too."""
    assert set(picklereg.__all__) <= set(dir(picklereg))
    assert all(hasattr(picklereg, name) for name in picklereg.__all__)
    with pytest.raises(AttributeError, match="module 'picklereg' has no attribute 'absent'"):
        _ = picklereg.absent  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
