"""What the opcodes of an untrusted pickle make: plain data, exceptions, declared attachments, and stand-ins for all else.

A name in the bytes becomes an exception class that may be made, or an inert class that stands for whatever has that name.
"Calling" a stand-in only writes down the call. So ``getattr``, ``operator.methodcaller`` or ``importlib.import_module`` in the
bytes are never called: the few forms that :func:`picklereg.dumps` writes with them are recognised by what was written down, and done here.
"""

from __future__ import annotations

import collections
import contextlib
import copy
import sys
import types
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.fields import LINKS, SIGNS, dict_of
from picklereg.unpickling.renamed import RENAMED
from picklereg.unpickling.safe.budget import INSTANCE, SLOT, Budget, weight
from picklereg.unpickling.safe.circles import break_circles
from picklereg.unpickling.safe.constructors import INERT_CLASSES, MAKERS, build_uuid
from picklereg.unpickling.safe.containers import MADE_BY_NEW, Containers, Errors, kind_of
from picklereg.unpickling.safe.exceptions import (
    AUDITED,
    NoSuchState,
    Refused,
    audit,
    base_by_state,
    call_exception,
    fill_exception,
    group_class,
    is_exception,
    is_makeable,
    is_reserved,
    is_stand_in,
    make_exception,
)
from picklereg.unpickling.safe.known_calls import CALL, FORMS, Name, bound_to
from picklereg.unpickling.stand_ins.classes import MissingValue, error_class, stands_for, value_class
from picklereg.unpickling.stand_ins.error_names import base_by_name, says_error
from picklereg.unpickling.stand_ins.origin import Origin, origin_of, printable

if TYPE_CHECKING:
    from picklereg.unpickling.safe.allow_list import Rules
    from picklereg.unpickling.safe.bounds import Bounds

__all__ = ["Builder", "Errors", "Name"]

_LONG: Final = 500
#: Functions that copy nothing of what they are given.
_PICKS: Final = {("_operator", "getitem"), ("operator", "getitem")}
_NEWOBJ: Final = {("copyreg", "__newobj__"), ("copy_reg", "__newobj__")}
_CALLED_BY: Final = {*_NEWOBJ, ("copyreg", "_reconstructor")}
#: Of which a missing class is nothing but a text or a number.
_TEXTS: Final = (str, bytes, int, float)
_SKELETON: Final = ("cloudpickle.cloudpickle", "_make_skeleton_class")
_METHODCALLER: Final = {("operator", "methodcaller"), ("_operator", "methodcaller")}
_BUILTIN_ERRORS: Final[dict[str, type[BaseException]]] = {
    name: value for name, value in vars(sys.modules["builtins"]).items() if isinstance(value, type) and issubclass(value, BaseException)
}


class Builder(Containers):
    """Makes the objects of one pickle.

    Args:
        rules: which classes may be made.
        bounds: how much.
        errors: missing classes that are known to be exceptions, with the builtin class beneath them, or to be none.
        budget: what is left for the pickle.
        is_last: whether the pickle won't be read again.
    """

    def __init__(self, rules: Rules, bounds: Bounds, errors: Errors, budget: Budget, *, is_last: bool = False) -> None:
        super().__init__(budget, errors, is_last=is_last)
        self._rules = rules
        self._bounds = bounds
        self._names: dict[Name, Any] = {}
        #: Classes of attachments by identity: their names, and the attributes of a new instance.
        self._attachments: dict[int, tuple[Name, Mapping[str, Any]]] = {}
        self._late_notes: list[tuple[BaseException, str]] = []
        #: Exceptions, by identity, that lack what their ``__init__`` would have done, unless their state has all of it: and a note each.
        self._unfinished: dict[int, tuple[BaseException, str]] = {}

    # --- names ----------------------------------------------------------------------------------------------------

    def name(self, module: str, qualname: str) -> Any:
        """Give the class that a name means here; nothing is looked up that isn't known to be harmless."""
        key = (module, qualname)
        found = self._names.get(key)
        if found is None:
            if len(module) > _LONG or len(qualname) > _LONG:
                raise Refused(f"a name is longer than {_LONG:,} characters")
            if len(self._names) >= self._bounds.max_names:
                raise Refused(f"more than {self._bounds.max_names:,} names (max_names)")
            found = self._names[key] = self._find(key)
        return found

    def _find(self, key: Name) -> Any:
        module, qualname = key
        if module == "builtins":
            return INERT_CLASSES.get(qualname) or _BUILTIN_ERRORS.get(qualname) or value_class(module, qualname, inert=True)
        for name in (key, *RENAMED.get(key, ())):
            cls = _BUILTIN_ERRORS.get(name[1]) if name[0] == "builtins" else self._rules.exception_class(*name)
            if cls is not None and is_makeable(cls):
                return cls
        attachment = self._rules.attachment(module, qualname)
        if attachment is not None:
            cls, defaults = attachment
            self._attachments[id(cls)] = key, defaults
            return cls
        return value_class(module, qualname, inert=True)

    # --- instances ------------------------------------------------------------------------------------------------

    def new(self, cls: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> Any:
        """Do as NEWOBJ and NEWOBJ_EX: ``cls.__new__(cls, *args, **kwargs)``."""
        self._charge_call(args)
        if kwargs:
            args = (*args, kwargs)  # no class that may be made takes any: they are kept, and that is all
        if not issubclass(type(cls), type):
            return self._new_stand_in(self._class_by_value(cls), "new", args)
        if issubclass(cls, BaseException):
            return self._instance(make_exception(cls, self.members(cls, args)))
        if id(cls) in self._attachments:
            return self._new_attachment(cls, args)
        if issubclass(cls, MissingValue):
            return self._new_stand_in(stands_for(cls), "new", args)
        unknown = value_class("builtins", cls.__name__, inert=True)
        return self._instance(unknown.__new__(unknown, *args))

    def _new_attachment(self, cls: Any, args: tuple[Any, ...]) -> Any:
        key, attributes = self._attachments[id(cls)]
        if issubclass(cls, tuple):
            return self._called(tuple.__new__(cls, args), key, args)
        made = self._called(object.__new__(cls), key, args)
        self._build_attachment(made, copy.deepcopy(attributes))
        return made

    def _class_by_value(self, cls: Any) -> Name:
        """Give the name of a class that the bytes define, as cloudpickle writes those of ``__main__``; nothing is defined here."""
        if self._is_value(cls) and stands_for(type(cls)) == _SKELETON and len(cls.args) > 3:
            name, attributes = cls.args[1], cls.args[3]
            module = attributes.get("__module__") if type(attributes) is dict else None
            if type(name) is str and type(module) is str:
                return stands_for(self.name(module, name)) if issubclass(self.name(module, name), MissingValue) else (module, name)
        raise Refused(f"{kind_of(cls)} is no class")

    def _new_stand_in(self, key: Name, form: str, args: tuple[Any, ...]) -> Any:
        if key in MADE_BY_NEW and form == "new":
            is_made, value = self._make_value(key, args)
            if is_made:
                return value
        base = self._errors.get(key, base_by_name(*key) if says_error(*key, has_args=bool(args)) else None)
        if base is Exception and (form == "new" or key[1].endswith("Group")):
            base = group_class(args)
        if base is not None:
            exc: Any = make_exception(error_class(*key, base, inert=True), () if base is OSError and key in self._errors else args)
            exc._origin = Origin(form, args)  # noqa: SLF001  # how a stand-in is told
            return self._instance(exc)
        cls = value_class(*key, inert=True)
        return self._instance(cls(*args) if form == "call" else cls.__new__(cls, *args))

    def call(self, function: Any, args: tuple[Any, ...]) -> Any:
        """Do as REDUCE, or write down what was to be done."""
        self._charge_call(args)
        if not issubclass(type(function), type):
            if self._is_value(function):
                return self._call_value(function, args)
            if is_exception(function) and is_stand_in(function) and stands_for(type(function)) == CALL:
                return self._new_stand_in(CALL, "call", (function, *args))  # what another call gave is an error, as it turned out
            raise Refused(f"{kind_of(function)} can't be called")
        if issubclass(function, BaseException):
            return self._call_exception(function, self.members(function, args))
        if issubclass(function, MissingValue):
            return self._call_named(stands_for(function), args)
        key, _ = self._attachments.get(id(function), (("builtins", function.__name__), {}))
        return self._call_named(key, args)

    def _charge_call(self, args: tuple[Any, ...]) -> None:
        """Pay for the arguments, which are handed on from tuple to tuple, and for the members of what may be a group."""
        second: Any = args[1] if len(args) > 1 else None
        members = len(second) if type(second) in (list, tuple) else 0
        self._budget.charge(INSTANCE + 4 * SLOT * len(args) + 2 * SLOT * members)

    def _call_exception(self, cls: type[BaseException], args: tuple[Any, ...]) -> Any:
        exc, note = call_exception(cls, args, self.charge)
        if note is not None:
            self._unfinished[id(exc)] = exc, note
        return self._instance(exc)

    def _call_named(self, key: Name, args: tuple[Any, ...]) -> Any:
        form = FORMS.get(key)
        if form is not None:
            done, value = form(self, args)
            if done:
                return value
        elif key in _CALLED_BY and args:
            done, value = self._call_new(key, args)
            if done:
                return value
        elif key[0] == "builtins" and key[1].endswith(".__new__") and args:
            return self._new_natively(key[1].removesuffix(".__new__"), args)
        else:
            done, value = self._make_value(key, args)
            if done:
                return value
        exc = self._made_by_function(key, args)
        if exc is not None:
            return exc
        owner = key[1].rpartition(".")[0]  # the class, where its class method was called
        if not says_error(key[0], owner, has_args=False) or key[0] == "builtins":
            return self._new_stand_in(key, "call", args)
        exc = self._made_by_function(key, (self.name(key[0], owner), *args))
        return self._new_stand_in((key[0], owner), "call", args) if exc is None else exc

    def _call_new(self, key: Name, args: tuple[Any, ...]) -> tuple[bool, Any]:
        """Tell whether the functions of ``copyreg`` ask for what NEWOBJ does, and do it."""
        if key in _NEWOBJ:
            return True, self.new(args[0], args[1:])
        if len(args) == 3 and args[1] is object and args[2] is None:
            return True, self.new(args[0], ())
        is_text = len(args) == 3 and issubclass(type(args[1]), type) and args[1] in _TEXTS
        if is_text and issubclass(type(args[0]), type) and issubclass(args[0], MissingValue):
            return True, self.new(args[0], (args[2],))
        return False, None

    def _make_value(self, key: Name, args: tuple[Any, ...]) -> tuple[bool, Any]:
        """Tell whether a function of ours makes what a call would, and give what it makes."""
        maker = MAKERS.get(key)
        if maker is not None:
            self._budget.charge(0 if key in _PICKS else sum(map(weight, args)))
        else:
            maker = self._rules.maker(*key)
            self._budget.charge_all(args if maker is not None else ())
        if maker is not None:
            with contextlib.suppress(TypeError, ValueError, ArithmeticError, LookupError, NotImplementedError):  # inert, then
                return True, self._called(maker(*args), key, args)
        return False, None

    def _made_by_function(self, key: Name, args: tuple[Any, ...]) -> BaseException | None:
        """Give an instance of a declared class that its own package has a function make; the function isn't called."""
        cls: Any = args[0] if args else None
        package = key[0].partition(".")[0]
        if not issubclass(type(cls), type) or not issubclass(cls, BaseException) or issubclass(cls, BaseExceptionGroup):
            return None
        if package in sys.stdlib_module_names or package != cls.__module__.partition(".")[0]:
            return None
        gets_state = len(args) == 2 and type(args[1]) is dict  # as google-genai's does
        exc = self._instance(make_exception(cls, () if gets_state else args[1:]))
        if gets_state:
            self._fill(exc, args[1], "build")
        self._unfinished[id(exc)] = exc, f"picklereg: {cls.__qualname__} was made without {key[1]}: attributes may be missing"
        return exc  # type: ignore[no-any-return]

    def _new_natively(self, base: str, args: tuple[Any, ...]) -> Any:
        """Do as ``OSError.__new__(cls, *args)``."""
        cls, rest = args[0], args[1:]
        native = _BUILTIN_ERRORS.get(base)
        if native is None:
            return self.new(cls, rest)
        if not issubclass(type(cls), type):
            cls = value_class(*self._class_by_value(cls), inert=True)
        if issubclass(cls, MissingValue):
            rest = self.members(native, rest)
            if native is BaseExceptionGroup and group_class(rest) is ExceptionGroup:  # whose own ``__new__`` makes those, too
                native = ExceptionGroup
            exc: Any = make_exception(error_class(*stands_for(cls), native, inert=True), rest)
            exc._origin = Origin("native", rest)  # noqa: SLF001
            return self._instance(exc)
        if not issubclass(cls, native):
            raise Refused(f"{kind_of(cls)} is no subclass of {base}")
        return self.new(cls, rest)

    def _call_value(self, function: MissingValue, args: tuple[Any, ...]) -> Any:
        """Do what the writer's method calls ask for, or write them down."""
        if stands_for(type(function)) in _METHODCALLER and len(args) == 1 and function.args:
            method, rest = function.args[0], function.args[1:]
            if type(method) is not str:
                pass  # comparing it would run its class's code
            elif method == "__set__" and len(rest) == 2 and self._set_field(rest[0], args[0], rest[1]):
                return None
            elif method == "__setstate__" and len(rest) == 1:
                self.build(args[0], rest[0])
                return None
        cls = bound_to(function)
        if cls is not None and not issubclass(cls, MissingValue):
            exc = self._made_by_function((cls.__module__, "its class method"), (cls, *args))
            if exc is not None:
                return exc
        elif cls is not None and says_error(*stands_for(cls), has_args=False):
            return self._new_stand_in(stands_for(cls), "new", args)
        return self._new_stand_in(CALL, "call", (function, *args))

    def _set_field(self, exc: Any, field: Any, value: Any) -> bool:
        if not (is_exception(exc) and id(exc) in self._instances and issubclass(type(field), type) and issubclass(field, MissingValue)):
            return False
        owner, _, name = stands_for(field)[1].rpartition(".")
        self._fill(exc, {name: value}, "descriptors")
        if is_stand_in(exc) and owner:
            native = _BUILTIN_ERRORS.get(owner, BaseException)
            if not issubclass(type(exc), native):
                self.found_errors[stands_for(type(exc))] = native
            cls = self.name(stands_for(field)[0], owner)
            if issubclass(cls, MissingValue):
                origin_of(exc).fields[name] = cls
        return True

    # --- states ---------------------------------------------------------------------------------------------------

    def built(self, target: Any, state: Any) -> Any:
        """Do as BUILD, and give the instance; or an inert value in its place, if it takes no such state."""
        try:
            self.build(target, state)
        except NoSuchState:
            return self.inert(target, state)
        return target

    def build(self, target: Any, state: Any) -> None:
        """Do as BUILD, on instances that were made here and on nothing else."""
        if id(target) not in self._instances:
            raise Refused(f"{kind_of(target)} takes no state")
        for part in state if type(state) is tuple and len(state) == 2 else (state,):
            self._budget.charge(2 * weight(part) if type(part) is dict else SLOT)
        if is_exception(target):
            self._build_exception(target, state)
        elif issubclass(type(target), MissingValue):
            target.state = state
            if type(state) is dict and not SIGNS.isdisjoint(state):
                self.found_errors[stands_for(type(target))] = base_by_state(state)
        elif type(target) is uuid.UUID:
            build_uuid(target, state)
        elif type(target) in (types.SimpleNamespace, collections.UserList) or id(type(target)) in self._attachments:
            self._build_attachment(target, state)
        else:
            raise NoSuchState(f"{kind_of(target)} takes no state")

    def _build_exception(self, exc: Any, state: Any) -> None:
        if type(state) is tuple and len(state) == 2 and all(type(part) in (dict, type(None)) for part in state):
            for part in state:
                self._fill(exc, part or {}, "build")
        elif type(state) is dict:
            self._fill(exc, state, "build")
        elif is_stand_in(exc):
            self._budget.charge(weight(origin_of(exc).raw))
            origin_of(exc).raw = (*origin_of(exc).raw, state)
        elif state is not None:
            self._late_notes.append((exc, f"picklereg: a state was left behind: {type(exc).__qualname__} would have to restore it itself"))

    def _fill(self, exc: Any, state: dict[Any, Any], setter: str) -> None:
        self._charge_notes(state.get("__notes__"))
        self.expect_exceptions([state[name] for name in LINKS if state.get(name) is not None])
        if "args" in state:  # then whoever wrote it put everything there
            self._unfinished.pop(id(exc), None)
        if is_stand_in(exc):
            origin_of(exc).setter = setter
            origin_of(exc).is_signed |= "__suppress_context__" in state
            base = base_by_state(state)
            if base is not Exception and not issubclass(type(exc), base):
                self.found_errors[stands_for(type(exc))] = base
        fields = {name: value for name, value in state.items() if not (is_reserved(name) or self._is_promised(name, value))}
        fill_exception(exc, fields)
        self._late_notes += [
            (exc, f"picklereg: attribute {printable(name)!r} was left behind: Python and others call what has such a name")
            for name in state
            if is_reserved(name)
        ]

    def _charge_notes(self, notes: Any) -> None:
        listed = notes if type(notes) in (list, tuple) else (notes,)
        self._budget.charge(weight(listed))
        for note in listed:
            self._budget.charge(note.bit_length() if type(note) is int else 4 * len(note) if type(note) is bytes else SLOT)

    def _is_promised(self, name: Any, value: Any) -> bool:
        return name in LINKS and self._is_value(value)

    def _build_attachment(self, target: Any, state: Any) -> None:
        """Put a state into an instance's ``__dict__``; no code of its class runs."""
        if type(state) is not dict or not all(type(name) is str for name in state):
            raise NoSuchState(f"the state of {kind_of(target)} is no dictionary of attributes")
        if issubclass(type(target), tuple):
            raise NoSuchState(f"{kind_of(target)} takes no state")
        attributes = object.__getattribute__(target, "__dict__")
        attributes.update({name: value for name, value in state.items() if not is_reserved(name)})

    # --- the end --------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Audit what was made, and note what is said of the exceptions."""
        self._late_notes += break_circles(self.made, self._budget)
        for value in self.made:
            if issubclass(type(value), AUDITED):
                self._late_notes += [(value, note) for note in audit(value)]
        for exc, note in (*self._unfinished.values(), *self._late_notes):
            dict_of(exc).setdefault("__notes__", []).append(note)
