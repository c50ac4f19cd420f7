"""The post-import hook: whoever else has a hand in importing a module, it is told of once; and there is no trace of us."""

from __future__ import annotations

import copy
import importlib
import importlib.resources
import importlib.util
import inspect
import os
import pkgutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from crossing import OWN_WARNINGS
from import_samples import Diary, Write, is_ours, loaders_of, switch

from picklereg.registry.import_hook import is_imported


def in_fresh_interpreter(code: str) -> str:
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", OWN_WARNINGS + code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- no trace ---------------------------------------------------------------------------------------------------------


def test_a_module_sees_its_genuine_loader(write: Write, diary: Diary) -> None:
    """While its code runs and afterwards, a module has the loader it would have without us; source and data are found."""
    root = write(watched__init__="loaders = [__loader__, __spec__.loader]\ndef function():\n    return 'source'\n")
    (root / "watched/data.txt").write_text("data")
    module = importlib.import_module("watched")
    assert [isinstance(loader, SourceFileLoader) for loader in [*module.loaders, *loaders_of(module)]] == [True] * 4
    assert "return 'source'" in inspect.getsource(module.function)
    assert pkgutil.get_data("watched", "data.txt") == b"data"
    assert importlib.resources.files("watched").joinpath("data.txt").read_text() == "data"


def test_a_found_spec_answers_like_the_genuine_one(write: Write, diary: Diary) -> None:
    """``importlib.util.find_spec`` gives a spec whose loader answers everything, a copy of it as well, and denies what isn't there."""
    root = write(watched__init__="x = 1\n")
    spec: Any = importlib.util.find_spec("watched")
    genuine: Any = PathFinder.find_spec("watched")
    for loader in (spec.loader, copy.copy(spec.loader)):
        assert loader.get_source("watched") == "x = 1\n"
        assert loader.get_code("watched") == genuine.loader.get_code("watched")
        assert loader.get_filename("watched") == loader.path == str(root / "watched/__init__.py")
        assert loader.is_package("watched")
        assert not hasattr(loader, "get_nothing")
    for attribute in ("name", "origin", "cached", "submodule_search_locations"):
        assert getattr(spec, attribute) == getattr(genuine, attribute)
    assert diary.told == []


def test_without_settled_unwanted_modules_are_not_touched(write: Write) -> None:
    """A watcher that need not tell of ends leaves the loaders of unwanted modules alone."""
    write(watched="", watched_unwanted="")
    diary = Diary(settled=False)
    diary.watcher.start()
    unwanted, wanted = importlib.util.find_spec("watched_unwanted"), importlib.util.find_spec("watched")
    importlib.import_module("watched")
    diary.watcher.stop()
    assert unwanted is not None
    assert wanted is not None
    assert [is_ours(unwanted.loader), is_ours(wanted.loader)] == [False, True]
    assert diary.told == ["watched"]


def test_invalidate_caches(write: Write, diary: Diary) -> None:
    """``importlib.invalidate_caches`` works as ever: a module that appeared meanwhile is found."""
    root = write()
    assert importlib.util.find_spec("watched") is None
    (root / "watched.py").write_text("")
    importlib.invalidate_caches()
    importlib.import_module("watched")
    assert diary.names() == ["watched"]


# --- modules of other kinds -------------------------------------------------------------------------------------------


def test_frozen_builtin_and_extension_modules() -> None:
    """Modules that don't come from Python files are told of too, and keep their loaders."""
    code = """
import importlib, sys
from importlib.machinery import BuiltinImporter, FrozenImporter
from picklereg.registry.import_hook import ImportWatcher, is_imported
names = ["__hello__", "__phello__.spam", "_symtable", "_lsprof"]
assert not any(is_imported(name) for name in names)
told = []
watcher = ImportWatcher(wants=lambda name: True, imported=lambda module: told.append(module.__name__), settled=lambda: told.append("."))
watcher.start()
modules = [importlib.import_module(name) for name in names]
watcher.stop()
assert modules[0].__spec__.loader is modules[0].__loader__ is FrozenImporter
assert modules[2].__spec__.loader is modules[2].__loader__ is BuiltinImporter
assert not any(type(module.__spec__.loader).__module__.startswith("picklereg") for module in modules)
print(*told)
"""
    assert in_fresh_interpreter(code) == "__hello__ . __phello__ . __phello__.spam . _symtable . _lsprof ."


def test_modules_in_a_zip_file(write: Write, diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two modules from one zip file share its genuine loader."""
    path = write() / "modules.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("watched1.py", "def function():\n    return 'source'\n")
        archive.writestr("watched2/__init__.py", "")
        archive.writestr("watched2/data.txt", "data")
    monkeypatch.setattr(sys, "path", [str(path), *sys.path])
    modules = [importlib.import_module(name) for name in ("watched1", "watched2")]
    assert diary.told == ["watched1", ".", "watched2", "."]
    assert {type(loader).__name__ for module in modules for loader in loaders_of(module)} == {"zipimporter"}
    assert "return 'source'" in inspect.getsource(modules[0].function)
    assert pkgutil.get_data("watched2", "data.txt") == b"data"


# --- other loaders, other finders -------------------------------------------------------------------------------------


class Finder:
    """Finds the modules of a table by its own loader."""

    def __init__(self, make: Callable[[str, Sequence[str] | None], ModuleSpec | None]) -> None:
        self.make = make

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return self.make(name, path) if name.startswith("watched") else None


class LoadOnly(Loader):
    def load_module(self, fullname: str) -> ModuleType:
        module = sys.modules[fullname] = ModuleType(fullname)
        return module


class ExecOnly:
    def exec_module(self, module: ModuleType) -> None:
        raise AssertionError


def test_finders_of_old_are_skipped(write: Write, diary: Diary) -> None:
    """A thing in ``sys.meta_path`` that can't find specs doesn't keep the others from it."""
    write(watched="")
    legacy: Any = SimpleNamespace()
    sys.meta_path.insert(1, legacy)
    importlib.import_module("watched")
    assert diary.names() == ["watched"]


def test_loaders_of_old_are_left_alone(write: Write, diary: Diary) -> None:
    """A loader that only loads works as it does without us, untold; one that can execute and not create is refused as ever."""
    loaders: dict[str, Any] = {"watched1": LoadOnly(), "watched2": ExecOnly()}
    sys.meta_path.insert(1, Finder(lambda name, _: ModuleSpec(name, loaders[name])))
    if sys.version_info < (3, 15):
        with pytest.warns(ImportWarning, match=r"exec_module\(\) not found"):
            module = importlib.import_module("watched1")
        assert isinstance(module.__loader__, LoadOnly)
    else:
        with pytest.raises(AttributeError, match="exec_module"):
            importlib.import_module("watched1")
    with pytest.raises(ImportError, match="must also define create_module"):
        importlib.import_module("watched2")
    assert diary.told == []


def test_two_watchers(write: Write, diary: Diary) -> None:
    """Each of two watchers tells once, and the module has its genuine loader."""
    write(watched="")
    other = Diary()
    other.watcher.start()
    module = importlib.import_module("watched")
    other.watcher.stop()
    assert diary.told == other.told == ["watched", "."]
    assert diary.complete == other.complete == [True]
    assert [isinstance(loader, SourceFileLoader) for loader in loaders_of(module)] == [True] * 2


def test_a_finder_that_gives_the_same_spec_again(write: Write, diary: Diary) -> None:
    """A spec that is kept, found again and never executed in between still tells once."""
    root = write(watched="")
    kept = importlib.util.spec_from_file_location("watched", root / "watched.py")
    for watcher in (diary.watcher, other := Diary().watcher):
        watcher.stop()
        watcher.start()
    sys.meta_path.insert(2, Finder(lambda *_: kept))
    assert importlib.util.find_spec("watched") is importlib.util.find_spec("watched") is kept
    importlib.import_module("watched")
    other.stop()
    assert diary.told == ["watched", "."]


class Restarting:
    """A hook as others write them: it begins the search anew, leaves itself out, and replaces the loader for good."""

    def __init__(self) -> None:
        self.busy = False
        self.ran: list[str] = []

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if self.busy:
            return None
        self.busy = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self.busy = False
        if spec is not None:
            inner: Any = spec.loader
            outer: Any = Chained(inner, self.ran)
            spec.loader = outer
        return spec


class Chained:
    def __init__(self, inner: Any, ran: list[str]) -> None:
        self.inner = inner
        self.ran = ran

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self.inner.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self.inner.exec_module(module)
        self.ran.append(module.__name__)


@pytest.mark.parametrize("place", [0, 1])
def test_hooks_that_begin_the_search_anew(write: Write, diary: Diary, place: int) -> None:
    """Such a hook, before or behind ours, sees each module once, and so do we."""
    write(watched="value = 1")
    hook = Restarting()
    sys.meta_path.insert(place, hook)
    assert importlib.import_module("watched").value == 1
    assert hook.ran == ["watched"]
    assert diary.told == ["watched", "."]


def test_hooks_that_replace_exec_module(write: Write, diary: Diary) -> None:
    """A hook in front of ours that puts a function of its own on the loader gets called, and so do we."""
    write(watched="")
    ran: list[str] = []

    def patched(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
        spec: Any = diary.watcher.find_spec(name, path)
        original = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            original(module)
            ran.append(module.__name__)

        spec.loader.exec_module = exec_module
        return spec  # type: ignore[no-any-return]

    sys.meta_path.insert(0, Finder(patched))
    importlib.import_module("watched")
    assert ran == ["watched"]
    assert diary.told == ["watched", "."]


# --- lazy modules -----------------------------------------------------------------------------------------------------


def lazily(name: str) -> ModuleType:
    """The documentation's recipe: make the loader that was found a lazy one."""
    spec: Any = importlib.util.find_spec(name)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lazily_found(name: str) -> ModuleType:
    """A finder of somebody else gives a lazy loader."""

    def make(asked: str, path: Sequence[str] | None) -> ModuleSpec | None:
        if asked != name:
            return None
        spec: Any = PathFinder.find_spec(name, path)
        spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec  # type: ignore[no-any-return]

    sys.meta_path.insert(1, Finder(make))
    return importlib.import_module(name)


@pytest.mark.parametrize("how", [lazily, lazily_found])
def test_a_lazy_module_is_told_when_it_runs(write: Write, diary: Diary, how: Callable[[str], ModuleType]) -> None:
    """Neither the lazy import nor the question whether it is imported runs the module; its first use does, and is told of once."""
    write(watched="switch['ran'] = True\nvalue = 1\nimport watched1", watched1="")
    module = how("watched")
    assert (diary.names(), is_imported("watched"), "ran" in switch()) == ([], False, False)
    diary.told.clear()
    assert module.value == 1
    assert (diary.names(), is_imported("watched"), "ran" in switch()) == (["watched1", "watched"], True, True)
    assert diary.told[-1] == "."
    assert diary.complete == [True, True]
    assert module.value == 1
    assert len(diary.told) == 3
    assert [isinstance(loader, SourceFileLoader) for loader in loaders_of(module)] == [True] * 2


@pytest.mark.parametrize("how", [lazily, lazily_found])
def test_a_lazy_module_is_not_imported_while_it_runs(write: Write, diary: Diary, how: Callable[[str], ModuleType]) -> None:
    """A lazy module that is half-way through its code isn't imported yet, and if it fails then, it is never told of."""
    write(watched="switch['imported'] = switch['ask'](__name__)\nraise ValueError('half-way')")
    switch()["ask"] = is_imported
    module = how("watched")
    with pytest.raises(ValueError, match="half-way"):
        _ = module.value
    assert switch()["imported"] is False
    assert diary.names() == []


def test_a_lazy_module_runs_after_the_watcher_was_stopped(write: Write, diary: Diary) -> None:
    """A module that was imported lazily while the watcher was active works when it isn't, and is not told of."""
    write(watched="value = 1")
    module = lazily_found("watched")
    diary.watcher.stop()
    diary.told.clear()
    assert module.value == 1
    assert diary.told == []
    assert not any(is_ours(loader) for loader in loaders_of(module))
