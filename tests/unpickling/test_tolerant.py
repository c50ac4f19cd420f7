"""``loads`` loses no error to what it can't make: inside one, a value is inert; outside, pickle's own problem is raised, and no more."""

from __future__ import annotations

import array
import ctypes
import io
import pickle
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import hostile
import pytest

import picklereg
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, stands_for
from picklereg.unpickling.unpickler import Unpickler, loads

ERROR = hostile.name("absent", "OrderError")
PRESENT = hostile.name("builtins", "ValueError")


class Picky:
    """A value that takes no state but its own."""

    def __setstate__(self, state: object) -> None:
        raise TypeError(f"no {state}")


class PickyError(Exception):
    """An error that needs its arguments, and takes no state."""

    def __init__(self, code: int, *, reason: str) -> None:
        super().__init__(code, reason)

    def __setstate__(self, state: object) -> None:
        raise TypeError("no state")


class MovedError(Exception):
    """An error whose class took less when it was pickled, and that says itself how it is pickled."""

    def __init__(self, host: str, port: int, *, protocol: str) -> None:
        super().__init__(host, port)
        self.host, self._port, self.protocol = host, port, protocol

    def __reduce__(self) -> Any:
        return type(self), (self.host, self._port)


def rebuild(cls: type, content: object) -> Any:
    """Make a value of a class that is handed over, as many packages do."""
    if not issubclass(cls, ctypes.Structure):
        raise TypeError("that is no structure")
    return cls(content)


def told(*_args: object) -> None:
    """Raise what a test knows."""
    raise ZeroDivisionError("before")


REBUILT = hostile.call(hostile.name(__name__, "rebuild"), hostile.name("absent", "Point"), b"K\x01")
ARRAY = hostile.call(hostile.name("array", "_array_reconstructor"), hostile.name("array", "array"), hostile.text("9"), b"K\x00", b"C\x01x")
STATE = hostile.name(__name__, "Picky") + b")\x81q\x05K\x07b"


@pytest.mark.parametrize("value", [REBUILT, ARRAY, STATE])
@pytest.mark.parametrize("error", [ERROR, PRESENT])
def test_what_a_present_function_cannot_make_is_inert_inside_an_error(error: bytes, value: bytes) -> None:
    """As an argument, an attribute, in a container, in the cause: the error arrives with a note that says why."""
    found: Any = loads(hostile.opcodes(error, b"](" + value + b"K\x01e\x85R}(", hostile.text("held"), value, b"ub"))
    assert isinstance(found.held, MissingValue)
    assert isinstance(found.args[0][0], MissingValue)
    assert found.args[0][1] == 1
    assert all(" is an inert value here" in note for note in found.__notes__)
    chained = loads(hostile.opcodes(PRESENT, b")\x81}", hostile.text("__cause__"), error, value, b"\x85\x81sb"))
    assert isinstance(chained.__cause__.args[0], MissingValue)
    assert not hasattr(chained, "__notes__")
    assert chained.__cause__.__notes__


@pytest.mark.parametrize("value", [REBUILT, ARRAY, STATE])
def test_outside_of_errors_it_raises_as_pickle_does(value: bytes) -> None:
    """Also beside an error."""
    for data in (hostile.opcodes(value), hostile.opcodes(b"](" + ERROR + b")\x81" + value + b"e")):
        with pytest.raises(Exception) as caught:
            loads(data)
        with pytest.raises(type(caught.value)):
            pickle.loads(data)


def test_a_value_whose_state_does_not_fit_is_inert_wherever_it_is_named() -> None:
    """What refers to it later gets the same inert value, which holds the state."""
    found: Any = loads(hostile.opcodes(PRESENT, STATE, b"h\x05\x86R"))
    assert found.args[0] is found.args[1]
    assert found.args[0].state == 7
    assert stands_for(type(found.args[0])) == (__name__, "Picky")


def test_an_error_whose_own_class_cannot_make_it_arrives_without_its_code() -> None:
    """Its ``__init__`` or ``__setstate__`` raises: arguments and attributes are there, and notes say so."""
    cls = hostile.name(__name__, "PickyError")
    found: Any = loads(hostile.opcodes(cls, b"K\x07\x85R}(", hostile.text("place"), b"K\x08u", b"b"))
    assert (type(found), found.args, found.place) == (PickyError, (7,), 8)
    assert "was made without its __init__" in found.__notes__[0]
    assert "its state was set without its class" in found.__notes__[1]
    odd: Any = loads(hostile.opcodes(cls, b")\x81(K\x07K\x08", hostile.text("args"), b"N", b"tb"))
    assert "left behind: 'state'" not in odd.__notes__[0]
    assert odd.state == (7, 8, "args", None)
    bad: Any = loads(hostile.opcodes(cls, b")\x81}(", hostile.text("args"), b"K\x07", hostile.text("x"), b"K\x01ub"))
    assert bad.x == 1
    assert "left behind: 'args'" in bad.__notes__[0]
    group = loads(hostile.opcodes(hostile.name("builtins", "ExceptionGroup"), b"K\x07\x85R}", hostile.text("__cause__"), b"Nsb"))
    assert isinstance(group, MissingError)


def test_what_its_own_reducer_asks_for_is_set_from_its_arguments() -> None:
    """An error that is made without its ``__init__`` can be pickled again, and comes out as it was."""
    data = hostile.opcodes(hostile.name(__name__, "MovedError"), hostile.text("shop"), b"K\x50\x86R")
    found: Any = loads(data)
    assert (found.args, found.host, found._port) == (("shop", 80), "shop", 80)
    assert vars(loads(pickle.dumps(found))) == vars(found)


def test_what_a_function_was_to_make_an_error_of() -> None:
    """A call that raises, whose result has the state of an error, is an error all the same."""
    found = loads(hostile.opcodes(hostile.call(hostile.name(__name__, "told"), b"K\x07"), b"}", hostile.text("__context__"), b"Nsb"))
    assert isinstance(found, MissingError)
    assert found.args == (7,)


def test_keyword_arguments_that_a_class_does_not_take() -> None:
    """They are kept in the inert value."""
    value = hostile.name(__name__, "Picky") + b")}" + hostile.text("depth") + b"K\x03s\x92"
    found = loads(hostile.opcodes(PRESENT, value, b"\x85R"))
    assert found.args[0].kwargs == {"depth": 3}


def test_nothing_is_imported_that_pickle_would_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that raises ends the reading there: what is named after it isn't looked up, and the call's error is raised."""
    (tmp_path / "later_on.py").write_text("class LaterError(Exception): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    call = hostile.call(hostile.name(__name__, "told"), b"K\x01")
    after = (hostile.name("later_on", "LaterError") + b")\x81", hostile.name("absent", "AbsentError") + b")\x81")
    for later in after:
        for data in (hostile.opcodes(b"](" + call + later + b"e"), hostile.opcodes(b"](" + PRESENT + b")\x81" + call + later + b"e")):
            for read in (loads, pickle.loads):
                with pytest.raises(ZeroDivisionError, match="before"):
                    read(data)
            assert "later_on" not in sys.modules


def test_pickles_after_one_with_inert_values() -> None:
    """The next one in the same file may refer to what the one before remembered."""
    first = hostile.opcodes(PRESENT, REBUILT, b"q\x01\x85R")
    unpickler = Unpickler(io.BytesIO(first + b"h\x01." + first))
    error = unpickler.load()
    assert unpickler.load() is error.args[0]
    assert isinstance(unpickler.load().args[0], MissingValue)


def test_a_second_name_is_tried() -> None:
    """An error of the standard library that has another name here is the one that is caught here."""
    assert type(loads(hostile.opcodes(hostile.name("re", "PatternError"), hostile.text("bad"), b"\x85R"))) is re.error
    unsupported = loads(hostile.opcodes(hostile.name("pathlib._abc", "UnsupportedOperation"), hostile.text("no"), b"\x85R"))
    assert isinstance(unsupported, NotImplementedError)
    path = loads(hostile.opcodes(hostile.name("pathlib._local", "PurePosixPath"), hostile.text("a"), b"\x85R"))
    assert str(path) == "a"
    safe = picklereg.safe_loads(hostile.opcodes(hostile.name("re", "PatternError"), hostile.text("bad"), b"\x85R"))
    assert isinstance(safe, re.error)
    for names in RENAMED.values():
        assert names


@pytest.mark.parametrize("read", [loads, picklereg.safe_loads])
@pytest.mark.parametrize(
    ("module", "name", "cls"),
    [
        ("asyncio.exceptions", "TimeoutError", TimeoutError),
        ("concurrent.futures._base", "TimeoutError", TimeoutError),
        ("socket", "timeout", TimeoutError),
        ("mmap", "error", OSError),
        ("os", "error", OSError),
        ("resource", "error", OSError),
        ("select", "error", OSError),
        ("socket", "error", OSError),
    ],
)
def test_a_name_that_leads_to_a_builtin_class(module: str, name: str, cls: type[OSError], read: Any) -> None:
    """Older versions wrote it for a class of its own; both readers give what it is today."""
    found = read(hostile.opcodes(hostile.call(hostile.name(module, name), b"K\x05", hostile.text("why"))))
    assert type(found) is cls
    assert (found.errno, found.strerror) == (5, "why")


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("read", [loads, picklereg.safe_loads])
def test_a_text_of_a_missing_class_keeps_its_text(protocol: int, read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subclass of ``str``, ``bytes`` or ``int`` shows what it is; the error's text is what it was."""
    labels: Any = type(sys)("labels_for_a_while")
    monkeypatch.setitem(sys.modules, labels.__name__, labels)
    for base, value in ((str, "why"), (bytes, b"why"), (int, 7)):
        cls: Any = type("Label", (base,), {"__module__": labels.__name__})
        labels.Label = cls
        written = pickle.dumps(ValueError(cls(value)), protocol)
        text = str(pickle.loads(written))
        monkeypatch.delitem(sys.modules, labels.__name__)
        assert str(read(written)) == text
        monkeypatch.setitem(sys.modules, labels.__name__, labels)


def test_arrays_that_fit_are_themselves() -> None:
    """What this Python can make is made."""
    error = loads(pickle.dumps(ValueError(array.array("i", [1]))))
    assert error.args == (array.array("i", [1]),)


class PickyGroup(ExceptionGroup[Any]):
    """A group that needs more than its ``__new__`` does."""

    def __init__(self, message: str, excs: list[Exception], *, reason: str) -> None:  # pyright: ignore[reportInconsistentConstructor]
        super().__init__(message, excs)


def test_a_group_whose_own_class_cannot_make_it_has_its_members() -> None:
    """They are given to the builtin ``__new__``."""
    found: Any = loads(hostile.opcodes(hostile.name(__name__, "PickyGroup"), hostile.text("g"), b"](" + PRESENT + b")\x81e\x86R"))
    assert (type(found), [repr(sub) for sub in found.exceptions]) == (PickyGroup, ["ValueError()"])
    assert "was made without its __init__" in found.__notes__[0]


def test_what_is_missing_by_way_of_its_module_outside_of_errors_raises() -> None:
    """As stand-ins are written; also if what holds it stands there twice."""
    module = hostile.call(hostile.name("importlib", "import_module"), hostile.text("absent"))
    named = hostile.call(hostile.name("builtins", "getattr"), module, hostile.text("Thing"))
    inner = b"]q\x01" + named + b"ah\x01"
    with pytest.raises(ModuleNotFoundError, match="No module named 'absent'"):
        loads(hostile.opcodes(b"](" + ERROR + b")\x81" + inner + b"e"))


class Searches:
    """A finder that finds nothing, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        """Find nothing."""
        self.asked.append(name)


def _read_from_file(data: bytes) -> Any:
    return Unpickler(io.BytesIO(data)).load()


@pytest.mark.parametrize("read", [loads, _read_from_file])
def test_a_module_that_is_not_there_is_searched_once(read: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first reading has gone through the whole path for it."""
    searches = Searches()
    monkeypatch.setattr(sys, "meta_path", [searches, *sys.meta_path])
    error = read(hostile.opcodes(hostile.call(hostile.name("absent.errors", "OrderError"), hostile.text("order 17"))))
    assert stands_for(type(error)) == ("absent.errors", "OrderError")
    assert searches.asked == ["absent"]


@pytest.mark.parametrize("read", [loads, _read_from_file])
def test_what_a_module_says_of_another_one_is_not_believed(read: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module may raise that another one isn't there, which is."""
    (tmp_path / "says_no.py").write_text("raise ModuleNotFoundError('install the extra', name='is_there')\n")
    (tmp_path / "is_there.py").write_text("class ThereError(Exception): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = hostile.name("says_no", "OrderError"), hostile.name("is_there", "ThereError")
    first, second = read(hostile.opcodes(b"](", *(hostile.call(name, hostile.text("order 17")) for name in names), b"e"))
    assert stands_for(type(first)) == ("says_no", "OrderError")
    assert type(second) is sys.modules["is_there"].ThereError
    monkeypatch.delitem(sys.modules, "is_there")


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_that_is_cut_off_anywhere_is_said_to_be_none(protocol: int) -> None:
    """After one byte, too, which doesn't tell the protocol yet."""
    data = pickle.dumps(OSError(2, "gone", "order.txt"), protocol)
    for end in range(1, len(data)):
        with pytest.raises(picklereg.UnreadablePickleError):
            loads(data[:end])


def test_a_method_of_a_missing_value_becomes_one_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here it is inert, and a note names the class; written again, it is what it was where there is the class."""
    method = hostile.call(hostile.name("builtins", "getattr"), hostile.name("absent", "Thing") + b")\x81", hostile.text("price"))
    found: Any = loads(hostile.opcodes(PRESENT, method, b"\x85R"))
    (note,) = found.__notes__
    assert stands_for(type(found.args[0])) == ("builtins", "getattr")
    assert "<missing absent.Thing>" in note
    again = picklereg.dumps(found)
    absent: Any = ModuleType("absent")
    absent.Thing = type("Thing", (), {"price": lambda _: 7})
    monkeypatch.setitem(sys.modules, "absent", absent)
    assert pickle.loads(again).args[0]() == 7
