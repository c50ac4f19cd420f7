"""Each trick of the corpus runs code under ``pickle.loads``, and nothing under ``safe_loads``."""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import hostile
import pytest

import picklereg
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingValue

LOAD = "import pickle, sys; import hostile; pickle.loads(bytes.fromhex(sys.argv[1]))"


@pytest.fixture
def registry() -> picklereg.Registry:
    """A registry that declares the hostile module's exceptions: its classes are allowed, what they do is not."""
    registry = picklereg.Registry(entry_points=False)
    registry.register([hostile.WithSetstate, hostile.WithState, hostile.Named, hostile.HashesKey, hostile.ActsInNew])
    return registry


@pytest.mark.parametrize("trick", hostile.TRICKS)
def test_a_trick_acts_under_pickle_and_is_inert_here(trick: str, tmp_path: Path, registry: picklereg.Registry) -> None:
    """pickle.loads does what the bytes want; safe_loads does nothing, whether the classes are declared or not."""
    path = tmp_path / "touched"
    data = hostile.TRICKS[trick](str(path))
    environment = {"PYTHONPATH": str(Path(hostile.__file__).parent), "PATH": os.defpath}
    subprocess.run([sys.executable, "-c", LOAD, data.hex()], check=False, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
    assert path.exists()
    path.rmdir() if path.is_dir() else path.unlink()
    for known in (registry, picklereg.Registry(entry_points=False)):
        with contextlib.suppress(UnsafePickleError):
            found = safe_loads(data, registry=known)
            repr(found)
            if isinstance(found, BaseException):
                "".join(traceback.format_exception(found))
            del found
        gc.collect()
        assert not path.exists()


def test_nothing_is_imported_but_declared_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name imports nothing; that of a class of a declared set imports the module that the set waits for, if that is wanted."""
    for name in ("hostile_declared", "hostile_neighbour"):
        (tmp_path / f"{name}.py").write_text("class LostError(Exception): pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = picklereg.Registry(entry_points=False)
    registry.register("hostile_declared")
    for name in ("hostile_declared", "hostile_neighbour"):
        data = hostile.opcodes(hostile.name(name, "LostError"), pickle.EMPTY_TUPLE, pickle.NEWOBJ)
        found = safe_loads(data, registry=registry)
        assert isinstance(found, BaseException)
        assert name not in sys.modules
        found = safe_loads(data, registry=registry, imports=True)
        assert (name in sys.modules) is (name == "hostile_declared")
        assert (type(found) is getattr(sys.modules.get(name), "LostError", None)) is (name == "hostile_declared")


def test_a_declared_module_that_fails_gives_stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the import raises, the error arrives."""
    (tmp_path / "hostile_broken.py").write_text("raise OSError('broken')\n")
    monkeypatch.syspath_prepend(tmp_path)
    registry = picklereg.Registry(entry_points=False)
    registry.register("hostile_broken")
    data = hostile.opcodes(hostile.name("hostile_broken", "Lost"), hostile.text("why"), pickle.TUPLE1, pickle.NEWOBJ)
    found = safe_loads(data, registry=registry, imports=True)
    assert (type(found).__module__, type(found).__qualname__, str(found)) == ("hostile_broken", "Lost", "why")


def test_a_set_registered_later_adds_and_never_replaces() -> None:
    """A class of the same module and name isn't the declared one, and a name's class is the one in the module."""

    class WithState(Exception):
        pass

    WithState.__module__, WithState.__qualname__ = hostile.__name__, "WithState"
    registry = picklereg.Registry(entry_points=False)
    registry.register(hostile.WithState)
    registry.register(WithState)
    data = hostile.opcodes(hostile.name("hostile", "WithState"), pickle.EMPTY_TUPLE, pickle.NEWOBJ)
    assert type(safe_loads(data, registry=registry)) is hostile.WithState


def test_a_name_is_exact(registry: picklereg.Registry) -> None:
    """Another name of a declared class, in its own module or by way of another one, is no name of it."""
    for module, qualname in (
        ("hostile", "Path"),
        ("pathlib", "Path"),
        ("hostile.WithState", "x"),
        ("hostile", "WithState.x"),
        ("hostile", ""),
    ):
        data = hostile.opcodes(hostile.name(module, qualname), pickle.EMPTY_TUPLE, pickle.NEWOBJ)
        found = safe_loads(data, registry=registry)
        assert isinstance(found, MissingValue)


REFUSED = {
    "persistent id": b"Pid\n.",
    "binary persistent id": b"\x80\x04K\x01Q.",
    "extension 1": b"\x80\x02\x82\x01.",
    "extension 2": b"\x80\x02\x83\x01\x00.",
    "extension 4": b"\x80\x02\x84\x01\x00\x00\x00.",
    "out-of-band buffer": b"\x80\x05\x97.",
    "read-only buffer": b"\x80\x05\x97\x98.",
    "Python 2's string": b"S'x'\n.",
    "Python 2's binary string": b"T\x01\x00\x00\x00x.",
    "Python 2's short string": b"U\x01x.",
    "state on a list": b"\x80\x04]}b.",
    "state on a class": hostile.opcodes(hostile.name("builtins", "ValueError"), pickle.EMPTY_DICT, pickle.BUILD),
    "state on a missing class": hostile.opcodes(hostile.name("a", "B"), pickle.EMPTY_DICT, pickle.BUILD),
    "call of a number": b"\x80\x04K\x01)R.",
    "instance of a number": b"\x80\x04K\x01)\x81.",
    "arguments that are a list": hostile.opcodes(hostile.name("builtins", "ValueError"), pickle.EMPTY_LIST, pickle.REDUCE),
    "items for an error": hostile.opcodes(hostile.name("builtins", "ValueError"), b")\x81K\x01a"),
    "cause that is no error": hostile.opcodes(hostile.name("builtins", "ValueError"), b")\x81}", hostile.text("__cause__"), b"K\x01sb"),
    "args that are no tuple": hostile.opcodes(hostile.name("builtins", "ValueError"), b")\x81}", hostile.text("args"), b"]sb"),
    "flag that is a number": hostile.opcodes(
        hostile.name("builtins", "ValueError"), b")\x81}", hostile.text("__suppress_context__"), b"K\x01sb"
    ),
    "group of a number": hostile.opcodes(hostile.name("builtins", "ExceptionGroup"), hostile.text("g"), b"](K\x01e\x86\x81"),
    "group of nothing": hostile.opcodes(hostile.name("builtins", "ExceptionGroup"), b")\x81"),
    "empty group": hostile.opcodes(hostile.name("builtins", "ExceptionGroup"), hostile.text("g"), b"]\x86\x81"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case: str) -> None:
    """Each is our error, which says where."""
    with pytest.raises(UnsafePickleError) as caught:
        safe_loads(REFUSED[case])
    assert 0 <= caught.value.position <= len(REFUSED[case])
    assert isinstance(caught.value, pickle.UnpicklingError)
    assert type(pickle.loads(pickle.dumps(caught.value))) is UnsafePickleError


def _decode_error(**fields: object) -> bytes:
    state = b"".join(hostile.text(name) + pickle.dumps(value, 2)[2:-1] + pickle.SETITEM for name, value in fields.items())
    return hostile.opcodes(hostile.name("builtins", "UnicodeDecodeError"), b")\x81}", state, pickle.BUILD)


@pytest.mark.parametrize(
    "fields",
    [
        {"encoding": "a", "object": b"x", "start": -(10**12), "end": 1 - 10**12, "reason": "r"},
        {"encoding": "a", "object": b"x", "start": 0, "end": 9, "reason": "r"},
        {"encoding": 1, "object": b"x", "start": 0, "end": 1, "reason": "r"},
        {"encoding": "a", "object": "text", "start": 0, "end": 1, "reason": "r"},
        {"encoding": "a", "object": b"x", "start": 1.5, "end": 1, "reason": "r"},
        {"encoding": "a", "object": b"x", "start": 10**30, "end": 1, "reason": "r"},
    ],
)
def test_fields_that_crash_python_when_the_error_is_printed(fields: dict[str, object]) -> None:
    """A position outside of the object, or an object of another type, makes Python read somebody else's memory: it is refused."""
    with pytest.raises(UnsafePickleError):
        safe_loads(_decode_error(**fields))


def test_an_unset_field_stays_unset() -> None:
    """None isn't set where Python takes a set field for what it should be."""
    found = safe_loads(_decode_error(encoding=None, object=None, reason=None))
    assert str(found) == ""


def test_printing_an_import_error_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The traceback module imports ``name`` if there is a ``name_from``: only what is imported already keeps it."""
    (tmp_path / "hostile_suggested.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    is_field = "name_from" in vars(ImportError)
    for name, kept in (("hostile_suggested", None), ("sys", "x"), ("os.path", None)):
        fields = {"name": name, "name_from": "x"}
        state = b"".join(hostile.text(field) + hostile.text(value) + pickle.SETITEM for field, value in fields.items())
        found = safe_loads(hostile.opcodes(hostile.name("builtins", "ImportError"), b")\x81}", state, pickle.BUILD))
        "".join(traceback.format_exception(found))
        assert (found.name, found.name_from) == (name, kept if is_field else "x")  # 3.11: an attribute
        assert "hostile_suggested" not in sys.modules
