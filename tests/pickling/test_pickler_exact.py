"""Exact: whatever cloudpickle pickles comes out the same, to the byte, and what it can't pickle fails the same way."""

from __future__ import annotations

import collections
import functools
import importlib
import io
import itertools
import os
import pickle
import subprocess
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cloudpickle
import local_samples
import pickler_samples as samples
import pytest
from crossing import OWN_WARNINGS, Reader, read_elsewhere
from hypothesis import given
from hypothesis import strategies as st

import picklereg

by_value: Any = cloudpickle  # its registry of modules, which is untyped
PROTOCOLS = [None, -1, *range(pickle.HIGHEST_PROTOCOL + 1)]
EVERYTHING = {**samples.BY_NAME, **samples.PIECES, **{name: make for name, (make, _, _) in local_samples.BY_VALUE.items()}}
assert len(EVERYTHING) == len(samples.BY_NAME) + len(samples.PIECES) + len(local_samples.BY_VALUE)


class _Reference(cloudpickle.Pickler):
    """cloudpickle, but for the classes of ``types``: those it writes as calls of its own, though readers find them by name.

    The class of ``int | str`` is in ``typing`` since Python 3.14; what cloudpickle writes there, older Pythons can't read.
    """

    def reducer_override(self, obj: Any) -> Any:
        """Let pickle name them."""
        if isinstance(obj, type) and (obj.__module__ == "types" or obj is types.UnionType):
            return NotImplemented
        return super().reducer_override(obj)  # type: ignore[no-untyped-call]


def cloudpickle_dumps(obj: Any, protocol: int | None = None) -> bytes:
    """Give what cloudpickle writes."""
    file = io.BytesIO()
    _Reference(file, protocol).dump(obj)  # type: ignore[no-untyped-call]
    return file.getvalue()


def _same(obj: Any, protocol: int | None = None) -> bytes:
    """Check that both write the same, and give it. ``fix_imports``, which cloudpickle has no word in, is on there."""
    cloudpickle_dumps(obj, protocol)  # copyreg leaves ``__slotnames__`` in a class at its instances' first reduction
    ours = picklereg.dumps(obj, protocol, fix_imports=True)
    assert ours == cloudpickle_dumps(obj, protocol)
    return ours


#: Slots and some of C's types have no form at protocols 0 and 1.
NEEDS_PROTOCOL_2 = {"slots", "field kinds", "StringIO", "instance of a local class", "local dataclass", "local named tuples"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", EVERYTHING)
def test_the_pickle_is_the_one_that_cloudpickle_writes(name: str, protocol: int | None) -> None:
    """At every protocol, byte by byte."""
    obj = EVERYTHING[name]()
    if protocol in {0, 1} and name in NEEDS_PROTOCOL_2:
        _fails_alike(obj, protocol)
    else:
        _same(obj, protocol)


@pytest.mark.parametrize("protocol", [-2, -3, -7, -(10**6), True])
def test_any_negative_protocol_is_the_highest(protocol: int) -> None:
    """As in pickle, also for objects that ask which protocol it is; and a number is one whatever its class."""
    _same([samples.Versioned(), samples.Plain(a=1)], protocol)


def test_an_object_may_hide_its_reduce_ex() -> None:
    """As some proxies do: pickle then asks for ``__reduce__``."""
    assert pickle.loads(_same(samples.Hidden())) == "seen through"
    assert pickle.loads(_same(samples.Masked(a=1))) == samples.Masked(a=1)


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_goes_along_in_one_pickle_is_shared_as_by_cloudpickle(name: str) -> None:
    """What was met once is referred to, in a list, as a key's value and as an attribute."""
    obj = EVERYTHING[name]()
    _same([obj, {"again": obj}, samples.Plain(kept=obj), obj])


@pytest.mark.parametrize("protocol", [2, 3, 4, 5, -1, None])
@pytest.mark.parametrize("name", samples.BY_NAME)
def test_what_is_loaded_equals_what_was_dumped(name: str, protocol: int | None) -> None:
    """Without ``fix_imports`` too, which is off by default."""
    obj = samples.BY_NAME[name]()
    assert pickle.loads(picklereg.dumps(obj, protocol)) == obj


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", local_samples.BY_VALUE)
def test_what_no_reader_can_import_works_there(name: str, protocol: int, reader: Reader) -> None:
    """Lambdas, closures and local classes of every kind do in a fresh interpreter what they do here."""
    make, code, expected = local_samples.BY_VALUE[name]
    assert reader.read(picklereg.dumps(make(), protocol), code=code) == expected


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_an_exception_of_a_local_class_works_there(protocol: int, reader: Reader) -> None:
    """Its class goes by value, as cloudpickle would write it, though the exception itself goes another way."""
    make, code, expected = local_samples.LOCAL_ERROR
    assert reader.read(picklereg.dumps(make(), protocol), code=code) == expected


def test_functions_of_one_namespace_share_it_there(reader: Reader) -> None:
    """As with cloudpickle: functions pickled together share their globals."""
    names: dict[str, Any] = {}
    exec("count = 0\ndef up():\n    global count\n    count += 1\ndef now():\n    return count", names)
    assert reader.read(_same([names["up"], names["now"]]), code="obj[0](); obj[0](); result = obj[1]()") == 2


@pytest.mark.parametrize("mode", ["r", "w"])
def test_an_open_text_file_is_treated_as_by_cloudpickle(mode: str, tmp_path: Path) -> None:
    """One that is read goes with its text, one that is written fails."""
    path = tmp_path / "text"
    path.write_text("some text")
    with path.open(mode) as file:
        if mode == "r":
            assert pickle.loads(_same(file)).read() == "some text"
        else:
            _fails_alike(file)


# --- __main__, and modules by value -------------------------------------------------------------------------------

MAIN = """
import enum, sys
import cloudpickle, picklereg

FACTOR = 3

class Base:
    def __init__(self, value): self.value = value
    def times(self): return self.value * FACTOR

class Child(Base):
    def times(self): return super().times() + helper(self)

class Kind(enum.Enum):
    ONE = 1

class MainError(Exception):
    def __init__(self, code, *, kind):
        super().__init__(f"code {code}")
        self.kind = kind

def helper(child): return isinstance(child, Child)

everything = [Child(2), helper, Kind.ONE, Base]
assert picklereg.dumps(everything) == cloudpickle.dumps(everything)
try:
    raise MainError(7, kind=Kind.ONE) from KeyError("x")
except MainError as error:
    everything.append(error)
sys.stdout.buffer.write(picklereg.dumps(everything))
"""


def test_what_a_script_defines_goes_by_value(tmp_path: Path) -> None:
    """Classes, functions and exceptions of ``__main__`` arrive in an interpreter whose ``__main__`` is another one."""
    script = tmp_path / "script.py"
    script.write_text(OWN_WARNINGS + MAIN)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    data = subprocess.run([sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, check=True).stdout
    code = """
child, helper, one, base, error = obj
result = [child.times(), helper(child), one is type(one)(1), type(child).__base__ is base]
result += [str(error), error.kind is one, repr(error.__cause__)]
"""
    assert read_elsewhere(data, code=code) == [7, True, True, True, "code 7", True, "KeyError('x')"]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[types.ModuleType]:
    """A package that no reader can import, with one submodule."""
    directory = tmp_path / "unseen_elsewhere"
    directory.mkdir()
    (directory / "__init__.py").write_text("")
    (directory / "inside.py").write_text(
        "class Thing:\n    size = 3\n\nclass ThingError(Exception):\n    def __init__(self, a, *, b): super().__init__(a, b)\n\n"
        "class Error(Exception):\n    pass\n\ndef grow(thing):\n    return thing.size + 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("unseen_elsewhere.inside")
    yield module
    for name in list(by_value.list_registry_pickle_by_value()):
        by_value.unregister_pickle_by_value(sys.modules[name])
    for name in ("unseen_elsewhere.inside", "unseen_elsewhere"):
        del sys.modules[name]


@pytest.mark.parametrize("which", ["unseen_elsewhere", "unseen_elsewhere.inside"])
def test_modules_registered_by_value_go_by_value(which: str, package: Any, reader: Reader) -> None:
    """A module's, or its whole package's, classes and functions; and the classes of exceptions likewise."""
    by_value.register_pickle_by_value(sys.modules[which])
    data = _same([package.grow, package.Thing()])
    assert reader.read(data, code="result = obj[0](obj[1])") == 4
    error = picklereg.dumps(package.ThingError("a", b=2))
    assert reader.read(error, code="result = [type(obj).__name__, obj.args]") == ["ThingError", ["a", 2]]


@pytest.mark.parametrize("make", ["Thing", "ThingError"])
def test_registering_by_value_counts_from_the_next_dump_on(make: str, package: Any) -> None:
    """Also for a pickler that has dumped such an object before; and so does taking it back."""
    obj = package.Thing() if make == "Thing" else package.ThingError(1, b=2)
    file = io.BytesIO()
    pickler = picklereg.Pickler(file)
    seen = []
    for change in (len, by_value.register_pickle_by_value, by_value.unregister_pickle_by_value):
        if change is not len:
            change(package)
        pickler.clear_memo()
        start = file.tell()
        pickler.dump(obj)
        seen.append(file.getvalue()[start:])
    assert seen[0] == seen[2]
    assert b"_make_skeleton_class" not in seen[0]
    assert b"_make_skeleton_class" in seen[1]


# --- failures -----------------------------------------------------------------------------------------------------
def _generator() -> Iterator[int]:
    yield 1


class Raising:
    def __reduce__(self) -> tuple[Any, ...]:
        raise LookupError("no reduction today")


class Lying:
    def __reduce__(self) -> Any:
        return 7


def _not_found() -> Any:
    made = samples.Plain()
    made.__reduce_ex__ = lambda _: "no_such_name"  # type: ignore[method-assign]
    return made


def _closure() -> Callable[[], Any]:
    lock = threading.Lock()
    return lambda: lock


UNPICKLABLE: dict[str, Callable[[], Any]] = {
    "generator": _generator,
    "generator expression": lambda: (i for i in range(1)),
    "lock": threading.Lock,
    "thread-local data": threading.local,
    "weak reference": lambda: weakref.ref(samples.KEPT),
    "object whose reduction raises": Raising,
    "object whose reduction is none": Lying,
    "name that isn't there": _not_found,
    "instance of an unhashable class": samples.Unhashable,
    "instance that holds one": lambda: samples.Plain(held=[threading.Lock()]),
    "closure over one": _closure,
    "tee": lambda: itertools.tee(_generator())[0],
}


def _fails_alike(obj: Any, protocol: int | None = None) -> Exception:
    """Check that both fail alike, and give our failure."""
    with pytest.raises(Exception) as theirs:
        cloudpickle_dumps(obj, protocol)
    with pytest.raises(Exception) as ours:
        picklereg.dumps(obj, protocol)
    assert type(ours.value) is type(theirs.value)
    assert str(ours.value) == str(theirs.value)
    assert type(ours.value.__cause__) is type(theirs.value.__cause__)
    return ours.value


# Python's own, of iterators, said at the line of whoever calls the pickler.
@pytest.mark.filterwarnings("ignore:Pickle, copy, and deepcopy support:DeprecationWarning")
@pytest.mark.parametrize("name", UNPICKLABLE)
def test_what_cloudpickle_cant_pickle_fails_the_same_way(name: str) -> None:
    """The same exception class, with the same text."""
    _fails_alike(UNPICKLABLE[name]())


@pytest.mark.parametrize("protocol", [6, 99, "5", 1.5])
def test_a_protocol_that_isnt_one_fails_the_same_way(protocol: Any) -> None:
    """``ValueError`` for a number too high, ``TypeError`` for what is no number; each is ours, too, and names the argument."""
    with pytest.raises(Exception) as theirs:
        cloudpickle_dumps(1, protocol)
    with pytest.raises(type(theirs.value), match="protocol is ") as ours:
        picklereg.dumps(1, protocol)
    assert isinstance(ours.value, picklereg.PickleregError)


def _deep(wrap: Callable[[Any], Any]) -> Any:
    obj: Any = None
    for _ in range(200_000):
        obj = wrap(obj)
    return obj


WRAPS: list[Any] = [lambda obj: [obj], lambda obj: (obj,), lambda obj: {1: obj}, samples.Frozen, lambda obj: samples.Plain(x=obj)]


@pytest.mark.parametrize(("wrap", "beside"), [*((wrap, None) for wrap in WRAPS), (WRAPS[0], KeyError("x"))])
def test_too_deep_a_structure_fails_the_same_way(wrap: Callable[[Any], Any], beside: Any) -> None:
    """``PicklingError`` in cloudpickle's words, caused by the ``RecursionError``; also where shorter chains of errors are tried."""
    failure = _fails_alike([beside, _deep(wrap)])
    assert isinstance(failure, pickle.PicklingError)
    assert str(failure) == "Could not pickle object as excessively deep recursion required."
    assert isinstance(failure.__cause__, RecursionError)


# --- structures that nobody thought of ----------------------------------------------------------------------------

_plain_values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary(), st.binary().map(bytearray),
    st.sampled_from([samples.Colour.RED, samples.Level.HIGH, samples.Plain, samples.function, samples.KEPT, len, int]),
)  # fmt: skip
_keys = st.one_of(st.integers(), st.text(max_size=3), st.sampled_from(samples.Colour))


def _wrap(inside: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(inside),
        st.lists(inside).map(tuple),
        st.lists(inside).map(samples.ListOfOwn),
        st.lists(inside, max_size=3).map(collections.deque),
        st.dictionaries(_keys, inside),
        st.dictionaries(_keys, inside).map(collections.OrderedDict),
        st.dictionaries(st.from_regex("[a-z]{1,3}", fullmatch=True), inside).map(lambda attributes: samples.Plain(**attributes)),
        inside.map(lambda value: [value, value]),
        st.builds(samples.Point, inside, inside, st.lists(inside, max_size=2)),
        st.builds(samples.Frozen, inside, inside),
        st.builds(samples.Pair, inside, inside),
        st.builds(samples.Slotted, inside, inside),
        st.builds(samples.Reduced, x=inside),
        st.builds(types.SimpleNamespace, a=inside),
        st.builds(functools.partial, st.just(samples.function), st.integers()),
    )


@given(obj=st.recursive(_plain_values, _wrap, max_leaves=20), protocol=st.sampled_from([None, -1, 2, 3, 4, 5]))
def test_any_structure_is_written_and_read_as_by_cloudpickle(obj: Any, protocol: int | None) -> None:
    """Nested builtins, instances with and without slots, dataclasses, enums, named tuples, subclasses of builtins."""
    data = _same(obj, protocol)
    assert _picture(pickle.loads(data)) == _picture(pickle.loads(cloudpickle_dumps(obj, protocol))) == _picture(obj)


def _picture(obj: Any) -> Any:
    """Show an object as builtins: ``partial`` and the like have no equality, and ``KEPT`` is another one when loaded."""
    if isinstance(obj, functools.partial | samples.Kept):
        return type(obj), vars(obj), getattr(obj, "args", None)
    if isinstance(obj, dict):
        return type(obj), [(key, _picture(value)) for key, value in obj.items()]
    if isinstance(obj, list | tuple | collections.deque):
        return type(obj), [_picture(item) for item in obj]
    if isinstance(obj, samples.Slotted | samples.Frozen):
        return type(obj), [_picture(getattr(obj, name)) for name in ("left", "right", "x", "y") if hasattr(obj, name)]
    if hasattr(obj, "__dict__") and not isinstance(obj, type | types.FunctionType | samples.Colour):
        return type(obj), _picture(vars(obj))
    return obj


def test_the_parent_keeps_the_state_that_we_know_of() -> None:
    """``Pickler.__init__`` does what cloudpickle's does, without calling it: a cloudpickle that keeps more needs a look."""
    make: Callable[[Any], Any] = cloudpickle.Pickler
    assert vars(make(io.BytesIO())).keys() == {"globals_ref", "proto"}
    ours = vars(picklereg.Pickler(io.BytesIO()))
    assert (ours["globals_ref"], ours["proto"]) == ({}, cloudpickle.DEFAULT_PROTOCOL)
