"""Pickles that run code under ``pickle.loads``, one for every trick that we know. Each touches the file that it is given.

They are put together from opcodes by hand, since most of them no pickler would write. :data:`TRICKS` gives each a name; the module is also
what a subprocess imports, for its classes, and imports nothing but the standard library.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Self

__all__ = ["TRICKS", "Named", "WithSetstate", "WithState", "opcodes", "text"]

Make = Callable[[str], bytes]
TRICKS: dict[str, Make] = {}


def text(value: str) -> bytes:
    """Write a string."""
    data = value.encode()
    return pickle.BINUNICODE + struct.pack("<I", len(data)) + data


def opcodes(*parts: bytes) -> bytes:
    """Write a whole pickle."""
    return b"".join([pickle.PROTO, b"\x04", *parts, pickle.STOP])


def name(module: str, qualname: str) -> bytes:
    return text(module) + text(qualname) + pickle.STACK_GLOBAL


def call(function: bytes, *args: bytes) -> bytes:
    return function + pickle.MARK + b"".join(args) + pickle.TUPLE + pickle.REDUCE


def touch_code(path: str) -> str:
    return f"open({path!r}, 'w').close()"


def trick(function: Make) -> Make:
    TRICKS[function.__name__] = function
    return function


class WithSetstate(Exception):
    """An exception whose ``__setstate__`` does what its state says."""

    def __setstate__(self, state: object) -> None:
        Path(str(state)).touch()


class WithState(Exception):
    """An exception whose property and ``__init__`` do what they are told."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path)
        if path:
            Path(path).touch()

    @property
    def touched(self) -> str:
        return ""

    @touched.setter
    def touched(self, path: str) -> None:
        Path(path).touch()


class Named(Exception):
    """An exception that does something when it is thrown away."""

    path = ""

    def __del__(self) -> None:
        if self.path:
            Path(self.path).touch()


class HashesKey(Exception):
    """An exception that does something when it is a key."""

    def __hash__(self) -> int:
        Path(str(self.args[0])).touch()
        return 0


@trick
def reduce_of_a_function(path: str) -> bytes:
    return opcodes(call(name("builtins", "exec"), text(touch_code(path))))


@trick
def global_of_protocol_0(path: str) -> bytes:
    return b"cbuiltins\nexec\n(V" + touch_code(path).encode() + b"\ntR."


@trick
def names_of_python_2(path: str) -> bytes:
    return b"\x80\x02c__builtin__\neval\n(V" + touch_code(path).encode() + b"\ntR."


@trick
def inst(path: str) -> bytes:
    return b"(V" + touch_code(path).encode() + b"\nibuiltins\nexec\n."


@trick
def obj(path: str) -> bytes:
    return b"(cbuiltins\nexec\nV" + touch_code(path).encode() + b"\no."


@trick
def newobj_ex(path: str) -> bytes:
    args = text(path) + pickle.TUPLE1
    return opcodes(name("hostile", "ActsInNew"), args, pickle.EMPTY_DICT, pickle.NEWOBJ_EX)


@trick
def newobj(path: str) -> bytes:
    return opcodes(name("hostile", "ActsInNew"), text(path), pickle.TUPLE1, pickle.NEWOBJ)


class ActsInNew(Exception):
    """An exception whose ``__new__`` acts."""

    def __new__(cls, path: str) -> Self:
        Path(path).touch()
        return super().__new__(cls)

    def __init__(self, path: str) -> None:
        super().__init__()


@trick
def dotted_name(path: str) -> bytes:
    # The module is harmless; the way to the function leads through its attributes.
    return opcodes(call(name("shutil", "os.mkdir"), text(path)))


@trick
def dotted_name_out_of_an_allowed_class(path: str) -> bytes:
    return opcodes(
        call(name("hostile", "WithState.__init__.__globals__.__class__"), pickle.EMPTY_LIST), call(name("os", "mkdir"), text(path))
    )


@trick
def getattr_of_a_module(path: str) -> bytes:
    module = call(name("importlib", "import_module"), text("os"))
    return opcodes(call(call(name("builtins", "getattr"), module, text("mkdir")), text(path)))


@trick
def attrgetter(path: str) -> bytes:
    module = call(name("importlib", "import_module"), text("os"))
    return opcodes(call(call(call(name("operator", "attrgetter"), text("mkdir")), module), text(path)))


@trick
def methodcaller(path: str) -> bytes:
    module = call(name("importlib", "import_module"), text("os"))
    return opcodes(call(call(name("operator", "methodcaller"), text("mkdir"), text(path)), module))


@trick
def methodcaller_with_a_form_of_ours(path: str) -> bytes:
    # As the writer's "__set__", but on a property of an allowed class.
    exc = name("hostile", "WithState") + pickle.EMPTY_TUPLE + pickle.NEWOBJ
    field = call(name("builtins", "getattr"), name("hostile", "WithState"), text("touched"))
    return opcodes(call(call(name("operator", "methodcaller"), text("__set__"), exc, text(path)), field))


@trick
def resolve_name(path: str) -> bytes:
    return opcodes(call(call(name("pkgutil", "resolve_name"), text("os:mkdir")), text(path)))


@trick
def partial(path: str) -> bytes:
    function = call(name("functools", "partial"), name("os", "mkdir"), text(path))
    return opcodes(call(function))


@trick
def pickle_inside_a_pickle(path: str) -> bytes:
    inner = reduce_of_a_function(path)
    data = pickle.BINBYTES + struct.pack("<I", len(inner)) + inner
    return opcodes(call(name("pickle", "loads"), data))


@trick
def build_on_a_class(path: str) -> bytes:
    # Sets an attribute of a class to a function, and calls that.
    slots = pickle.MARK + text("act") + name("os", "mkdir") + pickle.DICT
    build = name("hostile", "Plain") + pickle.NONE + slots + pickle.TUPLE2 + pickle.BUILD
    return opcodes(build, pickle.POP, call(name("hostile", "Plain.act"), text(path)))


class Plain:
    """A class with nothing in it."""


@trick
def state_of_an_allowed_class(path: str) -> bytes:
    return opcodes(name("hostile", "WithSetstate"), pickle.EMPTY_TUPLE, pickle.NEWOBJ, text(path), pickle.BUILD)


@trick
def property_of_an_allowed_class(path: str) -> bytes:
    state = pickle.EMPTY_DICT + text("touched") + text(path) + pickle.SETITEM
    return opcodes(name("hostile", "WithState"), pickle.EMPTY_TUPLE, pickle.NEWOBJ, state, pickle.BUILD)


@trick
def init_of_an_allowed_class(path: str) -> bytes:
    return opcodes(call(name("hostile", "WithState"), text(path)))


@trick
def finalizer_of_an_allowed_class(path: str) -> bytes:
    state = pickle.EMPTY_DICT + text("path") + text(path) + pickle.SETITEM
    return opcodes(name("hostile", "Named"), pickle.EMPTY_TUPLE, pickle.NEWOBJ, state, pickle.BUILD)


@trick
def hash_of_an_allowed_class(path: str) -> bytes:
    exc = name("hostile", "HashesKey") + text(path) + pickle.TUPLE1 + pickle.NEWOBJ
    return opcodes(pickle.EMPTY_DICT, exc, pickle.NONE, pickle.SETITEM)


@trick
def memo_of_another_value(path: str) -> bytes:
    # What stands at memo 0 first is harmless, and another thing when it is used.
    harmless = text("len") + pickle.BINPUT + b"\0" + pickle.POP + text("exec") + pickle.BINPUT + b"\0" + pickle.POP
    function = text("builtins") + pickle.BINGET + b"\0" + pickle.STACK_GLOBAL
    return opcodes(harmless, call(function, text(touch_code(path))))


@trick
def after_values_that_are_thrown_away(path: str) -> bytes:
    function = pickle.MARK + text("builtins") + text("print") + pickle.POP_MARK + name("builtins", "exec") + pickle.DUP
    return opcodes(function, text(touch_code(path)), pickle.TUPLE1, pickle.REDUCE, pickle.POP, pickle.POP, pickle.NONE)


@trick
def inside_an_error(path: str) -> bytes:
    inner = call(name("builtins", "exec"), text(touch_code(path)))
    return opcodes(name("builtins", "ValueError"), inner, pickle.TUPLE1, pickle.REDUCE)


@trick
def extend_method(path: str) -> bytes:
    # APPENDS calls extend() of whatever it is given.
    return opcodes(name("hostile", "ActsOnExtend"), pickle.EMPTY_TUPLE, pickle.NEWOBJ, pickle.MARK, text(path), pickle.APPENDS)


class ActsOnExtend:
    """Not a list."""

    def extend(self, items: list[str]) -> None:
        Path(items[0]).touch()


@trick
def set_item_method(path: str) -> bytes:
    return opcodes(name("hostile", "ActsOnSetItem"), pickle.EMPTY_TUPLE, pickle.NEWOBJ, text(path), pickle.NONE, pickle.SETITEM)


class ActsOnSetItem:
    """Not a dictionary."""

    def __setitem__(self, key: str, value: object) -> None:
        Path(key).touch()


@trick
def cloudpickle_function(path: str) -> bytes:
    code = compile(touch_code(path), "<hostile>", "exec")
    import marshal

    data = marshal.dumps(code)
    loaded = call(name("marshal", "loads"), pickle.BINBYTES + struct.pack("<I", len(data)) + data)
    function = call(name("types", "FunctionType"), loaded, pickle.EMPTY_DICT)
    return opcodes(call(function))
