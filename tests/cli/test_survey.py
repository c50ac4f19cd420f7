"""``picklereg check --installed``: distributions of every sort of misbehaviour, made up, in real processes."""

from __future__ import annotations

import io
import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from check_samples import HASTY, kinds
from click.testing import CliRunner
from importlib_metadata import Distribution, PathDistribution
from rich.console import Console

from picklereg.cli.check_report import print_survey
from picklereg.cli.commands import commands
from picklereg.cli.distributions import installed, target_of
from picklereg.cli.kept_results import cache_directory
from picklereg.cli.progress import Shown
from picklereg.cli.survey import survey
from picklereg.testing.results import ClassResult, Limits, Outcome, Result, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Make = Callable[..., Distribution]

ERROR = "class {}(Exception):\n    def __init__(self, *, code: int):\n        self.code = code\n"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a distribution that looks as installed: files, and a dist-info that lists them."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, files: Mapping[str, str], *, has_record: bool = True, top_level: str = "") -> Distribution:
        info = tmp_path / f"{name.replace('-', '_')}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n", "utf-8")
        if top_level:
            (info / "top_level.txt").write_text(top_level, "utf-8")
        for path, source in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(textwrap.dedent(source), "utf-8")
        if has_record:
            (info / "RECORD").write_text("".join(f"{path},,\n" for path in (*files, f"{info.name}/METADATA")), "utf-8")
        return PathDistribution(info)

    return make


def targets(*distributions: Distribution) -> list[Target]:
    found = [target_of(distribution) for distribution in distributions]
    return [target for target in found if target is not None]


# --- which distributions, and which modules of them ---------------------------------------------------------------


def test_modules_that_may_define_exceptions(make: Make) -> None:
    """A module counts if its source has a class that is, by its name or a base's, an exception; so does what has no source."""
    files = {
        "pack/__init__.py": "",
        "pack/named.py": "class SomeError(Base): pass",
        "pack/based.py": "class Stop(ValueError): pass",
        "pack/far.py": "class Far(Middle): pass",
        "pack/middle.py": "class Middle(based.Stop): pass",
        "pack/group.py": "class Many(ExceptionGroup[Stop], Mixin):\n    pass",
        "pack/plain.py": "class Plain(Mapping[str, int]): pass",
        "pack/fast.abi3.so": "",
        "pack/tests/test_it.py": "class TestError(Exception): pass",
        "pack/__main__.py": "class MainError(Exception): pass",
        "pack/data-file.py": "class DataError(Exception): pass",
        "pack/data.txt": "class TextError(Exception): pass",
        "__init__.py": "class NowhereError(Exception): pass",
    }
    (target,) = targets(make("some-pack", files))
    assert target == Target(
        "some-pack",
        ["pack", *(f"pack.{name}" for name in ("based", "far", "fast", "group", "middle", "named"))],
        ["pack"],
        "1.5",
    )


def test_distributions_without_exceptions(make: Make) -> None:
    """A distribution whose source has no exception class is not imported."""
    assert targets(make("none", {"nothing.py": "class Plain: pass"})) == []


def test_namespace_packages(make: Make) -> None:
    """Of a package that several distributions share, each has only its own."""
    first = make("first", {"shared_ns/first/__init__.py": ERROR.format("FirstError"), "shared_ns/first/more.py": ""})
    second = make("second", {"shared_ns/second.py": ERROR.format("SecondError")})
    assert [target.roots for target in targets(first, second)] == [["shared_ns.first"], ["shared_ns.second"]]
    results = survey(targets(first, second), HASTY, Shown(2))
    assert [list(kinds(result)) for result in results] == [["FirstError"], ["SecondError"]]


@pytest.mark.parametrize("has_record", [True, False])
def test_distributions_that_only_say_what_is_at_their_top(make: Make, *, has_record: bool) -> None:
    """Without a list of files that has modules, ``top_level.txt`` tells."""
    files = {"topmost/__init__.py": "", "topmost/errors.py": ERROR.format("TopError"), "single.py": ERROR.format("SingleError")}
    made = make("top", files, has_record=has_record, top_level="topmost\nsingle\nabsent\n")
    (target,) = targets(made)
    assert (target.modules, target.roots) == (["single", "topmost", "topmost.errors"], ["single", "topmost"])


def test_files_that_can_not_be_read(make: Make, tmp_path: Path) -> None:
    """A file that is listed but is none, or is missing, is passed over."""
    made = make("gone", {"gone/__init__.py": "", "gone/errors.py": "", "gone/away.py": "", "gone/there.py": ERROR.format("ThereError")})
    (tmp_path / "gone/away.py").unlink()
    (tmp_path / "gone/errors.py").unlink()
    (tmp_path / "gone/errors.py").mkdir()
    (target,) = targets(made)
    assert target.modules == ["gone", "gone.there"]


def test_installed_distributions(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every distribution on the path is found once, by its name; a broken one is passed over."""
    make("b_dist", {"b_dist.py": ERROR.format("BError")})
    make("A-dist", {"a_dist.py": ERROR.format("AError")})
    make("c-dist", {"c_dist.py": "x = 1"})
    (tmp_path / "broken-1.dist-info").mkdir()
    other = tmp_path / "other"
    (other / "b_dist-2.dist-info").mkdir(parents=True)
    (other / "b_dist-2.dist-info" / "METADATA").write_text("Name: b.dist\nVersion: 2\n", "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(other)])
    assert [(target.name, target.version) for target in installed()] == [("A-dist", "1.5"), ("b_dist", "1.5")]


# --- what comes out -----------------------------------------------------------------------------------------------


def test_survey_survives_everything(make: Make) -> None:
    """A module that hangs, crashes, exits, prints or raises costs itself alone."""
    hangs = f"{ERROR.format('HangsError')}import threading\nthreading.Event().wait()"
    crashes = f"{ERROR.format('CrashError')}import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)"
    leaves = f"{ERROR.format('LateError')}import os\nos._exit(3)"
    prints = f"import os\nprint('hello')\nos.write(1, b'beneath')\n{ERROR.format('PrintError')}"
    fails = f"import not_there_at_all\n{ERROR.format('RaisesError')}"
    lazy = "def __getattr__(name): raise AttributeError(name)"
    everything = targets(
        make("hangs", {"hangs/__init__.py": "", "hangs/errors.py": hangs, "hangs/others.py": ERROR.format("OtherError")}),
        make("crashes", {"crashes.py": crashes}),
        make("exits", {"exits/__init__.py": ERROR.format("EarlyError"), "exits/now.py": leaves}),
        make("prints", {"prints.py": prints}),
        make("raises", {"raises/__init__.py": "", "raises/errors.py": fails}),
        make(
            "lazy", {"lazy_dist/__init__.py": lazy, "lazy_dist/deep/__init__.py": "", "lazy_dist/deep/errors.py": ERROR.format("DeepError")}
        ),
    )
    shown = Shown(len(everything))
    ended: list[str] = []
    results = survey(everything, Limits(importing=3.0, step=10.0), shown, done=lambda target, _: ended.append(target.name))
    assert [result.name for result in results] == ["hangs", "crashes", "exits", "prints", "raises", "lazy"]
    found = {result.name: result for result in results}
    assert kinds(found["hangs"]) == {"OtherError": ("fails in the reader", "whole")}
    assert found["hangs"].not_imported == {"hangs.errors": "importing 'hangs.errors' takes too long (limit: 3 s)"}
    assert found["crashes"].error == "importing 'crashes' ends the interpreter (Segmentation fault)"
    assert kinds(found["exits"]) == {"EarlyError": ("fails in the reader", "whole")}
    assert found["exits"].not_imported == {"exits.now": "importing 'exits.now' ends the interpreter (exit status 3)"}
    assert kinds(found["prints"]) == {"PrintError": ("fails in the reader", "whole")}
    assert list(found["raises"].not_imported) == ["raises.errors"]
    assert (found["raises"].error, found["raises"].classes) == (None, [])
    assert kinds(found["lazy"]) == {"DeepError": ("fails in the reader", "whole")}
    assert sorted(ended) == sorted(result.name for result in results)
    assert (shown.finished, shown.running(), shown.done) == (6, "", 6)


def test_classes_that_nobody_can_get(make: Make) -> None:
    """What a failed import left behind doesn't count, nor what a decorator replaced; a class in the open does."""
    replaced = """
        keep = []

        def again(cls):
            return type(cls)(cls.__name__, cls.__bases__, {"__module__": cls.__module__, "code": 7})

        @again
        class TwiceError(Exception):
            def __init__(self):
                self.itself = self

        try:
            import leftover.failing
        except ZeroDivisionError as problem:
            keep.append(problem)  # with it the frame, and with that the class
    """
    failing = "class HalfError(Exception): pass\n1 / 0"
    files = {
        "leftover/__init__.py": "import sys\nsys.modules['leftover.odd'] = 7",
        "leftover/failing.py": failing,
        "leftover/open.py": replaced,
        "leftover/below/__init__.py": "import leftover.below.fine\n1 / 0",
        "leftover/below/fine.py": "class FineError(Exception): pass",
    }
    (result,) = survey(targets(make("leftover", files)), HASTY, Shown(1), jobs=1)
    assert list(result.not_imported) == ["leftover.below.fine", "leftover.failing"]
    assert [found.qualname for found in result.classes] == ["TwiceError"]


# --- the command --------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(make: Make) -> tuple[str, ...]:
    """Three distributions, and the command's arguments that name them."""
    locked = """
        import threading

        class LockError(Exception):
            def __init__(self, x):
                self.lock = threading.Lock()
    """
    make("good", {"good_dist.py": ERROR.format("GoodError")})
    make("locked", {"locked_dist.py": locked})
    make("missing", {"missing_dist.py": f"import not_there_at_all\n{ERROR.format('MissingError')}"})
    return ("check", "--installed", "good", "Locked", "missing")


def test_installed_option(environment: tuple[str, ...]) -> None:
    """There is a line for each distribution, one for each exception that isn't whole, failed imports are counted, and totals."""
    result = CliRunner().invoke(commands, environment, env={"COLUMNS": "80"})
    assert [" ".join(line.split()) for line in result.stdout.splitlines()] == [
        "distribution classes plain loses whole noted",
        "locked 1.5 1 1 0 1",
        "good 1.5 1 1 1 0",
        "noted: locked_dist.LockError: attr lock lost",
        "",
        "1 module of 1 can't be imported; --verbose lists them",
        "2 distributions: 2 exception classes",
        "plain pickle 2 lost 0 changed 0 noted 0 whole",
        "picklereg 0 lost 0 changed 1 noted 1 whole",
        "",
    ]
    assert (result.exit_code, result.stderr) == (0, "")


def test_failed_imports_are_listed_if_somebody_asks(environment: tuple[str, ...]) -> None:
    """One line for each, which wraps in a terminal and isn't cut anywhere else."""
    line = "  missing: importing 'missing_dist' raises ModuleNotFoundError: No module named 'not_there_at_all'"
    result = CliRunner().invoke(commands, [*environment, "--verbose"], env={"COLUMNS": "80"})
    assert "1 module of 1 can't be imported:\n" in result.stdout
    assert " ".join(line.split()) in " ".join(result.stdout.split())
    assert max(map(len, result.stdout.splitlines())) <= 80
    result = CliRunner().invoke(commands, [*environment, "--verbose"], env={"COLUMNS": None})
    assert line in result.stdout.splitlines()


def test_results_are_kept(make: Make, tmp_path: Path, environment: tuple[str, ...]) -> None:
    """The second time nothing is imported, as long as the distribution, what it requires and picklereg are the same."""

    def invoke(*more: str) -> str:
        result = CliRunner().invoke(commands, [*environment[:3], *more], env={"COLUMNS": "80"})
        assert result.exit_code == 0, result.output
        return result.stdout

    make("base", {"base_dist.py": ERROR.format("BaseError")})
    with (tmp_path / "good-1.5.dist-info/METADATA").open("a", encoding="utf-8") as metadata:
        metadata.write("Requires-Dist: Base>=1; extra == 'more'\nRequires-Dist: nowhere\nRequires-Dist: (broken)\n")
    first = invoke()
    (tmp_path / "good_dist.py").write_text(f"{ERROR.format('E')}raise RuntimeError('imported again')", "utf-8")  # behind its RECORD's back
    assert invoke().replace("1 of 1 result kept from before; --fresh checks them anew\n", "") == first
    assert "imported again" in invoke("--fresh", "--verbose")
    (kept,) = (tmp_path / "kept results").iterdir()
    assert "imported again" in invoke("--verbose")
    kept.write_text("{broken", "utf-8")
    (tmp_path / "good_dist.py").write_text(ERROR.format("OtherError"), "utf-8")
    assert "kept from before" not in invoke()
    with (tmp_path / "base-1.5.dist-info/RECORD").open("a", encoding="utf-8") as record:
        record.write("base_dist_more.py,,\n")
    assert "kept from before" not in invoke()
    assert "kept from before" in invoke()
    (tmp_path / "base-1.5.dist-info/direct_url.json").write_text("{}", "utf-8")  # whose files may change at any time
    assert "kept from before" not in invoke()
    assert "kept from before" not in invoke()
    assert len([*(tmp_path / "kept results").iterdir()]) == 1


def test_results_that_can_not_be_kept(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written all is as ever; what took too long isn't kept, and what has no exceptions is."""
    make("good", {"good_dist.py": ERROR.format("GoodError")})
    make("nothing", {"nothing_dist.py": "x = 1"})
    make("hanging", {"hanging_dist.py": f"{ERROR.format('HangingError')}import threading\nthreading.Event().wait()"})
    (tmp_path / "a file").touch()
    monkeypatch.setenv("PICKLEREG_CACHE_DIR", str(tmp_path / "a file"))
    assert CliRunner().invoke(commands, ["check", "--installed", "good"]).exit_code == 0
    monkeypatch.delenv("PICKLEREG_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for _ in range(2):
        assert CliRunner().invoke(commands, ["check", "--installed", "nothing", "hanging", "--import-timeout", "1"]).exit_code == 0
    assert [path.name.partition("-")[0] for path in (tmp_path / "picklereg/check").iterdir()] == ["nothing"]
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_directory() == Path.home() / ".cache/picklereg/check"


def test_installed_as_json(environment: tuple[str, ...]) -> None:
    """``--json`` keeps everything."""
    result = CliRunner().invoke(commands, [*environment, "--json"])
    data = json.loads(result.stdout)
    good, locked, missing = data["distributions"]
    assert (good["name"], good["version"], good["totals"]["picklereg"]["whole"]) == ("good", "1.5", 1)
    assert locked["classes"][0]["outcomes"]["picklereg"]["kind"] == "noted"
    assert list(missing["not_imported"]) == ["missing_dist"]
    assert data["totals"]["classes"] == 2
    assert result.exit_code == 0


def test_all_that_is_installed(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless distributions are named, all are checked; the exit status is 1 if picklereg loses an exception of any."""
    make("deadly", {"deadly_dist.py": "class Deadly(Exception):\n    def __reduce__(self):\n        import os\n        os._exit(4)\n"})
    here = [path for path in sys.path if path != str(tmp_path)]
    found = installed()
    assert {"deadly", "click"} < {target.name for target in found}
    monkeypatch.setattr(sys, "path", [str(tmp_path)])  # where nothing else is installed
    assert [target.name for target in installed()] == ["deadly"]
    monkeypatch.setattr("picklereg.testing.modules.import_path", lambda: [str(tmp_path), *here])
    result = CliRunner().invoke(commands, ["check", "--installed"])
    assert "fails in the writer: deadly_dist.Deadly: ends the interpreter (exit status 4)" in result.stdout
    assert result.exit_code == 1


def test_no_such_distribution(environment: tuple[str, ...]) -> None:
    """A distribution that isn't installed is one line on standard error, and exit status 2."""
    result = CliRunner().invoke(commands, [*environment, "not-there-at-all"])
    assert result.stderr == "picklereg: no distribution named 'not-there-at-all'; is it installed in this environment?\n"
    assert (result.stdout, result.exit_code) == ("", 2)


def test_something_to_check() -> None:
    """Naming nothing is wrong usage."""
    result = CliRunner().invoke(commands, ["check"])
    assert result.exit_code == 2
    assert "name the modules or classes to check, or pass --installed" in result.stderr


@pytest.mark.parametrize("width", [72, 120])
def test_table_fits(width: int) -> None:
    """Long names are wrapped, numbers never."""
    classes = [ClassResult("m", "E", "by its signature", None, (), {"pickle": Outcome("whole"), "picklereg": Outcome("whole")})]
    result = Result("a-distribution-with-an-unreasonably-long-name", "1.2.3.dev20260101", classes=classes * 1000)
    console = Console(width=width, record=True, file=io.StringIO())
    print_survey(console, [result, Result("not-built", classes=[ClassResult("m", "F", problem="no way")])])
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= width
    assert any(" 1000 " in line for line in lines)
    assert any(line.split() == ["not-built", "1", "0", "1"] for line in lines)
