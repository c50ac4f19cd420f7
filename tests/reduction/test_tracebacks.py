"""Tracebacks travel as text or as objects, if somebody wants them to."""

from __future__ import annotations

import importlib.util
import pickle
import threading
from typing import TYPE_CHECKING, Any, Literal

import pytest
from traceback_samples import FrozenError, LockedError, find, several

import picklereg

if TYPE_CHECKING:
    from crossing import Reader

WAYS = ["picklereg", "pickle"]
SHOW = "import traceback; result = ''.join(traceback.format_exception(obj))"


def caught(function: Any) -> BaseException:
    with pytest.raises(Exception) as info:
        function()
    return info.value


def written(exc: BaseException, how: str, tracebacks: Literal["text", "frames"] | None) -> bytes:
    registry = picklereg.Registry(entry_points=False, tracebacks=tracebacks)
    if how == "picklereg":
        return picklereg.dumps(exc, registry=registry)
    with registry.installed():
        registry.ensure(exc)
        return pickle.dumps(exc)


@pytest.mark.parametrize("how", WAYS)
def test_as_text(how: str, reader: Reader) -> None:
    """Each exception of a chain and a group says by a note where it came from; one that wasn't raised says nothing."""
    data = written(caught(several), how, "text")
    notes = "result = [getattr(each, '__notes__', None) for each in (obj, *obj.exceptions, obj.__cause__)]"
    group, first, *others = reader.read(data, code=notes)
    assert group[-1].startswith("picklereg: traceback in the writer (most recent call last):\n  File ")
    assert "in several" in group[-1]
    assert "in find\n    raise KeyError(name)" in first[-1]
    assert others == [None, None]
    assert "|     raise KeyError(name)" in reader.read(data, code=SHOW)


@pytest.mark.parametrize("how", WAYS)
def test_as_frames(how: str) -> None:
    """The reader's exceptions have tracebacks that print like ours, without locals."""
    exc = caught(several)
    arrived = pickle.loads(written(exc, how, "frames"))
    assert arrived.__traceback__.tb_next.tb_frame.f_code.co_name == "several"
    inner = arrived.exceptions[0].__traceback__
    assert (inner.tb_next.tb_frame.f_code.co_name, inner.tb_next.tb_lineno) == ("find", find.__code__.co_firstlineno + 1)
    assert inner.tb_next.tb_frame.f_locals == {}
    assert arrived.exceptions[1].__traceback__ is None


@pytest.mark.parametrize("cls", [FrozenError, LockedError])
@pytest.mark.parametrize("tracebacks", ["text", "frames"])
def test_of_difficult_classes(cls: type[Exception], tracebacks: Literal["text", "frames"]) -> None:
    """Neither a class that forbids attributes nor one that drops them loses it."""

    def fail() -> None:
        raise cls("no")

    arrived = pickle.loads(written(caught(fail), "pickle", tracebacks))
    if tracebacks == "text":
        assert "in fail" in arrived.__notes__[0]
    else:
        assert arrived.__traceback__.tb_next.tb_frame.f_code.co_name == "fail"
        assert not hasattr(arrived, "__notes__")


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("tracebacks", ["text", "frames"])
def test_a_long_one(how: str, tracebacks: Literal["text", "frames"]) -> None:
    """The newest hundred frames travel, and a note counts the others."""

    def deeper() -> None:
        deeper()

    exc = caught(deeper)
    arrived = pickle.loads(written(exc, how, tracebacks))
    assert arrived.args == exc.args
    assert "older frames of the traceback were left behind" in arrived.__notes__[0]


def test_left_here_by_default(reader: Reader) -> None:
    """Without the setting nothing of a traceback travels."""
    exc = caught(several)
    assert "traceback_samples.py" not in reader.read(written(exc, "picklereg", None), code=SHOW)


def test_redacted() -> None:
    """A traceback as text is redacted like any text of the error."""

    def fail() -> None:
        problem = RuntimeError("no")
        vars(problem)["headers"] = {"authorization": "in-the-source-line"}
        raise problem

    assert b"in-the-source-line" not in written(caught(fail), "picklereg", "text")


def test_beside_what_was_left_behind() -> None:
    """Notes of both kinds stand side by side."""

    def fail() -> None:
        problem = RuntimeError("no")
        vars(problem)["lock"] = threading.Lock()
        raise problem

    assert len(pickle.loads(written(caught(fail), "picklereg", "text")).__notes__) == 2


def test_no_such_way() -> None:
    """Anything else is an error that names the ways."""
    with pytest.raises(picklereg.RegistrationError, match='pass None, "text" or "frames"'):
        picklereg.Registry(tracebacks="all")  # type: ignore[arg-type]


def test_without_tblib(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, frames are refused with the remedy."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(picklereg.RegistrationError, match="picklereg\\[tracebacks\\]"):
        picklereg.Registry(tracebacks="frames")
