"""Objects that mean something because a module holds them: the reader's own stands where the writer's did."""

from __future__ import annotations

import copyreg
import pickle
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import cloudpickle
import pytest
from generated_modules import imported
from sentinel_samples import COPIED, MODULE, PLACES, UNWRITABLE, with_attribute
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from pathlib import Path

    from crossing import Reader


def _by_cloudpickle(error: BaseException) -> bytes:
    with a_registry().installed(all_exceptions=True):
        return cloudpickle.dumps(error)  # type: ignore[no-untyped-call,no-any-return]


@pytest.mark.parametrize("mode", MODES)
def test_it_is_the_readers_own(mode: str, reader: Reader, tmp_path: Path) -> None:
    """A comparison by identity holds there as it does here, and there is nothing to tell."""
    module = imported(MODULE, tmp_path)
    try:
        with writing(mode, a_registry()) as write:
            sent = [
                (f"{found} is module.{name}", write(put(module, vars(module)[name])))
                for number, (put, found) in enumerate(PLACES.values())
                for name in (module.NAMES[number % 3 :: 3] if number % 5 else module.NAMES)
            ]
    finally:
        del sys.modules[module.__name__]
    code = f"""
import pickle
import {module.__name__} as module
result = []
for test, data in obj:
    error = pickle.loads(data)
    result.append([eval(test, {{"obj": error, "module": module}}), getattr(error, "__notes__", [])])
"""
    got = reader.read(pickle.dumps(sent), code=code, path=[tmp_path])
    assert [(test, *told) for (test, _), told in zip(sent, got, strict=True)] == [(test, True, []) for test, _ in sent]


@pytest.mark.parametrize("mode", MODES)
def test_a_copy_is_told_of(mode: str, reader: Reader, tmp_path: Path) -> None:
    """Where it stands in what can't be taken apart; what can't be written, either, stays behind."""
    module = imported(MODULE, tmp_path)
    held = {name: put(module, module.NAMED) for name, put in COPIED.items()}
    error = module.OptionError(1, **held, left=module.ByCall(module.LOCAL), pair=with_attribute(module.OwnPair(module.NAMED)))
    copyreg.pickle(module.Registered, module.reduce_registered)
    try:
        with writing(mode, a_registry()) as write:
            data = write(error)
    finally:
        del sys.modules[module.__name__], copyreg.dispatch_table[module.Registered]
    code = f"import {module.__name__} as module\nresult = [obj.__notes__, obj.pair.held is module.NAMED, obj.pair.more]"
    notes, *pair = reader.read(data, code=code, path=[tmp_path])
    told = dict.fromkeys(COPIED, "_Named, which is nothing but itself") | {"left": "Sentinel" if mode in BY_VALUE else "was left behind"}
    assert [(name, f"attribute {name!r} " in note, how in note) for (name, how), note in zip(told.items(), notes, strict=True)] == [
        (name, True, True) for name in told
    ]
    assert pair == [True, 1]


@pytest.mark.parametrize("mode", MODES)
def test_what_says_more_is_copied(mode: str, reader: Reader, tmp_path: Path) -> None:
    """Though the module holds it: it may be another value there."""
    module = imported(MODULE, tmp_path)
    try:
        with writing(mode, a_registry()) as write:
            error = module.OptionError(1, held=[module.NUMBERED, module.LISTED, module.OWN], own=module.OWN)
            error.also = module.TEXTED, module.COUNTED
            error.speaking, error.filled, error.remade = module.SPEAKING, module.FILLED, module.Remade(module.MISSING)
            data = write(error)
    finally:
        del sys.modules[module.__name__]
    code = f"""import {module.__name__} as module, operator as op
result = [obj.held[0] is module.NUMBERED, obj.held[1] is module.LISTED, obj.held[2] is module.OWN, obj.own is obj.held[2],
          obj.held[0].held, obj.held[1].held, obj.also[0] is module.TEXTED, obj.also[0].held, obj.also[1] is module.COUNTED,
          any(map(op.is_, obj.speaking, module.SPEAKING)), obj.filled is module.FILLED, obj.filled.line, obj.remade.is_new]
"""
    told = [False, False, False, True, 3, [3], False, "a word", False, False, False, 1, True]
    assert reader.read(data, code=code, path=[tmp_path]) == told


@pytest.mark.parametrize("load", [pickle.loads, picklereg.loads])
def test_a_reader_whose_module_lacks_it_gets_another(load: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have another version of the module; the error arrives."""
    module = imported(MODULE, tmp_path)
    held = {"held": module.MISSING, "other": [module.MISSING], "unset": module.UNSET, "named": module.NAMED}
    held |= {"slotted": module.SLOTNAMED, "local": module.LOCALSLOTTED}
    data = picklereg.dumps(module.OptionError(1, **held))
    older: Any = ModuleType(module.__name__)
    older._Unset = type("_Unset", (), {"__module__": module.__name__})
    older._Named = type("_Named", (), {"__module__": module.__name__})
    older._SlotNamed = type("_SlotNamed", (), {"__module__": module.__name__, "__slots__": ("name", "unset")})
    older.OptionError = type("OptionError", (Exception,), {"__module__": module.__name__})
    monkeypatch.setitem(sys.modules, module.__name__, older)
    found: Any = load(data)
    assert found.__class__ is older.OptionError
    assert type(found.held) is object
    assert found.other == [found.held]
    assert type(found.unset) is older._Unset
    assert (type(found.named), found.named.name) == (older._Named, "NAMED")
    assert (type(found.slotted), found.slotted.name, type(found.local)) == (older._SlotNamed, "SLOTNAMED", object)


def test_a_reader_without_the_module_gets_another(tmp_path: Path) -> None:
    """In a stand-in for the error; what is read by who trusts nothing is inert."""
    module = imported(MODULE, tmp_path)
    data = picklereg.dumps(module.OptionError(1, held=module.MISSING))
    del sys.modules[module.__name__]
    found: Any = picklereg.loads(data)
    assert (type(found).__name__, found.args, type(found.held)) == ("OptionError", (1,), object)
    read: Any = picklereg.safe_loads(data)
    assert (type(read).__name__, read.args) == ("OptionError", (1,))
    assert type(read.held) is not object


@pytest.mark.parametrize("write", [picklereg.dumps, _by_cloudpickle])
def test_a_module_that_goes_by_value_is_not_named(write: Any, tmp_path: Path) -> None:
    """Its reader may not have it."""
    module = imported(MODULE, tmp_path)
    cloudpickle.register_pickle_by_value(module)  # type: ignore[no-untyped-call]
    try:
        data = write(module.OptionError(1, held=module.MISSING, other=[module.MISSING], numbered=module.NUMBERED))
    finally:
        cloudpickle.unregister_pickle_by_value(module)  # type: ignore[no-untyped-call]
        del sys.modules[module.__name__]
    found: Any = pickle.loads(data)
    assert type(found.held) is type(found.other[0]) is object
    assert ["a bare object()" in note for note in found.__notes__] == [True, True]


@pytest.mark.parametrize("write", [picklereg.dumps, _by_cloudpickle])
def test_others_are_named_beside_a_module_that_goes_by_value(write: Any, tmp_path: Path) -> None:
    """What isn't of it is found as ever, and what is of it and can't be written stays behind."""
    module, registered = imported(MODULE, tmp_path), imported(UNWRITABLE, tmp_path)
    cloudpickle.register_pickle_by_value(registered)  # type: ignore[no-untyped-call]
    try:
        data, spoken, lost, left = (
            write(module.OptionError(1, held=module.MISSING)),
            write(module.SpeakingError(1)),
            write(registered.Locking("text")),
            write(module.OptionError(1, held=registered.Locked(), fine=3)),
        )
    finally:
        cloudpickle.unregister_pickle_by_value(registered)  # type: ignore[no-untyped-call]
    found: Any = pickle.loads(data)
    assert (type(found), found.held is module.MISSING) == (module.OptionError, True)
    assert type(pickle.loads(spoken)) is module.SpeakingError
    assert type(pickle.loads(lost)) is ValueError
    assert len(pickle.loads(lost).__notes__) == 1
    found = pickle.loads(left)
    assert (hasattr(found, "held"), found.fine, len(found.__notes__)) == (False, 3, 1)


def test_what_holds_more_than_its_name_travels(tmp_path: Path) -> None:
    """What a program has set since holds, not what the reader's module begins with; nor is an object named of which native code is part."""
    module = imported(MODULE, tmp_path)
    module.NAMED.text = "https://here"
    module.PRINTED.name = "OTHER"
    held: Any = [pickle.loads(picklereg.dumps(module.OptionError(1, held=value))).held for value in (module.NAMED, module.PRINTED)]
    assert held[0] is not module.NAMED
    stream: Any = pickle.loads(picklereg.dumps(module.OptionError(1, held=module.stream))).held
    assert (type(stream), stream.name, stream is module.stream) == (module._Stream, "stream", False)
    del sys.modules[module.__name__]
    assert [(value.name, value.text) for value in held] == [("NAMED", "https://here"), ("OTHER", "<PRINTED>")]


def test_another_packages_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader may not have it, and no error is lost for that."""
    module = imported(MODULE, tmp_path)
    monkeypatch.setattr("builtins._", module.MISSING, raising=False)  # what an interactive session came upon last
    data = picklereg.dumps(ValueError(module.MISSING))
    del sys.modules[module.__name__]
    found = pickle.loads(data)
    assert type(found.args[0]) is object
    assert ["is a bare object()" in note for note in found.__notes__] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_a_field_beside_it_is_called_what_it_is(mode: str, reader: Reader, tmp_path: Path) -> None:
    """So a password is replaced in a tuple that is taken apart."""
    module = imported(MODULE, tmp_path)
    try:
        with writing(mode, a_registry()) as write:
            data = write(module.OptionError(1, held=module.Login(module.MISSING)))
    finally:
        del sys.modules[module.__name__]
    code = f"import {module.__name__} as module\nresult = [obj.held.user is module.MISSING, type(obj.held).__name__]"
    assert reader.read(data, code=code, path=[tmp_path]) == [True, "Login"]
    assert b"zQ7-x" not in data
