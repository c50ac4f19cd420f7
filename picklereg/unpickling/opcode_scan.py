"""Looking over a pickle without running it: which classes are missing, and what they are used for.

:func:`find_missing` follows the opcodes with a stack of :class:`Thing`, each of which knows how the reader would make it and what it
would hold. Names are looked up as the reader would; nothing is called. What it comes to is the business of
:mod:`picklereg.unpickling.missing_names`.
"""

from __future__ import annotations

import copyreg
import pickletools
from collections.abc import Callable
from typing import IO, Any, Final

from picklereg.unpickling.missing_names import Findings, Name, Thing

__all__ = ["find_missing"]

_MARK: Final[Any] = object()


def find_missing(file: IO[bytes] | bytes, find_class: Callable[[str, str], Any], memo: dict[int, Any]) -> Findings:
    """Look a pickle over.

    Args:
        file: where to read it from, or the pickle.
        find_class: looks a name up as the reader would.
        memo: what the reader's memo holds already.

    Returns:
        What is missing.

    Raises:
        Exception: whatever following the opcodes of a broken pickle comes to.
    """
    found = Findings(find_class)
    machine = _Machine(found, memo)
    for opcode, arg, _ in pickletools.genops(file):
        machine.step(opcode, arg)
    found.settle(machine.stack[-1])
    return found


class _Machine:
    """The stack and the memo."""

    def __init__(self, found: Findings, memo: dict[int, Any]) -> None:
        self.found = found
        self.stack: list[Thing] = []
        self.memo: dict[int, Thing] = {key: Thing("made", value=value) for key, value in memo.items()}

    def step(self, opcode: pickletools.OpcodeInfo, arg: Any) -> None:
        handler = _HANDLERS.get(opcode.name)
        if handler is not None:
            handler(self, arg)
            if opcode.name in _STEPS:
                self.found.steps.append(self.stack[-1])
        elif opcode.name in _CONTAINERS:
            kind, count = _CONTAINERS[opcode.name]
            parts = self._slice() if count is None else [self.stack.pop() for _ in range(count)][::-1]
            self.stack.append(Thing(kind, parts))
        elif opcode.stack_after and not opcode.stack_before:
            self.stack.append(Thing("plain", value=arg))

    def _slice(self) -> list[Thing]:
        at = len(self.stack) - 1 - self.stack[::-1].index(_MARK)
        parts = self.stack[at + 1 :]
        del self.stack[at:]
        return parts

    def mark(self, _: Any) -> None:
        self.stack.append(_MARK)

    def pop(self, _: Any) -> None:
        self.stack.pop()

    def pop_mark(self, _: Any) -> None:
        self._slice()

    def dup(self, _: Any) -> None:
        self.stack.append(self.stack[-1])

    def memoize(self, _: Any) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def put(self, index: int) -> None:
        self.memo[index] = self.stack[-1]

    def get(self, index: int) -> None:
        self.stack.append(self.memo[index])

    def _add(self, parts: list[Thing]) -> None:
        thing = self.stack[-1]
        (thing.items if thing.kind == "made" else thing.parts).extend(parts)

    def append(self, _: Any) -> None:
        self._add([self.stack.pop()])

    def set_item(self, _: Any) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self._add([key, value])

    def add_all(self, _: Any) -> None:
        self._add(self._slice())

    def name_in_line(self, arg: str) -> None:
        self.stack.append(self.found.look_up(*_split(arg)))

    def name_on_stack(self, _: Any) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.stack.append(self.found.look_up(module.value, name.value))

    def ext(self, code: int) -> None:
        self.stack.append(self.found.look_up(*copyreg._inverted_registry[code]))  # type: ignore[attr-defined]  # noqa: SLF001

    def reduce(self, _: Any) -> None:
        args, function = self.stack.pop(), self.stack.pop()
        self.stack.append(self.found.call(function, args.parts))

    def newobj(self, _: Any) -> None:
        args, cls = self.stack.pop(), self.stack.pop()
        self.stack.append(self.found.make(cls, args.parts))

    def newobj_ex(self, _: Any) -> None:
        kwargs, args, cls = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self.stack.append(self.found.make(cls, [*args.parts, kwargs]))

    def inst(self, arg: str) -> None:
        args = self._slice()
        self.stack.append(self.found.make(self.found.look_up(*_split(arg)), args, is_called=True))

    def obj(self, _: Any) -> None:
        cls, *args = self._slice()
        self.stack.append(self.found.make(cls, args, is_called=True))

    def build(self, _: Any) -> None:
        state = self.stack.pop()
        self.found.build(self.stack[-1], state)


_CONTAINERS: Final[dict[str, tuple[str, int | None]]] = {
    "LIST": ("list", None),
    "EMPTY_LIST": ("list", 0),
    "TUPLE": ("tuple", None),
    "EMPTY_TUPLE": ("tuple", 0),
    "TUPLE1": ("tuple", 1),
    "TUPLE2": ("tuple", 2),
    "TUPLE3": ("tuple", 3),
    "DICT": ("dict", None),
    "EMPTY_DICT": ("dict", 0),
    "EMPTY_SET": ("set", 0),
    "FROZENSET": ("set", None),
    "BINPERSID": ("plain", 1),
}
#: Opcodes that name, call or set a state; what they are about is on the stack then.
_STEPS: Final = frozenset({"GLOBAL", "STACK_GLOBAL", "EXT1", "EXT2", "EXT4", "REDUCE", "NEWOBJ", "NEWOBJ_EX", "INST", "OBJ", "BUILD"})
_HANDLERS: Final[dict[str, Callable[[_Machine, Any], None]]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.pop,
    "POP_MARK": _Machine.pop_mark,
    "DUP": _Machine.dup,
    "MEMOIZE": _Machine.memoize,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _Machine.put),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _Machine.get),
    "APPEND": _Machine.append,
    "SETITEM": _Machine.set_item,
    **dict.fromkeys(("APPENDS", "SETITEMS", "ADDITEMS"), _Machine.add_all),
    "GLOBAL": _Machine.name_in_line,
    "STACK_GLOBAL": _Machine.name_on_stack,
    **dict.fromkeys(("EXT1", "EXT2", "EXT4"), _Machine.ext),
    "REDUCE": _Machine.reduce,
    "NEWOBJ": _Machine.newobj,
    "NEWOBJ_EX": _Machine.newobj_ex,
    "INST": _Machine.inst,
    "OBJ": _Machine.obj,
    "BUILD": _Machine.build,
}


def _split(line: str) -> Name:
    """Split what ``genops`` makes of the two lines of a name."""
    module, _, name = line.partition(" ")
    return module, name
