"""Chains, groups and cycles: bounded, the newest kept, a note where one is cut, and never a ``RecursionError``."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from typing import Any

import cloudpickle
import pytest
import shapes
from crossing import Reader, describe

import picklereg

CUT = "picklereg: the chain is cut here: "

LENGTH = """
def length(exc):
    count, last = 1, exc
    while last.__cause__ or last.__context__:
        count, last = count + 1, last.__cause__ or last.__context__
    return count, last
count, last = length(obj)
result = [count, getattr(last, "__notes__", [])]
"""


def chain(length: int, link: Callable[[BaseException, BaseException], None]) -> BaseException:
    """Build a chain; the last one is the newest."""
    exc: BaseException = ValueError(0)
    for number in range(1, length):
        newer = ValueError(number)
        link(newer, exc)
        exc = newer
    return exc


def by_cause(newer: BaseException, older: BaseException) -> None:
    newer.__cause__ = older


def by_context(newer: BaseException, older: BaseException) -> None:
    newer.__context__ = older


def by_both(newer: BaseException, older: BaseException) -> None:
    newer.__cause__ = newer.__context__ = older


def by_argument(newer: BaseException, older: BaseException) -> None:
    newer.args = (older,)


def by_attribute(newer: Any, older: BaseException) -> None:
    newer.errors = [older]


def by_nested(newer: Any, older: BaseException) -> None:
    newer.errors = [[older]]


def hidden(newer: Any, older: BaseException) -> None:
    newer.held = shapes.Holder(older)


WRITERS: dict[str, Callable[[BaseException, picklereg.Registry], bytes]] = {
    "picklereg": lambda exc, registry: picklereg.dumps(exc, registry=registry),
    "pickle": lambda exc, registry: installed(pickle.dumps, exc, registry),
    "cloudpickle": lambda exc, registry: installed(cloudpickle.dumps, exc, registry),
}


def installed(dumps: Callable[[BaseException], bytes], exc: BaseException, registry: picklereg.Registry) -> bytes:
    with registry.installed():
        registry.ensure(exc)
        return dumps(exc)


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("link", [by_cause, by_context, by_both])
@pytest.mark.parametrize("length", [2, 99, 100, 101, 10_000])
def test_a_chain_of_any_length(length: int, link: Any, how: str, reader: Reader) -> None:
    """The newest hundred arrive; the oldest of them says how many did not."""
    exc = chain(length, link)
    count, notes = reader.read(WRITERS[how](exc, picklereg.Registry(entry_points=False)), code=LENGTH)
    assert count == min(length, 100)
    left = length - 100
    assert notes == ([f"{CUT}{left} older exceptions were left behind (max_chain=100)"] if left > 0 else [])


@pytest.mark.parametrize("how", WRITERS)
def test_the_limit_is_a_setting(how: str, reader: Reader) -> None:
    """``Registry(max_chain=...)`` says how many."""
    data = WRITERS[how](chain(10, by_both), picklereg.Registry(entry_points=False, max_chain=3))
    count, notes = reader.read(data, code=LENGTH)
    assert (count, notes) == (3, [f"{CUT}7 older exceptions were left behind (max_chain=3)"])


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize(
    ("link", "step"),
    [
        (by_argument, "obj.args[0] if isinstance(obj.args[0], ValueError) else None"),
        (by_attribute, "obj.errors[0] if isinstance(vars(obj).get('errors', [''])[0], ValueError) else None"),
        (by_nested, "obj.errors[0][0] if isinstance(obj.errors[0][0], ValueError) else None"),
        (hidden, "obj.held.thing if hasattr(obj, 'held') else None"),
    ],
)
def test_other_ways_to_lead_far(link: Any, step: str, how: str, reader: Reader) -> None:
    """Exceptions in arguments, in attributes and hidden in objects count as deep as they lie."""
    exc = chain(1_000, link)
    code = f"""
result = []
while obj is not None:
    result.append(getattr(obj, "__notes__", []))
    obj = {step}
"""
    notes = reader.read(WRITERS[how](exc, picklereg.Registry(entry_points=False, max_chain=20)), code=code)
    assert notes[:-1] == [[]] * 19
    assert len(notes[-1]) == 1
    assert "the chain is cut here" in notes[-1][0]


def test_an_exception_in_opaque_objects_is_decided_once(reader: Reader) -> None:
    """A graph that leads from each exception through shared objects to the next is looked at in linear time."""
    exc: Any = ValueError(0)
    for number in range(1, 60):
        shared = shapes.Holder(exc)
        newer: Any = ValueError(number)
        newer.one, newer.two, newer.__context__ = shared, [shared, shapes.Holder(shared)], exc
        exc = newer
    assert reader.describe(picklereg.dumps(exc)) == describe(exc)


@pytest.mark.parametrize("how", WRITERS)
def test_cycles_of_causes(how: str, reader: Reader) -> None:
    """``raise e from e`` and longer circles arrive as circles."""
    one, two, three = ValueError(1), ValueError(2), ValueError(3)
    one.__cause__, two.__cause__, three.__cause__ = two, three, one
    two.__context__ = two
    exc = one
    assert reader.describe(WRITERS[how](exc, picklereg.Registry(entry_points=False))) == describe(exc)


@pytest.mark.parametrize("how", WRITERS)
def test_a_long_circle(how: str, reader: Reader) -> None:
    """What arrives isn't counted among what is left behind, though that leads back to it."""
    exc = oldest = chain(10, by_cause)
    while oldest.__cause__ is not None:
        oldest = oldest.__cause__
    oldest.__cause__ = exc
    count, notes = reader.read(WRITERS[how](exc, picklereg.Registry(entry_points=False, max_chain=3)), code=LENGTH)
    assert (count, notes) == (3, [f"{CUT}7 older exceptions were left behind (max_chain=3)"])


@pytest.mark.parametrize("how", WRITERS)
def test_what_leads_back_into_a_chain_lies_no_deeper(how: str, reader: Reader) -> None:
    """Not even at its end; nor does a second chain lie beneath the first one."""
    exc = oldest = chain(100, by_cause)
    while oldest.__cause__ is not None:
        oldest = oldest.__cause__
    hidden(oldest, exc)
    registry = picklereg.Registry(entry_points=False)
    assert reader.read(WRITERS[how](exc, registry), code=f"{LENGTH}result.append(last.held.thing is obj)") == [100, [], True]
    both: Any = [chain(100, by_cause), chain(100, by_both)]
    with registry.installed(all_exceptions=True):
        data = picklereg.dumps(both, registry=registry) if how == "picklereg" else pickle.dumps(both)
    assert reader.read(data, code=f"obj = obj[1]\n{LENGTH}") == [100, []]


@pytest.mark.parametrize("how", WRITERS)
def test_a_flag_that_is_as_it_begins(how: str) -> None:
    """It isn't written."""
    exc = chain(2, by_context)
    assert b"__suppress_context__" not in WRITERS[how](exc, picklereg.Registry(entry_points=False))
    exc.__suppress_context__ = True
    assert b"__suppress_context__" in WRITERS[how](exc, picklereg.Registry(entry_points=False))


@pytest.mark.parametrize("how", WRITERS)
def test_a_group_that_is_the_context_of_its_own_sub_exception(how: str, reader: Reader) -> None:
    """``raise group.exceptions[0]`` makes such a circle; from the group's side it can't be written (gh-137889), and is noted."""
    group = ExceptionGroup("g", [ValueError(1), ValueError(2)])
    try:
        try:
            raise group
        except ExceptionGroup:
            raise group.exceptions[0]
    except ValueError as exc:
        sub = exc
    registry = picklereg.Registry(entry_points=False)
    expected = describe(group)
    got = reader.describe(WRITERS[how](group, registry))
    expected["others"][0] |= {
        "context": None,
        "notes": ["picklereg: __context__ was left behind: it leads back to the group that holds this error"],
    }
    assert got == expected
    assert reader.describe(WRITERS[how](sub, registry)) == describe(sub)


@pytest.mark.parametrize("how", WRITERS)
def test_a_group_in_an_attribute_of_its_own_sub_exception(how: str, reader: Reader) -> None:
    """The attribute is left behind, also an object that holds it; in a container it is replaced."""
    sub: Any = ValueError(1)
    group = ExceptionGroup("g", [sub])
    sub.group, sub.groups, sub.held = group, [group], shapes.Holder(group)
    got = reader.describe(WRITERS[how](group, picklereg.Registry(entry_points=False)))["others"][0]
    assert got["notes"][0] == (
        "picklereg: attribute 'group' (ExceptionGroup) was left behind: it leads back to the group that holds this error"
    )
    assert got["notes"][1].startswith("picklereg: an item of attribute 'groups' (ExceptionGroup) was replaced by its repr: it leads")
    assert got["notes"][2].startswith("picklereg: attribute 'held' (shapes.Holder) was left behind: ")


@pytest.mark.parametrize("how", WRITERS)
@pytest.mark.parametrize("kind", [ExceptionGroup, BaseExceptionGroup])
def test_groups_of_groups_of_groups(kind: Any, how: str, reader: Reader) -> None:
    """A tower of groups is cut too; something stands for what was cut, since a group can't be empty."""
    exc: Any = ValueError(0) if kind is ExceptionGroup else KeyboardInterrupt()
    for number in range(300):
        exc = kind(f"g{number}", [exc])
    data = WRITERS[how](exc, picklereg.Registry(entry_points=False, max_chain=20))
    described = reader.describe(data)
    note = "picklereg: 281 sub-exceptions were left behind: the chain is cut here"
    assert [described["type"], len(described["others"])] == [f"builtins.{kind.__name__}", 20]
    assert described["others"][-2]["notes"] == [note]
    assert described["others"][-1]["args"] == [repr(note)]


def test_a_group_whose_reduce_would_write_too_much(reader: Reader) -> None:
    """A class's own reduce isn't used where it would write what is cut."""
    exc: Any = chain(30, by_attribute)
    reducing = shapes.GoodReduce("a", 1)
    reducing.a = exc
    reducing.args = (f"{exc} and 1",)
    data = picklereg.dumps(reducing, registry=picklereg.Registry(entry_points=False, max_chain=5))
    assert len(reader.describe(data)["others"]) <= 5


def test_a_reduce_that_needs_an_exception_that_leads_back(reader: Reader) -> None:
    """An own reduce that would never end isn't used."""
    exc: Any = shapes.GoodReduce("a", 1)
    exc.a = ValueError(1)
    exc.args = ("1 and 1",)
    exc.a.__context__ = exc
    assert reader.describe(picklereg.dumps(exc)) == describe(exc)


class HasFieldsAndReduce(AttributeError):
    def __reduce__(self) -> Any:
        return type(self), self.args


def test_a_cause_that_hides_no_context_beside_a_reduce_of_its_own() -> None:
    """Setting the cause would set the flag: it is written as well, though what the class's reduce makes has it right so far."""
    exc = HasFieldsAndReduce("text")
    exc.__cause__ = ValueError(1)
    exc.__suppress_context__ = False
    assert describe(pickle.loads(picklereg.dumps(exc))) == describe(exc)


@pytest.mark.parametrize("nesting", [50, 150, 250, 300])
def test_dumps_goes_shorter_when_the_stack_is_short(nesting: int, reader: Reader) -> None:
    """Where errors nest too deep for what is left of the stack, ``dumps`` keeps fewer links."""
    obj: Any = chain(100, by_both)
    for _ in range(nesting):
        obj = [obj]
    code = "while isinstance(obj, list): obj = obj[0]\n" + LENGTH
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1_000)
    try:
        count, notes = reader.read(picklereg.dumps(obj), code=code)
    finally:
        sys.setrecursionlimit(limit)
    assert count in {1, 5, 25, 100}
    assert (count < 100) == bool(notes)


def test_dumps_still_raises_for_what_is_no_exception() -> None:
    """A list too deep for pickle is too deep with an exception in it, too."""
    obj: Any = ValueError(1)
    for _ in range(200_000):
        obj = [obj]
    with pytest.raises(picklereg.PicklingError, match="recursion"):
        picklereg.dumps(obj)
    while isinstance(obj, list):  # else its deallocation would nest as deep
        obj = obj.pop()
