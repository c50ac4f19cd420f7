"""Checking a module: modules of every sort of misbehaviour, in real processes."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path

import pytest
from check_samples import HASTY, Write, kinds

from picklereg.testing.modules import check_module, import_path
from picklereg.testing.results import Limits, Result

# --- what comes out -----------------------------------------------------------------------------------------------


def test_outcomes(write: Write) -> None:
    """Each method's outcome is told apart: whole, noted, changed, and where it failed."""
    module = write("""
        import dataclasses
        import threading

        class Plain(Exception):
            pass

        class KeywordOnly(Exception):
            def __init__(self, *, code: int):
                super().__init__(f"error {code}")
                self.code = code

        class WithLock(Exception):
            def __init__(self, message: str):
                super().__init__(message)
                self.lock = threading.Lock()

        class LockInside(Exception):
            def __init__(self, message: str):
                super().__init__(message, threading.Lock())

        @dataclasses.dataclass(frozen=True)
        class Frozen(Exception):
            code: int

        class Group(ExceptionGroup):
            pass

        class NeverBuilt(Exception):
            def __init__(self):
                raise ValueError("never")

        class Outer:
            class Nested(LookupError):
                pass

        def _local():
            class Local(Exception):
                pass
            return Local

        local = _local()
    """)
    result = check_module(module)
    assert kinds(result) == {
        "Frozen": ("fails in the reader", "whole"),
        "Group": ("changed", "whole"),
        "KeywordOnly": ("fails in the reader", "whole"),
        "LockInside": ("fails in the writer", "noted"),
        "NeverBuilt": ("fails in the reader", "whole"),
        "Outer.Nested": ("changed", "whole"),
        "Plain": ("changed", "whole"),
        "WithLock": ("fails in the writer", "noted"),
        "_local.<locals>.Local": ("fails in the writer", "whole"),
    }
    found = {cls.qualname: cls for cls in result.classes}
    assert found["Plain"].outcomes["pickle"].lost == "cause, context lost"
    assert found["KeywordOnly"].outcomes["pickle"].problem == (
        "TypeError: KeywordOnly.__init__() takes 1 positional argument but 2 were given"
    )
    assert found["WithLock"].outcomes["picklereg"].lost == "attr lock lost"
    assert found["WithLock"].outcomes["picklereg"].notes[0].startswith("picklereg: attribute 'lock'")
    assert found["LockInside"].outcomes["picklereg"].lost == "args, str changed"
    assert found["NeverBuilt"].built == "without __init__"
    assert found["NeverBuilt"].problem == "ValueError: never"
    assert found["Frozen"].remarks == ["takes no note: FrozenInstanceError: cannot assign to field '__notes__'"]
    assert not result.loses_any


def test_modules_that_print(write: Write) -> None:
    """What a library prints or logs, in Python or beneath it, while imported, built or read, gets nobody into trouble."""
    module = write("""
        import logging, os, sys, warnings

        def shout():
            print("to standard output")
            print("to standard error", file=sys.stderr)
            os.write(1, b"beneath\\n")
            os.system("echo from a child")
            logging.error("logged")
            warnings.warn("deprecated")
            assert sys.stdin.read() == ""

        shout()

        class Noisy(Exception):
            def __init__(self, text: str):
                shout()
                super().__init__(text)
    """)
    assert kinds(check_module(module)) == {"Noisy": ("changed", "whole")}


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("raise RuntimeError('no licence\\nfound')", "importing 'some_errors' raises RuntimeError: no licence found"),
        ("import not_there_at_all", "importing 'some_errors' raises ModuleNotFoundError: No module named 'not_there_at_all'"),
        ("import sys; sys.exit(3)", "importing 'some_errors' raises SystemExit: 3"),
        ("import os; os._exit(3)", "importing 'some_errors' ends the interpreter (exit status 3)"),
        ("import os; os.abort()", "importing 'some_errors' ends the interpreter (Aborted)"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "importing 'some_errors' raises ConnectionRefusedError: "),
        ("def", "importing 'some_errors' raises SyntaxError: "),
    ],
)
def test_modules_that_fail_on_import(write: Write, source: str, problem: str) -> None:
    """An import that fails, in whatever way, is one line that says how."""
    result = check_module(write(source))
    assert result.error is not None
    assert result.error.startswith(problem)
    assert "\n" not in result.error
    assert result.classes == []


def test_module_that_hangs_on_import(write: Write) -> None:
    """An import that takes too long is given up, even if it lets nothing interrupt it."""
    module = write("""
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True:
            pass
    """)
    result = check_module(module, Limits(importing=1.0))
    assert result.error == "importing 'some_errors' takes too long (limit: 1 s)"


@pytest.mark.parametrize("name", ["not_there_at_all", "json.not_there", "not_there.at_all"])
def test_no_such_module(name: str) -> None:
    """A module that doesn't exist is told apart from one that fails."""
    assert check_module(name).error == f"no module named {name!r}; is it installed in this environment?"


@pytest.mark.parametrize("name", ["", "a/b.py", ".relative", "a..b"])
def test_no_module_name(name: str) -> None:
    """What can't be a module's name isn't imported."""
    assert check_module(name).error == f"{name!r} is no module's name; write it as in an import statement"


def test_module_without_exceptions() -> None:
    """A module that defines none is no error."""
    assert check_module("keyword") == Result("keyword")


def test_classes_that_hang_or_end_the_interpreter(write: Write) -> None:
    """A class whose code hangs, or ends the interpreter, in any step costs that step only; progress goes on."""
    module = write("""
        import os, signal, sys, time

        class DiesBuilt(Exception):
            def __init__(self):
                os._exit(4)

        class DiesRead(Exception):
            def __init__(self, text: str, again: bool = False):
                if "some_errors" in sys.modules and not hasattr(sys, "writer"):
                    os._exit(5)
                super().__init__(text)

        class DiesWritten(Exception):
            def __reduce__(self):
                os.kill(os.getpid(), signal.SIGKILL)

        class HangsBuilt(Exception):
            def __init__(self):
                time.sleep(1000)

        class HangsNot(Exception):
            pass

        class HangsRead(Exception):
            def __setstate__(self, state):
                time.sleep(1000)

        class Last(Exception):
            pass

        if "picklereg.testing.worker" in sys.modules:
            sys.writer = True
    """)
    steps: list[tuple[int, int]] = []
    result = check_module(module, HASTY, lambda done, total: steps.append((done, total)))
    assert kinds(result) == {
        "DiesBuilt": (),
        "DiesRead": ("fails in the reader", "whole"),
        "DiesWritten": ("fails in the writer", "fails in the writer"),
        "HangsBuilt": (),
        "HangsNot": ("changed", "whole"),
        "HangsRead": ("fails in the reader", "whole"),
        "Last": ("changed", "whole"),
    }
    found = {cls.qualname: cls for cls in result.classes}
    assert found["DiesBuilt"].problem == "building it ends the interpreter (exit status 4)"
    assert found["HangsBuilt"].problem == "building it takes too long"
    assert found["DiesRead"].outcomes["pickle"].problem == "ends the interpreter (exit status 5)"
    assert found["HangsRead"].outcomes["pickle"].problem == "takes too long"
    assert found["DiesWritten"].outcomes["picklereg"].problem == "ends the interpreter (Killed)"
    assert result.loses_any
    assert steps[0] == (0, 0)
    assert steps[-1] == (14, 14)


def test_module_that_can_not_be_imported_again(write: Write, tmp_path: Path) -> None:
    """If the worker that goes on can't import the module, there is no result."""
    module = write(f"""
        import os
        os.mkdir({str(tmp_path / "once")!r})

        class DiesBuilt(Exception):
            def __init__(self):
                os._exit(4)

        class Other(Exception):
            pass
    """)
    result = check_module(module)
    assert result.error is not None
    assert "FileExistsError" in result.error


def test_module_that_forks_and_leaves(write: Write, tmp_path: Path) -> None:
    """A child that would outlive the worker neither answers in its name nor keeps anybody waiting, and ends with it."""
    module = write(f"""
        import fcntl, os, time
        held = open({str(tmp_path / "held")!r}, "w")
        fcntl.flock(held, fcntl.LOCK_EX)
        if os.fork() == 0:
            time.sleep(1000)
        os._exit(0)
    """)
    result = check_module(module)
    assert result.error == "importing 'some_errors' ends the interpreter (exit status 0)"
    with (tmp_path / "held").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # waits for the child's end


def test_module_whose_threads_stay(write: Write) -> None:
    """Threads that don't end don't keep the check from ending."""
    module = write("""
        import threading, time
        threading.Thread(target=time.sleep, args=(1000,)).start()

        class Plain(Exception):
            pass
    """)
    assert kinds(check_module(module)) == {"Plain": ("changed", "whole")}


# --- which classes ------------------------------------------------------------------------------------------------


def test_package_with_imported_submodules(write: Write) -> None:
    """A package counts with what it imports of itself, under whatever name a class goes; others' classes don't count."""
    write("class Mine(Exception): pass\nMine.__module__ = 'pack'", "pack._inner")
    write("class NotImported(Exception): pass", "pack.other")
    write("class Odd(Exception): pass\nOdd.__module__ = 'nowhere'", "pack.odd")
    write(
        """
        from json import JSONDecodeError
        from pack._inner import Mine
        from pack.odd import Odd

        class Error(Exception): pass
        """,
        "pack.__init__",
    )
    write("class Neighbour(Exception): pass", "packed")
    assert sorted(kinds(check_module("pack"))) == ["Error", "Mine", "Odd"]
    assert sorted(kinds(check_module("pack._inner"))) == ["Mine"]


def test_lazy_package(write: Write) -> None:
    """What a package imports on first use counts, as far as it can be imported."""
    write("class Lazy(Exception): pass", "lazy._errors")
    write(
        """
        __all__ = ["Lazy", "NeedsMore"]

        def __getattr__(name):
            import importlib
            return getattr(importlib.import_module("lazy._errors"), name)
        """,
        "lazy.__init__",
    )
    assert kinds(check_module("lazy")) == {"Lazy": ("changed", "whole")}


def test_module_that_uses_picklereg(write: Write) -> None:
    """A library may import picklereg itself: what the reader does without is picklereg named by a payload."""
    module = write("""
        import picklereg

        @picklereg.register
        class ShopError(Exception):
            def __init__(self, *, code: int):
                self.code = code
    """)
    assert kinds(check_module(module)) == {"ShopError": ("fails in the reader", "whole")}


def test_picklereg_itself() -> None:
    """picklereg's own exceptions are read where picklereg is."""
    assert kinds(check_module("picklereg.errors"))["RegistrationError"] == ("changed", "whole")


def test_current_directory_comes_last(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the making is found in the current directory; it shadows nothing."""
    write("class Mine(Exception): pass")
    monkeypatch.chdir(tmp_path)
    assert import_path() == sys.path
    sys.path.remove(str(tmp_path))
    assert import_path()[-1] == str(tmp_path)
    assert list(kinds(check_module("some_errors"))) == ["Mine"]
