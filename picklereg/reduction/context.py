"""What of an exception may travel, decided once per dump.

A value travels if it can be written *and* read back; only trying tells (``dumps`` succeeding proves nothing).
A try treats every exception that it meets as opaque, because each exception is reduced on its own: so tries stay linear
on graphs that lead from an exception through a response to a second exception and back. What can't travel is left behind
piece by piece: an element of a list is replaced, and the list travels.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from picklereg.introspection.class_plan import BARE, has_own_reduce, is_importable, plan_for, type_name
from picklereg.introspection.containers import CONTAINERS, inside, parts_of, rebuilt
from picklereg.introspection.text import describe, safe_repr
from picklereg.reduction.attachments import NeedsHost
from picklereg.reduction.chain import Chain, leads_anywhere
from picklereg.reduction.cleaning import Cleaner
from picklereg.reduction.expression import Expression
from picklereg.reduction.round_trip import copy_through_bytes, copy_with_other_text, write_class

if TYPE_CHECKING:
    from typing import Protocol

    from picklereg.redaction.secrets import Redact, Secrets
    from picklereg.reduction.tracebacks import TracebackWriter

__all__ = ["Dump", "Left", "NeedsHost", "ReduceValue", "Reducer", "Strip"]

ReduceValue: TypeAlias = tuple[Any, ...]
Reducer: TypeAlias = Callable[[Any], Any]
Strip: TypeAlias = Callable[[Any], object]

if TYPE_CHECKING:  # to make a protocol costs a percent of the import of picklereg

    class Rules(Protocol):
        """What a dump asks its registry."""

        max_chain: int
        redact: Redact
        traceback_of: TracebackWriter | None

        def reducer_for(self, cls: type[BaseException]) -> Reducer | None:
            """Give the reducer that somebody registered for a class or its nearest base."""

        def foreign_reducer(self, cls: type[BaseException]) -> Reducer | None:
            """Give another party's ``copyreg`` entry for exactly this class."""

        def has_reducer(self, cls: type[BaseException]) -> bool:
            """Tell whether there is either of these two."""
            ...

        def strip_for(self, cls: type, /) -> Strip | None:
            """Give what turns a value of this class into what may travel inside an exception."""


class Left:
    """The answer that a value can't travel, with the reason."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason: str = reason


class Dump:
    """One dump: which exceptions it covers, and what was decided about the values in them.

    Args:
        rules: the registry.
        host: the pickler that writes; tries follow its ``reducer_override``, ``dispatch_table`` and ``persistent_id``.
        max_chain: in place of the registry's.
        asks_host: whether there is a host to ask; else :class:`NeedsHost` is raised where plain pickle won't do.
        cover: called with each exception that comes into view, before it is handed to the host; tells whether its class is
            covered only since.
        hand_over: gives what stands for such an exception, for a host that looked into ``copyreg`` before it began.
    """

    __slots__ = (
        "_chain",
        "_classes",
        "_cleaner",
        "_cover",
        "_decided",
        "_fresh",
        "_hand_over",
        "_handed",
        "_host",
        "_max_chain",
        "_noted",
        "_trusts",
        "_wire_forms",
        "asks_host",
        "rules",
    )

    _decided: dict[int, tuple[object, object]]
    _fresh: dict[int, bool]
    _handed: dict[int, object]
    _noted: dict[int, tuple[str, list[str]]]

    def __init__(
        self,
        rules: Rules,
        host: pickle.Pickler | None = None,
        *,
        cover: Callable[[BaseException], bool] | None = None,
        hand_over: Callable[[BaseException, Dump], object] | None = None,
        max_chain: int | None = None,
        asks_host: bool = True,
    ) -> None:
        self.rules: Rules = rules
        self._max_chain = max_chain
        self._chain: Chain | None = None
        self._cleaner: Cleaner | None = None
        self._host: Any = None if host is None or not hasattr(host, "reducer_override") else host
        self._trusts: Callable[[type], bool] | None = getattr(host, "trusts_class", None)
        self._cover = cover
        self._hand_over = hand_over
        self.asks_host: bool = asks_host
        self._wire_forms: dict[int, bool] = {}
        self._classes: dict[int, bool] = {}

    def __getattr__(self, name: str) -> Any:
        """Make what most dumps never need."""
        made: Any = {}
        setattr(self, name, made)  # an AttributeError for what is no slot
        return made

    @property
    def chain(self) -> Chain:
        """How the exceptions of this dump hang together."""
        if self._chain is None:
            self._chain = Chain(self._max_chain or self.rules.max_chain)
        return self._chain

    @property
    def cleaner(self) -> Cleaner:
        """What finds and replaces the credentials of this dump."""
        if self._cleaner is None:
            self._cleaner = Cleaner(self.rules.redact, self.rules.strip_for, has_host=self.asks_host)
        return self._cleaner

    @property
    def must_clean(self) -> bool:
        """Whether something has to be replaced in what is written."""
        return callable(self.rules.redact) if self._cleaner is None else self._cleaner.must_clean

    def awaits(self, exc: BaseException) -> bool:
        """Tell whether ``exc`` came into view and wasn't written yet."""
        return self._chain is not None and self._chain.pending.get(id(exc)) is exc

    def is_over(self) -> bool:
        """Tell whether everything that came into view has been written."""
        return self._chain is None or not self._chain.pending

    def enter(self, exc: BaseException) -> None:
        """Note that ``exc`` is being written."""
        self.cleaner.search(exc)
        if self._chain is not None or leads_anywhere(exc):
            self._see(self.chain.enter(exc))

    def hand_over(self, exc: BaseException) -> Any:
        """Give what is written for an exception: itself, or what stands for it with a host that wouldn't know its class."""
        if self._hand_over is None or id(type(exc)) not in self._fresh:
            return exc
        if id(exc) not in self._handed:
            self._handed[id(exc)] = self._hand_over(exc, self)
        return self._handed[id(exc)]

    def carry(self, parent: BaseException, value: Any, where: str, notes: list[str]) -> Any:
        """Give what travels for a value: itself, a stripped or mended one, or :class:`Left`.

        Args:
            parent: the exception that holds the value.
            value: the value.
            where: what to call its pieces in a note.
            notes: takes a note for each piece that had to be replaced.
        """
        if type(value) in BARE:
            return self.clean(value)
        if isinstance(value, BaseException):
            return self._carry_exception(parent, value)
        key = id(value)
        if key in self._decided:
            self._note_again(key, where, notes)
        else:
            self._decided[key] = (value, Left("it leads back to itself"))  # met again only while it is being mended
            before = len(notes)
            try:
                self._decided[key] = (value, self.clean(self._decide(parent, value, where, notes)))
            except Exception as problem:  # noqa: BLE001  # a strip function's, or an odd container's
                self._decided[key] = (value, Left(describe(problem)))
            if len(notes) > before:
                self._noted[key] = (where, notes[before:])
        return self._decided[key][1]

    def _note_again(self, key: int, where: str, notes: list[str]) -> None:
        """Name the pieces that had to be replaced in a value also where the value stands a second time."""
        if key in self._noted:
            first, noted = self._noted[key]
            of_parts, of_itself = (inside(first), inside(where)), (first, where)
            again = [note.replace(*(of_parts if of_parts[0] in note else of_itself), 1) for note in noted]
            notes += [note for note in again if note not in notes]

    def clean(self, value: Any) -> Any:
        """Give what is written for a value: itself, or a copy without credentials.

        Raises:
            Exception: it can't be copied.
        """
        return self.cleaner.clean(value, self._rewrite)

    def clean_entry(self, name: object, value: Any) -> Any:
        """Do the same for an attribute's value, or that of an entry of a dictionary."""
        return self.cleaner.clean_entry(name, value, self._rewrite)

    def rebuild(self, value: Any, *, is_stripped: bool = False) -> tuple[Any, list[BaseException]]:
        """Write and read back a value in this process, exceptions in it apart.

        Args:
            value: the value.
            is_stripped: whether attachments may be met in it; else they would travel with all their credentials.

        Returns:
            The copy, or :class:`Left`, and the exceptions that were met.
        """
        try:
            return copy_through_bytes(value, self._host, self.carries_class, None if is_stripped else self._is_attachment)
        except Exception as problem:  # not only PicklingError: ctypes raises ValueError, others KeyError
            if not self.asks_host:
                raise NeedsHost from problem
            return Left(describe(problem)), []

    def _is_attachment(self, cls: type) -> bool:
        return self.rules.strip_for(cls) is not None

    def adopt(self, parent: BaseException, hidden: Iterable[BaseException]) -> Left | None:
        """Take in exceptions that were met inside a value of ``parent``; give the reason if one of them can't be."""
        for exc in hidden:
            found = None if self.chain.cut(parent, exc) else self.chain.adopt(exc)
            if found is None:
                return Left("the chain is cut here")
            self._see(found)
        return None

    def pass_by(self, exc: BaseException) -> None:
        """Note that ``exc`` is being written and leads nowhere."""
        if self._chain is not None:
            self._chain.pending.pop(id(exc), None)

    def stand_in(self, value: Any) -> Any:
        """Give what stands for an attachment that needs no more than to be stripped; ``None`` for anything else."""
        return self.cleaner.stand_in(value)

    def takes_wire_form(self, cls: type[BaseException]) -> bool:
        """Tell whether nobody, the class itself included, has a reducer for a class that the host can name or write."""
        key = id(cls)
        known = self._wire_forms.get(key)
        if known is None:
            free = not has_own_reduce(cls) and not self.rules.has_reducer(cls) and plan_for(cls).makeable
            known = self._wire_forms[key] = free and self.carries_class(cls)
        return known

    def carries_class(self, cls: type) -> bool:
        """Tell whether the host can name a class, or write it by value."""
        if self._host is None:
            named = is_importable(cls)
            if not self.asks_host and (not named or cls.__module__ == "__main__"):
                raise NeedsHost
            return named
        key = id(cls)
        if key not in self._classes:
            self._classes[key] = True  # met again while it is being written: it refers to itself
            self._classes[key] = self._writes(cls)
        return self._classes[key]

    def _writes(self, cls: type) -> bool:
        """Try to write a class, if need be. It isn't read back: cloudpickle would set the live class's attributes."""
        try:
            if self._trusts is not None and self._trusts(cls):
                return True
            if self._host.reducer_override(cls) is NotImplemented:
                return is_importable(cls)
            write_class(cls, self._host, self.carries_class)
        except Exception:  # noqa: BLE001  # whatever the class holds, or its metaclass refuses
            return False
        return True

    def _see(self, exceptions: Iterable[BaseException]) -> None:
        for exc in exceptions:
            self.cleaner.search(exc)
            if self._cover is not None and self._cover(exc):
                self._fresh[id(type(exc))] = True

    def _rewrite(self, value: Any, secrets: Secrets) -> Any:
        return value if isinstance(value, Left) else copy_with_other_text(value, self._host, self.carries_class, secrets)

    def _carry_exception(self, parent: BaseException, value: BaseException) -> Any:
        cut = self.chain.cut(parent, value)
        if cut is not None:
            return Left("it leads back to the group that holds this error" if cut == "cycle" else "the chain is cut here")
        return self.hand_over(value)

    def _decide(self, parent: BaseException, value: Any, where: str, notes: list[str]) -> Any:
        strip = self.rules.strip_for(type(value))
        if strip is not None:
            return self.stand_in(value) or self._strip(strip, parent, value, where, notes)
        if type(value) not in CONTAINERS:
            return self._try(parent, value) or value
        verdict = self._survey(parent, value)
        if verdict == "sound" or (verdict == "try" and self._try(parent, value) is None):
            return value
        return self._mend(parent, value, where, notes)

    def _strip(self, strip: Strip, parent: BaseException, value: Any, where: str, notes: list[str]) -> Any:
        """Strip an attachment and, so that each is stripped once, the attachments in the state that is written of it."""
        stripped = self.cleaner.stripped(strip, value)
        if not isinstance(stripped, Expression):
            return self._try(parent, stripped, is_stripped=True) or stripped
        expressions = [*stripped.parts()]
        if len(expressions) == 1:  # its state is read after it is made, and may lead back to it
            self._decided[id(value)] = value, stripped
        for expression in expressions:
            if expression.note is not None:
                notes.append(f"picklereg: {where} ({type_name(type(value))}) {expression.note}")
            for name, part in expression.state.items():
                if type(part) not in BARE and self.rules.strip_for(type(part)) is not None:
                    carried = self.carry(parent, part, where, notes)
                    if isinstance(carried, Left):
                        notes.append(f"picklereg: {name!r} of {where} ({type_name(type(part))}) was left behind: {carried.reason}")
                        carried = None
                    expression.state[name] = carried
        return stripped

    def _try(self, parent: BaseException, value: Any, *, is_stripped: bool = False) -> Left | None:
        copy, seen = self.rebuild(value, is_stripped=is_stripped)
        if isinstance(copy, Left):
            return copy
        return self.adopt(parent, seen)

    def _survey(self, parent: BaseException, container: Any) -> Literal["sound", "try", "mend"]:
        """Look through builtin containers: nothing to decide, something to try, or something to replace."""
        verdict: Literal["sound", "try"] = "sound"
        seen: set[int] = set()
        stack: list[Any] = [container]
        while stack:
            item = stack.pop()
            if isinstance(item, BaseException):
                if self.chain.cut(parent, item) or self.hand_over(item) is not item:
                    return "mend"
            elif type(item) in CONTAINERS:
                if id(item) not in seen:
                    seen.add(id(item))
                    stack.extend(part for part in parts_of(item) if type(part) not in BARE)
            elif self.rules.strip_for(type(item)) is not None:
                return "mend"
            else:
                verdict = "try"
        return verdict

    def _mend(self, parent: BaseException, container: Any, where: str, notes: list[str]) -> Any:
        place = inside(where)
        mended: list[Any] = []
        for part in parts_of(container):
            carried = self.carry(parent, part, place, notes)
            if isinstance(carried, Left):
                notes.append(f"picklereg: {place} ({type_name(type(part))}) was replaced by its repr: {carried.reason}")
                carried = self.clean(safe_repr(part))
            mended.append(carried)
        return rebuilt(container, mended)
