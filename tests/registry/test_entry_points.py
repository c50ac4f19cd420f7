"""Discovery: what installed distributions declare, in any environment, however broken some of it is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import importlib_metadata
import pytest

import picklereg.registry.entry_points
from picklereg.errors import DiscoveryError, DiscoveryWarning
from picklereg.registry.entry_points import Declaration, declared, scan

#: Of this group, the environment that the tests run in declares nothing.
GROUP = "picklereg.tests"
METADATA = "Metadata-Version: 2.1\nName: {}\nVersion: 1.0\n\nName: not-this-one\n"

Distribute = Callable[..., Path]


@pytest.fixture
def distribute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Distribute:
    """Puts distributions into directories that come first on ``sys.path``."""
    sites: list[str] = []
    monkeypatch.setattr(sys, "path", list(sys.path))

    def distribute(name: str, *entries: str, where: str = "site", files: dict[str, str | bytes] | None = None) -> Path:
        site = tmp_path / where
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir(parents=True)
        text = "\n".join([f"[{GROUP}]", *entries]) if entries else ""
        contents: dict[str, str | bytes] = {"METADATA": METADATA.format(name), "entry_points.txt": text, **(files or {})}
        for file, content in contents.items():
            (info / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        if str(site) not in sites:
            sys.path.insert(len(sites), str(site))
            sites.append(str(site))
        return info

    return distribute


def triples(declarations: Iterable[Declaration]) -> list[tuple[str, str, str | None]]:
    return [(found.name, found.value, found.distribution) for found in declarations]


def test_what_is_declared(distribute: Distribute) -> None:
    """Name, value and distribution of every set are given, by name; other groups, comments and empty lines aren't."""
    other = f"# [{GROUP}]\n[console_scripts]\nnope = nope:nope\n\n"
    other += f"[ {GROUP} ]\n; b = c\n# b = c\n\n z.errors=a.errors : X.y\n[gui_scripts]\nno = no:no\n"
    distribute("one", "b.errors = b.errors", "a = c:d.e")
    distribute("two-b", files={"entry_points.txt": other})
    distribute("three")
    found = declared(GROUP)
    assert triples(found) == [("a", "c:d.e", "one"), ("b.errors", "b.errors", "one"), ("z.errors", "a.errors : X.y", "two-b")]
    assert declared("no.such.group") == ()
    assert repr(found[0]) == "Declaration(name='a', value='c:d.e', distribution='one')"


def test_the_group(distribute: Distribute) -> None:
    """Unless another group is asked for, it is the one that the pages name."""
    assert picklereg.registry.entry_points.GROUP == "picklereg.exception_sets"
    distribute("one", files={"entry_points.txt": "[picklereg.exception_sets]\na.tests = b\n"})
    assert ("a.tests", "b", "one") in triples(declared())


def test_it_is_what_the_library_finds(distribute: Distribute) -> None:
    """In a sound environment, all that ``importlib_metadata.entry_points`` gives is given."""
    distribute("one", "b = b", "a = c:d.e", "b = b", where="first")
    distribute("two", "b = b2", where="first")
    distribute("one", "b = other", where="second")
    distribute("three", "c = c:c", where="second")
    theirs = {(entry.name, entry.value, entry.dist.name if entry.dist else None) for entry in importlib_metadata.entry_points(group=GROUP)}
    assert triples(declared(GROUP)) == sorted(theirs)


def test_loading(distribute: Distribute, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is imported until ``load`` is called, which gives what the value names."""
    site = distribute("one", "a = probe_module:Errors.known", "b = probe_module", "c = probe_module:missing").parent
    (site / "probe_module.py").write_text("class Errors:\n    known = [KeyError]\n")
    attribute, module, missing = declared(GROUP)
    assert "probe_module" not in sys.modules
    monkeypatch.delitem(sys.modules, "probe_module", raising=False)
    assert attribute.load() == [KeyError]
    assert module.load() is sys.modules.pop("probe_module")
    with pytest.raises(AttributeError):
        missing.load()
    del sys.modules["probe_module"]


def test_the_first_on_the_path_wins(distribute: Distribute) -> None:
    """A distribution that is on the path twice counts once, with what the first one declares, even if that is nothing."""
    distribute("one-and-one", "a = first", where="first")
    distribute("hidden", where="first")
    distribute("One_and.One", "a = second", "b = second", where="second")
    distribute("hidden", "c = c", where="second")
    sys.path.append(sys.path[0])
    assert triples(declared(GROUP)) == [("a", "first", "one-and-one")]


def test_a_distribution_beats_picklereg(distribute: Distribute) -> None:
    """Of a set that picklereg ships and one that another distribution declares under the same name, the latter counts."""
    distribute("picklereg", "a = picklereg.sets.a", "b = picklereg.sets.b", where="first")
    distribute("one", "a = one", where="second")
    assert triples(declared(GROUP)) == [("a", "one", "one"), ("b", "picklereg.sets.b", "picklereg")]


def test_a_broken_set_does_not_beat_picklereg(distribute: Distribute) -> None:
    """A malformed declaration leaves the set that picklereg ships in force."""
    distribute("picklereg", "a = picklereg.sets.a")
    distribute("one", "a = one two")
    with pytest.warns(DiscoveryWarning, match="of distribution 'one'"):
        assert triples(declared(GROUP)) == [("a", "picklereg.sets.a", "picklereg")]


def test_others_do_not_beat_each_other(distribute: Distribute) -> None:
    """Two distributions that declare the same name both count, in the order of their names, wherever they are."""
    distribute("two", "a = one", where="first")
    distribute("one", "a = two", where="second")
    assert triples(declared(GROUP)) == [("a", "two", "one"), ("a", "one", "two")]


@pytest.mark.parametrize("value", ["", "a b", "a:", ":b", "a:b:c", "a.b.", "a-b", "1a", "a:b [extra]", "a:b()", "a..b"])
def test_malformed_values(distribute: Distribute, value: str) -> None:
    """A value that names nothing is reported with its distribution, and skipped; with ``strict`` it is an error."""
    distribute("one", f"a = {value}", "b = b")
    with pytest.warns(DiscoveryWarning) as caught:
        assert triples(declared(GROUP)) == [("b", "b", "one")]
    (message,) = [str(warning.message) for warning in caught]
    assert message.startswith(f"exception set 'a' = {value!r} of distribution 'one': the value must be a module, or a module, a colon and ")
    assert message.endswith("; fix or uninstall 'one', or report it to its maintainers")
    with pytest.raises(DiscoveryError) as raised:
        declared(GROUP, strict=True)
    assert (raised.value.name, raised.value.value, raised.value.distribution) == ("a", value, "one")


@pytest.mark.parametrize("line", ["a-b = c", "= c", "a b = c", "a. = c", "3 = c", "a:b = c"])
def test_malformed_names(distribute: Distribute, line: str) -> None:
    """A name that is no module's is reported, and skipped."""
    distribute("one", line, "b = b")
    with pytest.warns(DiscoveryWarning, match=r"^exception set .* of distribution 'one': the name is no module's name; fix or"):
        assert triples(declared(GROUP)) == [("b", "b", "one")]


def test_a_line_that_is_no_declaration(distribute: Distribute) -> None:
    """A line without an equals sign is reported like a name without a value."""
    distribute("one", "nonsense")
    with pytest.warns(DiscoveryWarning, match=r"^exception set 'nonsense' = '' of distribution 'one'"):
        assert declared(GROUP) == ()


def test_malformed_lines_of_other_groups(distribute: Distribute) -> None:
    """What is wrong with another group of the same distribution is not our business."""
    distribute("one", "a = a", "[console_scripts]", "run = what is this", "nonsense")
    assert triples(declared(GROUP, strict=True)) == [("a", "a", "one")]


BROKEN = f"[{GROUP}]\nb = b\n"


@pytest.mark.parametrize(
    ("files", "named", "problem"),
    [
        pytest.param({"entry_points.txt": b"[\xff]"}, "broken", "UnicodeDecodeError", id="entry points in no encoding"),
        pytest.param({"METADATA": "Version: 1.0\n", "entry_points.txt": BROKEN}, "broken-1.0.dist-info", "KeyError", id="no name"),
        pytest.param({"METADATA": "Name:\n", "entry_points.txt": BROKEN}, "broken-1.0.dist-info", "has no name", id="empty name"),
        pytest.param({"METADATA": "V: 1\n\nName: x", "entry_points.txt": BROKEN}, "broken-1.0.dist-info", "KeyError", id="in the body"),
        pytest.param({"METADATA": b"\xff", "entry_points.txt": BROKEN}, "broken-1.0.dist-info", "UnicodeDecodeError", id="undecodable"),
        pytest.param({"METADATA": "", "entry_points.txt": BROKEN}, "broken-1.0.dist-info", "", id="empty"),
    ],
)
def test_broken_metadata(distribute: Distribute, files: dict[str, str | bytes], named: str, problem: str) -> None:
    """A distribution that can't be read is reported once, by its name or its path, and the others count; ``strict`` raises."""
    distribute("aaa", "a = a")
    distribute("broken", files=files)
    distribute("zzz", "z = z")
    sys.path.append(sys.path[0])
    with pytest.warns(DiscoveryWarning) as caught:
        assert triples(declared(GROUP)) == [("a", "a", "aaa"), ("z", "z", "zzz")]
    (message,) = [str(warning.message) for warning in caught]
    assert f"{named}': its metadata can't be read: " in message
    assert problem in message
    with pytest.raises(DiscoveryError, match="its metadata can't be read"):
        declared(GROUP, strict=True)


def test_broken_metadata_of_uninvolved_distributions(distribute: Distribute) -> None:
    """A distribution that declares no sets may be as broken as it likes, or have no files at all."""
    distribute("one", "a = a")
    distribute("two", files={"METADATA": b"\xff"})
    info = distribute("three")
    for file in info.iterdir():
        file.unlink()
    assert triples(declared(GROUP, strict=True)) == [("a", "a", "one")]


def test_older_forms_of_metadata(distribute: Distribute, tmp_path: Path) -> None:
    """An egg-info directory and a zipped distribution declare sets like any other."""
    info = distribute("one", "a = a", files={"PKG-INFO": METADATA.format("one")})
    (info / "METADATA").unlink()
    info.rename(info.with_name("one.egg-info"))
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("two-1.0.dist-info/METADATA", METADATA.format("two"))
        archive.writestr("two-1.0.dist-info/entry_points.txt", f"[{GROUP}]\nb = b\n")
    sys.path.insert(0, str(path))
    assert triples(declared(GROUP)) == [("a", "a", "one"), ("b", "b", "two")]


def test_a_directory_of_another_name(distribute: Distribute) -> None:
    """A distribution whose directory isn't called what its metadata say is found nevertheless."""
    distribute("one", "a = a", files={"METADATA": METADATA.format("renamed")})
    assert triples(declared(GROUP)) == [("a", "a", "renamed")]


class Provided(importlib_metadata.Distribution):
    """A distribution that is no directory: it knows its name by itself."""

    def read_text(self, filename: str | os.PathLike[str]) -> str | None:
        return f"[{GROUP}]\np = p\n" if filename == "entry_points.txt" else None

    def locate_file(self, path: str | os.PathLike[str]) -> importlib_metadata.SimplePath:
        raise NotImplementedError

    @property
    def name(self) -> str:
        return "provided"


class Provider(importlib_metadata.DistributionFinder):
    """A finder of distributions as others write them."""

    fails = False

    def find_spec(self, *_: object) -> None:
        """Find no modules."""

    def find_distributions(self, context: object = None) -> Iterator[importlib_metadata.Distribution]:
        if self.fails:
            raise OSError("out of reach")
        yield Provided()


def test_providers_of_distributions(distribute: Distribute, monkeypatch: pytest.MonkeyPatch) -> None:
    """Distributions from other finders count; a finder that fails is reported, and what was found before counts."""
    provider = Provider()
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, provider])
    distribute("one", "a = a")
    assert triples(declared(GROUP)) == [("a", "a", "one"), ("p", "p", "provided")]
    provider.fails = True
    distribute("two")
    found, problems = scan("no.such.group")
    assert found == ()
    assert [problem.problem for problem in problems] == ["its metadata can't be read: OSError: out of reach"]


def test_scan_gives_both(distribute: Distribute) -> None:
    """``scan`` gives what is usable and what is wrong, and neither warns nor raises."""
    distribute("one", "a = a", "b = ?", "c = ?")
    found, problems = scan(GROUP)
    assert triples(found) == [("a", "a", "one")]
    assert [(problem.name, problem.value, problem.distribution) for problem in problems] == [("b", "?", "one"), ("c", "?", "one")]


def test_importing_discovery_imports_no_metadata_library() -> None:
    """Where all distributions are folders, no library is imported to find them, and nothing that is declared."""
    code = """
import sys, picklereg.registry.entry_points
print("importlib_metadata" in sys.modules)
names = [found.name for found in picklereg.registry.entry_points.declared()]
print("importlib_metadata" in sys.modules, [name for name in names if name in sys.modules])
"""
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "[]"]
