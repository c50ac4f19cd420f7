"""Each bound holds, and what is broken or hostile fails quickly, with our error."""

from __future__ import annotations

import contextlib
import pickle
import struct
import sys
import threading
from typing import Any

import hostile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shape_table import SHAPES, raised

import picklereg
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.bounds import Bounds
from picklereg.unpickling.safe.unpickler import safe_loads

NOBODY = picklereg.Registry(entry_points=False)
VALUE_ERROR = hostile.name("builtins", "ValueError")
OS_ERROR = hostile.name("builtins", "OSError")


def read(data: bytes, **bounds: int) -> Any:
    return safe_loads(data, registry=NOBODY, bounds=Bounds(**bounds))


@pytest.mark.parametrize(
    ("bound", "limit", "value"),
    [
        ("max_size", 30, b"0123456789" * 4),
        ("max_objects", 20, list(range(30))),
        ("max_depth", 4, [[[[[]]]]]),
        ("max_text", 20, "0123456789" * 3),
        ("max_text", 20, b"0123456789" * 3),
        ("max_int_bytes", 8, 2**80),
        ("max_stack", 20, list(range(30))),
        ("max_memo", 4, ["a", "b", "c", "d", "e"]),
        ("max_names", 2, [len, print, repr]),
        ("max_expanded", 10, [[0]] * 30),
    ],
)
def test_each_bound(bound: str, limit: int, value: object) -> None:
    """What is within the defaults is refused by a smaller bound, which the message names."""
    shared = [value[0]] * 30 if bound == "max_expanded" and isinstance(value, list) else value
    data = pickle.dumps(shared)
    read(data)
    with pytest.raises(UnsafePickleError, match=bound):
        read(data, **{bound: limit})


@pytest.mark.parametrize(
    ("bound", "data"),
    [
        ("max_int_bytes", b"I" + b"9" * 4_000 + b"\n."),
        ("max_int_bytes", b"L" + b"9" * 4_000 + b"L\n."),
        ("a line is too long", b"I" + b"9" * 10**6 + b"\n."),
        ("max_int_bytes", pickle.LONG4 + struct.pack("<I", 2**31) + b"."),
        ("max_text", pickle.BINUNICODE8 + struct.pack("<Q", 2**62) + b"."),
        ("max_text", pickle.BYTEARRAY8 + struct.pack("<Q", 2**62) + b"."),
        ("ends in the middle", pickle.BINBYTES + struct.pack("<I", 2**20) + b"."),
        ("ends in the middle", pickle.FRAME + struct.pack("<Q", 2**62) + b"."),
        ("max_stack", b"(" * 200_000),
        ("max_stack", b"N" * 200_000),
        ("longer than 500", b"c" + b"a" * 600 + b"\nb\n."),
        ("no such protocol", b"\x80\x06N."),
        ("no such opcode", b"\xff."),
        ("without STOP", b"N"),
        ("without STOP", b""),
        ("something follows", b"N.N"),
        ("exactly one object", b"NN."),
        ("exactly one object", b"(N."),
        ("exactly one object", b"."),
        ("missing on the stack", b"0."),
        ("missing on the stack", b"(Na."),
        ("mark is missing", b"t."),
        ("wasn't remembered", b"h\x07."),
        ("a line doesn't end", b"I12"),
        ("no number", b"Ix\n."),
        ("no number", b"Fx\n."),
        ("no UTF-8", pickle.SHORT_BINUNICODE + b"\x01\xff."),
        ("no UTF-8", b"c\xff\nx\n."),
        ("badly escaped", b"V\\u12\n."),
        ("two texts", b"NN\x93."),
        ("no dictionary of names", hostile.opcodes(VALUE_ERROR, b")K\x01\x92")),
        ("no dictionary", b"\x80\x04]K\x01K\x01s."),
        ("no set", b"\x80\x04](K\x01\x90."),
        ("a key has no value", b"\x80\x04}(K\x01u."),
        ("can't be part of a key", b"\x80\x04}]Ns."),
        ("can't be part of a key", b"\x80\x04}(]tNs."),
    ],
)
def test_what_is_broken(bound: str, data: bytes) -> None:
    """The message says what is wrong, and where."""
    with pytest.raises(UnsafePickleError, match=bound):
        read(data)


def doubled(levels: int) -> bytes:
    """Write two times the same tuple, in two times the same tuple, and so on."""
    steps = (pickle.BINPUT + bytes([level]) + pickle.BINGET + bytes([level]) + pickle.TUPLE2 for level in range(levels))
    return b"K\1" + pickle.TUPLE1 + b"".join(steps)


def test_billion_laughs() -> None:
    """What explodes when it is shown, hashed or compared is refused."""
    lists = hostile.opcodes(
        pickle.EMPTY_LIST,
        *(pickle.BINPUT + bytes([n]) + pickle.POP + b"](" + (pickle.BINGET + bytes([n])) * 2 + pickle.APPENDS for n in range(60)),
    )
    with pytest.raises(UnsafePickleError, match="max_expanded"):
        read(lists)
    with pytest.raises(UnsafePickleError, match="max_expanded"):
        read(hostile.opcodes(doubled(60)))
    with pytest.raises(UnsafePickleError, match="a key is made of more"):
        read(hostile.opcodes(pickle.EMPTY_DICT, doubled(60), pickle.NONE, pickle.SETITEM))
    frozen = hostile.opcodes(b"(" * 61, b"K\x01", b"\x91" * 61)
    assert len(repr(read(frozen))) > 61


def test_values_that_lead_in_many_circles() -> None:
    """Twelve lists that hold each other are shown in all of their orders."""
    count = 12
    make = b"".join(pickle.EMPTY_LIST + pickle.BINPUT + bytes([n]) for n in range(count))
    fill = b"".join(pickle.BINGET + bytes([n]) + b"(" + b"".join(b"h" + bytes([m]) for m in range(count)) + b"e0" for n in range(count))
    with pytest.raises(UnsafePickleError, match="circles"):
        read(hostile.opcodes(b"(", make, pickle.LIST, fill))


@pytest.mark.parametrize("depth", [1_000, 100_000])
def test_deep_nesting(depth: int) -> None:
    """Neither reading nor throwing away what was read overflows a stack, however the depth comes about."""
    with pytest.raises(UnsafePickleError, match=r"max_depth|max_stack"):
        read(hostile.opcodes(b"]" * depth, b"a" * (depth - 1)))
    with pytest.raises(UnsafePickleError, match="max_depth"):
        read(hostile.opcodes(b")", pickle.TUPLE1 * depth))
    # Each OSError is the cause of the next one.
    first = OS_ERROR + pickle.BINPUT + b"\0" + b")\x81"
    links = (pickle.BINPUT + b"\1" + pickle.POP + b"h\0)\x81}" + hostile.text("__cause__") + b"h\1sb") * min(depth, 20_000)
    problems: list[str] = []

    def run() -> None:
        try:
            read(hostile.opcodes(first + links))
        except UnsafePickleError as problem:
            problems.append(problem.problem)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert len(problems) == 1
    assert "max_depth" in problems[0]


def test_depth_from_the_other_end() -> None:
    """A list that is filled after it was put into another one is as deep as if it had been before."""
    # Append a new list to the one of memo 1, and remember the new one as memo 1.
    step = b"h\1]" + pickle.BINPUT + b"\2" + pickle.APPEND + pickle.POP + b"h\2" + pickle.BINPUT + b"\1" + pickle.POP
    with pytest.raises(UnsafePickleError, match="max_depth"):
        read(hostile.opcodes(b"]" + pickle.BINPUT + b"\1", step * 1_000))


def test_keys_that_collide() -> None:
    """Numbers that have the same hash would be compared with each other, one by one."""
    modulus = sys.hash_info.modulus
    for keys in ([modulus * n for n in range(2, 2_000)], [(modulus * n, 1) for n in range(2, 2_000)]):
        with pytest.raises(UnsafePickleError, match="same hash"):
            read(pickle.dumps(dict.fromkeys(keys)))
    shared = [(0, tuple(range(900)))]
    with pytest.raises(UnsafePickleError, match="max_cost"):
        read(pickle.dumps({(n, shared[0]) for n in range(200)}), max_cost=1_000_000)


def test_the_stack_of_a_caller_who_is_deep_in_it() -> None:
    """Whatever this process runs out of, it is our error."""
    data = picklereg.dumps(raised(SHAPES["own new"]))

    def down(left: int) -> set[type]:
        if left:
            return down(left - 1)
        try:
            read(data)
        except UnsafePickleError as problem:
            return {type(problem)}
        return set()

    seen: set[type] = set()
    for spare in range(5, 60):
        try:
            seen |= down(sys.getrecursionlimit() - spare - _depth())
        except RecursionError:
            continue
    assert seen == {UnsafePickleError}


def _depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


SEEDS = [picklereg.dumps(raised(build), protocol) for build in SHAPES.values() for protocol in (0, 2, 5)]


def survives(data: bytes) -> None:
    with contextlib.suppress(UnsafePickleError):
        repr(read(data, max_objects=5_000, max_expanded=20_000))


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=4)), max_size=6))
def test_mutated_pickles(seed: bytes, changes: list[tuple[int, bytes]]) -> None:
    """Valid pickles with bytes changed, put in or taken out give an object or our error."""
    data = bytearray(seed)
    for position, replacement in changes:
        data[position % len(data) : position % len(data) + 2] = replacement or b"."
    survives(bytes(data))


OPCODES = st.sampled_from([value for name, value in vars(pickle).items() if name.isupper() and type(value) is bytes and len(value) == 1])
PIECES = st.sampled_from(
    [VALUE_ERROR, OS_ERROR, hostile.name("builtins", "getattr"), hostile.text("__new__"), b"h\0", b"q\0", b"K\1", b")\x81"]
)


@given(st.lists(OPCODES | PIECES | st.binary(max_size=3), max_size=40))
def test_random_opcodes(parts: list[bytes]) -> None:
    """Streams of opcodes that nobody would write give an object or our error."""
    survives(b"".join([*parts, pickle.STOP]))


def test_what_a_call_gave_counts_no_more_than_if_it_stood_there() -> None:
    """``None`` out of a tuple isn't a value of its own: it is everywhere."""
    picked = hostile.call(hostile.name("operator", "getitem"), b"N\x85", b"K\x00")
    nested = hostile.opcodes(b"](" + picked + b"N](N](Neee")
    assert safe_loads(nested, bounds=Bounds(max_depth=3)) == [None, None, [None, [None]]]


def test_a_ring_that_is_too_deep() -> None:
    """What leads back to itself is as deep as it is long."""
    ring: list[Any] = []
    ring.append([[[ring]]])
    assert len(safe_loads(pickle.dumps(ring), bounds=Bounds(max_depth=9))) == 1
    with pytest.raises(UnsafePickleError, match="max_depth"):
        safe_loads(pickle.dumps(ring), bounds=Bounds(max_depth=3))


def test_fewer_values_than_a_tuple_takes() -> None:
    """They aren't there, also where a mark stands before them."""
    for data in (b"\x80\x04N\x86.", b"\x80\x04N(N\x86."):
        with pytest.raises(UnsafePickleError, match="a value is missing on the stack"):
            safe_loads(data)
