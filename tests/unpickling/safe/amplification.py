"""Small pickles that ask for much: a large value stands once in the bytes, and something copies, expands or walks it many times.

Each family is harmless at the sizes that the tests use; the benchmark draws what larger ones cost.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable

import hostile

from picklereg.unpickling.safe.constructors import INERT_CLASSES, MAKERS
from picklereg.unpickling.safe.known_calls import FORMS

__all__ = ["CALLED", "FAMILIES", "calls_of"]

#: What is large, by its name: how it is written with so many parts.
_LARGE: dict[str, Callable[[int], bytes]] = {
    "text": lambda size: hostile.text("x" * size),
    "bytes": lambda size: pickle.BINBYTES + size.to_bytes(4, "little") + b"x" * size,
    "list": lambda size: b"](" + b"N" * size + b"e",
    "tuple": lambda size: b"(" + b"N" * size + b"t",
    "dict": lambda size: b"}(" + b"".join(b"J" + number.to_bytes(4, "little") + b"N" for number in range(size)) + b"u",
    "state": lambda size: b"}(" + b"".join(hostile.text(f"a{number}") + b"N" for number in range(size)) + b"u",
    "errors": lambda size: b"](" + hostile.name("builtins", "ValueError") + b")\x81q\x07" + b"h\x07" * (size - 1) + b"e",
    "numbers": lambda size: b"](" + (b"\x8a\xff" + b"\x7f" * 255) + b"q\x07" + b"h\x07" * (size - 1) + b"e",
    "long tuple": lambda size: hostile.name("builtins", "ValueError") + b"(" + b"N" * size + b"t\x86",
}
_LATIN = hostile.text("latin1") + b"q\x06"
_ERROR = b"h\x01)\x81"
#: By name: the function or class (memo 1), what is large (memo 2), and the opcodes that are repeated.
_COPIES: dict[str, tuple[tuple[str, str], str, bytes]] = {
    "encode": (("_codecs", "encode"), "text", b"h\x01h\x02h\x06\x86R"),
    "bytes of text": (("builtins", "bytes"), "text", b"h\x01h\x02h\x06\x86R"),
    "bytearray of text": (("builtins", "bytearray"), "text", b"h\x01h\x02h\x06\x86R"),
    "bytearray": (("builtins", "bytearray"), "bytes", b"h\x01h\x02\x85R"),
    "frozenset": (("builtins", "frozenset"), "list", b"h\x01h\x02\x85R"),
    "set": (("builtins", "set"), "tuple", b"h\x01h\x02\x85R"),
    "UserList": (("collections", "UserList"), "list", b"h\x01h\x02\x85R"),
    "Counter": (("collections", "Counter"), "dict", b"h\x01h\x02\x85R"),
    "group": (("builtins", "ExceptionGroup"), "errors", b"h\x01h\x06h\x02\x86R"),
    "group's new": (("builtins", "ExceptionGroup"), "errors", b"h\x01h\x06h\x02\x86\x81"),
    "notes": (("builtins", "ValueError"), "list", _ERROR + b"}" + hostile.text("__notes__") + b"h\x02sb"),
    "notes of bytes": (("builtins", "ValueError"), "bytes", _ERROR + b"}" + hostile.text("__notes__") + b"h\x02sb"),
    "notes of numbers": (("builtins", "ValueError"), "numbers", _ERROR + b"}" + hostile.text("__notes__") + b"h\x02sb"),
    "state": (("builtins", "ValueError"), "state", _ERROR + b"h\x02b"),
    "state in two parts": (("builtins", "ValueError"), "state", _ERROR + b"h\x02h\x02\x86b"),
    "state of a stand-in": (("shop", "ShopError"), "state", _ERROR + b"h\x02b"),
    "state of a value": (("shop", "Basket"), "state", _ERROR + b"h\x02b"),
    "state of a namespace": (("types", "SimpleNamespace"), "state", b"h\x01)Rh\x02b"),
    "states of one stand-in": (("shop", "ShopError"), "list", b"h\x01)\x81" + b"h\x02b" * 20),
    "arguments": (("builtins", "ValueError"), "tuple", b"h\x01h\x02R"),
    "arguments of new": (("builtins", "ValueError"), "tuple", b"h\x01h\x02\x81"),
    "arguments of a stand-in": (("shop", "ShopError"), "tuple", b"h\x01h\x02R"),
    "arguments of a value": (("shop", "Basket"), "tuple", b"h\x01h\x02\x81"),
    "keyword arguments": (("shop", "Basket"), "state", b"h\x01)h\x02\x92"),
    "newobj": (("copyreg", "__newobj__"), "long tuple", b"h\x01h\x02R"),
    "shown": (("builtins", "ValueError"), "text", b"h\x02"),
    "shown in errors": (("builtins", "ValueError"), "text", b"h\x01h\x02\x85\x81"),
    "decimals": (("decimal", "Decimal"), "text", b"h\x01h\x02\x85R"),
    "names of zones": (("datetime", "timezone"), "text", b"h\x01h\x02h\x02\x86R"),
    "fields": (("builtins", "OSError"), "text", _ERROR + b"}(" + hostile.text("strerror") + b"h\x02" + hostile.text("errno") + b"K\x01ub"),
    "attributes of attributes": (("builtins", "ValueError"), "text", hostile.name("builtins", "getattr") + b"h\x01h\x02\x86R"),
}


def _copied(name: str) -> Callable[[int, int], bytes]:
    (module, qualname), large, step = _COPIES[name]

    def make(size: int, times: int) -> bytes:
        begin = _LATIN + b"0" + hostile.name(module, qualname) + b"q\x010" + _LARGE[large](size) + b"q\x020"
        return hostile.opcodes(begin, b"](", step * times, b"e")

    return make


def _doubled(make: bytes, fill: Callable[[bytes], bytes]) -> Callable[[int, int], bytes]:
    """Write a value that holds two times the one before, on as many levels as it is told."""

    def write(_size: int, levels: int) -> bytes:
        steps = (make + fill(b"h" + bytes([level])) + b"q" + bytes([level + 1]) for level in range(levels))
        return hostile.opcodes(b"(]q\x00", b"".join(steps), b"t")

    return write


def _attributes(last: bytes) -> bytes:
    return b"}(" + hostile.text("a") + last + hostile.text("b") + last + b"ub"


def _fields(last: bytes) -> bytes:
    return b"}(" + hostile.text("filename") + last + hostile.text("strerror") + last + hostile.text("errno") + b"K\x01ub"


_OS_ERROR = hostile.name("builtins", "OSError") + b")\x81"
_DOUBLED = {
    "lists": _doubled(b"]", lambda last: b"(" + last + last + b"e"),
    "tuples": _doubled(b"", lambda last: last + last + b"\x86"),
    "namespaces": _doubled(hostile.name("types", "SimpleNamespace") + b")R", _attributes),
    "errors": _doubled(hostile.name("builtins", "ValueError"), lambda last: last + last + b"\x86\x81"),
    "C fields": _doubled(_OS_ERROR, _fields),
    "user lists": _doubled(hostile.name("collections", "UserList"), lambda last: b"](" + last + last + b"e\x85R"),
}


def _groups(_size: int, levels: int) -> bytes:
    """Write groups of two times the group before, whose ``args`` say that there is nothing in them."""
    group = hostile.name("builtins", "ExceptionGroup") + hostile.text("g")
    steps = (
        group + b"](" + (b"h" + bytes([level])) * 2 + b"e\x86\x81}" + hostile.text("args") + b")sbq" + bytes([level + 1])
        for level in range(levels)
    )
    return hostile.opcodes(b"(", hostile.name("builtins", "ValueError"), b")\x81q\x00", b"".join(steps), b"t")


#: By name: gives a pickle whose large part has so many parts, and is used so many times, or on so many levels.
FAMILIES: dict[str, Callable[[int, int], bytes]] = {
    **{name: _copied(name) for name in _COPIES},
    **{f"{name} that hold two of the same": make for name, make in _DOUBLED.items()},
    "groups that deny what they hold": _groups,
}

#: All that a pickle can have called or made: Python's values, the forms that are recognised, exceptions, and what is missing.
CALLED: list[tuple[str, str]] = sorted(
    {
        *MAKERS,
        *FORMS,
        *(("builtins", name) for name in INERT_CLASSES),
        *(
            ("builtins", name)
            for name in ("BaseExceptionGroup", "ExceptionGroup", "OSError", "OSError.__new__", "SyntaxError", "ValueError")
        ),
        *(("copyreg", name) for name in ("__newobj__", "_reconstructor")),
        *(("operator", "methodcaller"), ("shop", "Basket"), ("shop", "ShopError"), ("shop", "ShopError.__new__")),
    }
)
#: The ways to hand it what is large (memo 2), again and again: as one, two or three arguments, after itself, as a state, and all nested.
_WAYS: dict[str, tuple[bytes, bytes]] = {
    "called with it": (b"", b"h\x01h\x02\x85R"),
    "called with it twice": (b"", b"h\x01h\x02h\x02\x86R"),
    "called with it thrice": (b"", b"h\x01h\x02h\x02h\x02\x87R"),
    "called with a class first": (b"", b"h\x01h\x01h\x02\x86R"),
    "called with its parts": (b"", b"h\x01h\x02R"),
    "made of it": (b"", b"h\x01h\x02\x85\x81"),
    "with it for a state": (b"", b"h\x01)\x81h\x02b"),
    "called with what it gave": (b"h\x02q\x03", b"0h\x01h\x03\x85Rq\x03"),
    "called with what it gave twice": (b"h\x02q\x03", b"0h\x01h\x03h\x03\x86Rq\x03"),
}


def calls_of(module: str, name: str, size: int, times: int) -> dict[str, bytes]:
    """Write every way to have something called many times with what is large.

    Args:
        module: where it is.
        name: what is called.
        size: how many parts the large value has.
        times: how often it is used.
    """
    found: dict[str, bytes] = {}
    for large, make in _LARGE.items():
        for way, (begin, step) in _WAYS.items():
            large_one = hostile.name(module, name) + b"q\x010" + make(size) + b"q\x020"
            found[f"{way}, {large}"] = hostile.opcodes(large_one, begin or b"](", step * times, b"" if begin else b"e")
    return found
