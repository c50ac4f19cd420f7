"""The package as a module: what it names, by which name that is pickled, and when it is loaded."""

from __future__ import annotations

import doctest
import inspect
import json
import pickle
import pickletools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, Protocol, runtime_checkable
from unittest import mock

import cloudpickle
import pytest

import picklereg
import picklereg.redaction
import picklereg.testing
from picklereg.introspection.public import public

by_value: Callable[[Any], bytes] = cloudpickle.dumps
PACKAGE = Path(picklereg.__file__).parent
MODULES: list[ModuleType] = [picklereg, picklereg.testing, picklereg.redaction]
#: What is pickled by name, with the module that it is named by. The rest are pickle's own errors, numbers, a text and a type.
NAMED = [
    (module, name)
    for module in MODULES
    for name in module.__all__
    if isinstance(getattr(module, name), type | FunctionType) and "picklereg" in getattr(module, name).__module__
]


@runtime_checkable
class Serializer(Protocol):
    """What RQ asks of a serializer."""

    def dumps(self, *args: Any, **kwargs: Any) -> bytes: ...

    def loads(self, s: bytes, *args: Any, **kwargs: Any) -> Any: ...


def fresh(code: str) -> Any:
    """Run code in a fresh interpreter; give what it printed, read as JSON."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PACKAGE.parent)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# --- by which name --------------------------------------------------------------------------------------------------


def test_all_of_them_are_looked_at() -> None:
    """Every public name is pickled by name, but for those that are no class and no function of ours."""
    others = {name for module in MODULES for name in module.__all__} - {name for _, name in NAMED}
    assert others == {"DEFAULT_PROTOCOL", "HIGHEST_PROTOCOL", "PickleError", "PicklingError", "UnpicklingError", "REDACTED", "Redact"}


@pytest.mark.parametrize(("module", "name"), NAMED, ids=lambda value: getattr(value, "__name__", value))
def test_it_is_pickled_by_its_public_module(module: ModuleType, name: str) -> None:
    """In every protocol, by every pickler, the bytes name the public module and the public name alone."""
    public = getattr(module, name)
    assert (public.__module__, public.__qualname__) == (module.__name__, name)
    payloads = [pickle.dumps(public, protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]
    for payload in [*payloads, by_value(public), picklereg.dumps(public)]:
        texts = {part for _, text, _ in pickletools.genops(payload) if isinstance(text, str) for part in text.split()}
        assert texts == {module.__name__, name}
        assert pickle.loads(payload) is public


def test_methods_are_pickled_so_too() -> None:
    """A method that is taken from its class is named by the public module, too."""
    for method in (picklereg.Registry.install, picklereg.Pickler.dump, picklereg.MissingError.__setstate__):
        payload = pickle.dumps(method)
        assert b"picklereg." not in payload
        assert pickle.loads(payload) is method


def test_what_is_anothers_keeps_its_name() -> None:
    """A class may have a function of another module for a method."""
    made = public(type("Made", (), {"__module__": __name__, "encode": pickle.encode_long}))
    assert (made.__module__, pickle.encode_long.__module__) == ("picklereg", "pickle")


def test_the_name_is_there_from_the_beginning() -> None:
    """Whoever comes by a class on another way than by its public name finds it under that name nevertheless."""
    code = """
import json, pickle, sys
from picklereg.unpickling.stand_ins.classes import MissingError
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.signing import Signer
early = "MissingError" in vars(sys.modules["picklereg"])
print(json.dumps([early, *(pickle.dumps(found, 0).decode().split() for found in (MissingError, safe_loads, Signer))]))
"""
    early, *words = fresh(code)
    assert not early
    assert [word[:2] for word in words] == [["cpicklereg", name] for name in ("MissingError", "safe_loads", "Signer")]


def test_a_fresh_process_reads_them() -> None:
    """Where picklereg is installed, what was pickled by name is found, also if nothing has been imported yet."""
    payloads = [pickle.dumps(getattr(module, name), 0).decode() for module, name in NAMED]
    code = f"import json, pickle; print(json.dumps([pickle.loads(text.encode()).__qualname__ for text in {payloads!r}]))"
    assert fresh(code) == [name for _, name in NAMED]


def test_nothing_private_is_in_what_public_classes_write() -> None:
    """Instances of public classes name no private path, either."""
    errors = [picklereg.SignatureError("a", "b"), picklereg.UnsafePickleError("a", 1, None), picklereg.DiscoveryError("a", "b", "c", "d")]
    arrived = picklereg.testing.Arrived(b"", (), (), ())
    for value in (*errors, picklereg.Bounds(), arrived):
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            payload = pickle.dumps(value, protocol)
            assert payload.replace(b"picklereg.testing", b"").count(b"picklereg.") == 0
            assert type(pickle.loads(payload)) is type(value)


# --- that it is there -----------------------------------------------------------------------------------------------


def test_every_name_is_an_attribute_without_being_loaded() -> None:
    """``inspect.getattr_static`` finds every public name, and that loads nothing."""
    code = """
import inspect, json, sys, picklereg
found = [inspect.getattr_static(picklereg, name) is not None for name in picklereg.__all__]
print(json.dumps([found, sorted(set(dir(picklereg)) & set(picklereg.__all__)), "cloudpickle" in sys.modules]))
"""
    found, listed, loaded = fresh(code)
    assert (all(found), listed, loaded) == (True, sorted(picklereg.__all__), False)


def test_it_keeps_the_protocol_of_a_serializer() -> None:
    """A protocol that is checked at run time, as RQ does, finds ``dumps`` and ``loads``, whether or not they are loaded."""
    assert isinstance(picklereg, Serializer)
    with mock.patch.dict(vars(picklereg)):
        for name in ("dumps", "loads"):
            vars(picklereg).pop(name, None)
        assert isinstance(picklereg, Serializer)


def test_the_class_of_the_package_loads_nothing() -> None:
    """Who asks the package's class instead of the package gets what stands there for a late name."""
    code = """
import json, sys, picklereg
print(json.dumps([type(type(picklereg).dumps) is type(type(picklereg).Signer), "cloudpickle" in sys.modules]))
"""
    assert fresh(code) == [True, False]
    package: Any = type(picklereg)
    assert package.dumps is vars(package)["dumps"]


def test_there_is_nothing_else() -> None:
    """A name that isn't there is missed as in any module."""
    with pytest.raises(AttributeError, match="module 'picklereg' has no attribute 'dumbs'"):
        picklereg.dumbs  # type: ignore[attr-defined]  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]


def test_what_is_loaded_late_is_what_stands_there() -> None:
    """Each late name gives the class or function of its module, and the same one each time."""
    code = """
import json, sys, picklereg
from picklereg import *
same = [globals()[name] is getattr(picklereg, name) is vars(picklereg)[name] for name in picklereg.__all__]
print(json.dumps([same, DEFAULT_PROTOCOL, HIGHEST_PROTOCOL]))
"""
    same, default, highest = fresh(code)
    assert all(same)
    assert default == highest == pickle.HIGHEST_PROTOCOL == cloudpickle.DEFAULT_PROTOCOL


def test_the_contract_of_pickle() -> None:
    """The classes are what their names say, also for whoever asks cloudpickle's or pickle's."""
    assert issubclass(picklereg.Pickler, cloudpickle.Pickler)
    assert issubclass(picklereg.Unpickler, pickle.Unpickler)
    assert picklereg.PicklingError is pickle.PicklingError
    assert inspect.isclass(picklereg.Pickler)
    assert all(inspect.isfunction(getattr(picklereg, name)) for name in ("dump", "dumps", "load", "loads"))


def test_it_can_be_replaced_and_comes_back() -> None:
    """A late name can be set, patched and deleted like any other; what was deleted is loaded anew."""
    genuine = picklereg.dumps
    with mock.patch("picklereg.dumps", return_value=b"patched"):
        assert picklereg.dumps(1) == b"patched"
    assert picklereg.dumps is genuine
    del picklereg.dumps
    with mock.patch.object(picklereg, "dumps", return_value=b"patched"):
        assert picklereg.dumps(1) == b"patched"
    assert picklereg.dumps is genuine
    with pytest.raises(AttributeError):
        del picklereg.dumbs  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]


def test_many_threads_ask_at_once() -> None:
    """Threads that ask for the same names at the same time all get the same ones."""
    code = """
import json, threading, picklereg
names = [name for name in picklereg.__all__ if name not in vars(picklereg)]
barrier, found = threading.Barrier(8), []
def ask(turn):
    barrier.wait()
    found.append({name: getattr(picklereg, name) for name in names[turn:] + names[:turn]})
threads = [threading.Thread(target=ask, args=(turn,)) for turn in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps([len(names), len(found), all(each == found[0] for each in found)]))
"""
    asked, answered, same = fresh(code)
    assert asked > 5
    assert (answered, same) == (8, True)


def test_reloading() -> None:
    """A reload leaves what was loaded as it was, and late names are loaded as before."""
    code = """
import importlib, inspect, json, pickle, picklereg
before = picklereg.dumps
importlib.reload(picklereg)
static = [inspect.getattr_static(picklereg, name) is not None for name in picklereg.__all__]
print(json.dumps([picklereg.dumps is before, all(static), pickle.loads(picklereg.dumps(picklereg.install)) is picklereg.install]))
"""
    assert fresh(code) == [True, True, True]


def test_it_may_itself_be_loaded_lazily() -> None:
    """``importlib.util.LazyLoader``, which gives modules a class of its own, does no harm."""
    code = """
import importlib.util, json, sys
spec = importlib.util.find_spec("picklereg")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = sys.modules["picklereg"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
import picklereg
print(json.dumps(picklereg.loads(picklereg.dumps(7))))
"""
    assert fresh(code) == 7


def test_the_module_travels() -> None:
    """A function that goes by value and uses the module finds it in the reader; the module itself is pickled by its name."""
    assert pickle.loads(pickle.dumps(picklereg)) is picklereg
    function = eval("lambda value: picklereg.loads(picklereg.dumps(value))", {"picklereg": picklereg})
    for payload in (by_value(function), picklereg.dumps(function)):
        assert fresh(f"import json, pickle; print(json.dumps(pickle.loads({payload!r})(7)))") == 7


# --- when it is loaded ----------------------------------------------------------------------------------------------


def test_cloudpickle_is_imported_when_something_is_written() -> None:
    """``install()`` and the errors need no cloudpickle, nor do ``loads`` and ``safe_loads``; ``dumps`` does."""
    code = """
import json, sys, pickle, picklereg
picklereg.install(all_exceptions=True)
error = pickle.loads(pickle.dumps(KeyError("tea")))
picklereg.uninstall()
data = pickle.dumps(error)
picklereg.loads(data), picklereg.safe_loads(data)
early = "cloudpickle" in sys.modules
picklereg.dumps(error)
print(json.dumps([early, "cloudpickle" in sys.modules]))
"""
    assert fresh(code) == [False, True]


# --- that people can read it ----------------------------------------------------------------------------------------


def test_documentation_is_found() -> None:
    """``help`` shows each public name with its text; a function's source is found."""
    for module, name in NAMED:
        public = getattr(module, name)
        assert inspect.getdoc(public), name
        assert inspect.getmodule(public) is module
        if isinstance(public, FunctionType):
            assert inspect.getsource(public).lstrip("@public\n").startswith(("def ", "@contextmanager"))


def test_examples() -> None:
    """The docstrings' examples print what they show, and none is forgotten."""
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for module, name in NAMED:
        public = getattr(module, name)
        for example in finder.find(public, name, module=False, globs=vars(module).copy()):
            runner.run(example)
    written = sum(path.read_text("utf-8").count(">>> ") for path in PACKAGE.rglob("*.py"))
    assert (runner.failures, runner.tries) == (0, written)
