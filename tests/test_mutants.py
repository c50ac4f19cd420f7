"""The mutants of ``python -m benchmarks.mutation``: which places of a module are changed, and how."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.mutants import mutants_of  # noqa: E402  # not installed with the package
from benchmarks.mutation import _keys  # noqa: E402
from benchmarks.probed_guards import Probes, place_of, probed  # noqa: E402
from benchmarks.swapped_mutants import functions_of, swap  # noqa: E402


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("if a and not b: f = 1", {("a and not b", "(not b)"), ("a and not b", "(a)"), ("not b", "(b)")}),
        ("x = 1 if a < b else 2", {("a < b", "(a <= b)"), ("a < b", "True"), ("a < b", "False")}),
        ("def f(x: a | None = None) -> b:\n    return x is None", {("x is None", "(x is not None)"), ("x is None", "True")}),
        ("while a: b()", {("a", "False"), ("b()", "pass")}),
        ("x = [a for a in b if c]", {("c", "True"), ("c", "False")}),
        ("notes += [1]", {("notes += [1]", "pass")}),
        ("MOST = 101", {("101", "102"), ("101", "100")}),
        ("KINDS = (str, int)", {("(str, int)", "((str,))"), ("(str, int)", "((int,))")}),
        ("x = depth + 1", {("depth + 1", "(depth)")}),
    ],
)
def test_what_is_changed(source: str, changes: set[tuple[str, str]]) -> None:
    """Clauses, conditions, comparisons, bounds, entries, and calls for what they do."""
    assert changes <= {(mutant.before, mutant.after) for mutant in mutants_of(source)}


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "def f(x: a | b = c) -> d | e:\n    return x",
        "x: tuple[int, str]",
        '__all__ = ["a", "b"]',
        "Place = tuple[int, str]",
        "if TYPE_CHECKING:\n    import a",
        "x = f'{a and b}'",
    ],
)
def test_what_is_not(source: str) -> None:
    """Texts, annotations, and what only type checkers read."""
    assert mutants_of(source) == []


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("if a and not b: f = 1", {("a and not b", "(not b)"), ("a and not b", "(a)"), ("a and not b", "False")}),
        ("x = 1 if a or b == c else 2", {("a or b == c", "(b == c)"), ("a or b == c", "(a)"), ("a or b == c", "True")}),
        ("if not a is b: f = 1", {("not a is b", "True"), ("not a is b", "False")}),
        ("while a < b: c()", {("a < b", "False"), ("a < b", "(a <= b)")}),
        ("x = a == b", {("a == b", "(a != b)")}),
        ("MOST = 101\nx = depth + 1\nx += 1\nf(1, 2)", set()),
    ],
)
def test_guards_alone(source: str, changes: set[tuple[str, str]]) -> None:
    """No calls, tables or numbers; and no change that a test misses only if it misses another one."""
    assert {(mutant.before, mutant.after) for mutant in mutants_of(source, guards=True)} == changes


def test_mutants_of_a_module() -> None:
    """Each is another module, with all lines where they were."""
    source = (ROOT / "picklereg" / "introspection" / "fields.py").read_text("utf-8")
    found = mutants_of(source)
    trees = {ast.unparse(ast.parse(text)) for text in (source, *(mutant.source for mutant in found))}
    assert len(trees) == len(found) + 1
    assert {mutant.source.count("\n") for mutant in found} == {source.count("\n")}
    assert all(mutant.before.splitlines()[0] in source.splitlines()[mutant.line - 1] for mutant in found)


def test_lines_that_read_the_same() -> None:
    """Each has a name of its own, and keeps that where another line is added."""
    source = "if a:\n    b = 1\nif a:\n    c = 1\n"
    for text in (source, f"x = 1\n{source}"):
        found = _keys([("m.py", mutant) for mutant in mutants_of(text, guards=True)])
        names = [f"m.py: if {answer}:: a -> {answer}" for answer in (False, True)]
        assert sorted(found.values()) == [f"{name}{number}" for name in names for number in ("", " (2)")]


def test_it_can_be_asked_how_many_there_are() -> None:
    """Without running one."""
    counts = []
    for options in ([], ["--guards"]):
        command = [sys.executable, "-m", "benchmarks.mutation", "picklereg/redaction/names.py", "--list", *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        counts.append(int(done.stdout.split()[0]))
        assert f"{counts[-1]:6} picklereg/redaction/names.py" in done.stdout
    assert 50 < counts[1] < counts[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant is tried in a process that is forked")
def test_it_asks_the_tests_before_there_is_a_mutant() -> None:
    """Whatever options the suite itself is run with."""
    asked = ["--tests", "tests/redaction/test_replacer.py -k nothing_known", "--minutes", "0"]
    command = [sys.executable, "-m", "benchmarks.mutation", "picklereg/redaction/url_paths.py", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mutants were not asked" in done.stdout


SWAPPED: Final = """
BOUND = 3

def plain(x):
    return x < BOUND

def outer(limit):
    def inner(x):
        return x < limit and x > 0
    return inner

class Held:
    def asks(self, x):
        return x == 1

made = outer(5)
"""


def test_functions_get_a_mutants_code(tmp_path: Path) -> None:
    """Those that there are, and those that they make later; what no function holds can't be swapped."""
    file = tmp_path / "swapped.py"
    file.write_text(SWAPPED)
    names: dict[str, Any] = {}
    exec(compile(SWAPPED, str(file), "exec"), names)
    functions, mutants = functions_of(str(file)), {(found.before, found.after): found for found in mutants_of(SWAPPED)}
    answers = names["plain"](3), names["outer"](5)(-1), names["made"](-1), names["Held"]().asks(2)
    assert answers == (False, False, False, False)
    assert swap(functions, mutants["x < BOUND", "(x <= BOUND)"])
    assert names["plain"](3)
    assert swap(functions, mutants["x < limit and x > 0", "(x < limit)"])
    assert names["outer"](5)(-1)
    assert names["made"](-1)
    assert swap(functions, mutants["x == 1", "True"])
    assert names["Held"]().asks(2)
    assert not swap(functions, mutants["3", "4"])


GUARDED: Final = """
def asked(values, most):
    if values and len(values) < most:
        return values or most
    return [value for value in values if value is not most]

def remembered(key):
    return known[key] or known[-key]

class Known(dict):
    def __missing__(self, key):
        found = self[key] = key if key > 0 else 0
        return found

known = Known()
"""


@pytest.mark.parametrize(
    ("arguments", "differ"),
    [
        (([1, 2], 3), {("len(values) < most", "(len(values) <= most)"): False, ("values or most", "(most)"): True}),
        (([1, 2, 3], 3), {("len(values) < most", "(len(values) <= most)"): True, ("values and len(values) < most", "(values)"): True}),
        (([], 0), {("values and len(values) < most", "(len(values) < most)"): False, ("values and len(values) < most", "False"): False}),
        ((None, 0), {("values and len(values) < most", "(len(values) < most)"): True}),
        (([1], 1), {("value is not most", "True"): True, ("value is not most", "False"): False}),
    ],
)
def test_probes_tell_which_mutants_answer_otherwise(arguments: tuple[Any, int], differ: dict[tuple[str, str], bool]) -> None:
    """The guard decides all the same, also where asking one of them raises."""
    tree, places = probed(GUARDED)
    names: dict[str, Any] = {"__file__": "guarded.py"}
    probes = Probes()
    probes.attach(names)
    exec(compile(tree, "guarded.py", "exec"), names)
    with contextlib.suppress(TypeError):
        names["asked"](*arguments)
    seen = {places[index][2:] for _, index in probes.seen}
    assert {change: change in seen for change in differ} == differ
    assert {place_of(mutant.line, mutant.column, mutant.before, mutant.after) for mutant in mutants_of(GUARDED, guards=True)} == {*places}


def test_a_guard_that_is_run_for_another_mutants_answer_is_noted() -> None:
    """What it says may be remembered: then the program itself doesn't come by."""
    tree, places = probed(GUARDED)
    names: dict[str, Any] = {"__file__": "guarded.py"}
    probes = Probes()
    probes.attach(names)
    exec(compile(tree, "guarded.py", "exec"), names)
    assert names["remembered"](3) == 3
    assert {change for change in (places[index][2:] for _, index in probes.beneath) if change[0] == "key > 0"} == {
        ("key > 0", answer) for answer in ("True", "False", "(key >= 0)")
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant is tried in a process that is forked")
def test_it_can_ask_tests_that_run_the_line(tmp_path: Path) -> None:
    """A test that runs a mutant's line and would fail kills it; one that doesn't isn't asked."""
    asked = ["--quickly", "5", "--tests", "tests/redaction/test_codes.py", "--minutes", "1", "--kept", str(tmp_path / "kept")]
    command = [sys.executable, "-m", "benchmarks.mutation", "picklereg/redaction/codes.py", "picklereg/redaction/url_paths.py", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if sys.version_info < (3, 12):
        assert "needs Python 3.12" in done.stderr
        return
    assert done.returncode == 0, done.stdout + done.stderr
    killers = json.loads((tmp_path / "kept").read_text())
    assert any((killer or "").startswith("tests/redaction/test_codes.py::") for killer in killers.values())
    assert all(name.startswith("picklereg/redaction/codes.py") for name in killers)
