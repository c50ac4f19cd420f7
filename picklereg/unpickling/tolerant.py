"""The second reading: in the order of the opcodes as the first one, but inside an error nothing that can't be made costs more than itself.

The bytes were looked over before (:mod:`picklereg.unpickling.opcode_scan`), so of each name, call and state it is known whether it
belongs to an error. What fails there is replaced: a missing class by a stand-in, the result of a call that raises by an inert value, or by
the error without its ``__init__``; a state that doesn't fit is kept beside. What fails elsewhere ends the reading, where pickle's ended.
"""

from __future__ import annotations

import functools
import importlib
import pickle
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.class_plan import plan_for
from picklereg.introspection.fields import CHAIN_FIELDS, args_of, dict_of
from picklereg.introspection.kept_arguments import kept_arguments
from picklereg.introspection.kinds import is_container, parts_of
from picklereg.introspection.text import describe
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.replaced_calls import replaced_getattr
from picklereg.unpickling.stand_ins.classes import MissingValue, error_class, value_class
from picklereg.unpickling.stand_ins.state import set_attributes

if TYPE_CHECKING:
    from picklereg.unpickling.missing_names import Findings, Thing

__all__ = ["GaveUp", "Tolerant"]

#: Importing a class can raise anything. A script that exits when it is imported for the sake of a class has not asked the reader to.
_PROBLEMS: Final = (Exception, SystemExit)
_BASE: Final[Any] = pickle._Unpickler  # noqa: SLF001  # C's has no opcodes that one could override


class GaveUp(Exception):  # noqa: N818  # it never leaves the reader
    """What can't be made stands outside of every error."""


class Tolerant(_BASE):  # type: ignore[misc]
    """Reads one pickle.

    Args:
        source: the file, at the beginning of the pickle.
        options: the keyword arguments of ``pickle.Unpickler``.
        memo: what the memo holds already.
        find_class: the reader's, which calls :meth:`stand_in` for what is missing.
        found: what looking the pickle over came to.
        absent: a module that was searched a moment ago, and isn't there.

    Attributes:
        found: what looking the pickle over came to.
    """

    dispatch: Final[dict[int, Callable[[Any], None]]] = dict(_BASE.dispatch)

    def __init__(
        self, source: Any, options: dict[str, Any], memo: dict[int, Any], find_class: Any, found: Findings, absent: str | None = None
    ) -> None:
        super().__init__(source, **options)
        self.memo: dict[int, Any] = dict(memo)
        self._find = find_class
        self.found = found
        self._absent = absent
        self._step = -1
        self._errors: dict[int, BaseException] = {}
        self._notes: list[tuple[object, str]] = []

    def load(self) -> Any:
        """Read it.

        Raises:
            GaveUp: what can't be made stands outside of every error.
            Exception: as ``pickle`` does.
        """
        result = super().load()
        self._tell()
        return result

    def find_class(self, module: str, name: str, /) -> Any:
        """Look a name up as the reader does."""
        return self._find(module, name)

    def find_plainly(self, module: str, name: str) -> Any:
        """Look a name up as pickle does; what was searched a moment ago isn't searched again: that is a third of the time."""
        absent = self._absent
        if absent is not None and self.proto > 2 and module not in sys.modules and f"{module}.".startswith(f"{absent}."):
            message = f"No module named {absent!r}"
            raise ModuleNotFoundError(message, name=absent)
        return super().find_class(module, name)

    def stand_in(self, module: str, qualname: str) -> Any:
        """Give what stands in for a missing class or function, or another name of it.

        Raises:
            GaveUp: it is missing outside of every error.
        """
        for other in RENAMED.get((module, qualname), ()):
            try:
                found = getattr(importlib.import_module(other[0]), other[1])
            except _PROBLEMS:
                continue
            return found
        key = (module, qualname)
        if key not in self.found.bases:
            self._check(self.found.look_up(module, qualname))
        return error_class(module, qualname, self.found.bases[key]) if key in self.found.bases else value_class(module, qualname)

    # --- what the opcodes do --------------------------------------------------------------------------------------

    def next_thing(self) -> Thing:
        """Give what is known of the next name, call or state."""
        self._step += 1
        return self.found.steps[self._step]

    def make(self, opcode: int, count: int) -> None:
        """Call a function or class, or make an instance.

        Args:
            opcode: how.
            count: how many values on the stack it takes: a function or class, arguments, and perhaps keyword arguments.
        """
        thing = self.next_thing()
        depth = len(self.stack) - count
        taken = self.stack[depth:]
        try:
            _BASE.dispatch[opcode](self)
        except GaveUp:
            raise
        except _PROBLEMS as problem:
            self._check(thing)
            del self.stack[depth:]
            self.append(self._replacement(thing, taken, problem))
        self._remember(self.stack[-1])

    def build(self, opcode: int) -> None:
        """Set a state."""
        thing = self.next_thing()
        depth = len(self.stack) - 1
        state, target = self.stack[-1], self.stack[-2]
        try:
            _BASE.dispatch[opcode](self)
        except _PROBLEMS as problem:
            self._check(thing)
            del self.stack[depth:]
            if issubclass(type(target), BaseException):
                self._fill(target, state, problem)
            else:
                self._replace(target, state, problem)

    # --- what fails -----------------------------------------------------------------------------------------------

    def _check(self, thing: Thing) -> None:
        if self.found.is_outside(thing):
            raise GaveUp

    def _remember(self, value: Any) -> None:
        if issubclass(type(value), BaseException):
            self._errors[id(value)] = value

    def _replacement(self, thing: Thing, taken: list[Any], problem: BaseException) -> Any:
        """Give what comes in the place of what can't be made."""
        function, args = taken[:2]
        kwargs = taken[2] if len(taken) > 2 else {}
        if isinstance(function, type) and issubclass(function, BaseException):
            made = _made_natively(function, args)
            if made is not None:
                self._notes.append(
                    (made, f"picklereg: {function.__qualname__} was made without its __init__, which raised {describe(problem)}")
                )
                return made
        maker = thing.maker.name if thing.maker is not None and thing.maker.name is not None else _name_of(function)
        cls: Any = error_class(*maker) if self.found.is_error(thing) else value_class(*maker)
        value = cls(*args, **kwargs)
        self._notes.append((value, f"picklereg: what {'.'.join(maker)} makes is an inert value here, since it raised {describe(problem)}"))
        return value

    def _fill(self, exc: BaseException, state: Any, problem: BaseException) -> None:
        """Set of a state what can be set."""
        parts = state if type(state) is tuple and len(state) == 2 else (state,)
        left: list[str] = []
        for part in parts:
            for name, value in part.items() if type(part) is dict else [("state", part)] if part is not None else []:
                try:
                    set_attributes(exc, {name: value})
                except _PROBLEMS:
                    left.append(repr(name))
        lost = f"; left behind: {', '.join(left)}" if left else ""
        self._notes.append((exc, f"picklereg: its state was set without its class, which raised {describe(problem)}{lost}"))

    def _replace(self, target: Any, state: Any, problem: BaseException) -> None:
        """Put an inert value with a state in the place of a value that doesn't take it."""
        value: Any = value_class(*_name_of(type(target)))()
        value.state = state
        self._notes.append(
            (value, f"picklereg: {'.'.join(_name_of(type(target)))} is an inert value here: its state raised {describe(problem)}")
        )
        self.stack[-1] = value
        for index in [index for index, known in self.memo.items() if known is target]:
            self.memo[index] = value

    def _tell(self) -> None:
        """Put the notes on the errors that hold what was replaced."""
        notes: dict[int, list[str]] = {}
        for value, note in self._notes:
            notes.setdefault(id(value), []).append(note)
        for exc in [*self._errors.values()] if notes else []:
            for note in dict.fromkeys(note for key in _held_by(exc) for note in notes.get(key, ())):
                dict_of(exc).setdefault("__notes__", []).append(note)


def _held_by(exc: BaseException) -> list[int]:
    """Give the identities of an exception and of what it holds, also in containers and inert values."""
    found: dict[int, None] = {id(exc): None}
    stack = [*args_of(exc), *(value for name, value in dict_of(exc).items() if name != "__notes__")]
    while stack:
        value = stack.pop()
        if id(value) in found or issubclass(type(value), BaseException):
            continue
        found[id(value)] = None
        if is_container(value):
            stack += parts_of(value)
        elif issubclass(type(value), MissingValue):
            stack += [*value.args, value.state, *value.items, *(part for pair in value.mapping for part in pair)]
    return [*found]


def _made_natively(cls: type[BaseException], args: tuple[Any, ...]) -> BaseException | None:
    plan = plan_for(cls)
    try:
        made = plan.native(cls, *args) if plan.group else plan.native(cls)
    except _PROBLEMS:
        return None
    if not plan.group:
        CHAIN_FIELDS["args"].__set__(made, args)
        set_attributes(made, kept_arguments(cls, args))
    return made


def _name_of(named: Any) -> tuple[str, str]:
    if type(named) is functools.partial and named.func is replaced_getattr:  # what stands for it here; it is written again by this name
        return "builtins", "getattr"
    module, qualname = getattr(named, "__module__", None), getattr(named, "__qualname__", None)
    return (str(module or "builtins"), str(qualname or type(named).__qualname__))


def _set(opcodes: dict[bytes, Callable[[Tolerant], None]]) -> None:
    Tolerant.dispatch.update({code[0]: step for code, step in opcodes.items()})


def _naming(code: bytes) -> Callable[[Tolerant], None]:
    def step(reader: Tolerant) -> None:
        reader.next_thing()
        _BASE.dispatch[code[0]](reader)

    return step


def _making(code: bytes, count: int) -> Callable[[Tolerant], None]:
    return lambda reader: reader.make(code[0], count)


_set({code: _naming(code) for code in (pickle.GLOBAL, pickle.STACK_GLOBAL, pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.INST, pickle.OBJ)})
_set({pickle.REDUCE: _making(pickle.REDUCE, 2), pickle.NEWOBJ: _making(pickle.NEWOBJ, 2), pickle.NEWOBJ_EX: _making(pickle.NEWOBJ_EX, 3)})
_set({pickle.BUILD: lambda reader: reader.build(pickle.BUILD[0])})
