"""Reading back what was tried out: what was kept apart is put back as it is, and no class that goes by value is made."""

from __future__ import annotations

import io
import pickle
import weakref
from collections.abc import Container, Iterable
from functools import partial
from typing import Any, Final
from weakref import WeakSet

from picklereg.introspection.copies import own_attributes
from picklereg.introspection.fields import leave_alone
from picklereg.introspection.naming import MAIN
from picklereg.redaction.kept_apart import kept_apart
from picklereg.reduction import notes as words
from picklereg.reduction.differences import changes_in
from picklereg.unpickling.stand_ins.origin import RECONSTRUCT, reconstruct

__all__ = ["Findings", "losses_in", "read_back"]


_ITERATED: Final[tuple[Any, ...]] = ({}, {}.values(), {}.items(), set[Any]())
#: By the identity of its class, what becomes of an object that every pickle takes, or cloudpickle's does, and none carries.
_LOSSES: Final = {
    id(object): "a bare object(), which is nothing but itself: the reader's is another one",
    id(weakref.finalize): "a weakref.finalize, which is dead there",
    id(memoryview): "a memoryview, which becomes bytes",
    id(io.TextIOWrapper): "a file, which becomes a StringIO",
    **{id(type(iter(view))): "an iterator over a dictionary or set, which becomes one over a list" for view in _ITERATED},
}


class Findings:
    """What trying out a value tells beside its copy.

    Attributes:
        copied: the classes of which the reader gets a copy, though a module's name is theirs.
        is_changed: whether something in it is changed by being written, so that only what was written first is whole: the copy.
        loses_weak: whether a set in it that keeps nothing alive arrives with less.
        losses: by identity, such classes whose instances don't arrive as they are.
        met: by identity, the classes that go by value.
        sentinels: objects in it that are nothing but themselves.
    """

    __slots__ = ("copied", "is_changed", "loses_weak", "losses", "met", "sentinels")

    def __init__(self) -> None:
        self.copied: list[type] = []
        self.met: dict[int, type] = {}
        self.is_changed: bool = False
        self.loses_weak: bool = False
        self.losses: list[int] = []
        self.sentinels: list[Any] = []

    def changes(self, value: object, copy: object) -> list[str]:
        """Tell what of a value arrives otherwise because of how Python pickles."""
        return [] if self.is_changed else changes_in(value, copy, _LOSSES)

    def notes(self, where: str, value: object, copy: object) -> list[str]:
        """Give notes on what arrives otherwise than it looks.

        Args:
            where: how the value is called.
            value: the value that was tried out.
            copy: what the reader gets; that it is of another class is said elsewhere.
        """
        itself = id(type(value))
        told = [("is" if key == itself else "holds", _LOSSES[key]) for key in self.losses if key != itself or type(copy) is type(value)]
        copied = [words.value_copied(where, value, cls) for cls in self.copied]
        copied += [words.members_emptied(where, value, cls, lost) for cls in self.met.values() if (lost := own_attributes(cls))]
        return copied + [words.value_stripped(where, value, f"{verb} {how}") for verb, how in told]


def losses_in(classes: Container[int]) -> list[int]:
    """Give which of the classes whose instances don't arrive as they are were met; a file that the reader has, too, is written by name."""
    found = [key for key in _LOSSES if key in classes]
    return found if id(io.StringIO) in classes else [key for key in found if key != id(io.TextIOWrapper)]


def read_back(
    data: bytes,
    seen: list[Any],
    host: pickle.Pickler | None,
    findings: Findings | None = None,
    *,
    makes_classes: bool = True,
    memo: dict[int, Any] | None = None,
) -> Any:
    """Read back a trial. Exceptions stand in it as they are, and reduces of others may change what they carry.

    Args:
        data: what was written.
        seen: what was kept apart from it.
        host: the pickler that it was written for.
        findings: takes what else is found out.
        makes_classes: whether a class that goes by value is made; that runs its bases' code.
        memo: takes what was numbered in it, by its number.
    """
    restores = [leave_alone(item) for item in seen if isinstance(item, BaseException)]
    weak_sets: list[tuple[WeakSet[Any], int]] = []
    try:
        unpickler = (_Unpickler if makes_classes else _ClassUnpickler)(io.BytesIO(data), seen, host, weak_sets)
        copy = unpickler.load()
        if memo is not None:
            memo.update(unpickler.memo.copy())
        del unpickler  # whose memo keeps things alive
        if findings is not None:  # now that nothing but the copy keeps anything alive
            findings.loses_weak = any(len(found) < count for found, count in weak_sets)
        return copy
    finally:
        for restore in restores:
            restore()


class _Unpickler(pickle.Unpickler):
    """Puts back what was kept apart."""

    def __init__(self, data: io.BytesIO, seen: list[Any], host: pickle.Pickler | None, weak_sets: list[tuple[WeakSet[Any], int]]) -> None:
        super().__init__(data, fix_imports=False)
        self._seen = seen
        self._weak_sets = weak_sets
        self._writes_main = hasattr(host, "reducer_override")

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == _KEPT_APART:
            return self._seen.__getitem__
        if module == MAIN and self._writes_main:  # what of it goes by value has been; the reader has another ``__main__``
            msg = f"Can't pickle {MAIN}.{name}: the reader has another {MAIN}, and it can't be written by value"
            raise pickle.PicklingError(msg)
        found = super().find_class(module, name)
        if found is WeakSet:
            return partial(_make_weak_set, self._weak_sets)
        return reconstruct if found is RECONSTRUCT else found

    def persistent_load(self, pid: Any) -> Any:
        return self._seen[pid]


class _ClassUnpickler(_Unpickler):
    """Makes an empty class in place of each that goes by value, and sets nothing of it."""

    def find_class(self, module: str, name: str) -> Any:
        return _MAKES_CLASSES[name] if name in _MAKES_CLASSES else super().find_class(module, name)


def _make_weak_set(made: list[tuple[WeakSet[Any], int]], items: Iterable[Any] = ()) -> WeakSet[Any]:
    """Make a set that keeps nothing alive, and remember how much was in it."""
    weak_set = WeakSet(items)
    made.append((weak_set, len(weak_set)))
    return weak_set


def _make_nothing(*_args: object) -> type:
    return type("Copy", (), {})


class _Member:
    """Stands for a member of an enumeration, which has its members from the beginning: a second name for one is met in what it holds."""

    def __init__(self, value: object) -> None:
        """Make one."""


def _make_enumeration(*_args: object) -> type:
    return _Member


#: cloudpickle's, and those of vendored copies of it.
_MAKES_CLASSES: Final = {
    "_make_skeleton_class": _make_nothing,
    "_make_skeleton_enum": _make_enumeration,
    "_class_setstate": _make_nothing,
}
_KEPT_APART: Final = (kept_apart.__module__, kept_apart.__name__)
