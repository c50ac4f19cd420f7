"""What following the opcodes of a pickle brings to light: :class:`Thing`, one for each object, and :class:`Findings`, what they come to.

Which missing classes are exceptions is told by the rules of :mod:`picklereg.unpickling.stand_ins.error_names`.
"""

from __future__ import annotations

import copyreg
import functools
import importlib
import operator
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, Final, NoReturn

from picklereg.introspection.fields import LINKS, SIGNS
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.stand_ins.error_names import base_by_name, says_error

__all__ = ["Findings", "Name", "Thing", "loaded"]

Name = tuple[str, str]

_NOTHING: Final = object()
#: Importing a class can raise anything. A script that is imported for the sake of a class, and exits, has not asked the reader to.
IMPORT_PROBLEMS: Final = (Exception, SystemExit)


def loaded(module: str, name: str) -> Any:
    """Look a name up in what is imported already, by way of a module's ``__dict__`` alone: nothing is imported or run.

    Raises:
        LookupError: for what isn't there, or isn't there yet.
    """
    if module not in sys.modules:  # as protocols below 3 write it
        from _compat_pickle import IMPORT_MAPPING, NAME_MAPPING

        module, name = NAME_MAPPING.get((module, name), (IMPORT_MAPPING.get(module, module), name))
    for other in RENAMED.get((module, name), ()):
        if not hasattr(sys.modules.get(module), name) and hasattr(sys.modules.get(other[0]), other[1]):
            module, name = other
    found = vars(_loaded_module(module))[name.partition(".")[0]]
    for part in name.split(".")[1:]:
        found = getattr(found, part) if isinstance(found, type) else _not_loaded(name)
    return found


def _loaded_module(module: str) -> ModuleType:
    found = sys.modules.get(module)
    return found if isinstance(found, ModuleType) else _not_loaded(module)


def _not_loaded(name: str) -> NoReturn:
    raise LookupError(name)


class Thing:
    """What stands for an object that the reader would make.

    Attributes:
        parts: what it holds; of a dictionary, keys and values by turns.
        items: what is added to it after it was made.
        value: what it is, if it is a plain value or was found by its name.
        kind: ``"plain"``, ``"name"``, ``"made"`` by a call, or which container it is.
        name: the name that it was looked up by.
        owner: what it is an attribute of.
        attribute: which one.
        maker: the function or class that makes it.
        is_called: whether the class itself is called, not its ``__new__``.
        native: the builtin exception class whose ``__new__`` makes it.
        states: the states that are set.
        by_base: whether ``BaseException.__setstate__`` or a field's descriptor sets one.
    """

    __slots__ = ("attribute", "by_base", "is_called", "items", "kind", "maker", "name", "native", "owner", "parts", "states", "value")

    def __init__(self, kind: str, parts: list[Thing] | None = None, value: Any = _NOTHING) -> None:
        self.kind: str = kind
        self.parts: list[Thing] = parts or []
        self.value: Any = value
        self.name: Name | None = None
        self.owner: Thing | None = None
        self.maker: Thing | None = None
        self.native: type[BaseException] | None = None
        self.states: list[Thing] = []
        self.items: list[Thing] = []
        self.attribute: str = ""
        self.by_base: bool = False
        self.is_called: bool = False

    def pairs(self) -> Iterator[tuple[Any, Thing]]:
        """Give the keys that are plain values, with what they stand for."""
        for key, value in zip(self.parts[::2], self.parts[1::2], strict=False):
            yield key.value, value


class Findings:
    """What a pickle needs and the reader doesn't have.

    Args:
        find_class: looks a name up as the reader would.

    Attributes:
        problems: by missing name, what looking it up raised.
        bases: by name of a missing exception class, the builtin class beneath it.
        steps: by the number of the opcode that names, calls or sets a state, what it is about.
    """

    def __init__(self, find_class: Callable[[str, str], Any]) -> None:
        self.problems: dict[Name, BaseException] = {}
        self.bases: dict[Name, type[BaseException]] = {}
        self.steps: list[Thing] = []
        self._root: Thing | None = None
        self._outside: set[int] | None = None
        self._find_class = find_class
        self._names: dict[Name, Thing] = {}
        self._made: list[Thing] = []
        self._links: list[Thing] = []

    # --- what the opcodes do --------------------------------------------------------------------------------------

    def look_up(self, module: str, qualname: str, find: Callable[[], Any] | None = None) -> Thing:
        """Look a name up, once."""
        name = (module, qualname)
        if name not in self._names:
            thing = self._names[name] = Thing("name")
            thing.name = name
            try:
                thing.value = find() if find else self._find_class(module, qualname)
            except IMPORT_PROBLEMS as problem:
                self.problems[name] = problem
        return self._names[name]

    def call(self, function: Thing, args: list[Thing]) -> Thing:
        """Give what a call gives, as far as one can tell without making it."""
        if function.value is getattr and len(args) == 2 and type(args[1].value) is str:
            return self._attribute(args[0], args[1].value)
        if function.value is importlib.import_module and len(args) == 1 and type(args[0].value) is str:
            return self.look_up(args[0].value, "", functools.partial(_loaded_module, args[0].value))
        if function.value is copyreg.__newobj__ and args:  # type: ignore[attr-defined]
            return self.make(args[0], args[1:])
        if function.value is copyreg.__newobj_ex__ and len(args) == 3:  # type: ignore[attr-defined]
            return self.make(args[0], [*args[1].parts, args[2]])
        if function.value is copyreg._reconstructor and len(args) == 3:  # type: ignore[attr-defined]  # noqa: SLF001
            return self.make(args[0], args[2:])
        if function.maker is not None and function.maker.value is functools.partial:
            function, args = _unfolded(function, args)
        if function.owner is not None and args:
            return self._call_attribute(function, args)
        if function.maker is not None and function.maker.value is operator.methodcaller:
            self._call_method(function.parts, args)
        return self.make(function, args, is_called=True)

    def make(self, maker: Thing, args: list[Thing], *, is_called: bool = False) -> Thing:
        """Give an instance of a class, or what a function gives."""
        thing = Thing("made", args)
        thing.maker, thing.is_called = maker, is_called
        self._made.append(thing)
        return thing

    def build(self, thing: Thing, state: Thing, *, by_base: bool = False) -> None:
        """Take down a state."""
        thing.states.append(state)
        thing.by_base |= by_base
        if state.kind == "dict":
            self._links += [value for key, value in state.pairs() if key in LINKS]

    def _attribute(self, owner: Thing, attribute: str) -> Thing:
        """Follow ``getattr``: from a module it gives a name, from a class perhaps one, too."""
        if owner.name is not None and owner.name[1] == "":
            return self.look_up(owner.name[0], attribute, lambda: loaded(owner.name[0], attribute))  # type: ignore[index]
        if owner.name is not None and not attribute.startswith("__") and (owner.name in self.problems or isinstance(owner.value, type)):
            return self.look_up(owner.name[0], f"{owner.name[1]}.{attribute}", lambda: self._get(owner, attribute))
        thing = Thing("attribute", [owner])
        thing.owner, thing.attribute = owner, attribute
        return thing

    def _get(self, owner: Thing, attribute: str) -> Any:
        if owner.name in self.problems:
            raise self.problems[owner.name]
        return getattr(owner.value, attribute)

    def _call_attribute(self, function: Thing, args: list[Thing]) -> Thing:
        owner: Any = function.owner
        if function.attribute == "__new__":
            thing = self.make(args[0], args[1:])
            thing.native = owner.value if _is_error_class(owner.value) and owner.value.__module__ == "builtins" else None
            return thing
        if function.attribute == "__setstate__" and owner.value is BaseException and len(args) == 2:
            self.build(*args, by_base=True)
        return self.make(function, args)

    def _call_method(self, parts: list[Thing], args: list[Thing]) -> None:
        """Take down that a descriptor's ``__set__`` sets a field, as the wire form of frozen classes does."""
        if len(parts) == 3 and parts[0].value == "__set__":
            parts[1].states.append(parts[2])
            parts[1].by_base = True
            self._links += [parts[2]] if args[0].attribute in LINKS else []

    # --- what it comes to -----------------------------------------------------------------------------------------

    def settle(self, root: Thing) -> None:
        """Find out which missing classes are exception classes, and whether anything else is missing outside exceptions.

        Args:
            root: what the pickle is of.
        """
        for thing in self._made:
            if _name_of(thing) in self.problems and _looks_like_error(thing):
                self._take_for_error(thing)
        before = -1
        while before != len(self.bases):
            before = len(self.bases)
            for thing in [*self._links, *self._sub_exceptions()]:
                if _name_of(thing) in self.problems:
                    self._take_for_error(thing)
        for thing in self._made:
            if _name_of(thing) in self.bases:
                self._choose_base(thing)
        for thing in self._made:
            if _class_of(thing) is BaseExceptionGroup and len(thing.parts) == 2:
                self._find_interrupts(thing.parts[1].parts)
        self._root = root

    def may_help(self) -> bool:
        """Tell whether there is an exception at all, or something that has a second name."""
        return any(map(self.is_error, self._made)) or not RENAMED.keys().isdisjoint(self._names)

    def is_outside(self, thing: Thing) -> bool:
        """Tell whether a thing stands outside every exception, and is none."""
        if self._outside is None:
            self._outside = self._find_outside()
        return id(thing) in self._outside and not self.is_error(thing)

    def is_error(self, thing: Thing) -> bool:
        """Tell whether a thing is an exception."""
        return thing.by_base or _name_of(thing) in self.bases or _is_error_class(_class_of(thing)) or _has_signs(thing)

    def _take_for_error(self, thing: Thing) -> None:
        name: Any = _name_of(thing)
        self.bases.setdefault(name, base_by_name(*name))

    def _sub_exceptions(self) -> list[Thing]:
        groups = [thing for thing in self._made if _is_group_class(_class_of(thing) or thing.native)]
        return [sub for group in groups if len(group.parts) == 2 for sub in group.parts[1].parts]

    def _choose_base(self, thing: Thing) -> None:
        name: Any = _name_of(thing)
        native = None if thing.native is BaseExceptionGroup else thing.native  # it makes those of ExceptionGroup, too
        base: type[BaseException] = native or self._base_by_arguments(thing) or thing.native or self._base_by_state(thing)
        if issubclass(base, self.bases[name]) or base is BaseException:
            self.bases[name] = base
        elif issubclass(base, BaseExceptionGroup):
            self.bases[name] = BaseExceptionGroup

    def _find_interrupts(self, subs: list[Thing]) -> None:
        """Decide that a missing class is no ordinary one: a group is a ``BaseExceptionGroup`` only if not all that it holds are."""
        if all(map(self._is_ordinary, subs)):
            names = {_name_of(sub) for sub in subs}
            self.bases.update({name: BaseException for name in names if name is not None and self.bases.get(name) is Exception})

    def _base_by_arguments(self, thing: Thing) -> type[BaseException] | None:
        if len(thing.parts) == 2 and type(thing.parts[0].value) is str and thing.parts[1].kind in ("list", "tuple"):
            subs = thing.parts[1].parts
            is_group = not thing.is_called or str(_name_of(thing)).endswith("Group')")
            if is_group and subs and all(map(self.is_error, subs)):
                return ExceptionGroup if all(map(self._is_ordinary, subs)) else BaseExceptionGroup
        return None

    def _is_ordinary(self, thing: Thing) -> bool:
        name = _name_of(thing)
        cls = self.bases[name] if name in self.bases else _class_of(thing)
        return not _is_error_class(cls) or issubclass(cls, Exception)

    @staticmethod
    def _base_by_state(thing: Thing) -> type[BaseException]:
        return OSError if {"args", "errno", "strerror"} <= _keys_of(thing) and not thing.parts else Exception

    def _find_outside(self) -> set[int]:
        seen: set[int] = set()
        stack: list[Any] = [self._root]
        while stack:
            thing = stack.pop()
            if id(thing) in seen:
                continue
            seen.add(id(thing))
            if not self.is_error(thing):
                stack += [*thing.parts, *thing.items, *thing.states, *([] if thing.maker is None else [thing.maker])]
        return seen


def _unfolded(function: Thing, args: list[Thing]) -> tuple[Thing, list[Thing]]:
    """Give what a ``functools.partial`` calls, and with what."""
    given = function.states[-1].parts if function.states else []
    if len(given) < 2:
        return function, args
    return given[0], [*given[1].parts, *args, *given[2:3]]


def _name_of(thing: Thing) -> Name | None:
    return None if thing.maker is None else thing.maker.name


def _class_of(thing: Thing) -> Any:
    return None if thing.maker is None else thing.maker.value


def _is_error_class(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, BaseException)


def _is_group_class(cls: Any) -> bool:
    return _is_error_class(cls) and issubclass(cls, BaseExceptionGroup)


def _has_signs(thing: Thing) -> bool:
    return not SIGNS.isdisjoint(_keys_of(thing))


def _keys_of(thing: Thing) -> set[str]:
    return {key for state in thing.states if state.kind == "dict" for key, _ in state.pairs() if type(key) is str}


def _looks_like_error(thing: Thing) -> bool:
    if thing.native is not None or thing.by_base or _has_signs(thing):
        return True
    if thing.items or any(state.kind != "dict" and state.value is not None for state in thing.states):
        return False
    return says_error(*(_name_of(thing) or ("", "")), has_args=bool(thing.parts))
