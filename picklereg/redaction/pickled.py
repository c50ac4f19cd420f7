"""Where in a pickle a value stands in a credential's place: under its name, beside it, or as the body of a request.

The operations are gone through as an unpickler does, without making anything: what each would push is told by the operations that push it.
"""

from __future__ import annotations

import copyreg
import itertools
import pickletools
import sys
from collections import deque
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

from picklereg.introspection.kinds import MAPPINGS
from picklereg.redaction.beneath import Beneath, Parts, array_class, credentials_beneath
from picklereg.redaction.beside import named_in, pairs_in, plain_entries
from picklereg.redaction.held import (
    bodies_in,
    field_names,
    is_list_class,
    is_text_class,
    parameter_names,
    whole_text,
)
from picklereg.redaction.kept_apart import kept_apart
from picklereg.redaction.names import is_credential
from picklereg.redaction.prompts import SAID
from picklereg.redaction.values import REDACTED

__all__ = ["Operation", "credentials_in", "named_by", "replacements"]

Operation = tuple[Any, Any, Any]

_TEXTS: Final = frozenset({"SHORT_BINUNICODE", "BINUNICODE", "BINUNICODE8"})
_DATA: Final = frozenset({"SHORT_BINBYTES", "BINBYTES", "BINBYTES8"})
_CONTAINERS: Final = {
    **dict.fromkeys(("EMPTY_LIST", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3"), "sequence"),
    **dict.fromkeys(("EMPTY_SET", "FROZENSET"), "set"),
    "EMPTY_DICT": "mapping",
    "NONE": "none",
}
_CALLS: Final = frozenset({"NEWOBJ", "NEWOBJ_EX", "REDUCE"})
_ADDING: Final = frozenset({"ADDITEMS", "APPEND", "APPENDS", "BUILD", "SETITEM", "SETITEMS"})
_SKIPPED: Final = frozenset({"FRAME", "PROTO", "STOP"})
#: By the name of an operation, how much it takes from the stack, and whether all above a mark besides.
_TAKEN: Final = {
    operation.name: (
        [*operation.stack_before, pickletools.markobject].index(pickletools.markobject),
        pickletools.markobject in operation.stack_before,
    )
    for operation in pickletools.opcodes
}
#: What may hold something in a credential's place.
_HOLDERS: Final = frozenset({"mapping", "object", "sequence"})
#: Functions whose first argument is the class.
_MAKERS: Final = frozenset({"__newobj__", "_array_reconstructor", "_reconstructor"})
#: How pickles of arrays call what their letters are written in, and where they do that.
_WIDE: Final = {18: "utf-16-le", 19: "utf-16-be", 20: "utf-32-le", 21: "utf-32-be"}
_RAW: Final = frozenset({0, 1})
_ARRAY_CODE: Final = 2
_CODE_AND_DATA: Final = 2
_READ: Final = 20_000
#: What replaces a value of a kind.
_WRITTEN: Final[dict[str, Any]] = {"text": REDACTED, "data": REDACTED.encode(), "array": bytearray(REDACTED.encode())}


#: What texts and classes hold.
_NONE: Final[Any] = ()


class _Item:
    """What an operation makes.

    Attributes:
        kind: ``"text"``, ``"data"``, ``"array"``, ``"sequence"``, ``"set"``, ``"mapping"``, ``"class"``, ``"object"``, ``"none"`` or
            ``"other"``.
        value: the text, or the class.
        parts: elements, and where each stands.
        entries: the same of keys and values.
        state: what it is given at last.
    """

    __slots__ = ("entries", "kind", "parts", "state", "value")

    def __init__(self, kind: str, value: Any = None, parts: Any = _NONE) -> None:
        self.kind = kind
        self.value = value
        self.parts: list[_Place] = parts
        self.entries: list[tuple[_Place, _Place]] = _NONE if parts is _NONE else []  # nothing is added to a text
        self.state: list[_Place] = _NONE if parts is _NONE else []


class _Place:
    """Where an item is pushed: by which operations, the first, and the one after the last."""

    __slots__ = ("end", "item", "start")

    def __init__(self, start: int, item: _Item) -> None:
        self.start = start
        self.end = 0
        self.item = item


def credentials_in(operations: Sequence[Operation], seen: Sequence[object]) -> list[tuple[str, str]] | None:
    """Give the texts that stand in a credential's place in a pickle, with the names that say so; ``None`` if nothing has to be replaced.

    Args:
        operations: as for :func:`replacements`.
        seen: as for :func:`replacements`.
    """
    reader = _Reader(operations, seen)
    judge = _Judge()
    reader.run()
    for item in reader.holders:
        judge.look_at(item)
    return judge.named if judge.found else None


def replacements(operations: Sequence[Operation], seen: Sequence[object], beneath: Beneath | None = None) -> dict[int, Any]:
    """Give what is to be pushed in place of what has just been pushed, by the operation before which that has to happen.

    Args:
        operations: those of a pickle of protocol 5.
        seen: what a trial keeps out of the pickle.
        beneath: where the whole stands beneath a credential's name, if it does.
    """
    reader = _Reader(operations, seen)
    judge = _Judge()
    whole = reader.run()
    if beneath is not None:
        judge.under(beneath, whole)
    for item in reader.holders:
        judge.look_at(item)
    return judge.found


class _Reader:
    """Goes through the operations, and keeps what holds others."""

    def __init__(self, operations: Sequence[Operation], seen: Sequence[object]) -> None:
        self._operations = operations
        self._seen = seen
        self._stack: list[_Place] = []
        self._marks: list[tuple[int, int]] = []
        self._memo: list[_Item] = []
        self.holders: list[_Item] = []

    def run(self) -> _Place:
        """Go through all, and give where the whole is pushed."""
        for index, (operation, argument, _) in enumerate(self._operations):
            name = operation.name
            if name in _SKIPPED:
                continue
            if name == "MARK":
                self._marks.append((len(self._stack), index))
            elif name == "MEMOIZE":
                self._memo.append(self._stack[-1].item)
            elif name in _ADDING:
                self._add(name, index)
            else:
                self._push(operation, argument, index)
        (whole,) = self._stack
        whole.end = len(self._operations) - 1
        return whole

    def _add(self, name: str, index: int) -> None:
        taken = self._taken(1 if name in {"APPEND", "BUILD"} else 2, index, is_marked=name.endswith("S"))
        item = self._stack[-1].item
        if name == "BUILD":
            item.state += taken
        elif name.startswith("SETITEM"):
            item.entries += zip(taken[::2], taken[1::2], strict=True)
        else:
            item.parts += taken

    def _push(self, operation: Any, argument: Any, index: int) -> None:
        name = operation.name
        if name in {"BINGET", "LONG_BINGET"}:
            self._stack.append(_Place(index, self._memo[argument]))
            return
        count, is_marked = _TAKEN[name]
        start = self._marks[-1][1] if is_marked else index
        taken = self._taken(0, index, is_marked=True) if is_marked else []
        if count:
            taken = self._taken(count, index) + taken
        if taken:
            start = min(start, taken[0].start)
        if operation.stack_after:
            self._stack.append(_Place(start, self._made(name, argument, taken)))

    def _taken(self, count: int, index: int, *, is_marked: bool = False) -> list[_Place]:
        """Take from the stack, and tell of each where it ends."""
        depth = self._marks.pop()[0] if is_marked else len(self._stack) - count
        taken = self._stack[depth:]
        del self._stack[depth:]
        for place, following in itertools.pairwise(taken):
            place.end = following.start
        for last in taken[-1:]:
            last.end = index
        return taken

    def _made(self, name: str, argument: Any, taken: list[_Place]) -> _Item:
        if name in _TEXTS:
            return _Item("text", argument)
        if name in _DATA:
            return _Item("data", argument[:_READ].decode("latin-1"))
        if name == "BYTEARRAY8":
            return _Item("array", bytes(argument[:_READ]).decode("latin-1"))
        if name == "STACK_GLOBAL":
            return _Item("class", named_by(taken[0].item.value, taken[1].item.value))
        if name in {"BININT", "BININT1", "BININT2"}:
            return _Item("other", argument)
        if name in _CALLS:
            item = self._called(taken[0].item, taken[1].item, taken[1:])
        else:
            item = _Item(_CONTAINERS.get(name, "other"), None, taken)
        if item.kind in _HOLDERS:
            self.holders.append(item)
        return item

    def _called(self, function: _Item, arguments: _Item, parts: list[_Place]) -> _Item:
        known = function.value
        if known is kept_apart and arguments.parts:
            value = arguments.parts[0].item.value
            return _Item("class", self._seen[value] if type(value) is int and value < len(self._seen) else None, parts)
        if getattr(known, "__name__", None) in _MAKERS and arguments.parts:
            known = arguments.parts[0].item.value
        return _Item("object", known if isinstance(known, type) else None, parts)


def named_by(module: Any, name: Any) -> Any:
    """Give the class that a name leads to, without importing or running anything."""
    found: Any = sys.modules.get(f"{module}")
    for part in f"{name}".split("."):
        found = vars(found).get(part) if found is not None and hasattr(found, "__dict__") else None
    return found


class _Judge:
    """Tells which items stand in the place of a credential."""

    def __init__(self) -> None:
        self.found: dict[int, Any] = {}
        self.named: list[tuple[str, str]] = []

    def look_at(self, item: _Item) -> None:
        """Look at what one item holds."""
        cls = item.value if item.kind == "object" else None
        named = [] if cls is not None and is_text_class(cls) else _named(item, cls)
        if named:
            self._entries(named, "" if cls is None else cls.__name__, is_mapping=cls is None)
        parts = item.parts[1:] if cls is not None and issubclass(cls, (list, deque)) else item.parts if item.kind == "sequence" else []
        for place, index, part in pairs_in(parts, _LOOK) if parts else ():
            if part is None:
                self.under(place, parts[index])
            else:
                self._replace(place.name, parts[index])

    def _entries(self, named: list[tuple[_Item, _Place]], kind: str, *, is_mapping: bool) -> None:
        places = [(key.value, place) for key, place in named if key.kind in {"text", "data"}]
        names = [name for name, _ in places]
        if plain_entries(names, kind) is not None:
            return
        bodies = bodies_in(names, is_mapping=is_mapping)
        also = named_in(places, _LOOK, kind)
        for name, place in places:
            if name in bodies:
                if place.item.kind != "none":
                    self.found[place.end] = None
            elif name in also and place.item.kind in {"text", "data", "array"}:
                self._replace(also[name].name, place)
            elif name in also:
                self.under(also[name], place)
            elif is_credential(name):
                self.under(Beneath(whole_text(name)), place)

    def under(self, where: Beneath, place: _Place) -> None:
        """Replace what stands beneath a credential's name."""
        for part in credentials_beneath(where, place, _LOOK):
            self._replace(where.name, part)

    def _replace(self, name: str, place: _Place) -> None:
        if place.end not in self.found and place.item.value != REDACTED:
            if place.item.kind in {"text", "data"} and name != SAID:
                self.named.append((name, place.item.value))
            self.found[place.end] = _WRITTEN.get(place.item.kind, REDACTED)
            if _LOOK.is_constant(place):  # it is found by its value before it is replaced, so that has to be what it is
                self.found.update(
                    (part.end, part.item.value) for one in place.item.parts for part in one.item.parts if part.item.kind == "text"
                )


def _named(item: _Item, cls: type | None) -> list[tuple[_Item, _Place]]:
    """Give all that has a name in an object: its entries, its state, and what its class has names for."""
    entries = [*item.entries]
    if cls is None:
        return [(key.item, value) for key, value in entries]
    states = [*item.state]
    fields = field_names(cls)
    for state in states:
        if _is_pair_of_states(state.item) or (state.item.kind == "sequence" and len(state.item.parts) == 2 and not fields):
            states += state.item.parts
        entries += state.item.entries
        states += [value for key, value in state.item.entries if key.item.value == "__dict__"]
    named = [(key.item, value) for key, value in entries]
    if fields:
        given = [*item.parts, *(state for state in item.state if not _is_pair_of_states(state.item))]
        values = [place.item for place in given if place.item.kind == "sequence"]
        for value in values:
            named += zip((_Item("text", name) for name in fields), value.parts, strict=False)
        return named
    given = [part for place in item.parts[:1] if place.item.kind == "sequence" for part in place.item.parts]
    return [*named, *zip((_Item("text", name) for name in parameter_names(cls)), given, strict=False)]


def _is_pair_of_states(item: _Item) -> bool:
    """Tell of a state whether it is one of ``__dict__`` and one of slots."""
    return item.kind == "sequence" and len(item.parts) == 2 and all(part.item.kind in {"mapping", "none"} for part in item.parts)


def _text(item: _Item) -> str | None:
    """Give an item's text, if it is one, derived from text, an array of letters, or an enum's member that has one."""
    if item.kind in {"text", "data", "array"}:
        return f"{item.value[:_READ]}"
    if item.kind != "object" or item.value is None:
        return None
    if is_text_class(item.value) or issubclass(item.value, Enum):
        texts = [known for place in item.parts for part in place.item.parts if (known := _text(part.item)) is not None]
        return texts[0] if texts else None
    array = array_class()
    return _letters(item.parts[0].item.parts) if array is not None and issubclass(item.value, array) else None


def _letters(arguments: Sequence[_Place]) -> str | None:
    """Give what an array says, of what it is made of: its class, the kind of its elements, how they are written, bytes."""
    items = [part.item for part in arguments][_ARRAY_CODE:]
    if len(items) != _CODE_AND_DATA or items[1].kind != "data":
        return None
    code, data = items[0].value, f"{items[1].value}"
    return data if code in _RAW else data.encode("latin-1").decode(_WIDE[code], "replace") if code in _WIDE else None


class _Look:
    """Looks at what a pickle is made of, as :class:`picklereg.redaction.beneath.Look` says."""

    def text(self, value: _Place) -> str | None:
        return _text(value.item)

    def is_constant(self, value: _Place) -> bool:
        return value.item.kind == "object" and value.item.value is not None and issubclass(value.item.value, Enum)

    def key(self, value: _Place) -> int:
        return id(value.item)

    def names(self, value: _Place) -> Sequence[Any]:
        """Give those that a class tells, too: a reduce of its own may give the values alone."""
        item, cls = value.item, value.item.value
        if item.kind != "object":
            return ()
        return [*copyreg._slotnames(cls), *(key.value for key, _ in _named(item, cls))]  # type: ignore[attr-defined]  # noqa: SLF001

    def parts(self, value: _Place) -> Parts:
        item, cls = value.item, value.item.value
        if item.kind in {"sequence", "set"}:
            return Parts("list", elements=item.parts)
        if item.kind == "mapping":
            return Parts("mapping", named=_keyed(item.entries))
        if item.kind != "object" or cls is None or issubclass(cls, BaseException) or _text(item) is not None:
            return Parts("")
        if is_list_class(cls):
            return Parts("list", elements=item.parts)
        if issubclass(cls, MAPPINGS):
            return Parts("mapping", named=_keyed(item.entries))
        return Parts("object", named=[(key.value, part) for key, part in _named(item, cls)])


def _keyed(entries: Sequence[tuple[_Place, _Place]]) -> list[tuple[Any, _Place]]:
    return [(key.item.value, part) for key, part in entries]


_LOOK: Final = _Look()
