"""``safe_loads`` reads what ``dumps`` writes for the exceptions of all sets of ours: built ones of each class, and real ones."""

from __future__ import annotations

import email.message
import gc
import importlib
import io
import pickle
import urllib.error
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crossing import describe

import picklereg
from picklereg.registry.entry_points import scan
from picklereg.registry.registrations import subclasses_of
from picklereg.testing.builder import NotBuiltError, build, raised
from picklereg.unpickling.safe.allow_list import RegistryRules
from picklereg.unpickling.safe.exceptions import is_makeable
from picklereg.unpickling.safe.unpickler import safe_loads
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue

LIBRARIES = Path(__file__).parents[2] / "libraries"
SETS = sorted({declared.name for declared in scan()[0] if declared.distribution == "picklereg"})
#: Test modules that keep their errors in a table.
TABLES = sorted(path.stem for path in LIBRARIES.glob("test_*.py") if "\nCASES = Cases()\n" in path.read_text("utf-8"))


@pytest.fixture(scope="module")
def registry() -> picklereg.Registry:
    """A registry with every declared set."""
    return picklereg.Registry()


@pytest.fixture(autouse=True)
def _what_a_library_leaves_open() -> Iterator[None]:
    """Collect it right here, as for the tests of the libraries."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


def holds_stand_in(value: Any) -> bool:
    """Tell whether there is a stand-in for a value or a function in a value."""
    if isinstance(value, dict | list | tuple):
        return any(map(holds_stand_in, value.values() if isinstance(value, dict) else value))
    return isinstance(value, MissingValue) or type(value) is type(MissingValue)


#: What a note of the reader's may say: ``__init__`` didn't run, or what suggestions are made from was dropped.
_SAID = ("was made without", "would make suggestions")


def difference(exc: BaseException, registry: picklereg.Registry) -> str | None:
    """Tell in what an error that was read safely differs from what ``pickle.loads`` reads, if nothing in it says so."""
    data = picklereg.dumps(exc, registry=registry)
    expected, found = describe(pickle.loads(data)), safe_loads(data, registry=registry)
    got = describe(found)
    ours = got["notes"][len(expected["notes"]) :]
    # Classes of extensions can't be made without their code, nor undeclared ones; a function of pydantic-ai's chooses a subclass.
    if type(found) is not type(exc) and not (ours and type(found) in type(exc).__mro__):
        is_allowed = is_makeable(type(exc)) and RegistryRules(registry).exception_class(type(exc).__module__, type(exc).__qualname__)
        return f"{type(exc)} became {type(found)}" if is_allowed or not isinstance(found, MissingError) else None
    names = [name for name in ("cause", "context", "suppress_context", "exceptions") if expected[name] != got[name]]
    if got["notes"][: len(expected["notes"])] != expected["notes"] or not all(any(part in note for part in _SAID) for note in ours):
        names.append("notes")
    if not ours and not holds_stand_in([found.args, vars(found)]):  # of an attachment, or a function, that nobody declared safe
        names += [name for name in ("args", "dict", "fields") if expected[name] != got[name]]
    return f"{type(exc)}: {[(name, expected[name], got[name]) for name in names]}" if names else None


@pytest.mark.parametrize("name", SETS)
def test_every_class_of_a_declared_set(name: str, registry: picklereg.Registry) -> None:
    """Each class arrives as itself, with arguments, attributes, chain and notes; what isn't made is a missing value, or in a note."""
    pytest.importorskip(name)
    registry.refresh()
    (declared,) = (known for known in registry.sets if known.name == name and known.distribution == "picklereg")
    assert declared.state == "active", declared.problem
    package = name.partition(".")[0]
    classes = {cls for cls in subclasses_of(declared.contents.classes) if cls.__module__.partition(".")[0] == package}
    problems = []
    for cls in classes.union(declared.contents.exact, declared.rescan().exact) - {urllib.error.HTTPError}:  # it wants a real response
        try:
            exc = build(cls).exc
        except NotBuiltError:
            continue
        raised(exc)
        problems.append(difference(exc, registry))
    assert [problem for problem in problems if problem] == []


@pytest.mark.parametrize("table", TABLES)
def test_real_errors(table: str, registry: picklereg.Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the libraries themselves raised, too."""
    monkeypatch.syspath_prepend(LIBRARIES)
    cases: dict[str, Any] = importlib.import_module(table).CASES
    problems = {}
    for name, (function, *_) in cases.items():
        with pytest.raises(Exception) as caught:
            function()
        problems[name] = difference(caught.value, registry)
    assert {name: problem for name, problem in problems.items() if problem} == {}
    assert problems


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")  # its copy, which nobody closes
def test_an_answer_of_a_server(registry: picklereg.Registry) -> None:
    """An error that is a response, too: what it read is there, and what can be read of it stands in for itself."""
    with urllib.error.HTTPError("http://shop/tea", 404, "none left", email.message.Message(), io.BytesIO(b"none")) as error:
        assert difference(error, registry) is None
        found = safe_loads(picklereg.dumps(error, registry=registry), registry=registry)
    assert (type(found), found.code, found.reason) == (urllib.error.HTTPError, 404, "none left")
