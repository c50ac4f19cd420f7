"""``picklereg run -- COMMAND...``: what the command sees, and that it is the command itself that runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from picklereg.cli.run import environment

RUN: Final = [sys.executable, "-m", "picklereg", "run"]
#: Prints the error that plain pickle carries, or the class of what it fails with.
CARRIES: Final = """
import pickle
from frameworks.five_errors import Undeclared
try: print(repr(pickle.loads(pickle.dumps(Undeclared(shelf='A1')))))
except Exception as problem: print(type(problem).__name__)
"""
WHOLE: Final = "Undeclared('nothing on shelf A1')"


def variables(**more: str) -> dict[str, str]:
    """Give the environment of the tests, in which picklereg can be imported."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


def run(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*RUN, *command], env=variables(**more), check=False, capture_output=True, text=True, timeout=120)


def printed(*command: str, **more: str) -> str:
    """Give what a command prints that has nothing to complain about."""
    done = run(*command, **more)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_before() -> None:
    """Without it, plain pickle loses the error."""
    before = subprocess.run([sys.executable, "-c", CARRIES], env=variables(), check=True, capture_output=True, text=True)
    assert before.stdout.strip() == "TypeError"


def test_the_command_has_picklereg_installed() -> None:
    """A program that knows nothing of picklereg carries its errors whole, declared or not, with ``--`` or without."""
    assert printed("--", sys.executable, "-c", CARRIES) == WHOLE
    assert printed(sys.executable, "-c", CARRIES) == WHOLE


def test_so_have_the_pythons_that_it_starts() -> None:
    """A Python that a shell starts, that a Python starts, has it too; also where ``picklereg run`` is run inside itself."""
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CARRIES!r}], check=True)"
    assert printed("sh", "-c", '"$0" -c "$1"', sys.executable, code) == WHOLE
    assert printed(*RUN, "--", sys.executable, "-c", code) == WHOLE


def test_so_have_spawned_pools() -> None:
    """A process that ``multiprocessing`` spawns has it, without an initializer."""
    code = (
        "import concurrent.futures as f, multiprocessing as m\n"
        "from frameworks.five_errors import fail\n"
        "if __name__ == '__main__':\n"
        "    with f.ProcessPoolExecutor(1, mp_context=m.get_context('spawn')) as pool:\n"
        "        print(repr(pool.submit(fail, 'undeclared', '', '{record}').exception()))"
    ).replace("{record}", os.devnull)
    assert printed(sys.executable, "-c", code) == WHOLE


def test_the_program_sees_what_it_would_see() -> None:
    """``sys.path`` and the arguments are those of a program that was started without it."""
    code = "import sys; print([entry for entry in sys.path if entry], sys.argv)"
    alone = subprocess.run([sys.executable, "-c", code, "--", "-x"], env=variables(), check=True, capture_output=True, text=True)
    assert printed(sys.executable, "-c", code, "--", "-x") == alone.stdout.strip()


def test_a_sitecustomize_of_somebody_elses_runs_as_well(tmp_path: Path) -> None:
    """One that stands further back on the path is run, and is the module of that name."""
    (tmp_path / "sitecustomize.py").write_text("ran = True")
    code = "import sitecustomize; print(sitecustomize.ran)" + CARRIES
    path = os.pathsep.join([str(tmp_path), *sys.path])
    assert printed(sys.executable, "-c", code, PYTHONPATH=path).split("\n") == ["True", WHOLE]


def test_one_that_fails_fails_as_ever(tmp_path: Path) -> None:
    """Python reports another party's broken ``sitecustomize`` and goes on, with picklereg installed."""
    (tmp_path / "sitecustomize.py").write_text("raise RuntimeError('theirs')")
    done = run(sys.executable, "-c", CARRIES, PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]))
    assert (done.returncode, done.stdout.strip()) == (0, WHOLE)
    assert "RuntimeError: theirs" in done.stderr


def test_a_python_without_picklereg_goes_without(tmp_path: Path) -> None:
    """A Python in whose environment picklereg, or what it needs, is missing says so in one line, and runs the program."""
    missing = "import os, sys\nif '_run_site' in os.environ['PYTHONPATH']: sys.modules['picklereg'] = None"
    (tmp_path / "sitecustomize.py").write_text(missing)
    done = run(sys.executable, "-c", CARRIES, PYTHONPATH=os.pathsep.join([str(tmp_path), *sys.path]))
    assert (done.returncode, done.stdout.strip()) == (0, "TypeError")
    assert done.stderr.startswith(f"picklereg run: {sys.executable} goes without picklereg: ModuleNotFoundError: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("flag", ["-I", "-E", "-S"])
def test_isolated_pythons_go_without(flag: str) -> None:
    """A Python that ignores ``PYTHONPATH`` or ``sitecustomize`` runs as ever."""
    assert printed(sys.executable, flag, "-c", "import sys; print('picklereg' in sys.modules)") == "False"


def test_the_exit_status_is_the_commands() -> None:
    """Whoever waits sees what the command ends with, a signal included."""
    assert run(sys.executable, "-c", "import sys; sys.exit(7)").returncode == 7
    assert run(sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)").returncode == -signal.SIGKILL


def test_signals_reach_the_command() -> None:
    """It has the process id that was started, so what is sent there is sent to it."""
    code = "import os, signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(42))\nprint(os.getpid(), flush=True)\nsignal.pause()"
    line = [*RUN, "--", sys.executable, "-c", code]
    with subprocess.Popen(line, env=variables(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.terminate()
        assert process.wait(120) == 42


def test_a_command_that_is_not_there_is_named() -> None:
    """The exit status is the shell's for it, and one line says what is wrong."""
    done = run("no-such-command")
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == "picklereg run: can't run 'no-such-command': No such file or directory; is it installed, and on PATH?\n"


def test_a_command_that_cannot_be_executed_is_named(tmp_path: Path) -> None:
    """So is one that is no program."""
    done = run(str(tmp_path))
    assert (done.returncode, done.stdout) == (126, "")
    assert done.stderr.startswith(f"picklereg run: can't run {str(tmp_path)!r}: Permission denied")


@pytest.mark.parametrize("arguments", [[], ["--"], ["--all", "true"]])
def test_without_a_command_it_says_how_it_is_used(arguments: list[str]) -> None:
    """No command, or an option that there isn't, is an error."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: picklereg run [--] COMMAND [ARGUMENT...]\n")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_is_no_error(option: str) -> None:
    """Who asks for help gets it on standard output."""
    assert printed(option).startswith("usage: picklereg run [--] COMMAND [ARGUMENT...]\n")


def test_the_environment_can_be_had_alone() -> None:
    """A program that starts its workers itself adds to their environment; twice is once, and the given one stays as it is."""
    given = {"HOME": "/home/ada"}
    made = environment(given)
    assert given == {"HOME": "/home/ada"}
    assert environment(made) == made
    assert environment({"PYTHONPATH": "/shop"})["PYTHONPATH"] == made["PYTHONPATH"] + os.pathsep + "/shop"
