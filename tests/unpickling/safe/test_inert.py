"""What ``safe_loads`` made inert stays inert, whatever is done with it: nothing that the bytes named is run or imported."""

from __future__ import annotations

import copy
import io
import logging
import os
import pickle
import queue
import subprocess
import sys
import traceback
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import cloudpickle
import hostile
import pytest

import picklereg
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue, is_inert, stands_for

#: A module that tells that it was imported, with an error that tells that it was made.
EVIL = """
import pathlib, sys
TOLD = pathlib.Path(__file__).with_name("touched")
TOLD.touch()
def __getattr__(name):
    TOLD.touch()
    raise AttributeError(name)
def touch(*args):
    TOLD.touch()
class TouchError(Exception):
    def __init__(self, *args):
        TOLD.touch()
"""
VALUE = hostile.name("evil_shop", "touch") + hostile.text("why") + b"\x85R"
ERROR = hostile.name("evil_shop", "TouchError") + hostile.text("why") + b"\x85R"
KIND = hostile.text("kind") + hostile.name("evil_shop", "Kind")
HELD = (
    hostile.name("evil_shop", "TouchError") + b")\x81}(" + hostile.text("held") + VALUE + KIND + hostile.text("__cause__") + ERROR + b"ub"
)
MEMBERS = hostile.text("g") + b"](" + ERROR + HELD + b"e\x86"
GROUP = hostile.call(
    hostile.call(hostile.name("builtins", "getattr"), hostile.name("builtins", "ExceptionGroup"), hostile.text("__new__")),
    hostile.name("evil_shop", "TouchGroup"),
    hostile.text("g"),
    b"](" + ERROR + HELD + b"e",
)
CASES = {
    "value": b"]" + VALUE + b"a",
    "error": ERROR,
    "what an error holds": HELD,
    "group": GROUP,
    "builtin group": hostile.name("builtins", "ExceptionGroup") + MEMBERS + b"R",
    "error with a field": hostile.name("evil_shop", "TouchError")
    + b")\x81}("
    + hostile.text("errno")
    + b"K\x02"
    + hostile.text("strerror")
    + hostile.text("no")
    + hostile.text("args")
    + b")ub",
    "odd attribute": hostile.name("evil_shop", "TouchError") + b")\x81}(K\x01K\x02" + hostile.text("__slots__") + b"Nub",
}


def _own_table(obj: Any) -> bytes:
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    pickler.dispatch_table = {}
    pickler.dump(obj)
    return file.getvalue()


def _forking(obj: Any) -> bytes:
    return bytes(ForkingPickler.dumps(obj))


def _installed(obj: Any) -> bytes:
    with picklereg.Registry(entry_points=False).installed(all_exceptions=True):
        return pickle.dumps(obj)


def _signed(obj: Any) -> bytes:
    signer = picklereg.Signer("a key of this test, 16 bytes")
    return bytes(signer.verify(signer.dumps(obj)))


PICKLERS: dict[str, Callable[[Any], bytes]] = {
    **{f"pickle {protocol}": lambda obj, protocol=protocol: pickle.dumps(obj, protocol) for protocol in range(6)},  # type: ignore[misc]
    "pickle in Python": pickle._dumps,  # type: ignore[attr-defined]
    "a dispatch table of its own": _own_table,
    "cloudpickle": cloudpickle.dumps,
    "ForkingPickler": _forking,
    "picklereg": picklereg.dumps,
    "picklereg, protocol 2": lambda obj: picklereg.dumps(obj, 2),
    "installed": _installed,
    "Signer": _signed,
}


@pytest.fixture(name="touched")
def _touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the module where it can be imported, and give the file that it touches."""
    (tmp_path / "evil_shop.py").write_text(EVIL)
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path / "touched"


def read(*parts: bytes) -> Any:
    return safe_loads(hostile.opcodes(*parts), registry=picklereg.Registry(entry_points=False))


def reads_dead(data: bytes, touched: Path) -> str:
    """Read a pickle in a process of its own that has the module, and has no picklereg; tell what came out."""
    code = "import pickle, sys; found = pickle.loads(bytes.fromhex(sys.argv[1])); assert 'picklereg' not in sys.modules; print(repr(found))"
    environment = {"PYTHONPATH": str(touched.parent), "PATH": os.defpath}
    done = subprocess.run([sys.executable, "-c", code, data.hex()], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("writer", PICKLERS)
@pytest.mark.parametrize("case", CASES)
def test_pickled_again_it_is_plain_data(case: str, writer: str, touched: Path) -> None:
    """By whichever pickler: nothing is imported for it, and the new bytes name nothing but Python's own."""
    data = PICKLERS[writer](read(CASES[case]))
    assert b"evil_shop\n" not in data
    again: Any = pickle.loads(data)
    for value in again if isinstance(again, list) else [again]:
        assert type(value).__module__ in ("builtins", "types")
        assert not isinstance(value, (MissingError, MissingValue))
    assert "evil_shop" not in sys.modules
    assert not touched.exists()


def test_the_new_bytes_are_dead_for_a_reader_who_has_the_module(touched: Path) -> None:
    """Plain pickle in a process that has it runs nothing, and the notes tell what was named."""
    shown = reads_dead(pickle.dumps([read(part) for part in CASES.values()]), touched)
    assert "namespace(missing='evil_shop.touch', args=('why',))" in shown
    assert not touched.exists()
    (error,) = pickle.loads(pickle.dumps([read(HELD)]))
    assert error.__notes__ == ["picklereg: class evil_shop.TouchError was named by bytes that nobody trusts; it was sent as Exception"]
    assert (error.kind, error.held.args, repr(error.__cause__)) == ("<class evil_shop.Kind>", ("why",), "Exception('why')")


@pytest.mark.parametrize("writer", PICKLERS)
@pytest.mark.parametrize("case", CASES)
def test_its_class_is_dead_too(case: str, writer: str, touched: Path) -> None:
    """A pickler either writes something that runs nothing, or raises with the remedy; it imports nothing."""
    found = read(CASES[case])
    cls = type(found[0] if isinstance(found, list) else found)
    try:
        data = PICKLERS[writer]([cls, cls.__name__])
    except (pickle.PicklingError, ModuleNotFoundError) as problem:
        assert cls.__name__ in str(problem) or "bring_to_life" in str(problem)  # noqa: PT017
    else:
        again = pickle.loads(data)[0]
        assert type(again) is str or again.__module__ == "builtins"
    assert "evil_shop" not in sys.modules
    assert not touched.exists()


def test_dill_too(touched: Path) -> None:
    """dill imports a class's module, and its parents, to find out whether it is there: not of these."""
    dill: Any = pytest.importorskip("dill")
    for case in CASES.values():
        pickle.loads(dill.dumps(read(case)))
    for module in ("evil_shop", "evil_shop.errors"):
        error = read(hostile.name(module, "TouchError"), b")\x81")
        with pytest.raises(pickle.PicklingError, match="bring_to_life"):
            dill.dumps(type(error))
    assert not touched.exists()


@pytest.mark.parametrize("case", CASES)
def test_other_uses(case: str, touched: Path) -> None:
    """Shown, compared, hashed, raised, formatted, logged and put into a queue it does nothing."""
    found = read(CASES[case])
    repr(found)
    str(found)
    assert found == found  # noqa: PLR0124
    if isinstance(found, BaseException):
        hash(found)
        try:
            raise found
        except BaseException as caught:
            traceback.format_exception(caught)
            logging.Formatter().formatException((type(caught), caught, caught.__traceback__))
    box: queue.SimpleQueue[Any] = queue.SimpleQueue()
    box.put(found)
    assert not touched.exists()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("case", CASES)
def test_a_copy_is_as_inert(case: str, copied: Callable[[Any], Any], touched: Path) -> None:
    """It is of the same class, and tells the same."""
    found = read(CASES[case])
    new = copied(found)
    assert type(new) is type(found)
    assert repr(new) == repr(found)
    if isinstance(found, MissingError):
        assert is_inert(type(new))
    data = pickle.dumps(new)
    assert b"evil_shop\n" not in data
    pickle.loads(data)
    assert not touched.exists()


KEYS = {
    "key": b"}" + VALUE + b"K\x07s",
    "part of a key": b"}" + VALUE + b"\x85K\x07s",
    "in a set": b"\x8f(" + VALUE + b"\x90",
    "in a frozen set": b"(" + VALUE + b"\x91",
}


@pytest.mark.parametrize("writer", PICKLERS)
@pytest.mark.parametrize("case", KEYS)
def test_as_a_key_it_has_a_hash(case: str, writer: str, touched: Path) -> None:
    """Pickled again, what stands in a set or as a key can still stand there, and the error around it arrives."""
    found = read(hostile.name("builtins", "ValueError"), KEYS[case], b"\x85R")
    for error in (found, copy.deepcopy(found)):
        (again,) = pickle.loads(PICKLERS[writer](error)).args
        (key,) = again
        key = key[0] if isinstance(key, tuple) else key
        assert (key.missing, key.args, key.func) == ("evil_shop.touch", ("why",), str)
    assert "evil_shop" not in sys.modules
    assert not touched.exists()


def test_attributes_called_as_ours_are_attributes() -> None:
    """What the class of a stand-in keeps for itself has names that the missing class may have used, too."""
    names = ("_base", "_is_plain", "_named", "_native", "_origin", "_ref", "_slot")
    state = b"}(" + b"".join(hostile.text(name) + b"N" for name in names) + b"u"
    error: Any = read(hostile.name("evil_shop", "TouchError"), b")R", state, b"b")
    assert sorted(vars(error)) == sorted(names)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert set(names) <= set(vars(again))
    trusted: Any = picklereg.loads(hostile.opcodes(hostile.name("evil_shop", "TouchError"), b")R", state, b"b"))
    assert sorted(vars(picklereg.loads(pickle.dumps(trusted)))) == sorted(names)


def test_it_comes_back_to_life_when_it_is_told_to() -> None:
    """Stand-ins at any depth, in what they were made of, too, name again what the bytes named."""
    held: Any = picklereg.bring_to_life(read(HELD))
    again: Any = picklereg.loads(pickle.dumps(held))
    assert stands_for(type(again)) == ("evil_shop", "TouchError")
    assert not is_inert(type(again))
    assert stands_for(type(again.held)) == ("evil_shop", "touch")
    assert stands_for(type(again.__cause__)) == ("evil_shop", "TouchError")
    error = read(GROUP)
    assert picklereg.bring_to_life(error) is error
    assert [stands_for(type(sub)) for sub in picklereg.loads(pickle.dumps(error)).exceptions] == 2 * [("evil_shop", "TouchError")]
    field = hostile.call(hostile.name("builtins", "getattr"), hostile.name("evil_shop", "TouchError"), hostile.text("code"))
    frozen = hostile.name("evil_shop", "TouchError") + b")\x81q\x01"
    frozen += hostile.call(hostile.call(hostile.name("operator", "methodcaller"), hostile.text("__set__"), b"h\x01K\x07"), field) + b"0"
    alive: Any = picklereg.loads(pickle.dumps(picklereg.bring_to_life(read(frozen))))
    assert alive.code == 7


@pytest.mark.parametrize("cls", ["ValueError", "OSError"])
def test_names_that_others_call_are_left_behind(cls: str, touched: Path) -> None:
    """pickle asks an instance for its ``__reduce_ex__``, and takes the text that a class makes of it for a name to import."""
    state = b"}(" + hostile.text("__reduce_ex__") + hostile.name("builtins", "str") + hostile.text("__module__") + hostile.text("evil_shop")
    state += hostile.text("_repr_html_") + hostile.name("builtins", "ValueError") + hostile.text("code") + b"K\x05u"
    error = read(hostile.name("builtins", cls), b")\x81", state, b"b")
    assert error.code == 5
    assert [note for note in error.__notes__ if "'__reduce_ex__' was left behind" in note]
    assert vars(error).keys() == {"code", "__notes__"}
    space = read(hostile.name("types", "SimpleNamespace"), b")R", state, b"b")
    assert vars(space) == {"code": 5}
    for found in (error, space):
        pickle.dumps(found)
        copy.copy(found)
    assert not touched.exists()


@pytest.mark.parametrize("dark", ["\x1b[2J", "a\nb", "\u202e", "\x07", "\r"])
def test_names_are_shown_in_printable_characters(dark: str) -> None:
    """No character of a name that a terminal obeys reaches one, by whichever way it is shown."""
    error = read(hostile.name(f"shop{dark}", f"Order{dark}Error"), b")R")
    value = read(b"]", hostile.name(f"shop{dark}", f"order{dark}"), b")Ra")
    for text in (repr(error), repr(value), "".join(traceback.format_exception(error)), repr(type(error))):
        assert text.strip().isprintable()
    with pytest.raises(picklereg.UnsafePickleError) as caught:
        read(hostile.name("shop", f"order{dark}"), b")RNNb")
    assert str(caught.value).isprintable()
