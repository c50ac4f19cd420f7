"""Reduces of others that give no new instance of the class: one that exists already, or another error."""

from __future__ import annotations

import copyreg
import pickle
from concurrent.futures.process import _ExceptionWithTraceback
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, Final

import pytest
import shapes
from crossing import Reader, describe
from generated_modules import imported
from guard_samples import AROUND
from reduce_samples import (
    ADDING,
    SHARED,
    WRAPPED,
    AddsNote,
    BaseOfForgetting,
    CodeError,
    Converted,
    DropsPart,
    FillsSlot,
    Forgetting,
    InnerError,
    NeedsItself,
    NewestError,
    Wrapped,
    code_error,
    given,
)
from tried_samples import Box
from writers import MODES, a_registry, writing

#: A module whose class comes into being when somebody asks for it.
_LATE: Final = """
from reduce_samples import InnerError

def __getattr__(name):
    if name == "Late":
        globals()["Late"] = type("Late", (InnerError,), {"__module__": __name__})
        return Late
    raise AttributeError(name)
"""
_PASSWORD: Final = "k7Qp2mZx9Lw4Tn8Vb3"
_DESCRIBE_ALL: Final = "import pickle; result = {name: describe(pickle.loads(data)) for name, data in obj.items()}"
_ONES: Final = (
    *("from a function", "with a state", "from __new__", "with fields", "frozen", "with its own __setstate__", "with a setter"),
    "from a metaclass",
)
#: As in a process that has made none of them.
_DESCRIBE_ANEW: Final = f"import reduce_samples; reduce_samples._BY_CODE.clear(); {_DESCRIBE_ALL}"


# --- an instance that exists already ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_what_exists_already_arrives_whole(around: str, mode: str, reader: Reader) -> None:
    """Where the reader makes it for the first time, it has all that it has here; and here nothing has happened to it."""
    errors = {name: build() for name, build in SHARED.items()}
    want = {name: describe(AROUND[around](error)) for name, error in errors.items()}
    before = {name: describe(error) for name, error in errors.items()}
    with writing(mode, a_registry()) as write:
        sent = {name: write(AROUND[around](error)) for name, error in errors.items()}
    assert {name: describe(error) for name, error in errors.items()} == before
    assert reader.read(pickle.dumps(sent), code=_DESCRIBE_ANEW) == want


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_slot_of_what_exists_already(mode: str, reader: Reader) -> None:
    """A constructor that runs where the reduce is tried out doesn't fill it."""
    error: Any = NewestError(8)
    del error.tries
    with writing(mode, a_registry()) as write:
        data = write(given(error))
    assert not hasattr(error, "tries")
    assert reader.describe(data)["dict"] == {"order": "7"}


@pytest.mark.parametrize("mode", MODES)
def test_what_exists_already_stays_one(mode: str, reader: Reader) -> None:
    """The reader gets what its function gives."""
    with writing(mode, a_registry()) as write:
        data = write([SHARED[name]() for name in _ONES])
    code = """
import reduce_samples
result = [obj[0] is reduce_samples.code_error(4), obj[1] is reduce_samples.stateful_error(4),
          obj[2] is reduce_samples.NewestError(4), obj[3] is reduce_samples.fields_error(2), obj[4] is reduce_samples.frozen_error(4),
          obj[5] is reduce_samples.setstate_error(4), obj[6] is reduce_samples.setter_error(4),
          obj[7] is reduce_samples.SingleError(4)]
"""
    assert reader.read(data, code=code) == [True] * 8


@pytest.mark.parametrize("mode", MODES)
def test_a_wrapper_of_a_class_that_came_late(mode: str, reader: Reader, tmp_path: Path) -> None:
    """It came into being after the pickler had looked into ``copyreg``, or picklereg had."""
    module: Any = imported(_LATE, tmp_path)
    with writing(mode, a_registry()) as write:
        data = write(Wrapped(module.Late(code=3)))
    assert reader.read(data, code="result = [str(obj), obj.code]", path=[tmp_path]) == ["code 3", 3]


# --- another error ------------------------------------------------------------------------------------------------


def _inner() -> Any:
    error = given(InnerError(code=3))
    error.lock = shapes.lock()
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", WRAPPED)
def test_what_a_wrapper_takes_along_arrives_whole(how: str, mode: str, reader: Reader) -> None:
    """An ``except`` for the inner class catches it; the wrapper's own reduce may set its cause."""
    wrap, cause = WRAPPED[how]
    inner = _inner()
    with writing(mode, a_registry()) as write:
        data = write(wrap(inner))
    assert repr(inner.__cause__) == "KeyError('the cause')"
    got = reader.read(data, code="result = {**describe(obj), 'cause': repr(obj.__cause__)}")
    assert (got["type"], got["dict"]) == ("reduce_samples.InnerError", {"code": "3", "order": "7"})
    assert got["cause"].startswith(cause)
    assert got["notes"][0] == "a note"
    assert [note.split(" (")[0] for note in got["notes"][1:]] == ["picklereg: attribute 'lock'"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_a_wrapper_inside_another_error(around: str, mode: str, reader: Reader) -> None:
    """There, too, it is what it takes along."""
    with writing(mode, a_registry()) as write:
        sent = {how: write(AROUND[around](wrap(InnerError(code=3)))) for how, (wrap, _) in WRAPPED.items()}
    for told in reader.read(pickle.dumps(sent), code=_DESCRIBE_ALL).values():
        (found,) = (node for node in (told, *told["others"]) if node["type"] == "reduce_samples.InnerError")
        assert (found["str"], found["dict"], found["notes"]) == ("code 3", {"code": "3"}, [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("wrap", [_ExceptionWithTraceback, ExceptionWithTraceback])
def test_what_a_wrapper_of_a_pool_takes_along(wrap: Any, mode: str, reader: Reader) -> None:
    """It is no exception itself."""
    error = InnerError(code=3)
    with writing(mode, a_registry()) as write:
        data = write(wrap(error, None))
    assert error.__cause__ is None
    got = reader.read(data, code="result = [describe(obj)['type'], str(obj), obj.code, type(obj.__cause__).__name__]")
    assert got[:3] == ["reduce_samples.InnerError", "code 3", 3]
    assert got[3] in {"_RemoteTraceback", "RemoteTraceback"}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Forgetting, Converted, NeedsItself])
def test_a_reduce_that_gives_nothing_of_use(cls: type[Exception], mode: str, reader: Reader) -> None:
    """It makes an error of another class, which nobody has raised, or needs the error itself: that arrives all the same."""
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(given(cls("text")))) == describe(given(cls("text")))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("function", [copyreg.__newobj__, copyreg.__newobj_ex__])  # type: ignore[attr-defined]
def test_a_registered_reducer_that_gives_another_class(function: Any, mode: str, reader: Reader) -> None:
    """Also by the functions that stand for pickle's opcodes, which insist on the class; a note says what it was."""
    by_keywords = function is copyreg.__newobj_ex__  # type: ignore[attr-defined]
    args: tuple[Any, ...] = (BaseOfForgetting, ("text",), {}) if by_keywords else (BaseOfForgetting, "text")
    registry = a_registry()
    registry.register(Forgetting, reducer=lambda _: (function, args))
    with writing(mode, registry) as write:
        got = reader.describe(write(given(Forgetting("text"))))
    note = "picklereg: class reduce_samples.Forgetting was sent as reduce_samples.BaseOfForgetting by the reducer registered for it"
    assert (got["type"], got["str"], got["dict"]) == ("reduce_samples.BaseOfForgetting", "text", {"order": "7"})
    assert got["notes"] == ["a note", note]


# --- one with more than it has here -------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_what_a_reduce_adds_to_the_chain_does_not_arrive(around: str, mode: str, reader: Reader) -> None:
    """A cause, a context or a flag that the error hasn't: the reader is told what was raised, and nothing else."""
    errors = {name: AROUND[around](build()) for name, build in ADDING.items()}
    with writing(mode, a_registry()) as write:
        sent = {name: write(error) for name, error in errors.items()}
    assert reader.read(pickle.dumps(sent), code=_DESCRIBE_ALL) == {name: describe(error) for name, error in errors.items()}


def _with_a_lock() -> Any:
    error: Any = ADDING["cause"]()
    error.lock = shapes.lock()
    return error


def _with_a_sentinel() -> Any:
    error = ADDING["cause"]()
    error.args = (*error.args, Box(object()))
    return error


def _with_a_context() -> Any:
    error = ADDING["cause"]()
    error.__context__ = KeyError("cut off")
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("make", [_with_a_lock, _with_a_sentinel, _with_a_context])
def test_a_link_that_a_reduce_adds_is_noted_where_something_is_left_behind(make: Any, mode: str, reader: Reader) -> None:
    """There the reduce may carry more than attributes do, so it is used."""
    with writing(mode, a_registry(max_chain=1)) as write:
        got = reader.describe(write(make()))
    assert "picklereg: attribute '__cause__' (RuntimeError) was added by the class's own reduce" in got["notes"]


@pytest.mark.parametrize("mode", MODES)
def test_a_note_that_a_reduce_adds_stands_after_those_of_the_error(mode: str, reader: Reader) -> None:
    """Both arrive, each once."""
    error = AddsNote("text")
    error.add_note("of the error")
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(error))["notes"] == ["of the error", "of the function"]


@pytest.mark.parametrize("mode", MODES)
def test_an_empty_slot_that_a_reduce_fills_with_nothing(mode: str, reader: Reader) -> None:
    """It stays empty: ``None`` is something else."""
    error = FillsSlot("text")
    del error.tries
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(error)) == describe(error)


@pytest.mark.parametrize("mode", MODES)
def test_a_reduce_that_drops_a_part_of_a_group_and_keeps_its_arguments(mode: str, reader: Reader) -> None:
    """What the group holds is compared, too."""
    error = DropsPart("text", [KeyError(1), ValueError(2)])
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(error)) == describe(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("make", [lambda: code_error(9), lambda: AddsNote("text")])
def test_the_notes_of_an_error_that_holds_a_credential(make: Any, mode: str, reader: Reader) -> None:
    """Something is replaced in it, and its notes are put together anew: be it one that exists already."""
    error = make()
    error.__notes__ = ["a note", "of the function"]
    error.config = {"password": _PASSWORD}
    with writing(mode, a_registry()) as write:
        data = write(error)
    assert _PASSWORD.encode() not in data
    code = "import reduce_samples; reduce_samples._BY_CODE.clear(); import pickle; result = describe(pickle.loads(obj))['notes']"
    assert reader.read(pickle.dumps(data), code=code) == ["a note", "of the function"]


@pytest.mark.parametrize("mode", MODES)
def test_one_that_exists_already_and_has_an_attribute_more(mode: str, reader: Reader) -> None:
    """It is that one which the reader gets: what it has there nobody knows here."""
    code_error(10).extra = 1  # type: ignore[attr-defined]
    with writing(mode, a_registry()) as write:
        data = write(CodeError(10))
    assert reader.read(data, code="import reduce_samples; result = obj is reduce_samples.code_error(10)") is True
