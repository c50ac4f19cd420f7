"""The post-import hook: told once of each module that has run, from any thread, and what its callbacks do."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from import_samples import Diary, Write, is_ours, loaders_of, switch

from picklereg.errors import DiscoveryWarning
from picklereg.registry.import_hook import ImportWatcher, is_imported

PATIENCE = 60  # seconds; only a deadlock takes so long


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
