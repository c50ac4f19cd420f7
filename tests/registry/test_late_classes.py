"""Classes that come into being after ``install()``: who is told of them at once, and who at the next occasion."""

from __future__ import annotations

import copyreg
import gc
import importlib
import pickle
import shutil
import subprocess
import sys
import textwrap
from collections import ChainMap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import cloudpickle
import pytest
import shapes
from crossing import describe

from picklereg import Registry

if TYPE_CHECKING:
    from crossing import Reader


@pytest.fixture
def registry() -> Iterator[Registry]:
    """A registry that isn't installed any more when the test ends."""
    registry = Registry(entry_points=False)
    yield registry
    registry.uninstall()


@pytest.fixture(params=["cloudpickle", "house.cloudpickle"])
def by_value(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], bytes]]:
    """cloudpickle, and a copy of it as other distributions have one."""
    shutil.copytree(Path(cloudpickle.__file__).parent, tmp_path / "house" / "cloudpickle")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module(request.param).dumps
    for name in [name for name in sys.modules if name.partition(".")[0] == "house"]:
        del sys.modules[name]


def _late(base: Any = shapes.KeywordOnly) -> Any:
    """Make a class as libraries make theirs, and an instance of it."""
    return type("Late", (base,), {})(code=1, message="m")


def test_what_asks_for_each_class_learns_of_it(by_value: Any, registry: Registry, tmp_path: Path, reader: Reader) -> None:
    """Its map answers for whatever class there is, also for what was made just now."""
    registry.install(all_exceptions=True)
    error = _late()
    assert reader.describe(by_value(error), path=[tmp_path])["dict"] == describe(error)["dict"]
    registry.uninstall()
    with pytest.raises(AssertionError, match="takes 1 positional argument"):
        reader.describe(by_value(_late()), path=[tmp_path])


def test_a_late_subclass_of_what_is_registered(by_value: Any, registry: Registry, tmp_path: Path, reader: Reader) -> None:
    """It counts with its base; other late classes are left alone, unless all are asked for."""
    registry.register(shapes.KeywordOnly)
    registry.install()
    assert reader.describe(by_value(_late()), path=[tmp_path])["str"] == "1: m"
    other = type("Other", (shapes.Reordered,), {})("model", "message")
    with pytest.raises(AssertionError, match="missing 1 required"):
        reader.describe(by_value(other), path=[tmp_path])


class _Mixin:
    """What errors and others have in common."""


class _MixedError(_Mixin, Exception): ...


class _Value(_Mixin): ...


def test_what_shares_a_base_with_an_error_is_left_alone(registry: Registry) -> None:
    """It is pickled as ever once such an error has been; an error beside it is covered."""
    registry.install(all_exceptions=True)
    late = type("Late", (_Mixin, ValueError), {})
    pickle.dumps(_MixedError(1))
    assert late in copyreg.dispatch_table
    passing = type("Passing", (_Mixin,), {})
    pickle.dumps(_MixedError(1))  # of the family, that is the newest now, and goes
    del passing
    gc.collect()
    later = type("Late", (_Mixin, ValueError), {})
    pickle.dumps(_MixedError(1))
    assert later in copyreg.dispatch_table
    assert _Value not in copyreg.dispatch_table
    assert type(pickle.loads(pickle.dumps(_Value()))) is _Value


def _vendored(name: str, **held: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(held)
    return module


def test_copies_are_found_by_what_they_hold(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever of its names the pickler has; what isn't as expected is left alone."""
    tables: list[Any] = [ChainMap({}), ChainMap({}), {}]
    older = _vendored("old._vendor.cloudpickle_fast", CloudPickler=type("CloudPickler", (), {"dispatch_table": tables[0]}))
    newer = _vendored("new.cloudpickle", Pickler=type("Pickler", (), {"dispatch_table": tables[1]}))
    other = _vendored("other.cloudpickle", Pickler=type("Pickler", (), {"dispatch_table": tables[2]}))
    none = _vendored("none.cloudpickle", Pickler="none")
    for module in (older, newer, other, none):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(sys.modules, "gone.cloudpickle", None)
    with registry.installed(all_exceptions=True):
        assert [len(table.maps) for table in tables[:2]] == [2, 2]
    assert [len(table.maps) for table in tables[:2]] == [1, 1]
    assert tables[2] == {}


def test_a_copy_that_is_imported_later(tmp_path: Path) -> None:
    """It is told as soon as it is there, and picklereg imports none."""
    shutil.copytree(Path(cloudpickle.__file__).parent, tmp_path / "house" / "cloudpickle")
    code = """
    import pickle, sys
    sys.path[:0] = {path!r}
    import picklereg
    picklereg.install(all_exceptions=True)
    assert not [name for name in sys.modules if "cloudpickle" in name]
    import house.cloudpickle, shapes
    error = type("Late", (shapes.KeywordOnly,), {{}})(code=1, message="m")
    print(pickle.loads(house.cloudpickle.dumps(error)).code)
    """
    code = textwrap.dedent(code.format(path=[str(tmp_path), *(entry for entry in sys.path if entry)]))
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, text=True).stdout == "1\n"


def test_plain_pickle_learns_of_it_at_the_next_occasion(registry: Registry) -> None:
    """When another error of the family is pickled; or when it is told."""
    registry.install(all_exceptions=True)
    late = type(_late())
    assert late not in copyreg.dispatch_table
    pickle.dumps(shapes.KeywordOnly(code=1, message="m"))
    assert late in copyreg.dispatch_table
    later = _late()
    assert type(later) not in copyreg.dispatch_table
    pickle.dumps(shapes.KeywordOnly(code=1, message="m"))  # when the family is looked at again
    assert type(later) in copyreg.dispatch_table
    later = _late()
    registry.ensure(later)
    assert type(later) in copyreg.dispatch_table
    registry.uninstall()
    assert not {late, type(later)} & set(copyreg.dispatch_table)
