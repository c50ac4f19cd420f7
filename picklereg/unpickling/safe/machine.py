"""An unpickler of our own that trusts nothing: each opcode is decided here, and what it makes in :mod:`picklereg.unpickling.safe.builder`.

It follows the pickle virtual machine (CPython ``Lib/pickle.py`` and ``pickletools.py``, protocols 0 to 5) with these differences:

* There is no ``find_class``: a name becomes a class that is known to be harmless, or a stand-in.
* Nothing in the bytes is called, and only instances that were made here get a state.
* Opcodes that reach outside of the bytes are refused: persistent ids, the extension registry, out-of-band buffers. So are those that
  only Python 2 wrote: INST, OBJ, STRING and its siblings.
* Everything is counted, and every length is compared to what is left before it is believed.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.budget import SLOT, weight
from picklereg.unpickling.safe.depth_bounds import check_shape
from picklereg.unpickling.safe.exceptions import Refused
from picklereg.unpickling.safe.opcodes import PLAIN_STEPS, PUSHES_NOTHING, REFUSED, constant, decimal_line
from picklereg.unpickling.stand_ins.origin import printable

if TYPE_CHECKING:
    from picklereg.unpickling.safe.bounds import Bounds
    from picklereg.unpickling.safe.budget import Budget
    from picklereg.unpickling.safe.builder import Builder

__all__ = ["Machine"]

#: The names of the opcodes, for messages.
_NAMES: Final = {value[0]: name for name, value in vars(pickle).items() if name.isupper() and type(value) is bytes and len(value) == 1}
#: Characters of a message: it may tell names of the bytes.
_LONG: Final = 500
#: Bytes of a line that is a number or a name.
_LINE: Final = 5_000
_NO_VALUE: Final = "a value is missing on the stack"


class Machine:
    """Runs one pickle.

    Args:
        data: the pickle.
        builder: makes the objects.
        bounds: how much is too much.
        budget: what is left of it for all readings.
    """

    def __init__(self, data: bytes, builder: Builder, bounds: Bounds, budget: Budget) -> None:
        self._budget = budget
        self.data = data
        self.builder = builder
        self.bounds = bounds
        self.position: int = 0
        self.stack: list[Any] = []
        #: Puts a new value on the stack; how many there are is looked at after each opcode.
        self.push: Callable[[Any], None] = self.stack.append
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.protocol = 0
        self._start = 0

    def run(self) -> Any:
        """Give the object that the pickle is of.

        Raises:
            UnsafePickleError: for any other bytes than those of a harmless pickle within the bounds.
        """
        try:
            self._steps()
            result = self._result()
            self.builder.finish()
            check_shape(self.builder.made, self.bounds, self._budget.shown)
        except Refused as problem:
            raise self._error(str(problem)) from problem.__cause__
        except Exception as problem:
            # What is left are limits of this process: memory, and the stack of a caller who is deep in it already.
            raise self._error(f"{type(problem).__name__}: {problem}") from problem
        return result

    def _error(self, problem: str) -> UnsafePickleError:
        name = _NAMES.get(self.data[self._start]) if self._start < len(self.data) else None
        return UnsafePickleError(printable(problem[:_LONG]), self._start, name)

    def _steps(self) -> None:
        data, end, stack, steps, stop = self.data, len(self.data), self.stack, _STEPS, pickle.STOP[0]
        count, max_objects, max_stack = 0, self.bounds.max_objects, self.bounds.max_stack
        if end > self.bounds.max_size:
            raise Refused(f"it is longer than {self.bounds.max_size:,} bytes (max_size)")
        self._budget.charge(end)
        while True:
            self._start = position = self.position
            if position >= end:
                raise Refused("it ends without STOP")
            code = data[position]
            self.position = position + 1
            if code == stop:
                return
            step = steps.get(code)
            if step is None:
                raise Refused(REFUSED.get(code, "there is no such opcode"))
            step(self)
            if code not in PUSHES_NOTHING:
                count += 1
                if count > max_objects:
                    raise Refused(f"there are more than {max_objects:,} values (max_objects)")
                if len(stack) > max_stack:
                    raise Refused(f"more than {max_stack:,} values are under way (max_stack)")

    def _result(self) -> Any:
        if len(self.stack) != 1 or self.marks:
            raise Refused("it doesn't end with exactly one object")
        if self.position != len(self.data):
            raise Refused("something follows the end")
        return self.stack[0]

    # --- bytes ----------------------------------------------------------------------------------------------------

    def take(self, length: int) -> bytes:
        """Take bytes."""
        position = self.position
        if length > len(self.data) - position:
            raise Refused("it ends in the middle")
        self.position = position + length
        return self.data[position : position + length]

    def number(self, length: int) -> int:
        """Take a number without sign, little-endian."""
        position = self.position
        if length == 1 and position < len(self.data):  # most are
            self.position = position + 1
            return self.data[position]
        return int.from_bytes(self.take(length), "little")

    def line(self, limit: int = _LINE) -> bytes:
        """Take a line, as protocol 0 writes."""
        end = self.data.find(b"\n", self.position, self.position + limit + 1)
        if end < 0:
            raise Refused("a line doesn't end" if len(self.data) - self.position <= limit else "a line is too long")
        return self.take(end + 1 - self.position)[:-1]

    def text(self, length: int) -> bytes:
        """Take the bytes of a string or bytes object."""
        if length > self.bounds.max_text:
            raise Refused(f"a text is longer than {self.bounds.max_text:,} bytes (max_text)")
        return self.take(length)

    # --- stack and memo -------------------------------------------------------------------------------------------

    def pop(self) -> Any:
        """Take the value on top of the stack, above the last mark."""
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise Refused(_NO_VALUE)
        return self.stack.pop()

    def pop_last(self, length: int) -> list[Any]:
        """Take so many values, in the order in which they were put there."""
        at = len(self.stack) - length
        if at < (self.marks[-1] if self.marks else 0):
            raise Refused(_NO_VALUE)
        items = self.stack[at:]
        del self.stack[at:]
        return items

    def top(self) -> Any:
        """Look at it."""
        if len(self.stack) <= (self.marks[-1] if self.marks else 0):
            raise Refused(_NO_VALUE)
        return self.stack[-1]

    def pop_mark(self) -> list[Any]:
        """Take all values above the last mark."""
        if not self.marks:
            raise Refused("a mark is missing on the stack")
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items

    def pop_args(self) -> tuple[Any, ...]:
        """Take the arguments of a call."""
        args = self.pop()
        if type(args) is not tuple:
            raise Refused("arguments are no tuple")
        return args

    def put(self, index: int) -> None:
        """Remember the value on top of the stack."""
        memo, stack = self.memo, self.stack
        if len(memo) >= self.bounds.max_memo and index not in memo:
            raise Refused(f"more than {self.bounds.max_memo:,} values are remembered (max_memo)")
        if len(stack) <= (self.marks[-1] if self.marks else 0):
            raise Refused(_NO_VALUE)
        memo[index] = stack[-1]

    def get(self, index: int) -> None:
        """Put a remembered value on the stack."""
        if index not in self.memo:
            raise Refused("it refers to a value that wasn't remembered")
        self.push(self.memo[index])

    def replace(self, value: Any) -> None:
        """Put another value in the place of that on top of the stack, also where that is remembered."""
        self._budget.charge(SLOT * len(self.memo))
        replaced, self.stack[-1] = self.stack[-1], value
        self.memo.update({index: value for index, known in self.memo.items() if known is replaced})


Step = Callable[[Machine], None]

_STEPS: Final[dict[int, Step]] = {**PLAIN_STEPS}


def _step(code: bytes) -> Callable[[Step], Step]:
    def register(function: Step) -> Step:
        _STEPS[code[0]] = function
        return function

    return register


# --- stack, memo, frames ------------------------------------------------------------------------------------------


@_step(pickle.PROTO)
def _proto(machine: Machine) -> None:
    machine.protocol = machine.number(1)
    if machine.protocol > 5:
        raise Refused("there is no such protocol")


@_step(pickle.FRAME)
def _frame(machine: Machine) -> None:
    if machine.number(8) > len(machine.data) - machine.position:
        raise Refused("it ends in the middle")


@_step(pickle.MARK)
def _mark(machine: Machine) -> None:
    if len(machine.marks) >= machine.bounds.max_stack:
        raise Refused(f"there are more than {machine.bounds.max_stack:,} marks (max_stack)")
    machine.marks.append(len(machine.stack))


@_step(pickle.POP)
def _pop(machine: Machine) -> None:
    if machine.marks and machine.marks[-1] == len(machine.stack):
        machine.marks.pop()
    else:
        machine.pop()


@_step(pickle.POP_MARK)
def _pop_mark(machine: Machine) -> None:
    machine.pop_mark()


@_step(pickle.DUP)
def _dup(machine: Machine) -> None:
    machine.push(machine.top())


_STEPS[pickle.MEMOIZE[0]] = lambda machine: machine.put(len(machine.memo))
_STEPS[pickle.PUT[0]] = lambda machine: machine.put(decimal_line(machine))
_STEPS[pickle.GET[0]] = lambda machine: machine.get(decimal_line(machine))
_STEPS[pickle.BINPUT[0]] = lambda machine: machine.put(machine.number(1))
_STEPS[pickle.LONG_BINPUT[0]] = lambda machine: machine.put(machine.number(4))
_STEPS[pickle.BINGET[0]] = lambda machine: machine.get(machine.number(1))
_STEPS[pickle.LONG_BINGET[0]] = lambda machine: machine.get(machine.number(4))


# --- containers ---------------------------------------------------------------------------------------------------


def _made(make: Callable[[Machine], Any]) -> Step:
    return lambda machine: machine.push(machine.builder.keep(make(machine)))


def _tuple_of(length: int) -> Callable[[Machine], tuple[Any, ...]]:
    return lambda machine: tuple(machine.pop_last(length))


_STEPS[pickle.EMPTY_TUPLE[0]] = constant(())
_STEPS[pickle.TUPLE1[0]] = _made(_tuple_of(1))
_STEPS[pickle.TUPLE2[0]] = _made(_tuple_of(2))
_STEPS[pickle.TUPLE3[0]] = _made(_tuple_of(3))
_STEPS[pickle.TUPLE[0]] = _made(lambda machine: tuple(machine.pop_mark()))
_STEPS[pickle.EMPTY_LIST[0]] = _made(lambda _: [])
_STEPS[pickle.LIST[0]] = _made(lambda machine: machine.pop_mark())
_STEPS[pickle.EMPTY_DICT[0]] = _made(lambda _: {})
_STEPS[pickle.EMPTY_SET[0]] = _made(lambda _: set())
_STEPS[pickle.FROZENSET[0]] = lambda machine: machine.push(machine.builder.set_of(frozenset, machine.pop_mark()))


@_step(pickle.DICT)
def _dict(machine: Machine) -> None:
    items = machine.pop_mark()
    found: dict[Any, Any] = machine.builder.keep({})
    machine.builder.update(found, items)
    machine.push(found)


@_step(pickle.APPEND)
def _append(machine: Machine) -> None:
    item = machine.pop()
    machine.builder.extend(machine.top(), [item])


@_step(pickle.APPENDS)
def _appends(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.builder.extend(machine.top(), items)


@_step(pickle.SETITEM)
def _set_item(machine: Machine) -> None:
    value = machine.pop()
    key = machine.pop()
    machine.builder.update(machine.top(), [key, value])


@_step(pickle.SETITEMS)
def _set_items(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.builder.update(machine.top(), items)


@_step(pickle.ADDITEMS)
def _add_items(machine: Machine) -> None:
    items = machine.pop_mark()
    machine.builder.add(machine.top(), items)


# --- names and instances ------------------------------------------------------------------------------------------


@_step(pickle.GLOBAL)
def _global(machine: Machine) -> None:
    try:
        module, qualname = machine.line().decode(), machine.line().decode()
    except UnicodeDecodeError as problem:
        raise Refused("a name is no UTF-8") from problem
    _push_name(machine, module, qualname)


@_step(pickle.STACK_GLOBAL)
def _stack_global(machine: Machine) -> None:
    qualname, module = machine.pop(), machine.pop()
    if type(module) is not str or type(qualname) is not str:
        raise Refused("a name is made of two texts")
    _push_name(machine, module, qualname)


def _push_name(machine: Machine, module: str, qualname: str) -> None:
    if machine.protocol < 3:
        from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING  # as pickle does: names of Python 2

        module, qualname = NAME_MAPPING.get((module, qualname), (IMPORT_MAPPING.get(module, module), qualname))
    constant = _CONSTANTS.get((module, qualname))
    machine.push(machine.builder.name(module, qualname) if constant is None else constant)


_CONSTANTS: Final[dict[tuple[str, str], Any]] = {("builtins", "Ellipsis"): ..., ("builtins", "NotImplemented"): NotImplemented}


@_step(pickle.REDUCE)
def _reduce(machine: Machine) -> None:
    args = machine.pop_args()
    machine.push(machine.builder.call(machine.pop(), args))


@_step(pickle.NEWOBJ)
def _newobj(machine: Machine) -> None:
    args = machine.pop_args()
    machine.push(machine.builder.new(machine.pop(), args))


@_step(pickle.NEWOBJ_EX)
def _newobj_ex(machine: Machine) -> None:
    kwargs = machine.pop()
    args = machine.pop_args()
    machine.builder.charge(weight(kwargs))
    if type(kwargs) is not dict or not all(type(name) is str for name in kwargs):
        raise Refused("keyword arguments are no dictionary of names")
    machine.push(machine.builder.new(machine.pop(), args, kwargs))


@_step(pickle.BUILD)
def _build(machine: Machine) -> None:
    state = machine.pop()
    target = machine.top()
    built = machine.builder.built(target, state)
    if built is not target:
        machine.replace(built)
