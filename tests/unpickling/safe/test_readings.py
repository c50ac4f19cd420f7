"""What missing classes are may show only where their instances are used: however many there are, and on however many levels."""

from __future__ import annotations

import pickle
from typing import Any

import hostile
import pytest

import picklereg
from picklereg.cli.show_report import show
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.unpickler import safe_loads

NOBODY = picklereg.Registry(entry_points=False)
LEVELS = (1, 4, 9)


def read(*parts: bytes) -> Any:
    return safe_loads(hostile.opcodes(*parts), registry=NOBODY)


def group(*members: bytes, name: bytes = hostile.name("builtins", "ExceptionGroup"), call: bytes = b"\x86R") -> bytes:
    return name + hostile.text("several") + b"](" + b"".join(members) + b"e" + call


def unguessable(number: int) -> bytes:
    return hostile.name("shop", f"Unguessable{number}")


@pytest.mark.parametrize("call", [b"\x86R", b"\x86\x81"])
@pytest.mark.parametrize("levels", LEVELS)
def test_groups_in_groups_hold_missing_classes(levels: int, call: bytes) -> None:
    """Each group holds an instance of another missing class, whose name doesn't say that it is an exception's."""
    last = hostile.name("builtins", "ValueError") + b")\x81"
    for number in range(levels):
        last = group(unguessable(number) + b")\x81", last, call=call)
    found = read(last)
    for number in reversed(range(levels)):
        member, found = found.exceptions
        assert isinstance(member, picklereg.MissingError)
        assert type(member).__name__ == f"Unguessable{number}"
    assert show(hostile.opcodes(last)).count("Unguessable") == levels


@pytest.mark.parametrize("levels", LEVELS)
def test_missing_groups_in_missing_groups(levels: int) -> None:
    """What is made as a group is, and has a state that only exceptions have, is a group: as ``loads`` gives it."""
    last = hostile.name("builtins", "ValueError") + b")\x81"
    state = b"}" + hostile.text("__suppress_context__") + b"\x89sb"
    for number in range(levels):
        last = group(last, name=unguessable(number), call=b"\x86\x81" + state)
    safe, tolerant = read(last), picklereg.loads(hostile.opcodes(last))
    for number in reversed(range(levels)):
        for found in (safe, tolerant):
            assert isinstance(found, picklereg.MissingGroup)
            assert isinstance(found, ExceptionGroup)
            assert type(found).__name__ == f"Unguessable{number}"
        (safe,), (tolerant,) = safe.exceptions, tolerant.exceptions
    assert (repr(safe), repr(tolerant)) == ("ValueError()", "ValueError()")


def test_a_missing_group_of_what_ends_a_program_is_no_ordinary_one() -> None:
    """``except Exception`` doesn't catch it; pickled again it is Python's own, with a note on what it was."""
    interrupt = hostile.name("builtins", "KeyboardInterrupt") + b")\x81"
    found = read(group(interrupt, name=hostile.name("shop", "OrderErrorGroup")))
    assert isinstance(found, picklereg.MissingGroup)
    assert not isinstance(found, Exception)
    again = pickle.loads(pickle.dumps(found))
    assert type(again) is BaseExceptionGroup
    assert "OrderErrorGroup" in again.__notes__[0]
    (alone,) = read(group(interrupt, name=hostile.name("shop", "OrderError"))).args[1]
    assert type(alone) is KeyboardInterrupt


@pytest.mark.parametrize("levels", LEVELS)
@pytest.mark.parametrize("add", [b"(K\x01e", b"K\x01a", b"(K\x01K\x02u"])
def test_collections_whose_names_say_error(levels: int, add: bytes) -> None:
    """However many classes of collections are called as errors are, each keeps its items."""
    found = read(b"](" + b"".join(hostile.name("shop", f"Collected{number}Error") + b")\x81" + add for number in range(levels)) + b"e")
    assert [type(each).__name__ for each in found] == [f"Collected{number}Error" for number in range(levels)]
    assert all(each.items == [1] or each.mapping == [(1, 2)] for each in found)


def test_what_is_both_is_refused() -> None:
    """A class whose one instance is a member of a group and whose other one has items stays refused, after all readings."""
    both = hostile.name("shop", "Unguessable")
    with pytest.raises(UnsafePickleError, match=r"no list|exceptions only"):
        read(b"(", group(both + b")\x81"), both + b")\x81(K\x01e", b"t")
    with pytest.raises(UnsafePickleError, match=r"no list|exceptions only"):
        read(b"(", group(both + b")\x81"), both + b")\x81K\x01a", group(both + b")\x81"), b"t")
