"""Names that ``BaseException`` owns, used for something else; and links that are false: all arrive, in every mode."""

from __future__ import annotations

import asyncio
import functools
import pickle
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from crossing import describe
from owned_samples import (
    OWNED,
    Handled,
    Interrupted,
    Interrupting,
    OverTime,
    OverTimeItself,
    Raises,
    RaisesItself,
    Stopping,
    TimeLimitError,
    interrupt,
    stop,
)
from writers import MODES, a_registry, writing

import picklereg

if TYPE_CHECKING:
    from crossing import Reader


@pytest.mark.parametrize("mode", MODES)
def test_each_arrives_whole(mode: str, reader: Reader) -> None:
    """What stands under such a name is what it was, and so is what the name means of every exception."""
    with writing(mode, a_registry()) as write:
        for name, make in OWNED.items():
            error = make()
            assert reader.describe(write(error)) == describe(error), name


@pytest.mark.parametrize("mode", MODES)
def test_what_c_keeps_beneath_a_slot_stays(mode: str, reader: Reader) -> None:
    """Both hold a value, and code of the standard library reads the hidden one."""
    with writing(mode, a_registry()) as write:
        data = write([OWNED["slots named as C fields"](), OWNED["a slot named code"]()])
    code = "result = [OSError.errno.__get__(obj[0]), obj[0].errno, str(obj[0]), SystemExit.code.__get__(obj[1]), obj[1].code]"
    assert reader.read(data, code=code) == [2, 44, "[Errno 2] m: 'f'", 5, [6]]


@pytest.mark.parametrize("kind", [SystemExit, GeneratorExit, asyncio.CancelledError])
@pytest.mark.parametrize("mode", MODES)
def test_a_value_that_wants_to_exit_is_left_behind(mode: str, kind: type[BaseException], reader: Reader) -> None:
    """As one that can't be pickled for any other reason; one whose ``repr`` does so, too."""
    error: Any = ValueError(Raises(kind, in_repr=True))
    error.held = Raises(kind)
    with writing(mode, a_registry()) as write:
        got = reader.describe(write(error))
    assert [f"whose repr raises {kind.__name__}" in text for text in got["args"]] == [True]
    assert len(got["notes"]) == 2
    assert [f"{kind.__name__}: 3" in note for note in got["notes"] if "attribute 'held'" in note] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_wants_to_exit_costs_no_other(mode: str, reader: Reader) -> None:
    """Its reduce isn't used; it arrives, and the error whose cause it is."""
    error = ValueError("healthy")
    error.__cause__ = RaisesItself("itself")
    with writing(mode, a_registry()) as write:
        got = reader.read(write(error), code="result = [str(obj), str(obj.__cause__), type(obj.__cause__).__mro__[-3].__name__]")
    assert got == ["healthy", "itself", "Exception"]


def test_an_interrupt_that_a_statement_raises_is_noted() -> None:
    """Nobody has pressed anything, in whatever thread."""
    error: Any = ValueError("m")
    error.held = Raises(KeyboardInterrupt)
    with ThreadPoolExecutor(1) as pool:
        written = [picklereg.dumps(error), pool.submit(picklereg.dumps, error).result()]
    assert ["KeyboardInterrupt: 3" in pickle.loads(data).__notes__[0] for data in written] == [True, True]


@pytest.mark.parametrize("handler", [signal.default_int_handler, interrupt, functools.partial(interrupt, more=1), Interrupting().answer])
def test_a_ctrl_c_interrupts(handler: Any) -> None:
    """Whoever answers it; in another thread it is no Ctrl-C."""
    error: Any = ValueError("m")
    error.held = Interrupted()
    before = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            picklereg.dumps(error)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("handler", [stop, lambda *_: sys.exit(1), functools.partial(stop), Stopping(), Stopping().answer])
@pytest.mark.parametrize("mode", MODES)
def test_a_time_limit_stops_the_task(mode: str, handler: Any) -> None:
    """Whatever was being asked when a signal's answer came, which has nothing to do with that; plain pickle stops, too."""
    errors = [ValueError(OverTime()), OverTimeItself("itself"), ExceptionGroup("two", [OverTimeItself(1), OverTimeItself(2)])]
    before = signal.signal(signal.SIGALRM, handler)
    try:
        for error in errors:
            with writing(mode, a_registry()) as write, pytest.raises((TimeLimitError, SystemExit)):
                write(error)
    finally:
        signal.signal(signal.SIGALRM, before)


class _Endless:
    """Has whatever it is asked for, as a mock does."""

    def __getattr__(self, name: str) -> _Endless:
        return self

    def __call__(self, *_: object) -> None:
        """Do nothing."""


def test_no_attribute_of_a_signals_answer_is_followed() -> None:
    """Only what Python itself wraps a function in."""
    error: Any = ValueError(Raises(SystemExit))
    before = signal.signal(signal.SIGALRM, _Endless())
    try:
        data = picklereg.dumps(error)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert len(pickle.loads(data).__notes__) == 1


def test_an_interrupt_that_native_code_raises_interrupts() -> None:
    """It can't be told from a Ctrl-C; in another thread it can."""
    error: Any = ValueError("m")
    error.held = Handled()
    with pytest.raises(KeyboardInterrupt):
        picklereg.dumps(error)
    with ThreadPoolExecutor(1) as pool:
        data = pool.submit(picklereg.dumps, error).result()
    assert "was left behind: KeyboardInterrupt" in pickle.loads(data).__notes__[0]


def test_outside_of_errors_it_exits() -> None:
    """As with plain pickle."""
    with pytest.raises(SystemExit):
        picklereg.dumps([Raises(SystemExit)])
