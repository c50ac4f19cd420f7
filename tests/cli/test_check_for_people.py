"""``picklereg check`` as people meet it: interrupted, watched, with names as they are said, and sets that strip."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import picklereg
import picklereg.testing
from picklereg.cli.commands import commands
from picklereg.cli.progress import Shown
from picklereg.testing.process import EndedError, Processes

if TYPE_CHECKING:
    from check_samples import Write

#: Says in a file which processes there are, and hangs as it is imported. A Python of its own has begun before, and hangs, too.
HANGS = """
    import os, subprocess, sys, threading

    class HangingError(Exception):
        pass

    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    with open({path!r}, "a") as file:
        print(os.getpid(), child.pid, file=file)
    threading.Event().wait()
"""


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["check", *arguments], env={"COLUMNS": "80"})


def environment(tmp_path: Path) -> dict[str, str]:
    root = str(Path(picklereg.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, str(tmp_path)]), "COLUMNS": "80", "TERM": "xterm"}


def is_running(pid: int) -> bool:
    """Tell whether a process is there and has not ended; one that nobody has waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(number: int, write: Write, tmp_path: Path) -> None:
    """A signal ends it at once, with the shells' exit status and a line, and no process is left, whatever they were doing."""
    names = [write(HANGS.format(path=str(tmp_path / f"pids {index}")), f"hanging_{index}") for index in range(3)]
    command = [sys.executable, "-m", "picklereg", "check", "--jobs", "2", *names]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True) as process:
        pids: list[int] = []
        while len(pids) < 4:  # until two of them hang
            pids = [int(pid) for path in tmp_path.glob("pids *") for line in path.read_text("utf-8").splitlines(True) if line.endswith("\n")
                    for pid in line.split()]  # fmt: skip
            assert process.poll() is None
        process.send_signal(number)
        _, said = process.communicate()
    assert (process.returncode, said) == (128 + number, "picklereg: interrupted; nothing is left running\n")
    assert len([*tmp_path.glob("pids *")]) == 2  # the third hasn't begun
    assert [pid for pid in pids if is_running(pid)] == []


def test_no_process_is_started_after_the_end() -> None:
    """Whoever comes later is told so."""
    processes = Processes()
    with processes.start(sys.path, "import sys; sys.stdin.read()"):
        processes.end()
    with pytest.raises(EndedError), processes.start(sys.path, ""):
        pytest.fail("it has started")


def test_what_runs_is_shown(write: Write, tmp_path: Path) -> None:
    """Somebody who watches sees what runs, since when, how many are done; messages stand below, and nothing of the bar stays."""
    name = write("import threading\nclass PaceError(Exception):\n    pass\nthreading.Event().wait()", "pace_errors")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "picklereg", "check", "--import-timeout", "1.5", name, "json.decoder"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        printed = b""
        try:
            while some := os.read(ours, 65536):
                printed += some
        except OSError:  # how a pseudo-terminal ends
            os.close(ours)
    assert process.returncode == 2
    text = printed.decode()
    assert re.search(r"[01]/2 0:\d\d.*importing pace_errors 1 s", text)
    assert text.rstrip().rpartition("\x1b[2K")[2].strip() == "picklereg: importing 'pace_errors' takes too long (limit: 1.5 s)"


def test_how_long_it_will_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time that is left follows from what is done, once that says something; what has taken longest is named first."""
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    shown = Shown(4)
    shown.begin("slow")
    now = 103.0
    assert (shown.left(), shown.count()) == ("0:03", "0/4")
    shown.begin("quick")
    shown.go_on("slow", 1, 2)
    now = 110.0
    assert shown.running() == "checking slow 10 s, importing quick 7 s"
    assert (shown.done, shown.left()) == (0.5, "0:10, ~1:10 left")
    shown.end("slow")
    assert (shown.count(), shown.left()) == ("1/4", "0:10, ~0:30 left")
    single = Shown(1)
    single.begin("one")
    single.go_on("one", 3, 8)
    assert single.count() == "3/8"


@pytest.mark.parametrize("said", ["{}.ShopError", "{}:ShopError"])
def test_a_class_by_its_full_name(said: str, write: Write) -> None:
    """A dot does where a colon is meant, if what follows has a capital letter and is no module."""
    name = write("class ShopError(Exception):\n    class Inner(Exception):\n        pass")
    assert f"{name}:ShopError: 1 exception class\n" in invoke(said.format(name)).stdout
    assert f"{name}:ShopError.Inner: 1 exception class\n" in invoke(f"{said.format(name)}.Inner").stdout


def test_a_class_that_looks_like_a_module(write: Write) -> None:
    """Where it can't be told, the message says how a class is named."""
    name = write("class error(Exception):\n    pass")
    result = invoke(f"{name}.error")
    assert result.stderr == (
        f"picklereg: no module named '{name}.error'; is it installed in this environment? If error is a class, write {name}:error\n"
    )
    assert result.exit_code == 2


def test_modules_in_the_current_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There a class is found by its full name, too."""
    (tmp_path / "near_errors.py").write_text("class NearError(Exception):\n    pass\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    assert "near_errors:NearError: 1 exception class\n" in invoke("near_errors.NearError").stdout


#: A library, a set that strips what its errors hold, and an error of which more is lost than that.
STRIPPED = {
    "strip_library.py": """
        import threading

        class Answer:
            def __init__(self, status: int = 200):
                self.status, self.lock = status, threading.Lock()
            def __repr__(self):
                return f"Answer({self.status}, {hasattr(self, 'lock')})"

        class AnswerError(Exception):
            def __init__(self, text: str):
                super().__init__(text)
                self.answer, self.answers = Answer(), [{"first": Answer(404)}]

        class SlotError(Exception):
            __slots__ = ("answer",)
            def __init__(self):
                self.answer = Answer()
            def __str__(self):
                return f"got {self.answer}"

        class Odd:
            def __init__(self, times=0):
                self.times = times

            def __repr__(self):
                return f"Odd({self.times})"

            def __reduce__(self):
                return Odd, (self.times + 1,)

        class BothError(Exception):
            def __init__(self):
                self.answer, self.odd = Answer(), Odd()

        class InnerError(Exception):
            def __init__(self):
                self.inner = AnswerError("inner")
    """,
    "strip_sets.py": """
        import strip_library

        def strip(answer):
            stripped = strip_library.Answer.__new__(strip_library.Answer)
            stripped.status = answer.status
            return stripped

        def register(registry):
            registry.register_attachment(strip_library.Answer, strip)
    """,
}


@pytest.fixture
def stripping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, source in STRIPPED.items():
        (tmp_path / name).write_text(textwrap.dedent(source), "utf-8")
    info = tmp_path / "strip_sets-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strip-sets\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[picklereg.exception_sets]\nstrip_library = strip_sets:register\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("stripping")
def test_what_a_declared_set_strips_is_no_loss() -> None:
    """It is told as stripped, and the exit status is 0, so that an author of a set has it checked in CI."""
    result = invoke("strip_library:AnswerError", "strip_library:SlotError", "strip_library:InnerError")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("stripped: 1\n") == 3
    assert "picklereg        0 lost      0 changed      0 noted      3 stripped      0 whole" in result.stdout
    kind = json.loads(invoke("strip_library:SlotError", "--json").stdout)["totals"]["picklereg"]["stripped"]
    assert kind == 1


@pytest.mark.usefixtures("stripping")
def test_what_is_changed_besides_is_a_change() -> None:
    """A strip function excuses what it was given, and nothing else."""
    result = invoke("strip_library:BothError")
    assert "changed: 1" in result.stdout
    assert result.exit_code == 1
    with pytest.raises(AssertionError, match="BothError"):
        picklereg.testing.assert_module_whole("strip_library", allow_notes=True)
    others = {"BothError"}
    assert len(picklereg.testing.assert_module_whole("strip_library", allow_notes=True, except_for=others)) == 3


def test_a_page_that_can_not_be_written(write: Write, tmp_path: Path) -> None:
    """One line says so."""
    result = invoke(write("class AnError(Exception):\n    pass"), "--html", str(tmp_path / "nowhere" / "page.html"))
    assert result.stderr.startswith(f"picklereg: can't write '{tmp_path}/nowhere/page.html': No such file or directory; ")
    assert result.exit_code == 2
