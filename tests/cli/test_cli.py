"""The command ``picklereg``: what it prints where, and its exit status."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from terminals import on_terminal

import picklereg.__main__
from picklereg.cli import main
from picklereg.cli.check import check
from picklereg.cli.check_report import print_report
from picklereg.cli.commands import commands
from picklereg.testing.compare import Difference
from picklereg.testing.results import ClassResult, Outcome
from picklereg.testing.results import Result as Checked

GOOD = """
    print("noise on import")

    class ShopError(Exception):
        def __init__(self, *, code: int):
            print("noise when built")
            super().__init__(f"error {code}")
            self.code = code

    class Plain(Exception):
        pass
"""

#: Nobody can write an instance of this one.
LOSING = """
    class Deadly(Exception):
        def __reduce__(self):
            import os
            os._exit(4)
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Modules that can be imported, here and by the command."""
    for name, source in {"good": GOOD, "losing": LOSING, "failing": "raise RuntimeError('no licence')", "no_errors": "x = 1"}.items():
        (tmp_path / f"cli_{name}.py").write_text(textwrap.dedent(source), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["check", *arguments], env={"COLUMNS": "80"})


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "picklereg", *arguments]
    root = str(Path(picklereg.__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(cwd)]), **environment}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.mark.usefixtures("modules")
def test_table() -> None:
    """A line for each class says what plain pickle does to it; where nothing is lost, no column is empty; then totals, losses first."""
    result = invoke("cli_good")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines == [
        "class plain pickle",
        "whole: 2",
        "cli_good",
        "Plain cause, context lost",
        "ShopError reader fails: TypeError",
        "",
        "cli_good: 2 exception classes",
        "plain pickle 1 lost 1 changed 0 noted 0 whole",
        "picklereg 0 lost 0 changed 0 noted 2 whole",
        "",
    ]
    assert (result.stderr, result.exit_code) == ("", 0)
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.usefixtures("modules")
def test_status_if_picklereg_loses_one() -> None:
    """The exit status is 1 if picklereg loses an exception."""
    result = invoke("cli_losing")
    assert "Deadly" in result.stdout
    assert result.stdout.splitlines()[-2].startswith("picklereg        1 lost")
    assert result.exit_code == 1


@pytest.mark.usefixtures("modules")
def test_module_without_exceptions() -> None:
    """A module without exception classes is told, and is no error."""
    result = invoke("cli_no_errors")
    assert result.stdout.startswith("cli_no_errors: no exception classes")
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("not_there_at_all", "no module named 'not_there_at_all'; is it installed in this environment?"),
        ("cli_failing", "importing 'cli_failing' raises RuntimeError: no licence"),
        ("a/b.py", "'a/b.py' is no module's name; write it as in an import statement, a class as module:Class"),
    ],
)
@pytest.mark.usefixtures("modules")
def test_module_that_can_not_be_imported(module: str, problem: str) -> None:
    """That is one line on standard error, and exit status 2; the other modules are checked nevertheless."""
    result = invoke(module, "cli_good")
    assert result.stderr == f"picklereg: {problem}\n"
    assert "ShopError" in result.stdout
    assert result.exit_code == 2


def test_import_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long an import may take is an option."""
    (tmp_path / "cli_slow.py").write_text("import time; time.sleep(1000)", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    result = invoke("--import-timeout", "0.5", "cli_slow")
    assert result.stderr == "picklereg: importing 'cli_slow' takes too long (limit: 0.5 s)\n"
    assert result.exit_code == 2


@pytest.mark.parametrize("arguments", [[], ["--no-such-option", "json"], ["--import-timeout", "0", "json"]])
def test_usage_errors(arguments: list[str]) -> None:
    """Wrong usage is exit status 2."""
    assert invoke(*arguments).exit_code == 2


@pytest.mark.usefixtures("modules")
def test_several_modules() -> None:
    """After several modules there are totals over all of them."""
    result = invoke("cli_good", "cli_no_errors", "json.decoder")
    assert "3 modules: 3 exception classes\n" in result.stdout


def test_json(modules: Path) -> None:
    """With ``--json`` standard output is one JSON document, whatever the module prints."""
    done = run("check", "--json", "cli_good", "cli_losing", "cli_failing", cwd=modules)
    data: dict[str, Any] = json.loads(done.stdout)
    good, losing, failing = data["modules"]
    assert (good["name"], good["error"], failing["classes"]) == ("cli_good", None, [])
    assert failing["error"] == "importing 'cli_failing' raises RuntimeError: no licence"
    plain, shop = good["classes"]
    assert (shop["module"], shop["qualname"], shop["built"]) == ("cli_good", "ShopError", "by its signature")
    assert shop["outcomes"]["picklereg"].pop("seconds") > 0
    assert shop["outcomes"]["picklereg"] == {"kind": "whole", "problem": None, "differences": [], "notes": []}
    assert plain["outcomes"]["pickle"]["differences"][0] == {
        "piece": "cause", "change": "lost", "before": "builtins.ValueError", "after": None, "noted": False,
    }  # fmt: skip
    assert losing["classes"][0]["outcomes"]["picklereg"]["kind"] == "fails in the writer"
    assert data["totals"]["classes"] == 3
    assert data["totals"]["picklereg"]["whole"] == 2
    assert done.stderr == "picklereg: importing 'cli_failing' raises RuntimeError: no licence\n"
    assert done.returncode == 1


def test_output_is_plain_where_nobody_watches(modules: Path) -> None:
    """Neither colours nor a progress bar go into a file or a pipe."""
    done = run("check", "cli_good", cwd=modules)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert "noise" not in done.stdout


@pytest.mark.parametrize("no_color", ["", "1"])
def test_terminal(modules: Path, no_color: str) -> None:
    """A terminal gets a progress bar, and colours unless ``NO_COLOR`` is set."""
    printed = on_terminal("check", "cli_good", path=modules, no_color=no_color)
    assert re.search(r"importing cli_good \d+ s", printed)
    assert ("\x1b[32m" in printed) is (no_color == "")


# --- the report ---------------------------------------------------------------------------------------------------


def printed(*results: Checked, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    with console.file:
        print_report(console, results)
        return [line.rstrip() for line in console.export_text().splitlines()]


def test_report_of_what_was_lost() -> None:
    """What needs attention comes first, and the last column says what picklereg lost, or why there is nothing to say."""
    lock = Difference("attr lock", "lost", "<lock>", None, noted=True)
    whole = Outcome("whole")
    result = Checked(
        "m",
        classes=[
            ClassResult("m", "Bare", "without __init__", "why", (), {"pickle": whole, "picklereg": whole}),
            ClassResult("m", "Locked", "by its signature", None, (), {"pickle": whole, "picklereg": Outcome("noted", None, [lock])}),
            ClassResult(
                "m", "Lost", "by its signature", None, (), {"pickle": whole, "picklereg": Outcome("fails in the reader", "KeyError: 7")}
            ),
            ClassResult("m", "NotBuilt", "not built", "no way"),
        ],
    )
    lines = printed(result)
    assert [line.split() for line in lines[1:13]] == [
        ["fails:", "1"],
        ["m"],
        ["Lost", "whole", "fails", "in", "the", "reader:", "KeyError:", "7"],
        ["noted:", "1"],
        ["m"],
        ["Locked", "whole", "attr", "lock", "lost"],
        ["not", "built:", "1"],
        ["m"],
        ["NotBuilt", "not", "built", "no", "way"],
        ["whole:", "1"],
        ["m"],
        ["Bare*", "whole"],
    ]
    assert "m: 4 exception classes, 1 built without __init__ (*), 1 not built" in lines


@pytest.mark.parametrize("width", [72, 80, 120, 200])
def test_report_fits(width: int) -> None:
    """Long names and long reasons are wrapped, never cut off."""
    name, reason = "AnExceptionClassWithAnUnreasonablyLongNameError", "because " * 20
    outcomes = {"pickle": Outcome("whole"), "picklereg": Outcome("fails in the reader", reason)}
    lines = printed(Checked("m", classes=[ClassResult("m", name, "by its signature", None, (), outcomes)]), width=width)  # type: ignore[arg-type]
    assert max(map(len, lines)) <= width
    assert "".join(line[: lines[0].index("plain pickle")].strip() for line in lines[3 : lines.index("")]) == name
    assert "".join("".join(lines).split()).count("because") == 20


# --- how it starts ------------------------------------------------------------------------------------------------


def test_main(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The console script and ``python -m picklereg`` are the same."""
    monkeypatch.setattr(sys, "argv", ["whatever", "--help"])
    for start in (main, lambda: runpy.run_path(picklereg.__main__.__file__, run_name="__main__")):
        with pytest.raises(SystemExit) as end:
            start()
        assert end.value.code == 0
        assert capsys.readouterr().out.startswith("Usage: picklereg ")


def test_help_lists_every_command() -> None:
    """Also the one that is run before click is asked for."""
    done = subprocess.run([sys.executable, "-m", "picklereg", "--help"], capture_output=True, text=True, check=True)
    listed = [line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == ["check", "demo", "doctor", "run", "sets", "show"]


def test_help_says_what_the_exit_status_means() -> None:
    """The help of ``check`` says what it does."""
    assert check.name == "check"
    assert "Exit status" in CliRunner().invoke(commands, ["check", "--help"]).stdout


@pytest.mark.parametrize(
    ("missing", "command", "extra"), [("click", "check", "cli"), ("rich.console", "sets", "cli"), ("click", "demo", "demo")]
)
def test_without_the_extra(
    missing: str, command: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without click or rich one line says how to get them, and with them what else the command needs."""
    _hide(missing, monkeypatch)
    monkeypatch.setattr(sys, "argv", ["picklereg", command])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"picklereg: its commands need click and rich; install them with: pip install 'picklereg[{extra}]'\n"


def test_other_modules_that_are_missing_are_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only click and rich are explained."""
    _hide("picklereg.testing.modules", monkeypatch)
    monkeypatch.setattr(sys, "argv", ["picklereg", "check", "json"])
    with pytest.raises(ModuleNotFoundError, match="picklereg"):
        main()


def _hide(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for ours in [name for name in sys.modules if name.startswith("picklereg.cli.")] + ["picklereg.testing.modules"]:
        monkeypatch.delitem(sys.modules, ours, raising=False)
    monkeypatch.setitem(sys.modules, name, None)
