"""Nothing is ever worse with picklereg than without it: what plain pickle, or cloudpickle, delivers whole, every mode delivers whole.

What each delivers is told in a fresh interpreter, on the errors that other tests know, on generated ones, and on an instance of each
exception class of the libraries that are installed.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import os
import pickle
import re
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import bare_samples
import cloudpickle
import guard_samples
import local_samples
import pickler_samples
import pytest
import shape_table
from crossing import describe
from exception_strategies import modules
from generated_modules import SEARCH, imported
from hypothesis import given
from writers import BY_VALUE, MODES, PLACES, in_each_mode

import picklereg
from picklereg.introspection.naming import module_of, type_name
from picklereg.registry.registrations import subclasses_of
from picklereg.testing.builder import NotBuiltError, build

if TYPE_CHECKING:
    from crossing import Reader

Build = Callable[[], BaseException]

_ADDRESS: Final = re.compile(r"\b0x[0-9a-f]+")
#: Not compared, and why.
_LEFT_OUT: Final[dict[str, str]] = {
    "MemoryError": "CPython keeps dead ones ready and forgets to clear their flag, so the reader's may have any",
    "deeper groups": "they are cut where max_chain says, with a note",
}

ERRORS: Final[dict[str, dict[str, Build]]] = {
    "shapes": {name: build for name, build in shape_table.SHAPES.items() if name not in _LEFT_OUT},
    "bare": {**bare_samples.ERRORS, "ticket": lambda: pickler_samples.TicketError(7, queue="q")},
    "local": {"class": local_samples.LOCAL_ERROR[0], "group": guard_samples.a_local_group},
    "uneasy": {name: build for name, build in guard_samples.UNEASY.items() if name not in _LEFT_OUT},
}
#: Runs in the reader. One that can't be loaded is ``None``.
_TELL: Final = """
import pickle
def tell(data, found):
    try:
        return describe(eval(found, {"obj": pickle.loads(data)}))
    except BaseException:
        return None
result = [tell(*sent) for sent in obj]
"""


def _sent(write: Callable[[Any], bytes], things: Iterable[Any], found: str) -> list[tuple[bytes, str]]:
    sent: list[tuple[bytes, str]] = []
    for thing in things:
        try:
            sent.append((write(thing), found))
        except Exception:
            sent.append((b"", found))
    return sent


def _told(sent: list[tuple[bytes, str]], reader: Reader, path: tuple[Path, ...] = ()) -> list[Any]:
    told: list[Any] = json.loads(_ADDRESS.sub("0x", json.dumps(reader.read(pickle.dumps(sent), code=_TELL, path=path))))
    return told


def _in_parts(told: list[Any], length: int) -> list[list[Any]]:
    return [told[start : start + length] for start in range(0, len(told), length)]


def worse(errors: dict[str, Build], place: str, reader: Reader, *, path: tuple[Path, ...] = ()) -> dict[str, dict[str, Any]]:
    """Tell by modes which errors plain pickle delivers whole and the mode doesn't, and what arrives in their place.

    Each is made anew for each, since the reduces of some classes change the live error. All are read one after the other.
    """
    put, found = PLACES[place]
    want = json.loads(_ADDRESS.sub("0x", json.dumps([describe(build()) for build in errors.values()])))
    sent = [_sent(write, [put(build()) for build in errors.values()], found) for write in (pickle.dumps, cloudpickle.dumps)]
    # Made before anything is installed: classes may come into being here.
    things = {mode: [put(build()) for build in errors.values()] for mode in MODES}
    sent += [_sent(write, things[mode], found) for mode, write in in_each_mode(picklereg.Registry(entry_points=False, redact=False))]
    of_pickle, of_cloudpickle, *ours = _in_parts(_told([*itertools.chain(*sent)], reader, path), len(errors))
    found_worse: dict[str, dict[str, Any]] = {}
    for mode, arrived in zip(MODES, ours, strict=True):
        rows = zip(errors, want, of_cloudpickle if mode in BY_VALUE else of_pickle, arrived, strict=True)
        found_worse[mode] = {name: (wanted, got) for name, wanted, told, got in rows if told == wanted != got}
    return {mode: names for mode, names in found_worse.items() if names}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ERRORS)
def test_what_arrived_without_arrives_with(kind: str, place: str, reader: Reader) -> None:
    """Alone and beside other values, raised or not."""
    raised = {f"{name}, raised": functools.partial(_raised, build) for name, build in ERRORS[kind].items()}
    assert worse({**ERRORS[kind], **raised}, place, reader) == {}


def _raised(build: Build) -> BaseException:
    try:
        raise build()
    except BaseException as caught:
        return caught


@SEARCH
@given(text=modules())
def test_whatever_the_class(text: str, tmp_path: Path, reader: Reader) -> None:
    """The same for modules of generated classes, whose instances lead to one another in any direction."""
    module = imported(text, tmp_path)
    try:
        for place in ("alone", "in a list"):
            assert worse({"generated": module.make}, place, reader, path=(tmp_path,)) == {}, text
    finally:
        del sys.modules[module.__name__]


# --- installed libraries ------------------------------------------------------------------------------------------

#: One library of each kind; ``PICKLEREG_LIBRARIES`` names others for a longer search, by spaces.
_LIBRARIES: Final = os.environ.get("PICKLEREG_LIBRARIES", "click httpx requests urllib3 botocore.exceptions jsonschema attr").split()


@functools.cache
def _instances(library: str) -> dict[str, Build]:
    """Give what makes an instance of each exception class of a module's library that can be made, as ``picklereg check`` does."""
    importlib.import_module(library)
    found: dict[str, Build] = {}
    for cls in subclasses_of([BaseException]):
        if module_of(cls).partition(".")[0] == library.partition(".")[0]:
            with suppress(NotBuiltError):
                build(cls)
                found[type_name(cls)] = functools.partial(_built, cls)
    return found


def _built(cls: type[BaseException]) -> BaseException:
    return build(cls).exc


@pytest.mark.parametrize("library", _LIBRARIES)
def test_the_classes_of_libraries(library: str, reader: Reader) -> None:
    """An instance of each exception class that a library defines."""
    pytest.importorskip(library)
    assert worse(_instances(library), "alone", reader) == {}
