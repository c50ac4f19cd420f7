"""The reading that hopes for ordinary errors gives what the thorough one gives, or leaves it to that one."""

from __future__ import annotations

import io
import pickle
import sys
from collections.abc import Callable
from typing import Any

import hostile
import pytest
from crossing import describe
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from picklereg.unpickling.hopeful import Hopeful
from picklereg.unpickling.stand_ins.classes import MissingError, stands_for
from picklereg.unpickling.unpickler import Unpickler, loads

Parts = st.SearchStrategy[bytes]


def joined(*parts: bytes | Parts) -> Parts:
    """Give opcodes after each other."""
    return st.tuples(*(st.just(part) if isinstance(part, bytes) else part for part in parts)).map(b"".join)


def several(parts: Parts) -> Parts:
    """Give a few of them, between a mark and whatever takes them."""
    return st.lists(parts, max_size=3).map(lambda each: b"(" + b"".join(each))


ORDINARY: Parts = st.sampled_from(
    [hostile.name("absent", "OrderError"), hostile.name("absent", "TeaError"), hostile.name("builtins", "ValueError")]
)
ODD: Parts = st.sampled_from(
    [
        *(
            hostile.name("absent", name)
            for name in ("OrderError", "TeaError", "OrderError.Inner", "OrderGroup", "OrderExceptionGroup", "Tea")
        ),
        *(hostile.name("absent.errors", name) for name in ("Refused", "TeaWarning")),
        *(
            hostile.name("builtins", name)
            for name in ("ValueError", "OSError", "ExceptionGroup", "BaseExceptionGroup", "KeyboardInterrupt")
        ),
        *(hostile.name(module, name) for module, name in (("re", "PatternError"), ("queue", "ShutDown"), ("os", "GoneError"))),
        hostile.call(hostile.name("builtins", "getattr"), hostile.name("absent", "OrderError"), hostile.text("Inner")),
    ]
)
CLASSES = ORDINARY | ORDINARY | ODD
NAMES = ("tea", "args", "errno", "strerror", "__cause__", "__context__", "__notes__", "__suppress_context__", "filename", "exceptions")


def held(parts: Parts) -> Parts:
    """Give containers and instances of what holds such parts."""
    args = joined(several(parts), b"t")
    states = st.lists(joined(st.sampled_from(NAMES).map(hostile.text), parts), max_size=4).map(lambda each: b"}(" + b"".join(each) + b"u")
    made = st.one_of(
        joined(CLASSES, args, st.sampled_from([b"R", b"\x81"])),
        joined(CLASSES, hostile.text("several"), joined(b"]", several(parts), b"e"), b"\x86", st.sampled_from([b"R", b"\x81"])),
        joined(hostile.name("copyreg", "__newobj__"), CLASSES, b"\x85R"),
        joined(hostile.name("builtins", "bool"), parts, b"\x85R"),
    )
    return st.one_of(
        joined(ORDINARY, args, b"R", states, b"b"),
        made,
        joined(made, states, b"b"),
        joined(made, parts, st.sampled_from([b"b", b"a", b"Ns"])),
        joined(made, b"q\x05", b"h\x05", b"\x86"),
        joined(b"]", several(parts), b"e"),
        joined(b"}", hostile.text("key"), parts, b"s"),
    )


LEAVES: Parts = st.one_of(st.sampled_from([b"N", b"K\x01", hostile.text("tea"), b"\x88", b"]"]), CLASSES)
PICKLES = st.recursive(LEAVES, held, max_leaves=12).map(hostile.opcodes)


def outcome(read: Callable[[bytes], Any], data: bytes) -> object:
    """Tell what a reading gives, and how that is written; or what it raises."""
    try:
        found = read(data)
    except Exception as problem:
        return type(problem), str(problem)
    try:
        written: object = pickle.dumps(found)
    except Exception as problem:
        written = type(problem)
    return describe(Exception(found)), shapes(found), written


def shapes(value: Any) -> list[object]:
    """Give the classes of all errors in a value, with their bases."""
    found: list[object] = []
    stack, seen = [value], set()
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, BaseException):
            found.append([f"{cls.__module__}.{cls.__qualname__}" for cls in type(part).__mro__])
            members = part.exceptions if isinstance(part, BaseExceptionGroup) else ()
            stack += [*part.args, *vars(part).values(), part.__cause__, part.__context__, *members]
        elif isinstance(part, list | tuple):
            stack += part
        elif isinstance(part, dict):
            stack += part.values()
    return found


def thorough(data: bytes) -> Any:
    """Read a pickle as a file is read: the hopeful reading is for bytes."""
    return Unpickler(io.BytesIO(data)).load()


TEA = hostile.name("absent", "TeaError")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PICKLES)
@example(hostile.opcodes(TEA, hostile.text("m"), b"](" + TEA + b")Re\x86\x81"))
@example(hostile.opcodes(b"](" + TEA + b")Rq\x05K\x01" + TEA + b"e"))
@example(hostile.opcodes(TEA))
def test_it_gives_what_the_thorough_reading_gives(data: bytes) -> None:
    """Whatever is missing, wherever it stands, however it is used: the same classes, bases and attributes, or the same is raised."""
    assert outcome(loads, data) == outcome(thorough, data)


def test_most_errors_need_no_other_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors, their chain, members of a group, and what holds them: such a pickle is read by pickle's own machine alone."""
    chained = TEA + b")R}" + hostile.text("__cause__") + TEA + hostile.text("no tea") + b"\x85Rsb"
    data = hostile.opcodes(b"](" + chained + hostile.name("builtins", "ExceptionGroup") + hostile.text("g") + b"](" + TEA + b")\x81e\x86Re")
    monkeypatch.setitem(sys.modules, "picklereg.unpickling.opcode_scan", None)
    error, group = loads(data)
    assert [stands_for(type(each)) for each in (error, error.__cause__, group.exceptions[0])] == 3 * [("absent", "TeaError")]
    assert isinstance(error, MissingError)


def test_a_reading_within_a_reading_is_watched_by_itself() -> None:
    """What a value reads while it is read doesn't tell that a class is an exception that stands alone in the outer pickle."""
    tea = hostile.opcodes(TEA, b")R")
    read = hostile.call(hostile.name("picklereg", "loads"), b"C" + bytes([len(tea)]) + tea)
    error, other = Hopeful(hostile.opcodes(b"](", TEA, b")R", read, b"e"), {}, None).load()
    assert type(error) is type(other)
    with pytest.raises(LookupError, match="no ordinary exception"):
        Hopeful(hostile.opcodes(b"](", TEA, read, b"e"), {}, None).load()


def test_a_name_of_an_old_protocol_is_looked_up_under_its_new_one() -> None:
    """Where protocols below 3 may have written a name of Python 2's, none is taken for missing before it was looked up."""
    assert loads(b"cabsent\nTeaError\n)R0cexceptions\nKeyError\n)R.").args == ()
