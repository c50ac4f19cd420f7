"""What the tests of the post-import hook share: a diary of what it told, and modules to import."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from picklereg.registry.import_hook import ImportWatcher, is_imported


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
