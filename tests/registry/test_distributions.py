"""Which distributions are installed: folders are listed here, and all else is asked of the library that knows every form."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import importlib_metadata
import pytest

from picklereg.registry.distributions import Folder, first_of_its_name, installed_distributions, name_of


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory, which is all that is on the path."""
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    return tmp_path


def install(site: Path, folder: str, name: str = "one") -> Path:
    info = site / folder
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nname:  {name}\n\nName: no\n")
    return info


def names() -> list[str]:
    return sorted(name_of(first_of_its_name(found)) for found in installed_distributions())


def are_folders() -> bool:
    return all(isinstance(found, Folder) for found in installed_distributions())


def test_folders_are_found_as_the_library_finds_them() -> None:
    """In this environment it is the same distributions, by their paths, as those that count for the library."""
    theirs: dict[str, str] = {}
    for found in importlib_metadata.distributions():
        theirs.setdefault(found.name.lower(), str(getattr(found, "_path", "")))
    ours = [found for found in installed_distributions() if isinstance(found, Folder)]
    assert sorted(map(str, ours)) == sorted(theirs.values())
    assert {name_of(found).lower() for found in ours} == set(theirs)


@pytest.mark.parametrize("second", ["one_two-2.dist-info", "One.Two-1.0.dist-info", "ONE__two.egg-info", "one-1.dist-info"])
def test_the_first_of_a_name_counts(site: Path, second: str) -> None:
    """However the name is spelt, the first folder on the path hides the others."""
    install(site / "a", "one_two-1.0.dist-info", "first")
    install(site / "b", second, "second")
    sys.path[:] = [str(site / "a"), str(site / "b")]
    assert are_folders()
    assert names() == (["first", "second"] if second == "one-1.dist-info" else ["first"])


def test_other_things_on_the_path(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Directories that don't exist, and files that belong to no distribution, don't matter; the current directory counts."""
    (site / "x.dist-info.txt").write_text("")
    (site / "dist-info").mkdir()
    install(site, "one-1.dist-info")
    monkeypatch.chdir(site)
    sys.path[:] = [str(site / "nowhere"), ""]
    assert are_folders()
    assert names() == ["one"]


@pytest.mark.parametrize("odd", ["archive.zip", "egg", "not a text", "finder"])
def test_whatever_else_is_the_librarys_business(site: Path, monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    """With an archive, an egg, a path object or another party's finder about, the library is asked for all, and gives the same."""
    install(site / "lib", "one-1.dist-info")
    install(site / "two-1.egg", "EGG-INFO", "two")
    (site / "two-1.egg" / "EGG-INFO" / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: two\n")
    with zipfile.ZipFile(site / "archive.zip", "w") as archive:
        archive.writestr("three-1.dist-info/METADATA", "Name: three\n")
    paths: dict[str, Any] = {"archive.zip": str(site / "archive.zip"), "egg": str(site / "two-1.egg"), "not a text": site / "four"}
    install(site / "four", "four-1.dist-info", "four")
    sys.path[:] = [str(site / "lib"), *([paths[odd]] if odd in paths else [])]
    if odd == "finder":

        class Finder:
            find_spec = staticmethod(lambda *_: None)
            find_distributions = staticmethod(lambda *_: [])

        monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert not are_folders()
    assert names() == sorted({"one", {"archive.zip": "three", "egg": "two", "not a text": "four", "finder": "one"}[odd]})


def test_a_distribution_without_that_file(site: Path) -> None:
    """What isn't there, or is no file, has no text."""
    info = install(site, "one-1.dist-info")
    (info / "entry_points.txt").mkdir()
    (site / "two.egg-info").write_text("Name: two\n")
    (found, other) = sorted(installed_distributions(), key=str)
    assert [found.read_text("entry_points.txt"), found.read_text("PKG-INFO"), other.read_text("entry_points.txt")] == [None, None, None]


def test_the_library_is_asked_for_a_name_in_older_metadata(site: Path) -> None:
    """A folder whose METADATA name nobody may have an older file that does."""
    info = install(site, "one-1.egg-info")
    (info / "METADATA").rename(info / "PKG-INFO")
    assert names() == ["one"]
