"""The opcodes that hold a plain value: numbers and texts. Every length is compared to the bounds before it is believed."""

from __future__ import annotations

import pickle
import re
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Protocol

from picklereg.unpickling.safe.exceptions import Refused

if TYPE_CHECKING:
    from picklereg.unpickling.safe.bounds import Bounds

__all__ = ["PLAIN_STEPS", "PUSHES_NOTHING", "REFUSED", "PlainStep", "Source", "constant", "decimal_line"]


class Source(Protocol):
    """What these opcodes need of the machine that runs them."""

    @property
    def data(self) -> bytes:
        """The pickle."""
        ...

    @property
    def bounds(self) -> Bounds:
        """How much is too much."""
        ...

    position: int

    def take(self, length: int, /) -> bytes:
        """Take bytes."""
        ...

    def number(self, length: int, /) -> int:
        """Take a number without sign, little-endian."""
        ...

    def line(self, limit: int = ..., /) -> bytes:
        """Take a line."""
        ...

    def text(self, length: int, /) -> bytes:
        """Take the bytes of a string or bytes object."""
        ...

    @property
    def push(self) -> Callable[[Any], None]:
        """Put a new value on the stack."""
        ...


PlainStep = Callable[[Source], None]

_INTEGER: Final = re.compile(rb"-?[0-9]+")
_FLOAT: Final = re.compile(rb"[+-]?(?:inf|nan|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?)", re.IGNORECASE)

#: What each opcode does, by its number.
PLAIN_STEPS: Final[dict[int, PlainStep]] = {}


def _step(code: bytes) -> Callable[[PlainStep], PlainStep]:
    def register(function: PlainStep) -> PlainStep:
        PLAIN_STEPS[code[0]] = function
        return function

    return register


def constant(value: object) -> PlainStep:
    """Give the step that pushes a value."""
    return lambda machine: machine.push(value)


PLAIN_STEPS[pickle.NONE[0]] = constant(None)
PLAIN_STEPS[pickle.NEWTRUE[0]] = constant(True)
PLAIN_STEPS[pickle.NEWFALSE[0]] = constant(False)
PLAIN_STEPS[pickle.BININT1[0]] = lambda machine: machine.push(machine.number(1))
PLAIN_STEPS[pickle.BININT2[0]] = lambda machine: machine.push(machine.number(2))
PLAIN_STEPS[pickle.BININT[0]] = lambda machine: machine.push(int.from_bytes(machine.take(4), "little", signed=True))
PLAIN_STEPS[pickle.BINFLOAT[0]] = lambda machine: machine.push(struct.unpack(">d", machine.take(8))[0])


def decimal_line(machine: Source, suffix: bytes = b"") -> int:
    """Take a line of digits; few enough of them, for it takes their square to read them."""
    text = machine.line().removesuffix(suffix)
    if len(text) > 2 * machine.bounds.max_int_bytes:
        raise Refused(f"a number is longer than {machine.bounds.max_int_bytes:,} bytes (max_int_bytes)")
    if not _INTEGER.fullmatch(text):
        raise Refused("that is no number")
    return int(text)


@_step(pickle.INT)
def _int(machine: Source) -> None:
    start = machine.data[machine.position : machine.position + 3]
    if start in (b"00\n", b"01\n"):
        machine.position += 3
        machine.push(start == b"01\n")
    else:
        machine.push(decimal_line(machine))


@_step(pickle.LONG)
def _long(machine: Source) -> None:
    machine.push(decimal_line(machine, b"L"))


def _binary_long(length: int) -> PlainStep:
    def step(machine: Source) -> None:
        size = machine.number(length)
        if size > machine.bounds.max_int_bytes:
            raise Refused(f"a number is longer than {machine.bounds.max_int_bytes:,} bytes (max_int_bytes)")
        machine.push(int.from_bytes(machine.take(size), "little", signed=True))

    return step


PLAIN_STEPS[pickle.LONG1[0]] = _binary_long(1)
PLAIN_STEPS[pickle.LONG4[0]] = _binary_long(4)


@_step(pickle.FLOAT)
def _float(machine: Source) -> None:
    text = machine.line()
    if not _FLOAT.fullmatch(text):
        raise Refused("that is no number")
    machine.push(float(text))


def _text(length: int) -> PlainStep:
    def step(machine: Source) -> None:
        try:
            machine.push(str(machine.text(machine.number(length)), "utf-8", "surrogatepass"))
        except UnicodeDecodeError as problem:
            raise Refused("a text is no UTF-8") from problem

    return step


@_step(pickle.UNICODE)
def _unicode(machine: Source) -> None:
    try:
        machine.push(str(machine.line(machine.bounds.max_text), "raw-unicode-escape"))
    except UnicodeDecodeError as problem:
        raise Refused("a text is badly escaped") from problem


def _bytes(length: int, kind: Callable[[bytes], Any]) -> PlainStep:
    return lambda machine: machine.push(kind(machine.text(machine.number(length))))


PLAIN_STEPS[pickle.SHORT_BINUNICODE[0]] = _text(1)
PLAIN_STEPS[pickle.BINUNICODE[0]] = _text(4)
PLAIN_STEPS[pickle.BINUNICODE8[0]] = _text(8)
PLAIN_STEPS[pickle.SHORT_BINBYTES[0]] = _bytes(1, bytes)
PLAIN_STEPS[pickle.BINBYTES[0]] = _bytes(4, bytes)
PLAIN_STEPS[pickle.BINBYTES8[0]] = _bytes(8, bytes)
PLAIN_STEPS[pickle.BYTEARRAY8[0]] = _bytes(8, bytearray)

_PYTHON_2: Final = "only Python 2 wrote this opcode"
_OUTSIDE: Final = "it refers to something outside of the bytes"
#: What opcodes are refused for, by their numbers.
REFUSED: Final[dict[int, str]] = {
    **dict.fromkeys((code[0] for code in (pickle.INST, pickle.OBJ, pickle.STRING, pickle.BINSTRING, pickle.SHORT_BINSTRING)), _PYTHON_2),
    **dict.fromkeys((code[0] for code in (pickle.PERSID, pickle.BINPERSID, pickle.EXT1, pickle.EXT2, pickle.EXT4)), _OUTSIDE),
    **dict.fromkeys((code[0] for code in (pickle.NEXT_BUFFER, pickle.READONLY_BUFFER)), _OUTSIDE),
}
#: Opcodes that make no new value; all others put exactly one on the stack, which is counted.
PUSHES_NOTHING: Final = frozenset(
    code[0]
    for code in (
        *(pickle.PROTO, pickle.FRAME, pickle.MARK, pickle.POP, pickle.POP_MARK, pickle.BUILD),
        *(pickle.MEMOIZE, pickle.PUT, pickle.BINPUT, pickle.LONG_BINPUT),
        *(pickle.APPEND, pickle.APPENDS, pickle.SETITEM, pickle.SETITEMS, pickle.ADDITEMS),
    )
)
