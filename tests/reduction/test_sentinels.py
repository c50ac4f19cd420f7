"""Objects that mean something because a module holds them: the reader's own stands where the writer's did."""

from __future__ import annotations

import copyreg
import pickle
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import cloudpickle
import pytest
from generated_modules import imported
from writers import BY_VALUE, MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crossing import Reader

_MODULE: Final = """
import dataclasses
import functools
import io
from collections import OrderedDict, deque
from typing import Any, NamedTuple

MISSING = _ALSO = object()
_PRIVATE = object()

class _Unset:
    pass

class _Slotted:
    __slots__ = ()

def sentinel(name):
    class Sentinel:
        def __init__(self):
            self.name = name
    return Sentinel()

def slotted_sentinel(name):
    class Sentinel:
        __slots__ = ("name",)
    made = Sentinel()
    made.name = name
    return made

class _Named:
    def __init__(self, name, text=None):
        self.name = name
        self.text = text

class _SlotNamed:
    __slots__ = ("name", "unset")
    def __init__(self, name):
        self.name = name

class Slotted:
    __slots__ = ("held", "unset")
    def __init__(self, held):
        self.held = held

class Beside(Slotted):
    more = property(lambda self: vars(self)["more"])
    def __init__(self, held):
        super().__init__(held)
        vars(self)["more"] = 1

def _new():
    def new(cls, *args):
        return object.__new__(cls)
    return new

class MadeSlotted(Slotted):
    __slots__ = ()
    __new__ = _new()

class NewSlotted(Slotted):
    __slots__ = ("__dict__",)
    def __new__(cls, held):
        return object.__new__(cls)
    def __getnewargs__(self):
        return (None,)

class Stated:
    def __init__(self, held):
        self.held = held
    def __getstate__(self):
        return {"held": self.held, "beside": 2}
    def __setstate__(self, state):
        self.held = state["held"]

class HalfStated:
    def __init__(self, held):
        self.held = held
    def __getstate__(self):
        return {"held": self.held}, None

class ByCall(Stated):
    def __reduce__(self):
        return ByCall, (self.held,)

class Registered(Stated):
    pass

def reduce_registered(value):
    return Registered, (value.held,)

class Recalled(Stated):
    def __reduce__(self):
        return Recalled, (None,), {"held": self.held}

class Made(Stated):
    def __reduce__(self):
        return make, (), {"held": self.held}

def make():
    return Made(None)

class Filling(Stated):
    def __init__(self, held=None):
        self.held, self.items = held, [1]
    def append(self, item):
        self.items.append(item)
    def __reduce__(self):
        return Filling, (), {"held": self.held}, iter([2])

class Whole(Stated):
    def __getstate__(self):
        return self.held
    def __setstate__(self, state):
        self.held = state

class Told(Stated):
    def __getstate__(self):
        return {"held": self.held}, {"beside": 2}
    def __setstate__(self, state):
        self.held, self.beside = state[0]["held"], state[1]["beside"]

class Numbered(Stated):
    def __getstate__(self):
        return {1: self.held}
    def __setstate__(self, state):
        self.held = state[1]

class Reset(Stated):
    def __init__(self, held=None):
        self.held = held
    def __reduce__(self):
        return Reset, (), {"held": self.held}

class Listed(Stated):
    def __getstate__(self):
        return [self.held]
    def __setstate__(self, state):
        (self.held,) = state

@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    held: Any

@dataclasses.dataclass(frozen=True, slots=True)
class ReducedFrozen:
    held: Any = None
    def __reduce__(self):
        return ReducedFrozen, (), {"held": self.held}
    def __setstate__(self, state):
        object.__setattr__(self, "held", state["held"])

class Pair(NamedTuple):
    held: Any
    beside: int = 2

class Login(NamedTuple):
    user: Any
    password: str = "zQ7-x"

class OwnPair(Pair):
    more = property(lambda self: vars(self)["more"])

class OwnList(list):
    _fields = "one", "two"

class SettingList(list):
    def __init__(self, items=()):
        super().__init__(items)
        self.times = 0
    def __setstate__(self, state):
        self.times = state["times"] + 1

class OwnDict(dict):
    __slots__ = ("note", "unset")
    def __setitem__(self, key, value):
        raise TypeError("frozen")

class OwnTuple(tuple):
    __slots__ = ()
    _fields = "one", "two"

class Counting(list):
    def __reduce__(self):
        return Counting, ([*self],)

class _Stream(io.RawIOBase):
    def __init__(self):
        self.name = "stream"

stream = _Stream()

class Config:
    def __init__(self, held):
        self.held = held

class Own:
    def __reduce__(self):
        return Own, ()

class ByProtocol:
    def __reduce_ex__(self, protocol):
        return ByProtocol, ()

class Telling:
    def __getstate__(self):
        return None

class Taking:
    def __setstate__(self, state):
        pass

class Filled:
    __slots__ = ("line",)

class MadeAlone:
    def __new__(cls):
        return super().__new__(cls)

class Remade(Config):
    def __reduce__(self):
        return remade, (self.held,)

def remade(held):
    made = Remade(held)
    made.is_new = True
    return made

UNSET = _Unset()
NAMED = _Named("NAMED")
PLACED = _Named("PLACED", __name__)
PRINTED = _Named("PRINTED", "<PRINTED>")
SLOTTED = _Slotted()
SLOTNAMED = _SlotNamed("SLOTNAMED")
LOCAL = sentinel("LOCAL")
LOCALSLOTTED = slotted_sentinel("LOCALSLOTTED")
NAMES = [name for name in globals() if name.isupper()]
NUMBERED, LISTED, OWN = Config(3), Config([3]), Own()
TEXTED, COUNTED = Config("a word"), _Named("COUNTED", 3)
FILLED = Filled()
FILLED.line = 1
SPEAKING = BY_PROTOCOL, TELLING, TAKING, MADE = ByProtocol(), Telling(), Taking(), MadeAlone()

class OptionError(Exception):
    def __init__(self, *args, **held):
        super().__init__(*args)
        self.__dict__.update(held)

class SpeakingError(OptionError):
    def speak(self):
        return "https://ada:q7Lm51Pd-zR@shop.example/"

class ReducedError(OptionError):
    def __reduce__(self):
        return type(self), self.args, self.__dict__
"""
_UNWRITABLE: Final = """
import threading

LOCK = threading.Lock()

class Locking(ValueError):
    def place(self):
        return LOCK

class Locked:
    lock = LOCK
"""
#: What holds the object, and where it is then found.
_PLACES: Final[dict[str, tuple[Callable[[Any, Any], BaseException], str]]] = {
    "attribute": (lambda module, value: module.OptionError(1, held=value), "obj.held"),
    "argument": (lambda module, value: module.OptionError(1, value), "obj.args[1]"),
    "in a list": (lambda module, value: module.OptionError(1, held=[1, value]), "obj.held[1]"),
    "in a dictionary": (lambda module, value: module.OptionError(1, held={"key": (value,)}), "obj.held['key'][0]"),
    "as a key": (lambda module, value: module.OptionError(1, held={value: 1}), "[*obj.held][0]"),
    "in an object": (lambda module, value: module.OptionError(1, held=module.Config(value)), "obj.held.held"),
    "twice": (lambda module, value: module.OptionError(1, held=value, other=[value]), "(obj.held if obj.held is obj.other[0] else None)"),
    "in an object in a list": (lambda module, value: module.OptionError(1, held=[module.Config(value)]), "obj.held[0].held"),
    "in objects": (
        lambda module, value: module.OptionError(1, held=module.Config({1: module.Config([value])})),
        "obj.held.held[1].held[0]",
    ),
    "in slots": (lambda module, value: module.OptionError(1, held=[module.Slotted(value)]), "obj.held[0].held"),
    "in slots beside attributes": (
        lambda module, value: module.OptionError(1, held=[module.Beside(value)]),
        "(obj.held[0].held if obj.held[0].more == 1 else None)",
    ),
    "in slots of what a local function makes": (lambda module, value: module.OptionError(module.MadeSlotted(value)), "obj.args[0].held"),
    "in half a state": (lambda module, value: module.OptionError(module.HalfStated(value)), "obj.args[0].held"),
    "in a state": (lambda module, value: module.OptionError(module.Stated(value)), "obj.args[0].held"),
    "in a call's state": (lambda module, value: module.OptionError(module.Reset(value)), "obj.args[0].held"),
    "in a dataclass": (lambda module, value: module.OptionError(1, held=[module.Frozen(value)]), "obj.held[0].held"),
    "in a dataclass with its own reduce": (lambda module, value: module.OptionError(1, held=module.ReducedFrozen(value)), "obj.held.held"),
    "in a named tuple": (lambda module, value: module.OptionError(1, held=module.Pair([value])), "obj.held.held[0]"),
    "in a list of its own": (lambda module, value: module.OptionError(1, held=module.OwnList([value, {value}])), "[*obj.held[1]][0]"),
    "in a tuple of its own": (lambda module, value: module.OptionError(1, held=module.OwnTuple([value])), "obj.held[0]"),
    "in a dictionary of its own": (
        lambda module, value: module.OptionError(1, held=_filled(module.OwnDict(key=value))),
        "obj.held[obj.held.note]",
    ),
    "in order": (lambda module, value: module.OptionError(1, held=module.OrderedDict(key=value)), "obj.held['key']"),
    "in a queue": (
        lambda module, value: module.OptionError(1, held=module.deque([value], 2)),
        "(obj.held[0] if obj.held.maxlen == 2 else None)",
    ),
    "of a cause": (lambda module, value: _caused(module.OptionError(1, held=value)), "obj.__cause__.held"),
    "of a reduce's": (lambda module, value: module.ReducedError(1, held=value), "obj.held"),
}


def _filled(container: Any) -> Any:
    container.note = "key"
    return container


def _nested(module: Any, value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = module.Config(value)
    return value


def _with_attribute(pair: Any) -> Any:
    vars(pair)["more"] = 1
    return pair


#: Where it is copied, since nobody knows what the parts are called, or it would take too long.
_COPIED: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "a call": lambda module, value: module.functools.partial(print, value),
    "too deep": lambda module, value: _nested(module, value, 30),
    "by its own reduce": lambda module, value: module.ByCall(value),
    "by a call beside a state": lambda module, value: module.Recalled(value),
    "by a function": lambda module, value: module.Made(value),
    "with items": lambda module, value: module.Filling(value),
    "as a state": lambda module, value: module.Whole(value),
    "in a state of two": lambda module, value: module.Told(value),
    "in a list that sets its own state": lambda module, value: module.SettingList([value]),
    "in numbered parts": lambda module, value: module.Numbered(value),
    "in a state that is a list": lambda module, value: module.Listed(value),
    "in a container by its own reduce": lambda module, value: module.Counting([value]),
    "by a registered reducer": lambda module, value: module.Registered(value),
    "with arguments": lambda module, value: module.NewSlotted(value),
}


def _caused(cause: BaseException) -> BaseException:
    error = KeyError("outer")
    error.__cause__ = cause
    return error


def _by_cloudpickle(error: BaseException) -> bytes:
    with a_registry().installed(all_exceptions=True):
        return cloudpickle.dumps(error)  # type: ignore[no-untyped-call,no-any-return]


@pytest.mark.parametrize("mode", MODES)
def test_it_is_the_readers_own(mode: str, reader: Reader, tmp_path: Path) -> None:
    """A comparison by identity holds there as it does here, and there is nothing to tell."""
    module = imported(_MODULE, tmp_path)
    try:
        with writing(mode, a_registry()) as write:
            sent = [
                (f"{found} is module.{name}", write(put(module, vars(module)[name])))
                for number, (put, found) in enumerate(_PLACES.values())
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
    module = imported(_MODULE, tmp_path)
    held = {name: put(module, module.NAMED) for name, put in _COPIED.items()}
    error = module.OptionError(1, **held, left=module.ByCall(module.LOCAL), pair=_with_attribute(module.OwnPair(module.NAMED)))
    copyreg.pickle(module.Registered, module.reduce_registered)
    try:
        with writing(mode, a_registry()) as write:
            data = write(error)
    finally:
        del sys.modules[module.__name__], copyreg.dispatch_table[module.Registered]
    code = f"import {module.__name__} as module\nresult = [obj.__notes__, obj.pair.held is module.NAMED, obj.pair.more]"
    notes, *pair = reader.read(data, code=code, path=[tmp_path])
    told = dict.fromkeys(_COPIED, "_Named, which is nothing but itself") | {"left": "Sentinel" if mode in BY_VALUE else "was left behind"}
    assert [(name, f"attribute {name!r} " in note, how in note) for (name, how), note in zip(told.items(), notes, strict=True)] == [
        (name, True, True) for name in told
    ]
    assert pair == [True, 1]


@pytest.mark.parametrize("mode", MODES)
def test_what_says_more_is_copied(mode: str, reader: Reader, tmp_path: Path) -> None:
    """Though the module holds it: it may be another value there."""
    module = imported(_MODULE, tmp_path)
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
    module = imported(_MODULE, tmp_path)
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
    module = imported(_MODULE, tmp_path)
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
    module = imported(_MODULE, tmp_path)
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
    module, registered = imported(_MODULE, tmp_path), imported(_UNWRITABLE, tmp_path)
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
    module = imported(_MODULE, tmp_path)
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
    module = imported(_MODULE, tmp_path)
    monkeypatch.setattr("builtins._", module.MISSING, raising=False)  # what an interactive session came upon last
    data = picklereg.dumps(ValueError(module.MISSING))
    del sys.modules[module.__name__]
    found = pickle.loads(data)
    assert type(found.args[0]) is object
    assert ["is a bare object()" in note for note in found.__notes__] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_a_field_beside_it_is_called_what_it_is(mode: str, reader: Reader, tmp_path: Path) -> None:
    """So a password is replaced in a tuple that is taken apart."""
    module = imported(_MODULE, tmp_path)
    try:
        with writing(mode, a_registry()) as write:
            data = write(module.OptionError(1, held=module.Login(module.MISSING)))
    finally:
        del sys.modules[module.__name__]
    code = f"import {module.__name__} as module\nresult = [obj.held.user is module.MISSING, type(obj.held).__name__]"
    assert reader.read(data, code=code, path=[tmp_path]) == [True, "Login"]
    assert b"zQ7-x" not in data
