"""Checking a module: modules of every sort of misbehaviour, in real processes."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pickle
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapes

import picklereg
from picklereg import _check_reader
from picklereg._check_reader import NoPicklereg, describe, no_network, one_line, read, serve
from picklereg.check import check_module, import_path
from picklereg.check_compare import compare, notes_of, summary
from picklereg.check_process import DiedError, Process
from picklereg.check_results import ClassResult, Limits, ModuleResult, Outcome
from picklereg.check_worker import Reader, events

Write = Callable[..., str]

#: Long for a machine, short for a test that waits for it to pass.
HASTY = Limits(importing=20.0, step=2.0)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a module, or a file of a package, that can be imported, and gives the module's name."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(source: str, name: str = "some_errors") -> str:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source), "utf-8")
        return name

    return write


def kinds(result: ModuleResult) -> dict[str, tuple[str, ...]]:
    assert result.error is None
    return {found.qualname: tuple(outcome.kind for outcome in found.outcomes.values()) for found in result.classes}


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
    assert check_module("keyword") == ModuleResult("keyword")


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

        if "picklereg.check_worker" in sys.modules:
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


# --- the worker, in this process ----------------------------------------------------------------------------------


def test_worker_events() -> None:
    """The worker tells what it found, how each class was built, and each outcome, in this order."""
    found, *rest = events("shapes", 0, Limits())
    names = [name for _, name in found["found"]]
    assert names == sorted(names)
    assert [("built" in event, "outcome" in event) for event in rest[:3]] == [(True, False), (False, True), (False, True)]
    assert len(rest) == 3 * len(names)


def test_worker_goes_on_in_the_middle() -> None:
    """A worker leaves out what an earlier one has dealt with."""
    found, built, outcome = events("xml.parsers.expat", 1, Limits())
    assert found["found"] == [["xml.parsers.expat", "ExpatError"]]
    assert built["built"] == "by its signature"
    assert outcome["outcome"]["kind"] == "whole"
    assert len(list(events("xml.parsers.expat", 2, Limits()))) == 1


def test_worker_errors() -> None:
    """The worker says why it can't import a module."""
    assert list(events("not_there_at_all", 0, Limits())) == [
        {"error": "no module named 'not_there_at_all'; is it installed in this environment?"}
    ]


def test_worker_survives_odd_classes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that can't be built, or not even be looked at, is one that wasn't built."""
    module = write(
        """
        class Hidden(ExceptionGroup):
            @property
            def exceptions(self):
                raise RuntimeError("hidden")

        class Unmakeable(Exception):
            def __new__(cls, *args):
                raise TypeError("no")

            def __init__(self, *args):
                pass
        """,
        "odd_errors",
    )
    monkeypatch.delitem(sys.modules, module, raising=False)
    built = {names[1]: event for names, event in zip(*_found_and_built(module), strict=True)}
    assert built["Hidden"]["problem"] == "looking at it raises RuntimeError: hidden"
    assert built["Unmakeable"]["built"] == "without __init__"
    assert built["Unmakeable"]["problem"] == "TypeError: no"


def test_worker_finds_what_can_not_be_built() -> None:
    """A class that nothing makes an instance of has no outcomes."""
    built = {names[1]: event for names, event in zip(*_found_and_built("pydantic_core"), strict=True)}
    assert built["ValidationError"]["built"] == "not built"


def _found_and_built(module: str) -> tuple[Any, list[Any]]:
    found, *rest = events(module, 0, Limits())
    return found["found"], [event for event in rest if "built" in event]


def test_worker_survives_a_reader_that_dies(write: Write) -> None:
    """The next payload gets another reader."""
    module = write(
        """
        import os, sys

        class DiesRead(Exception):
            def __init__(self, text):
                if "picklereg.check_worker" not in sys.modules:
                    os._exit(5)

        class Last(Exception):
            pass
        """,
        "dying_errors",
    )
    outcomes = [event["outcome"] for event in events(module, 0, Limits()) if "outcome" in event]
    assert [outcome["kind"] for outcome in outcomes] == ["fails in the reader", "whole", "changed", "whole"]
    assert outcomes[0]["problem"] == "ends the interpreter (exit status 5)"


BUILT = ("built", "problem", "remarks")


def test_worker_process_runs_to_its_end() -> None:
    """The process keeps its standard streams to itself and ends when its work is done."""
    code = "import sys; from picklereg.check_worker import main; main('json.decoder', '0', '60', '10')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [list(json.loads(line)) for line in done.stdout.splitlines()] == [["found"], [*BUILT], ["outcome"], ["outcome"]]


# --- the reader ---------------------------------------------------------------------------------------------------


def test_read_describes_an_exception() -> None:
    """The reader tells what arrived, as the writer would."""
    exc = shapes.KeywordOnly(code=3, message="m")
    assert read(picklereg.dumps(exc)) == {"nodes": describe(exc)}


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        (b"", "EOFError: Ran out of input"),
        (pickle.dumps(7), "gives a builtins.int"),
        (b"csys\nexit\n(I4\ntR.", "SystemExit: 4"),
        (b"cpicklereg_not_there\nx\n.", "ModuleNotFoundError: No module named 'picklereg_not_there'"),
    ],
)
def test_read_problems(payload: bytes, problem: str) -> None:
    """What can't be loaded, or is no exception, is a problem, whatever it raises."""
    assert read(payload) == {"problem": problem}


def test_serve() -> None:
    """One answer for each request, until the requests end."""
    requests = io.StringIO('{"payload": "STQyCi4=", "patience": 10}\n' * 2)
    answers = io.StringIO()
    serve(requests, answers)
    assert answers.getvalue() == '{"problem": "gives a builtins.int"}\n' * 2


def test_payload_must_not_name_picklereg() -> None:
    """pickle finds no picklereg in the reader."""
    reader = Reader("json", sys.path, Limits())
    with reader:
        answer = reader.read(pickle.dumps(picklereg.PickleregError("x")))
        reader.finish()
    assert answer == {"problem": "ModuleNotFoundError: the payload names picklereg, which the reader does without"}


def test_others_may_import_what_they_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """The finder refuses only picklereg, and only to what the reader's file itself imports."""
    NoPicklereg.find_spec("picklereg")
    monkeypatch.setattr(_check_reader, "__file__", __file__)
    NoPicklereg.find_spec("json")
    with pytest.raises(ModuleNotFoundError, match=r"names picklereg\.errors"):
        NoPicklereg.find_spec("picklereg.errors")


def test_no_network() -> None:
    """Other machines are out of reach; paths on this one, and everything else, are not."""
    with socket.socket() as any_socket:
        for event in ("socket.connect", "socket.sendto"):
            with pytest.raises(ConnectionRefusedError):
                no_network(event, (any_socket, ("127.0.0.1", 9)))
            no_network(event, (any_socket, "/run/some.socket"))
    with pytest.raises(ConnectionRefusedError):
        no_network("socket.getaddrinfo", ("localhost", 80, 0, 0, 0))
    no_network("open", ("some_file", "r", 0))


def test_one_line() -> None:
    """A problem is told in one line of a length that fits."""
    assert one_line(ValueError("two\n  lines")) == "ValueError: two lines"
    assert one_line(ValueError()) == "ValueError"
    assert len(one_line(ValueError("x" * 10_000))) < 400


class Described(Exception):
    __slots__ = ("empty", "slot")
    empty: int
    slot: Any


def test_describe_values() -> None:
    """Values are shown as text that is the same everywhere."""
    exc = Described({3, 1}, [("a", frozenset({2}))], object(), {"k": {"deeper": {"and": {"deeper": {"still": [[1]]}}}}}, "x" * 3_000)
    exc.slot = shapes.Holder(1)
    node = describe(exc)[0]
    assert node["type"] == "test_check.Described"
    assert node["args"][:3] == ["set(1, 3)", "list(tuple('a', frozenset(2)))", "<object object at 0x>"]
    assert "'deeper': dict('still': list([1]))" in node["args"][3]
    assert "(3002 characters" in node["args"][4]
    assert list(node["attributes"]) == ["slot"]
    assert describe(shapes.RaisingStr(1))[0]["str"] == "<str raises ValueError>"


def test_describe_chains() -> None:
    """Exceptions are numbered, so cycles end, and very long chains are cut."""
    first, second = ValueError(1), ExceptionGroup("g", [KeyError(2), KeyError(3)])
    first.__cause__, second.__context__ = second, first
    first.held = [second]  # type: ignore[attr-defined]
    nodes = describe(first)
    assert [node["type"].partition(".")[2] for node in nodes] == ["ValueError", "ExceptionGroup", "KeyError", "KeyError"]
    assert (nodes[0]["cause"], nodes[0]["held"], nodes[1]["context"], nodes[1]["exceptions"]) == (1, [1], 0, [2, 3])
    exc = ValueError()
    for _ in range(1_000):
        link = ValueError()
        link.__cause__ = exc
        exc = link
    assert len(describe(exc)) == 200
    assert compare(describe(exc), describe(exc)) == []


def test_describe_odd_notes() -> None:
    """Notes may be anything."""
    exc: Any = ValueError()
    exc.__notes__ = 7
    assert describe(exc)[0]["notes"] == ["7"]
    exc.__notes__ = ("a", 7)
    assert describe(exc)[0]["notes"] == ["a", "7"]


# --- comparing ----------------------------------------------------------------------------------------------------


def pieces(before: BaseException, after: BaseException) -> dict[str, tuple[str, bool]]:
    differences = compare(describe(before), describe(after))
    assert all(difference.before != difference.after for difference in differences)
    return {difference.piece: (difference.change, difference.noted) for difference in differences}


def with_(exc: Any, **attributes: Any) -> Any:
    for name, value in attributes.items():
        setattr(exc, name, value)
    return exc


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ValueError(1), ValueError(1), {}),
        (ValueError("a"), KeyError("a"), {"type": ("changed", False), "str": ("changed", False)}),
        (ValueError(1, 2), ValueError(1, 3), {"args[1]": ("changed", False), "str": ("changed", False)}),
        (ValueError(1), ValueError(), {"args": ("lost", False), "str": ("changed", False)}),
        (with_(ValueError(), x=1, y=1), with_(ValueError(), x=2, z=1), {
            "attr x": ("changed", False), "attr y": ("lost", False), "attr z": ("added", False),
        }),
        (with_(ValueError(), __notes__=["a"]), ValueError(), {"notes": ("lost", False)}),
        (with_(ValueError(), __suppress_context__=True), ValueError(), {"suppress_context": ("changed", False)}),
        (with_(ValueError(), __cause__=KeyError()), ValueError(), {"cause": ("lost", False)}),
        (ValueError(), with_(ValueError(), __context__=KeyError()), {"context": ("added", False)}),
        (with_(ValueError(), __context__=KeyError(1)), with_(ValueError(), __context__=KeyError(2)), {
            "context.args[0]": ("changed", False), "context.str": ("changed", False),
        }),
        (with_(ValueError(), held=KeyError(1)), with_(ValueError(), held=KeyError()), {
            "inner.args": ("lost", False), "inner.str": ("changed", False),
        }),
        (ExceptionGroup("g", [KeyError(1)]), ExceptionGroup("g", [KeyError(1), KeyError(2)]), {
            "args[1]": ("changed", False), "exceptions": ("changed", False), "str": ("changed", False),
        }),
    ],
)  # fmt: skip
def test_differences(before: BaseException, after: BaseException, expected: dict[str, tuple[str, bool]]) -> None:
    """Every piece that differs is named, wherever it is."""
    assert pieces(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (with_(ValueError(), lock=1), ValueError(), "attribute 'lock' (int) was left behind: why"),
        (with_(ValueError(), lock=[1]), with_(ValueError(), lock=[2]), "an item of attribute 'lock' (int) was replaced by its repr: why"),
        (ValueError(1), ValueError("1"), "argument 0 (int) was replaced by its repr: why"),
        (KeyError(1), KeyError("1"), "an item of argument 0 (int) was replaced by its repr: why"),
        (with_(ValueError(), __cause__=KeyError()), ValueError(), "__cause__ was left behind: why"),
        (with_(ValueError(), __context__=KeyError()), ValueError(), "the chain is cut here: 1 older exceptions were left behind"),
        (ExceptionGroup("g", [KeyError(1)]), ExceptionGroup("g", [KeyError(1)]), "2 sub-exceptions were left behind"),
        (FileNotFoundError(), LookupError(), "class X can't be imported by its name; it was sent as builtins.LookupError"),
        (with_(OSError(1, "x"), y=1), LookupError("OSError"), "X was sent as LookupError with its text alone: why"),
    ],
)
def test_noted_differences(before: BaseException, after: BaseException, note: str) -> None:
    """A difference that a note of picklereg names is told apart from a silent one."""
    after.add_note(f"picklereg: {note}")
    assert all(noted for _, noted in pieces(before, after).values())
    assert notes_of(describe(after)) == [f"picklereg: {note}"]


def test_silent_differences_beside_noted_ones() -> None:
    """A note excuses only what it names."""
    after = ValueError()
    after.add_note("picklereg: attribute 'lock' (int) was left behind: why")
    before = with_(ValueError(), lock=1, other=2)
    assert pieces(before, after) == {"attr lock": ("lost", True), "attr other": ("lost", False)}


def test_fewer_sub_exceptions() -> None:
    """A group that lost some of its exceptions differs by that."""
    before = describe(ExceptionGroup("g", [KeyError(1), KeyError(2)]))
    after = describe(ExceptionGroup("g", [KeyError(1)]))
    assert "exceptions" in {difference.piece for difference in compare(before, after)}


def test_summary() -> None:
    """The short text groups pieces by what happened to them, and names only so many."""
    before = with_(ValueError(1), __cause__=with_(KeyError(1), __cause__=KeyError(2)), x=1)
    after = with_(ValueError(2), __cause__=with_(KeyError(1), __cause__=KeyError(3)))
    assert summary(compare(describe(before), describe(after))) == "args, str, cause.args, cause.str changed; attr x lost"
    before = with_(ValueError(), **{f"x{number}": 1 for number in range(9)})
    assert summary(compare(describe(before), describe(ValueError()))) == "attr x0, attr x1, attr x2, attr x3, attr x4 and 4 more lost"


# --- results and processes ----------------------------------------------------------------------------------------


def test_result_as_data() -> None:
    """A result is plain data with totals."""
    result = ModuleResult("m", None, [ClassResult("m", "E", outcomes={"picklereg": Outcome("changed")}), ClassResult("m", "F")])
    data = json.loads(json.dumps(result.as_data()))
    assert data["totals"]["classes"] == 2
    assert data["totals"]["not built"] == 2
    assert data["totals"]["picklereg"]["changed"] == 1
    assert result.loses_any


def test_process_is_killed_if_nobody_waits_for_its_answer() -> None:
    """An error in the block that talks to a process ends the process."""
    with pytest.raises(KeyboardInterrupt), Process(sys.path, "import time; time.sleep(1000)"):
        raise KeyboardInterrupt


def test_process_that_has_ended() -> None:
    """Sending to a process that has ended is no error; receiving tells how it ended."""
    with Process(sys.path, "import os; os._exit(7)") as process:
        with pytest.raises(DiedError, match="exit status 7"):
            process.receive()
        process.send({})
        with pytest.raises(DiedError, match="exit status 7"):
            process.receive()


def test_descriptors_stay_with_the_process(tmp_path: Path) -> None:
    """A process that was forked off has none of the streams."""
    code = """
import os, sys
from picklereg import _check_reader

def work(requests, answers):
    if os.fork() == 0:
        for stream in (requests, answers):
            try:
                os.fstat(stream.fileno())
            except OSError:
                os.write(2, b"closed ")
        os._exit(0)
    os.wait()
    answers.write(requests.read())

_check_reader.run(work)
"""
    done = subprocess.run([sys.executable, "-c", code], input="hello", capture_output=True, text=True, check=True, cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("hello", "closed closed ")
    assert os.getcwd() != str(tmp_path)  # noqa: PTH109
