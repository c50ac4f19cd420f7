"""All ways to write an exception give the reader the same one, notes included: which way it is must not matter.

The errors are those that other tests know, those that ask for a decision (``guard_samples``), those with a credential in them
(``credential_samples``), and generated ones.
``picklereg.dumps`` of the error alone is what the other ways, and other places in what is written, are held to.
"""

from __future__ import annotations

import functools
import json
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import bare_samples
import credential_samples
import guard_samples
import local_samples
import pickler_samples
import pytest
import shape_table
import shapes
from exception_strategies import modules
from generated_modules import SEARCH, imported
from hypothesis import given
from writers import ALL_MODES, BY_VALUE, MODES, PLACES, a_registry, in_each_mode, writing

if TYPE_CHECKING:
    from crossing import Reader

Build = Callable[[], BaseException]
Described = dict[str, Any]

#: What a registry may be told.
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "redact": {},
    "redact=False": {"redact": False},
    "redact=function": {"redact": lambda text: text.replace("order", "0RDER")},
    "tracebacks": {"tracebacks": "text"},
}

_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]+")
_BY_VALUE: Final = BY_VALUE | {"cloudpickle.Pickler"}

#: What differs for a good reason: between which modes, and why. Within each of the two groups the modes agree all the same.
_DIFFERENT: Final[dict[str, tuple[frozenset[str], str]]] = {
    "a class of a function in the chain": (
        _BY_VALUE,
        "plain pickle can't write a class by value: the nearest importable base, with a note",
    ),
    "a class of a function": (_BY_VALUE, "the same"),
    "a group's class of a function": (_BY_VALUE, "the same"),
}
#: Not asked of the modes that others own.
_LOST: Final[dict[str, str]] = {
    "unhashable": "no dispatch table can hold a class that isn't hashable, so only picklereg's own pickler gets to see it",
    "another unhashable": "the same",
}
#: Not described the same twice.
_UNSTEADY: Final[dict[str, str]] = {
    "MemoryError": "CPython keeps dead ones ready and forgets to clear their __suppress_context__, so the reader's may have any",
}

_SHAPES: Final[dict[str, Build]] = {
    **{name: build for name, build in shape_table.SHAPES.items() if name not in _UNSTEADY},
    **bare_samples.ERRORS,
    "unhashable": lambda: shapes.Unhashable(code=1),
    "another unhashable": lambda: pickler_samples.UnhashableError(1),
    "ticket": lambda: pickler_samples.TicketError(7, queue="q"),
    "a class of a function": local_samples.LOCAL_ERROR[0],
    "a group's class of a function": guard_samples.a_local_group,
}


def _raised(build: Build) -> Build:
    return lambda: shape_table.raised(build)


def _put(around: str, build: Build) -> Build:
    return lambda: guard_samples.AROUND[around](build())


def _base_name(name: str) -> str:
    return name.partition(" | ")[0]


ERRORS: Final[dict[str, dict[str, Build]]] = {
    "shapes": _SHAPES,
    "raised shapes": {f"{name} | raised": _raised(build) for name, build in _SHAPES.items()},
    "uneasy": {
        f"{name} | {around}": _put(around, build)
        for name, build in guard_samples.UNEASY.items()
        for around in ("itself", "as a cause", "in a group")
    },
    "credentials": {
        f"{name} | {around}": _put(around, build)
        for name, build in credential_samples.CREDENTIALS.items()
        for around in ("itself", "as a cause", "in a group")
    },
}

#: Runs in the reader.
_DESCRIBE_ALL: Final = """
import pickle
def tell(data, found):
    try:
        obj = eval(found, {"obj": pickle.loads(data)})
    except BaseException as problem:
        return f"lost in the reader: {problem!r}"
    return describe(obj) if isinstance(obj, BaseException) else f"not as it was: {obj!r}"
result = [tell(*sent) for sent in obj]
"""


def arrived(errors: dict[str, Build], mode: str, setting: str, place: str, reader: Reader) -> dict[str, Any]:
    """Tell what of each error arrives, written in a mode at a place."""
    put, found = PLACES[place]
    things = [put(build()) for build in errors.values()]  # before anything is installed: classes may come into being here
    with writing(mode, a_registry(**SETTINGS[setting])) as write:
        sent = [(_written(write, thing), found) for thing in things]
    return dict(zip(errors, _told(sent, reader), strict=True))


def arrived_in_each_mode(build: Build, setting: str, place: str, reader: Reader, path: tuple[Path, ...]) -> dict[str, Any]:
    """Tell what of an error arrives by each mode, read one after the other, since that takes longest."""
    put, found = PLACES[place]
    things = {mode: put(build()) for mode in MODES}
    sent = [(_written(write, things[mode]), found) for mode, write in in_each_mode(a_registry(**SETTINGS[setting]))]
    return dict(zip(MODES, _told(sent, reader, path), strict=True))


def _told(sent: list[tuple[bytes, str]], reader: Reader, path: tuple[Path, ...] = ()) -> list[Any]:
    told = reader.read(pickle.dumps(sent), code=_DESCRIBE_ALL, path=path)
    return list[Any](json.loads(_ADDRESS.sub("0x", json.dumps(told))))


def _written(write: Callable[[Any], bytes], thing: Any) -> bytes:
    try:
        return write(thing)
    except Exception as problem:
        return pickle.dumps(f"lost in the writer: {problem!r}")


class _Wanted:
    """What arrives in the way that the others are held to, asked for once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @functools.cache  # noqa: B019  # lives as long as the session
    def of(self, kind: str, setting: str, mode: str) -> dict[str, Any]:
        return arrived(ERRORS[kind], mode, setting, "alone", self._reader)

    def by(self, mode: str, kind: str, setting: str) -> dict[str, Any]:
        """Give what is to arrive by a mode, each error from the mode that it is compared with."""
        ours = self.of(kind, setting, "picklereg.dumps")
        others = {name for name in ours if _base_name(name) in _DIFFERENT and mode not in _DIFFERENT[_base_name(name)][0]}
        return {name: self.of(kind, setting, "pickle.dumps")[name] if name in others else told for name, told in ours.items()}


@pytest.fixture(scope="module")
def wanted(reader: Reader) -> _Wanted:
    return _Wanted(reader)


def _is_asked(name: str, mode: str) -> bool:
    return _base_name(name) not in _LOST or mode.startswith("picklereg.")


@pytest.mark.parametrize("mode", ALL_MODES)
@pytest.mark.parametrize(
    ("kind", "setting", "place"),
    [
        *(("shapes", "redact", place) for place in PLACES),
        ("shapes", "redact=False", "twice"),
        ("shapes", "redact=function", "alone"),
        ("raised shapes", "redact", "alone"),
        ("raised shapes", "redact", "beside others"),
        ("raised shapes", "redact=function", "in a list"),
        ("raised shapes", "tracebacks", "alone"),
        ("raised shapes", "tracebacks", "twice"),
        ("uneasy", "redact", "alone"),
        ("uneasy", "redact=False", "beside others"),
        ("uneasy", "tracebacks", "in a list"),
        ("credentials", "redact", "alone"),
        ("credentials", "redact=function", "in a list"),
    ],
)
def test_every_mode_gives_the_reader_the_same(kind: str, setting: str, place: str, mode: str, wanted: _Wanted, reader: Reader) -> None:
    """Type, arguments, text, attributes, fields, links and notes; alone, in a list, beside other values, or twice."""
    want = wanted.by(mode, kind, setting)
    got = arrived(ERRORS[kind], mode, setting, place, reader)
    different = [name for name, told in got.items() if _is_asked(name, mode) and told != want[name]]
    assert {name: got[name] for name in different} == {name: want[name] for name in different}


@pytest.mark.parametrize("kind", ERRORS)
def test_nothing_is_lost(kind: str, wanted: _Wanted) -> None:
    """What the modes are held to is an error, not a failure that they share."""
    assert {name: told for name, told in wanted.of(kind, "redact", "picklereg.dumps").items() if isinstance(told, str)} == {}


@pytest.mark.parametrize("name", _DIFFERENT)
def test_what_differs_is_noted_where_it_is_less(name: str, wanted: _Wanted) -> None:
    """The table's reasons hold: the error arrives by both kinds of mode, and only by one of them with a note."""
    ours, others = (wanted.of("shapes", "redact", mode)[name] for mode in ("picklereg.dumps", "pickle.dumps"))
    assert "can't be imported by its name" not in str(ours)
    assert "can't be imported by its name" in str(others)


# --- generated errors ---------------------------------------------------------------------------------------------


@SEARCH
@given(text=modules())
def test_every_mode_gives_the_reader_the_same_of_whatever_class(text: str, tmp_path: Path, reader: Reader) -> None:
    """The same for modules of generated classes, whose instances lead to one another in any direction."""
    module = imported(text, tmp_path)
    try:
        for setting, places in (("redact", ["alone"]), ("tracebacks", ["alone", "in a list"])):
            told = {place: arrived_in_each_mode(module.make, setting, place, reader, (tmp_path,)) for place in places}
            want = told["alone"]
            assert all(isinstance(want[mode], dict) for mode in ("picklereg.dumps", "pickle.dumps")), f"{text}\n{want}"
            for mode in MODES:  # a lambda goes by value where that is possible
                held_to = "pickle.dumps" if "lambda" in text and mode not in BY_VALUE else "picklereg.dumps"
                assert [told[place][mode] for place in places] == [want[held_to]] * len(places), f"{mode}\n{text}"
    finally:
        del sys.modules[module.__name__]
