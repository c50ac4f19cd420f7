"""What one can check by name (classes, modules, distributions), and what ``--explain`` prints of it."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from terminals import on_terminal

from picklereg.cli.commands import commands
from picklereg.cli.targets import targets_of
from picklereg.testing.results import Result as Checked
from picklereg.testing.results import Target

if TYPE_CHECKING:
    from check_samples import Write

# --- by name ------------------------------------------------------------------------------------------------------


def test_targets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is a class's, a module's, or a distribution's if there is no such module."""
    info = tmp_path / "ghost_errors-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ghost-errors\nVersion: 1.0\n", "utf-8")
    (info / "RECORD").write_text("ghost_inside.py,,\n", "utf-8")
    (tmp_path / "ghost_inside.py").write_text("class OneError(Exception): pass", "utf-8")
    empty = tmp_path / "ghost_empty-1.0.dist-info"
    empty.mkdir()
    (empty / "METADATA").write_text("Metadata-Version: 2.1\nName: ghost-empty\nVersion: 1.0\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    names = ["json", "json.decoder:A.B", "ghost-errors", "ghost_errors", "ghost-empty", "ghost_inside", "no_such", "no such"]
    assert targets_of(names) == [
        Target("json", ["json"], ["json"]),
        Target("json.decoder:A.B", ["json.decoder"], ["json.decoder"], qualname="A.B"),
        Target("ghost-errors", ["ghost_inside"], ["ghost_inside"], "1.0"),
        Target("ghost-errors", ["ghost_inside"], ["ghost_inside"], "1.0"),
        Checked("ghost-empty"),
        Target("ghost_inside", ["ghost_inside"], ["ghost_inside"]),
        Target("no_such", ["no_such"], ["no_such"]),
        Checked("no such", error="'no such' is no module's name; write it as in an import statement, a class as module:Class"),
    ]


ERRORS = """
    import threading

    class Outer:
        class InnerError(Exception):
            def __init__(self, *, code: int):
                super().__init__(f"error {code}")
                self.code = code

    class LockError(Exception):
        def __init__(self):
            super().__init__("a text")
            self.lock = threading.Lock()
            raise_it = 1 / 0

    class NeverError(Exception):
        def __new__(cls):
            raise ValueError("never")

        def __str__(self):
            import os
            os._exit(3)

    def no_class():
        pass
"""


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["check", *arguments], env={"COLUMNS": "80"})


def test_one_class(write: Write) -> None:
    """A class can be named, also one inside another; nothing else of its module is looked at."""
    name = write(ERRORS)
    result = invoke(f"{name}:Outer.InnerError", "--json")
    (module,) = json.loads(result.stdout)["modules"]
    assert (module["name"], [found["qualname"] for found in module["classes"]]) == (f"{name}:Outer.InnerError", ["Outer.InnerError"])
    assert module["classes"][0]["explanation"] is None
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("LokError", "no exception class named 'LokError' in 'some_errors'; did you mean 'LockError'?"),
        ("Xyz", "no exception class named 'Xyz' in 'some_errors'"),
        ("no_class", "'no_class' in 'some_errors' is no exception class"),
    ],
)
def test_class_that_is_not_there(asked: str, problem: str, write: Write) -> None:
    """That is one line, and exit status 2."""
    result = invoke(f"{write(ERRORS)}:{asked}")
    assert result.stderr == f"picklereg: {problem}\n"
    assert result.exit_code == 2


def test_class_in_a_module_that_fails(write: Write) -> None:
    """If the module can't be imported, that is the reason."""
    result = invoke(f"{write('1 / 0')}:SomeError")
    assert result.stderr == "picklereg: importing 'some_errors' raises ZeroDivisionError: division by zero\n"


def test_explanation(write: Write) -> None:
    """What is printed tells everything, fits into 80 columns, and ends with the versions."""
    name = write(ERRORS)
    result = invoke(f"{name}:LockError", "--explain")
    text = " ".join(result.stdout.split())
    for part in [
        f"{name}.LockError",
        "built without __init__: ZeroDivisionError",
        "written by the wire form because no reducer is registered",
        "declared by nobody",
        "plan made by Exception.__new__ (opcode NEWOBJ)",
        "pieces args[0] (str): kept cause (ValueError): kept",
        f"value copyreg.__newobj__({name}.LockError, 'something went wrong')",
        "redacted nothing",
        " bytes; plain pickle: ",
        "plain pickle fails in the reader: TypeError: ",
        "picklereg whole",
    ]:
        assert part in text
    assert result.stdout.splitlines()[-1].startswith(f"CPython {platform.python_version()}, {platform.system()}; picklereg 0.")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.exit_code == 0


def test_explanation_of_what_was_replaced(write: Write) -> None:
    """Where, and by which rule; never what."""
    name = write(
        "class LoginError(Exception):\n    def __init__(self, url='https://shop.example/?token=zQ7-x'):\n        super().__init__(url)"
    )
    text = " ".join(invoke(f"{name}:LoginError", "--explain").stdout.split())
    assert "redacted args found by name: token" in text
    assert "zQ7-x" not in text


def test_explanation_of_what_fails(write: Write) -> None:
    """A class that can't be built, and a payload that can't be read, are told, too."""
    name = write(ERRORS)
    result = invoke(name, "--explain")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert any(line.startswith("not built building it ends the interpreter (exit status 3)") for line in lines)
    assert any(line.startswith("plain pickle fails in the reader: TypeError: ") for line in lines)
    assert [line for line in lines if line.startswith(f"{name}.")] == [
        f"{name}.{cls}" for cls in ("LockError", "NeverError", "Outer.InnerError")
    ]


def test_explanation_where_plain_pickle_fails(write: Write) -> None:
    """The size is picklereg's alone then."""
    name = write("import threading\nclass LockError(Exception):\n    def __init__(self):\n        self.lock = threading.Lock()")
    lines = [" ".join(line.split()) for line in invoke(f"{name}:LockError", "--explain").stdout.splitlines()]
    assert any(line.startswith("size ") and line.endswith(" bytes") for line in lines)
    assert "picklereg noted: attr lock lost" in lines


def test_explanation_as_json(write: Write) -> None:
    """With ``--json`` it stands beside the class's outcomes."""
    result = invoke(f"{write(ERRORS)}:Outer.InnerError", "--explain", "--json")
    (found,) = json.loads(result.stdout)["modules"][0]["classes"]
    assert found["explanation"]["route"] == "the wire form"
    assert {"name": "attr code", "type": "int", "fate": "kept"} in found["explanation"]["pieces"]


def test_explain_with_installed() -> None:
    """Every installed distribution, explained, would be a book."""
    result = invoke("--installed", "--explain")
    assert "--explain goes with the names of classes or modules" in result.stderr
    assert result.exit_code == 2


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours(no_color: str, write: Write, tmp_path: Path) -> None:
    """Colours are for a terminal, unless ``NO_COLOR`` is set."""
    printed = on_terminal("check", "--explain", f"{write(ERRORS)}:Outer.InnerError", path=tmp_path, no_color=no_color)
    assert ("\x1b[32mwhole" in printed) is (no_color == "")
