"""A module that holds objects which mean something for being there, and where such an object may stand in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["COPIED", "MODULE", "PLACES", "UNWRITABLE", "with_attribute"]

MODULE: Final = """
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
UNWRITABLE: Final = """
import threading

LOCK = threading.Lock()

class Locking(ValueError):
    def place(self):
        return LOCK

class Locked:
    lock = LOCK
"""
#: What holds the object, and where it is then found.
PLACES: Final[dict[str, tuple[Callable[[Any, Any], BaseException], str]]] = {
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


def with_attribute(pair: Any) -> Any:
    vars(pair)["more"] = 1
    return pair


#: Where it is copied, since nobody knows what the parts are called, or it would take too long.
COPIED: Final[dict[str, Callable[[Any, Any], Any]]] = {
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
