"""The post-import hook: told once of each module that has run, whoever else has a hand in importing it; and no trace of us."""

from __future__ import annotations

import builtins
import copy
import importlib
import importlib.resources
import importlib.util
import inspect
import os
import pkgutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from crossing import OWN_WARNINGS

from picklereg.errors import DiscoveryWarning
from picklereg.registry.import_hook import ImportWatcher, is_imported

PATIENCE = 60  # seconds; only a deadlock takes so long


class Diary:
    """A watcher, and what it told: names of modules, ``"."`` for an end."""

    def __init__(self, *, settled: bool = True) -> None:
        self.told: list[str] = []
        self.modules: list[ModuleType] = []
        self.complete: list[bool] = []
        self.then: Callable[[str], object] = lambda _: None
        self.watcher = ImportWatcher(wants=self.wants, imported=self.imported, settled=self.settled if settled else None)

    def wants(self, name: str) -> bool:
        return name.startswith("watched") and "unwanted" not in name

    def imported(self, module: ModuleType) -> None:
        name = object.__getattribute__(module, "__name__")
        self.told.append(name)
        self.modules.append(module)
        self.complete.append(is_imported(name))
        self.then(name)

    def settled(self) -> None:
        self.told.append(".")
        self.then(".")

    def names(self) -> list[str]:
        return [name for name in self.told if name != "."]


@pytest.fixture
def diary() -> Iterator[Diary]:
    diary = Diary()
    diary.watcher.start()
    yield diary
    diary.watcher.stop()


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Writes modules into a directory on ``sys.path``, and lets them be forgotten at the end."""

    def write(**sources: str) -> Path:
        for name, source in sources.items():
            path = tmp_path / (name.replace("__init__", "/__init__").replace("_in_", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(source, encoding="utf-8")
        importlib.invalidate_caches()
        return tmp_path

    before, path_before, finders_before = dict(sys.modules), list(sys.path), list(sys.meta_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(builtins, "switch", {}, raising=False)
    yield write
    sys.meta_path[:] = finders_before
    sys.path[:] = path_before
    for name in set(sys.modules) - set(before):
        if name.startswith("watched") or name == "__hello__":
            del sys.modules[name]


Write = Callable[..., Path]


def switch() -> dict[str, Any]:
    """What the tests' modules look at while they run."""
    found: dict[str, Any] = builtins.switch  # type: ignore[attr-defined]
    return found


def loaders_of(module: ModuleType) -> list[object]:
    spec = object.__getattribute__(module, "__spec__")
    return [spec.loader, module.__loader__]


def is_ours(thing: object) -> bool:
    return type(thing).__module__.startswith("picklereg.")


def in_fresh_interpreter(code: str) -> str:
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", OWN_WARNINGS + code], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fail(*_: object) -> Any:
    raise LookupError("broken callback")


def idle(*_: object) -> None:
    pass


# --- telling ----------------------------------------------------------------------------------------------------------


def test_tells_of_wanted_modules_when_their_code_has_run(write: Write, diary: Diary) -> None:
    """A wanted module is told of once, complete; an unwanted one isn't; a second import tells nothing."""
    write(watched="last = 1", watched_unwanted="")
    module = importlib.import_module("watched")
    importlib.import_module("watched_unwanted")
    importlib.import_module("watched")
    assert diary.told == ["watched", ".", "."]
    assert diary.modules == [module]
    assert diary.modules[0].last == 1


def test_an_import_that_fails_is_not_told(write: Write, diary: Diary) -> None:
    """A module that fails half-way isn't told of, but its end is; when it is imported again and succeeds, it is told of once."""
    write(watched="if switch.get('fails'): raise ValueError('half-way')\nlast = 1")
    switch()["fails"] = True
    with pytest.raises(ValueError, match="half-way"):
        importlib.import_module("watched")
    assert diary.told == ["."]
    assert not is_imported("watched")
    switch()["fails"] = False
    assert importlib.import_module("watched").last == 1
    assert diary.told == [".", "watched", "."]


def test_a_reload_is_told_again(write: Write, diary: Diary) -> None:
    """``importlib.reload`` runs the code again and tells of it again, with a genuine loader again; one that fails tells nothing."""
    write(watched="if switch.get('fails'): raise ValueError('half-way')")
    module = importlib.import_module("watched")
    importlib.reload(module)
    assert diary.told == ["watched", ".", "watched", "."]
    assert [isinstance(loader, SourceFileLoader) for loader in loaders_of(module)] == [True] * 2
    switch()["fails"] = True
    with pytest.raises(ValueError, match="half-way"):
        importlib.reload(module)
    assert diary.names() == ["watched", "watched"]


def test_packages_and_submodules(write: Write, diary: Diary) -> None:
    """``import a.b`` tells of both, each at its own end; a submodule that its package imports is told of before the package."""
    write(watched__init__="", watched_in_sub="", watchedp__init__="from watchedp import sub", watchedp_in_sub="")
    importlib.import_module("watched.sub")
    assert diary.told == ["watched", ".", "watched.sub", "."]
    diary.told.clear()
    exec("from watchedp.sub import __name__")
    assert diary.told == ["watchedp.sub", "watchedp", "."]


def test_settled_is_the_end_of_the_outermost_import(write: Write, diary: Diary) -> None:
    """However deep modules import each other, one end is told, after the last module, also for modules that nobody wants."""
    write(watched_unwanted="import watched1", watched1="import watched2\nimport watched3", watched2="", watched3="import watched2")
    importlib.import_module("watched_unwanted")
    assert diary.told == ["watched2", "watched3", "watched1", "."]


def test_settled_after_an_inner_failure(write: Write, diary: Diary) -> None:
    """An import that fails inside another one, which goes on, is no end of its own."""
    write(watched="try:\n    import watched1\nexcept ImportError: pass\nimport watched2", watched1="import no_such_module", watched2="")
    importlib.import_module("watched")
    assert diary.told == ["watched2", "watched", "."]


def test_nothing_is_told_where_no_code_runs(write: Write, diary: Diary) -> None:
    """Neither a module that doesn't exist nor a namespace package is told of; the modules in it are."""
    root = write()
    (root / "watched_space").mkdir()
    (root / "watched_space/sub.py").write_text("")
    with pytest.raises(ModuleNotFoundError, match="No module named 'watched_missing'"):
        importlib.import_module("watched_missing")
    namespace = importlib.import_module("watched_space")
    assert diary.told == []
    assert importlib.reload(namespace) is namespace
    importlib.import_module("watched_space.sub")
    assert diary.told == ["watched_space.sub", "."]
    assert is_imported("watched_space")


def test_what_callbacks_import_belongs_to_the_same_import(write: Write, diary: Diary) -> None:
    """Modules that callbacks import are told of as well, without an end of their own."""
    write(watched="", watched1="", watched2="")
    later = {"watched": "watched1", ".": "watched2"}
    diary.then = lambda name: name in later and importlib.import_module(later[name])
    importlib.import_module("watched")
    assert diary.told == ["watched", "watched1", ".", "watched2"]


def test_wanted_by_the_time_it_ends(write: Write, diary: Diary) -> None:
    """A module that gets wanted by what its own code does is told of."""
    write(watched="switch['wanted'].add(__name__)")
    wanted: set[str] = set()
    switch()["wanted"] = wanted
    told: list[ModuleType] = []
    watcher = ImportWatcher(wants=wanted.__contains__, imported=told.append, settled=idle)
    watcher.start()
    module = importlib.import_module("watched")
    watcher.stop()
    assert told == [module]


def test_a_module_that_replaces_itself(write: Write, diary: Diary) -> None:
    """Told of is what the import gives: another module that took the place, but not a thing that is no module."""
    replace = "import sys, types\nold = sys.modules[__name__]\nsys.modules[__name__] = {}"
    write(watched1=replace.format("types.ModuleType('watched_new')"), watched2=replace.format("object()"))
    assert importlib.import_module("watched1") is diary.modules[0]
    assert diary.names() == ["watched_new"]
    assert type(importlib.import_module("watched2")) is object
    assert diary.names() == ["watched_new", "watched2"]


def test_a_module_that_was_made_by_hand(write: Write, diary: Diary) -> None:
    """A second copy that never gets into ``sys.modules`` is told of as itself."""
    write(watched="")
    importlib.import_module("watched")
    del sys.modules["watched"]
    spec = importlib.util.find_spec("watched")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    other = importlib.import_module("watched")
    spec.loader.exec_module(module)
    assert diary.modules[1:] == [other, module]
    assert [isinstance(loader, SourceFileLoader) for loader in loaders_of(module)] == [True] * 2


# --- start, stop ------------------------------------------------------------------------------------------------------


def test_start_and_stop_leave_the_finders_as_they_were() -> None:
    """Starting twice puts one finder in front, stopping takes it out, stopping again changes nothing."""
    before = list(sys.meta_path)
    watcher = Diary().watcher
    assert not watcher.active
    watcher.start()
    watcher.start()
    assert sys.meta_path == [watcher, *before]
    assert watcher.active
    watcher.stop()
    watcher.stop()
    assert sys.meta_path == before
    assert not watcher.active


def test_start_again_after_somebody_took_the_finder_out(write: Write) -> None:
    """A watcher whose finder was removed by others tells nothing, and comes back when it is started again."""
    write(watched="", watched1="")
    diary = Diary()
    diary.watcher.start()
    sys.meta_path.remove(diary.watcher)
    assert diary.watcher.find_spec("watched") is None
    importlib.import_module("watched")
    diary.watcher.start()
    importlib.import_module("watched1")
    diary.watcher.stop()
    assert diary.names() == ["watched1"]


def test_stop_while_an_import_is_under_way(write: Write, diary: Diary) -> None:
    """Nothing is told of an import during which the watcher was stopped, and its modules are as if it had never been."""
    write(watched="import watched1\nswitch['stop']()\nimport watched2", watched1="", watched2="")
    switch()["stop"] = diary.watcher.stop
    importlib.import_module("watched")
    assert diary.told == ["watched1"]
    assert not any(is_ours(loader) for name in ["watched", "watched1", "watched2"] for loader in loaders_of(sys.modules[name]))


def test_a_spec_outlives_the_watcher(write: Write, diary: Diary) -> None:
    """A spec that was found while the watcher was active can be used when it isn't."""
    write(watched="value = 1")
    spec = importlib.util.find_spec("watched")
    assert spec is not None
    assert spec.loader is not None
    diary.watcher.stop()
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.value == 1
    assert diary.told == []
    assert not any(is_ours(loader) for loader in loaders_of(module))


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


# --- is_imported ------------------------------------------------------------------------------------------------------


def test_is_imported(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module is imported if it is there and its code has run to its end; anything that isn't a module but is there counts too."""
    write(watched="switch['imported'] = switch['ask'](__name__)")
    switch()["ask"] = is_imported
    assert not is_imported("watched")
    importlib.import_module("watched")
    assert switch()["imported"] is False
    assert is_imported("watched")
    monkeypatch.setitem(sys.modules, "watched_none", None)
    assert not is_imported("watched_none")
    monkeypatch.setitem(sys.modules, "watched_object", object())
    assert is_imported("watched_object")
    monkeypatch.setitem(sys.modules, "watched_bare", ModuleType("watched_bare"))
    assert is_imported("watched_bare")


def test_is_imported_while_it_is_told(write: Write, diary: Diary) -> None:
    """In the callbacks the module counts as imported; one that imports it and isn't done, doesn't."""
    write(watched="import watched1", watched1="")
    seen: list[tuple[str, bool, bool]] = []
    diary.then = lambda name: seen.append((name, is_imported("watched"), is_imported("watched1")))
    importlib.import_module("watched")
    assert seen == [("watched1", False, True), ("watched", True, True), (".", True, True)]


# --- threads ----------------------------------------------------------------------------------------------------------


def in_threads(*functions: Callable[[], object]) -> None:
    """Run functions at once, each in a thread; raise what they raise."""
    problems: list[BaseException] = []
    barrier = threading.Barrier(len(functions))

    def run(function: Callable[[], object]) -> None:
        try:
            barrier.wait(PATIENCE)
            function()
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run, args=[function], daemon=True) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []


def test_threads_that_import_the_same_module(write: Write, diary: Diary) -> None:
    """Whichever thread comes first, a module is told of once, and no thread gets it before."""
    names = [f"watched{number}" for number in range(30)]
    write(**dict.fromkeys(names, "import watched_shared\nlast = 1"), watched_shared="")
    in_threads(*[lambda: [importlib.import_module(name).last for name in names]] * 4)
    assert sorted(diary.names()) == sorted([*names, "watched_shared"])
    assert all(diary.complete)
    assert diary.told.count(".") >= len(names)


def test_callbacks_hold_up_nobody(write: Write, diary: Diary) -> None:
    """While a callback runs in one thread, another thread imports, is told, starts and stops: no lock of ours is held."""
    write(watched1="", watched2="")
    told_first, told_second = threading.Event(), threading.Event()

    def then(name: str) -> None:
        if name == "watched1":
            told_first.set()
            assert told_second.wait(PATIENCE)

    def second() -> None:
        assert told_first.wait(PATIENCE)
        importlib.import_module("watched2")
        diary.watcher.start()
        told_second.set()

    diary.then = then
    in_threads(lambda: importlib.import_module("watched1"), second)
    assert diary.told == ["watched1", "watched2", ".", "."]


# --- callbacks that fail ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "watcher",
    [
        pytest.param(ImportWatcher(wants=lambda _: True, imported=fail), id="imported"),
        pytest.param(ImportWatcher(wants=lambda _: True, imported=idle, settled=fail), id="settled"),
        pytest.param(ImportWatcher(wants=fail, imported=idle), id="wants, at the beginning"),
        pytest.param(ImportWatcher(wants=fail, imported=idle, settled=idle), id="wants, at the end"),
    ],
)
def test_a_failing_callback_does_not_break_the_import(write: Write, watcher: ImportWatcher) -> None:
    """The library is imported as if nothing had been; a warning names the module and what happened."""
    write(watched="value = 1")
    watcher.start()
    with pytest.warns(DiscoveryWarning) as caught:
        module = importlib.import_module("watched")
    watcher.stop()
    assert module.value == 1
    (warning,) = caught
    assert str(warning.message).startswith(
        "module 'watched': what was to be done at its import failed: LookupError: broken callback; its exceptions may be unregistered"
    )


def test_the_warning_points_to_the_import_statement(write: Write) -> None:
    """Whoever imports the module is shown where."""
    write(watched_unwanted="import watched\n", watched="")
    watcher = ImportWatcher(wants=lambda name: name == "watched", imported=fail, settled=idle)
    watcher.start()
    with pytest.warns(DiscoveryWarning) as caught:
        importlib.import_module("watched_unwanted")
    watcher.stop()
    assert (Path(caught[0].filename).name, caught[0].lineno) == ("watched_unwanted.py", 1)


def test_a_warning_that_is_an_error(write: Write, diary: Diary) -> None:
    """Where warnings are errors, as everywhere in Python, the import fails with it, and can be repeated."""
    write(watched="", watched1="")

    for broken in ("watched", "."):
        diary.then = lambda name, broken=broken: name == broken and fail()  # type: ignore[misc]
        with pytest.raises(DiscoveryWarning, match="broken callback"):
            importlib.import_module("watched")
        assert not is_imported("watched")
    diary.then = idle
    diary.told.clear()
    importlib.import_module("watched")
    assert diary.told == ["watched", "."]


def test_an_interrupt_is_not_held_back(write: Write, diary: Diary) -> None:
    """``KeyboardInterrupt`` in a callback ends the import, as it would have ended the module's code."""

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    write(watched="")
    diary.then = interrupt
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("watched")
    diary.then = idle
    importlib.import_module("watched")
    assert diary.told[-2:] == ["watched", "."]
