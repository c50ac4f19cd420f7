"""The mutants of ``python -m benchmarks.mutation``: which places of a module are changed, and how."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.mutants import mutants_of  # noqa: E402  # not installed with the package


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


def test_mutants_of_a_module() -> None:
    """Each is another module, with all lines where they were."""
    source = (ROOT / "picklereg" / "reduction" / "screening.py").read_text("utf-8")
    found = mutants_of(source)
    trees = {ast.unparse(ast.parse(text)) for text in (source, *(mutant.source for mutant in found))}
    assert len(trees) == len(found) + 1
    assert {mutant.source.count("\n") for mutant in found} == {source.count("\n")}
    assert all(mutant.before.splitlines()[0] in source.splitlines()[mutant.line - 1] for mutant in found)


def test_it_can_be_asked_how_many_there_are() -> None:
    """Without running one."""
    command = [sys.executable, "-m", "benchmarks.mutation", "picklereg/redaction/names.py", "--list"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[0]) > 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each mutant is tried in a process that is forked")
def test_it_asks_the_tests_before_there_is_a_mutant() -> None:
    """Whatever options the suite itself is run with."""
    asked = ["--tests", "tests/redaction/test_replacer.py -k nothing_known", "--minutes", "0"]
    command = [sys.executable, "-m", "benchmarks.mutation", "picklereg/redaction/collecting.py", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mutants were not asked" in done.stdout
