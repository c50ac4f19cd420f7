"""Whole: every shape arrives as it was raised, in a fresh interpreter, by plain ``pickle.loads``, without picklereg."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import cloudpickle
import pytest
import shape_table
import shapes
from crossing import Reader, describe
from pydantic_core import PydanticSerializationError

import picklereg

DUMPS: dict[str, Callable[[BaseException], bytes]] = {
    **{f"picklereg, protocol {protocol}": lambda exc, p=protocol: picklereg.dumps(exc, p) for protocol in range(2, 6)},  # type: ignore[misc]
    "pickle with copyreg": lambda exc: _installed(pickle.dumps, exc),
    "pickle in Python with copyreg": lambda exc: _installed(pickle._dumps, exc),  # type: ignore[attr-defined]
    "pickle with copyreg, protocol 2": lambda exc: _installed(lambda obj: pickle.dumps(obj, 2, fix_imports=False), exc),
    "cloudpickle with copyreg": lambda exc: _installed(cloudpickle.dumps, exc),
}


def _installed(dumps: Callable[[BaseException], bytes], exc: BaseException) -> bytes:
    registry = picklereg.Registry(entry_points=False)
    with registry.installed():
        registry.ensure(exc)
        return dumps(exc)


@pytest.mark.parametrize("how", DUMPS)
@pytest.mark.parametrize("shape", shape_table.SHAPES)
def test_every_shape_arrives_whole(shape: str, how: str, reader: Reader) -> None:
    """Type, args, text, attributes, slots, C fields, chain, flag, notes and sub-exceptions are what they were."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    assert reader.describe(DUMPS[how](exc)) == describe(exc)


@pytest.mark.parametrize("shape", shape_table.SHAPES)
def test_every_shape_arrives_whole_without_a_chain(shape: str, reader: Reader) -> None:
    """An exception that was never raised, and has nothing around it, takes the short way and arrives just as well."""
    exc = shape_table.SHAPES[shape]()
    assert reader.describe(picklereg.dumps(exc)) == describe(exc)


@pytest.mark.parametrize("shape", shape_table.SHAPES)
def test_a_second_hop_changes_nothing(shape: str, reader: Reader) -> None:
    """What was read and is written again arrives the same: nothing is prefixed, doubled or noted twice."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    again = pickle.loads(picklereg.dumps(exc))
    assert reader.describe(picklereg.dumps(again)) == describe(exc)


@pytest.mark.parametrize("shape", shape_table.SHAPES)
def test_the_python_unpickler_reads_it_too(shape: str) -> None:
    """``pickle._loads`` does in Python what ``pickle.loads`` does in C, and calls ``cls.__new__`` itself."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    assert describe(pickle._loads(picklereg.dumps(exc))) == describe(exc)  # type: ignore[attr-defined]


def test_an_unhashable_class_arrives_whole(reader: Reader) -> None:
    """No dispatch table can hold a class that isn't hashable; the pickler carries it all the same."""
    exc = shape_table.raised(lambda: shapes.Unhashable(code=1))
    assert reader.describe(picklereg.dumps(exc)) == describe(exc)


def test_a_class_of_an_extension_that_needs_its_arguments(reader: Reader) -> None:
    """What can't be made empty is made by Python's own rule, if that gives the same error."""
    exc = PydanticSerializationError("text")
    exc.__cause__ = shapes.KeywordOnly(code=1, message="cause")
    assert reader.describe(picklereg.dumps(exc, registry=picklereg.Registry(entry_points=False))) == describe(exc)


def test_a_class_attribute_over_a_slot_that_is_set(reader: Reader) -> None:
    """The slot and what stands in ``__dict__`` under its name are both there."""
    exc = shapes.Redescribed(["mine"], "hidden")
    got = reader.describe(picklereg.dumps(exc))
    assert got == describe(exc)
    assert (got["dict"], got["fields"]) == ({"description": "list('mine')"}, {"description": "'hidden'"})


def test_the_bytes_name_nothing_of_ours() -> None:
    """The payload is Python's: it names the standard library and the exception's own module, and no more."""
    for build in shape_table.SHAPES.values():
        assert b"picklereg" not in picklereg.dumps(shape_table.raised(build))


def test_init_does_not_run_again() -> None:
    """A class whose ``__init__`` counts is made without it."""
    exc = picklereg.loads(picklereg.dumps(shapes.Prefixing("m")))
    assert str(exc) == "prefix: m"
    assert picklereg.loads(picklereg.dumps(exc)).args == ("prefix: m",)


def test_exceptions_inside_other_objects_arrive_whole(reader: Reader) -> None:
    """A result that holds exceptions somewhere carries them as well as one that is raised."""
    exc = shape_table.raised(shape_table.SHAPES["keyword-only"])
    data = picklereg.dumps({"errors": [exc, shapes.Holder(exc)], "n": 1})
    code = "result = [describe(obj['errors'][0]), obj['errors'][1].thing is obj['errors'][0]]"
    assert reader.read(data, code=code) == [describe(exc), True]


def test_the_live_exception_is_not_changed() -> None:
    """Writing leaves the exception as it was."""
    exc = shape_table.raised(shape_table.SHAPES["keyword-only"])
    exc.__dict__["lock"] = shapes.lock()
    before = describe(exc)
    picklereg.dumps(exc)
    assert describe(exc) == before


@pytest.mark.parametrize("suppress", [False, True])
def test_a_trial_leaves_the_exceptions_that_it_meets_alone(suppress: bool) -> None:
    """What a class's own reduce does to an exception that it carries, it does in the reader alone."""
    inner = ValueError("inner")
    inner.__dict__["kept"] = 1
    inner.__context__ = context = KeyError("context")
    inner.__suppress_context__ = suppress
    picklereg.dumps(shapes.Rebuilds(inner), registry=picklereg.Registry(entry_points=False))
    assert (inner.args, vars(inner), inner.__cause__) == (("inner",), {"kept": 1}, None)
    assert inner.__context__ is context
    assert inner.__suppress_context__ is suppress
