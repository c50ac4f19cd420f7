"""Global mode for all exceptions: classes that nobody declared, in ``copyreg`` and in ``cloudpickle``, whichever comes first."""

from __future__ import annotations

import copyreg
import importlib
import pickle
import sys
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import shapes
from crossing import Reader, describe
from registry_samples import Base, Leaf, Middle, Site, Thing, Undeclared, Unhashable, chained, run
from table_samples import CHAINED, LOCK, _as_before, by_value, entry, import_something

from picklereg import Registry

__all__ = ["_as_before"]  # fixtures


def test_all_exceptions(registry: Registry, reader: Reader) -> None:
    """Classes that exist are covered in ``copyreg``, whoever declared them, and any class in cloudpickle."""
    with registry.installed(all_exceptions=True):
        exc = chained(Undeclared(what="x"))
        assert reader.describe(pickle.dumps(exc))["notes"] == ["a note", LOCK]

        class Later(shapes.KeywordOnly):
            pass

        later = chained(Later(code=1, message="m"))
        assert Later not in copyreg.dispatch_table
        assert reader.describe(by_value(later))["notes"] == ["a note", LOCK]
        assert reader.read(by_value(Thing("one")), code="result = obj.name") == "one"
        import_something()
        assert Later in copyreg.dispatch_table
        assert Unhashable not in list(copyreg.dispatch_table)
    assert not {Later, Undeclared} & set(copyreg.dispatch_table)


def test_all_exceptions_for_two_registries() -> None:
    """Each takes only its own map out of cloudpickle's."""
    first, second = Registry(entry_points=False), Registry(entry_points=False)
    before = list(CHAINED.maps)
    with first.installed(all_exceptions=True):
        between = list(CHAINED.maps)
        second.install(all_exceptions=True)
        second.install(all_exceptions=True)
        assert len(CHAINED.maps) == len(between) + 1 == len(before) + 2
        second.uninstall()
        assert CHAINED.maps == between
        second.install(all_exceptions=True)
        first.uninstall()
        assert CHAINED.maps[:-1] == before
        assert CHAINED.maps[-1] is not between[-1]
        second.uninstall()
    assert CHAINED.maps == before


@pytest.mark.parametrize("way", ["import cloudpickle", "from cloudpickle import Pickler", "import user", "picklereg.dumps(1)"])
def test_all_exceptions_where_cloudpickle_comes_later(way: str, tmp_path: Path) -> None:
    """cloudpickle isn't imported for that; once it is, by whomever, it writes any exception whole, also in the midst of an import."""
    (tmp_path / "user.py").write_text("import cloudpickle, shapes\ndata = cloudpickle.dumps(shapes.KeywordOnly(code=1, message='m'))\n")
    code = f"""
    import pickle, sys, picklereg
    picklereg.install(all_exceptions=True)
    assert "cloudpickle" not in sys.modules
    {way}
    import cloudpickle, shapes, user
    table = cloudpickle.Pickler.dispatch_table
    class Later(shapes.KeywordOnly): pass
    assert len(table.maps) == 3
    read = [pickle.loads(data) for data in (user.data, cloudpickle.dumps(Later(code=2, message="n")))]
    picklereg.uninstall()
    print([exc.code for exc in read], len(table.maps))
    """
    assert run(code, tmp_path) == "[1, 2] 2"


def test_all_exceptions_while_another_thread_imports_cloudpickle(tmp_path: Path) -> None:
    """Who installs while cloudpickle is being imported waits for the end of that."""
    (tmp_path / "cloudpickle.py").write_text(
        "import sys, threading\nmain = sys.modules['__main__']\nmain.begun.set()\nmain.go_on.wait()\n"
        "class Pickler:\n    import collections\n    dispatch_table = collections.ChainMap({})\n"
    )
    code = """
    import sys, threading, picklereg
    begun, go_on = threading.Event(), threading.Event()
    importing = threading.Thread(target=__import__, args=("cloudpickle",))
    importing.start()
    begun.wait()
    installing = threading.Thread(target=picklereg.install, kwargs={"all_exceptions": True})
    installing.start()
    go_on.set()
    importing.join(), installing.join()
    print(len(sys.modules["cloudpickle"].Pickler.dispatch_table.maps))
    """
    assert run(code, tmp_path) == "2"


def test_all_exceptions_where_cloudpickle_is_not_what_it_should_be(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cloudpickle that is half imported, or that somebody keeps from being imported, is left alone."""
    for stand_in in (ModuleType("cloudpickle"), None):
        monkeypatch.setitem(sys.modules, "cloudpickle", stand_in)
        with registry.installed(all_exceptions=True):
            assert entry(Undeclared) is not None
    assert entry(Undeclared) is None


def test_cloudpickle_is_left_alone_after_uninstall() -> None:
    """Its import changes nothing in it then."""
    code = """
    import picklereg
    picklereg.install({})
    picklereg.uninstall()
    import cloudpickle
    print(len(cloudpickle.Pickler.dispatch_table.maps))
    """
    assert run(code.format("")) == "2"
    assert run(code.format("all_exceptions=True")) == "2"


def test_all_exceptions_are_covered_until_uninstall(registry: Registry) -> None:
    """Who installs again gets what is declared."""
    with registry.installed(all_exceptions=True):
        assert entry(Undeclared) is not None
    with registry.installed():
        import_something()
        assert entry(Base) is not None
        assert entry(Undeclared) is None


def test_unhashable_classes_go_by_the_pickler_alone(registry: Registry) -> None:
    """No dispatch table can hold them: that doesn't disturb the others."""
    exc = Base(code=1)
    exc.__cause__ = Unhashable(code=1)
    with registry.installed(all_exceptions=True):
        registry.ensure(exc)
        assert entry(Base) is not None
        assert Unhashable not in list(copyreg.dispatch_table)


@pytest.mark.parametrize(
    "dumps", [pickle.dumps, lambda obj: bytes(ForkingPickler.dumps(obj)), by_value], ids=["pickle", "forking", "cloudpickle"]
)
def test_an_unhashable_class_in_the_chain(dumps: Callable[[Any], bytes], reader: Reader) -> None:
    """Its error is handed over as a reduce value, or, where a pickler can't write such a class, as its nearest base; none above is lost."""
    outer: Any = Leaf(code=1)
    outer.__cause__ = Unhashable(code=2)
    outer.__cause__.__context__ = Middle(code=3)
    outer.held = [Unhashable(code=4)]
    with Registry(entry_points=False).installed(all_exceptions=True):
        data = dumps([outer])
    got = reader.read(data, code="result = describe(obj[0])")
    cause = got["others"][got["cause"] - 1]
    assert got["args"] == ["'code 1'"]
    assert got["others"][cause["context"] - 1]["args"] == ["'code 3'"]
    if dumps is by_value:
        assert cause["type"] == "registry_samples.Base"
        assert [note.startswith("picklereg: class registry_samples.Unhashable ") for note in cause["notes"]] == [True]
    else:
        assert got == describe(outer)


def test_classes_of_a_later_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A subclass of a registered class is covered when the import ends that defines it; others, if all are."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    site = Site(tmp_path)
    code = "from registry_samples import Base\nclass Sub(Base): pass\nclass Other(Exception): pass\n"
    site.module("probelate", code)
    for everything in (False, True):
        registry = Registry(entry_points=False)
        registry.register(Base)
        with registry.installed(all_exceptions=everything):
            late: Any = importlib.import_module("probelate")
            assert late.Sub in copyreg.dispatch_table
            assert (late.Other in copyreg.dispatch_table) is everything
        assert not {late.Sub, late.Other} & set(copyreg.dispatch_table)
        site.forget()
