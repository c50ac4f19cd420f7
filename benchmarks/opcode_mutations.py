"""Pickles changed value by value, for :mod:`benchmarks.structured_fuzz`: most of them still lead to one object.

A seed is a list of opcodes with their arguments. Following what each does to the stack tells which opcodes in a row leave exactly one value
behind: another value's opcodes take their place, or a call, a state or a container is put around them. MEMOIZE is written as a PUT
with a number, so that what refers to it still does when something before it is gone.
"""

from __future__ import annotations

import pickle
import pickletools
import random
from typing import Final, NamedTuple

__all__ = ["Seed", "explode", "mutated"]

#: What is named: Python's own, some that are called in every way that pickles call, and some that are missing.
_NAMES: Final = (
    ("builtins", "getattr"),
    ("builtins", "AttributeError"),
    ("builtins", "BaseException.__setstate__"),
    ("builtins", "BaseExceptionGroup"),
    ("builtins", "ExceptionGroup"),
    ("builtins", "ImportError"),
    ("builtins", "KeyboardInterrupt"),
    ("builtins", "NameError"),
    ("builtins", "OSError"),
    ("builtins", "OSError.__new__"),
    ("builtins", "StopIteration"),
    ("builtins", "SyntaxError"),
    ("builtins", "UnicodeDecodeError"),
    ("builtins", "UnicodeEncodeError"),
    ("builtins", "ValueError"),
    ("builtins", "bytearray"),
    ("builtins", "complex"),
    ("builtins", "dict.update"),
    ("builtins", "frozenset"),
    ("builtins", "range"),
    ("builtins", "set"),
    ("builtins", "slice"),
    ("builtins", "str"),
    ("builtins", "type"),
    ("cloudpickle.cloudpickle", "_make_skeleton_class"),
    ("collections", "Counter"),
    ("collections", "OrderedDict"),
    ("collections", "UserList"),
    ("collections", "defaultdict"),
    ("collections", "deque"),
    ("copyreg", "__newobj__"),
    ("copyreg", "_reconstructor"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("datetime", "timezone"),
    ("decimal", "Decimal"),
    ("importlib", "import_module"),
    ("operator", "methodcaller"),
    ("_operator", "getitem"),
    ("_codecs", "encode"),
    ("os", "mkdir"),
    ("pathlib", "PurePosixPath"),
    ("re", "error"),
    ("shop", "Basket"),
    ("shop", "Unguessable"),
    ("shop.errors", "OrderError"),
    ("shop.errors", "OrderErrorGroup"),
    ("types", "SimpleNamespace"),
    ("uuid", "UUID"),
)
_TEXTS: Final = (
    "",
    "__cause__",
    "__class__",
    "__context__",
    "__dict__",
    "__new__",
    "__notes__",
    "__reduce_ex__",
    "__set__",
    "__setstate__",
    "__suppress_context__",
    "args",
    "errno",
    "filename",
    "latin1",
    "lineno",
    "name",
    "name_from",
    "obj",
    "object",
    "offset",
    "start",
    "strerror",
    "utf-8",
    "x",
    "\x1b[31m\nx",
)
_OPCODES: Final = (
    b"b",
    b"R",
    b"\x81",
    b"\x92",
    b"\x85",
    b"\x86",
    b"\x87",
    b"(",
    b"t",
    b"s",
    b"u",
    b"a",
    b"e",
    b"0",
    b"2",
    b"}",
    b"]",
    b")",
)
#: How many opcodes a changed pickle has at most.
_LONGEST: Final = 600


def _text(text: str) -> bytes:
    encoded = text.encode()
    return pickle.SHORT_BINUNICODE + bytes([len(encoded)]) + encoded


def _named(module: str, name: str) -> bytes:
    return _text(module) + _text(name) + pickle.STACK_GLOBAL


_ATOMS: Final = (
    *(_named(*name) for name in _NAMES),
    *(_named(*name) for name in _NAMES),  # as often as the rest together
    *map(_text, _TEXTS),
    *(pickle.BINGET + bytes([index]) for index in range(16)),
    *(b"N", b"\x88", b"\x89", b")", b"]", b"}", b"\x8f", b"K\x00", b"K\x03", b"J\xff\xff\xff\xff", b"\x8a\x09" + b"\x7f" * 9),
    pickle.BINFLOAT + bytes(8),
    pickle.SHORT_BINBYTES + b"\x03abc",
    b"]" + _named("builtins", "ValueError") + b")\x81a",
    _named("shop", "Unguessable") + b")\x81",
    b"}" + _text("__cause__") + _named("builtins", "ValueError") + b")\x81s",
)


class Seed(NamedTuple):
    """A pickle to change.

    Attributes:
        steps: its opcodes, with their arguments.
        spans: from which one to which one a value is made.
    """

    steps: list[bytes]
    spans: list[tuple[int, int]]


def explode(data: bytes) -> Seed:
    """Split a pickle into its opcodes, and find out where values are made; frames are left out.

    Args:
        data: the pickle.

    Returns:
        What it is made of.

    Raises:
        Exception: whatever following the opcodes of a broken pickle comes to.
    """
    found = [(opcode, position) for opcode, _, position in pickletools.genops(data)]
    ends = [position for _, position in found[1:]] + [len(data)]
    steps: list[bytes] = []
    opcodes: list[pickletools.OpcodeInfo] = []
    count = 0
    for (opcode, start), end in zip(found, ends, strict=True):
        if opcode.name in ("FRAME", "STOP"):
            continue
        is_memoize = opcode.name == "MEMOIZE"
        steps.append(pickle.BINPUT + bytes([count % 256]) if is_memoize else data[start:end])
        count += is_memoize
        opcodes.append(opcode)
    return Seed(steps, _spans(opcodes))


def _spans(opcodes: list[pickletools.OpcodeInfo]) -> list[tuple[int, int]]:
    """Find the opcodes in a row that leave one value behind."""
    spans: list[tuple[int, int]] = []
    stack: list[int] = []  # where what lies there begins; less than zero: a mark
    for at, opcode in enumerate(opcodes):
        begin = at
        if opcode.name == "MARK":
            stack.append(-at - 1)
            continue
        takes = [part for part in opcode.stack_before if part is not pickletools.stackslice]
        if pickletools.markobject in takes:
            while stack and stack[-1] >= 0:
                stack.pop()
            begin = -stack.pop() - 1 if stack else at
            takes = takes[: takes.index(pickletools.markobject)]
        for _ in takes[: len(stack)]:
            begin = abs(stack.pop())
        for _ in opcode.stack_after:
            stack.append(begin)
            spans.append((begin, at + 1))
    return spans


def mutated(pool: list[Seed], dice: random.Random) -> bytes:
    """Give a pickle that is a changed one of a pool.

    Args:
        pool: what to choose from.
        dice: how.

    Returns:
        The pickle.
    """
    steps, spans = dice.choice(pool)
    steps = [*steps]
    roll = dice.random
    for number in range(1 + int(roll() * 3)):
        if number == 0 and spans and roll() < 0.9:
            start, end = spans[int(roll() * len(spans))]
            steps[start:end] = _changed(steps[start:end], pool, dice)
        else:
            _disturb(steps, pool, dice)
    return b"".join([*steps[:_LONGEST], pickle.STOP])


def _changed(value: list[bytes], pool: list[Seed], dice: random.Random) -> list[bytes]:
    """Give another value in the place of one, or one that holds it."""
    kind = int(dice.random() * 8)
    if kind < 2:
        return [dice.choice(_ATOMS)]
    if kind < 4:
        other = dice.choice(pool)
        start, end = dice.choice(other.spans) if other.spans else (0, 0)
        return other.steps[start:end]
    if kind == 4:  # a call
        return [
            _named(*dice.choice(_NAMES)),
            *value,
            dice.choice((b"", dice.choice(_ATOMS))),
            dice.choice((b"\x85R", b"\x86R", b"\x85\x81")),
        ]
    if kind == 5:  # a state
        return [*value, b"}", _text(dice.choice(_TEXTS)), dice.choice(_ATOMS), b"s", dice.choice((b"b", b"b", b"N\x86b"))]
    if kind == 6:  # an instance with it as its state, or a member
        made = (_named(*dice.choice(_NAMES)), b")\x81")
        return [*made, *value, b"b"] if dice.random() < 0.5 else [b"]", *made, b"a", *value, b"a"]
    return [b"q\x07", *value, b"q\x05"] if dice.random() < 0.2 else [b"(", *value, *value, dice.choice((b"t", b"l", b"d", b"\x91"))]


def _disturb(steps: list[bytes], pool: list[Seed], dice: random.Random) -> None:
    """Do something that mostly breaks the order on the stack."""
    at, kind = int(dice.random() * (len(steps) + 1)), int(dice.random() * 6)
    if kind == 0:
        del steps[at : at + 1 + int(dice.random() * 3)]
    elif kind == 1:
        steps[at:at] = steps[at : at + 1 + int(dice.random() * 7)]
    elif kind == 2:
        other = dice.choice(pool).steps
        start = int(dice.random() * (len(other) + 1))
        steps[at:at] = other[start : start + 1 + int(dice.random() * 11)]
    elif kind == 3:
        steps[at : at + 1] = [dice.choice(_ATOMS)]
    else:
        steps[at:at] = [dice.choice(_OPCODES)]
