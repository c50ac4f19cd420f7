"""Mutants of a module: its source with one guard taken away, turned round or moved.

What is changed is what decides: clauses of ``and`` and ``or``, conditions, comparisons, bounds, what is one of several kinds, and calls
that are made for what they do. Each mutant is the whole source with one place replaced, so that lines keep their numbers.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Mutant", "guards_of", "mutants_of", "truths_of", "written"]

#: The other one of two comparisons between which a bound lies, or an answer is turned round.
_OTHERS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
#: Of longer tables, entries are data and no guards.
_MOST_ENTRIES = 12


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes:
        line: where it is.
        column: where in that line, in bytes.
        before: what stood there.
        after: what stands there now; empty if it was taken out.
        source: the whole module with it.
    """

    line: int
    column: int
    before: str
    after: str
    source: str


def mutants_of(source: str, *, guards: bool = False) -> list[Mutant]:
    """Give all mutants of a module.

    Args:
        source: its text.
        guards: whether to change nothing but guards (conditions, clauses, comparisons, answers), each in the fewest ways: what is
            asked is not turned round as well, since it is answered with yes and with no.

    Returns:
        The mutants, no two of which have the same source.
    """
    found: dict[str, Mutant] = {}
    tree = ast.parse(source)
    for node, other in guards_of(tree) if guards else _changes(tree):
        start, end = _offset(source, node.lineno, node.col_offset), _offset(source, node.end_lineno, node.end_col_offset)
        before, after = source[start:end], written(other)
        mutated = source[:start] + after + "\n" * (before.count("\n") - after.count("\n")) + source[end:]
        if _is_sound(mutated):
            found.setdefault(mutated, Mutant(node.lineno, node.col_offset, before, after, mutated))
    return list(found.values())


def _offset(source: str, line: int | None, column: int | None) -> int:
    """Give where a place of the syntax tree is in the text; its columns count bytes."""
    lines = source.splitlines(keepends=True)[: line or 1]
    return sum(map(len, lines[:-1])) + len(lines[-1].encode()[:column].decode())


def _is_sound(source: str) -> bool:
    try:
        ast.parse(source)
    except SyntaxError:  # a newline where none may be
        return False
    return True


def _changes(tree: ast.Module) -> Iterator[tuple[ast.expr | ast.stmt, ast.expr | str]]:
    """Give places, and what to put there."""
    for node in _of_use(tree):
        if isinstance(node, ast.expr):
            yield from ((node, other) for other in _other_expressions(node))
        yield from ((test, text) for test, texts in _tests(node) for text in texts)
        if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            yield node, "pass"
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and not _is_all(node):
            yield from _other_tables(node.value)


def written(other: ast.expr | str) -> str:
    """Give what is put in a place as text."""
    return other if isinstance(other, str) else f"({ast.unparse(other)})"


def guards_of(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr | str]]:
    """Give the places of guards, and what to put there: an expression, or a fixed answer as text."""
    nodes = list(_of_use(tree))
    asked = {id(test) for node in nodes for test, _ in _tests(node)}
    for node in nodes:  # an outer one comes before those in it
        if isinstance(node, ast.BoolOp):
            asked.update(map(id, node.values))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and id(node) in asked:
            asked.add(id(node.operand))
        yield from ((test, text) for test, texts in _tests(node) for text in texts if not _lacks_clauses(test, text))
        if isinstance(node, ast.BoolOp) or (isinstance(node, ast.Compare) and (id(node) not in asked or _is_bound(node))):
            yield from ((node, other) for other in _other_expressions(node))


def truths_of(tree: ast.Module) -> frozenset[int]:
    """Give the identities of the expressions of which nothing but their truth counts."""
    nodes = list(_of_use(tree))
    found = {id(test) for node in nodes if not isinstance(node, ast.Return) for test, _ in _tests(node)}
    for node in nodes:  # an outer one comes before those in it
        if id(node) in found and isinstance(node, ast.BoolOp):
            found.update(map(id, node.values))
        elif id(node) in found and isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            found.add(id(node.operand))
    return frozenset(found)


def _lacks_clauses(test: ast.expr, answer: str) -> bool:
    """Tell whether a test misses an answer only if it misses that each of the clauses is gone."""
    return isinstance(test, ast.BoolOp) and answer == str(isinstance(test.op, ast.And))


def _is_bound(node: ast.Compare) -> bool:
    """Tell whether it compares sizes: its other one is not its opposite."""
    return isinstance(node.ops[0], ast.Lt | ast.LtE | ast.Gt | ast.GtE)


def _is_all(node: ast.Assign | ast.AnnAssign) -> bool:
    """Tell whether it is ``__all__``, which no code reads."""
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def _tests(node: ast.AST) -> Iterator[tuple[ast.expr, tuple[str, ...]]]:
    """Give what a node asks or answers, and what the answer may be instead."""
    if isinstance(node, ast.If | ast.IfExp):
        yield node.test, ("True", "False")
    elif isinstance(node, ast.While):
        yield node.test, ("False",)
    elif isinstance(node, ast.comprehension):
        yield from ((test, ("True", "False")) for test in node.ifs)
    elif isinstance(node, ast.Return) and node.value is not None and _is_answer(node.value):
        yield node.value, ("True", "False")


def _of_use(tree: ast.AST) -> Iterator[ast.AST]:
    """Give the nodes that do something: no annotations, no overloads, nothing that only type checkers read."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.JoinedStr) or (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            continue  # before 3.12 what is in an f-string doesn't know where it is
        if isinstance(child, ast.arguments):
            yield from (default for default in (*child.defaults, *child.kw_defaults) if default is not None)
            continue
        if isinstance(child, ast.AnnAssign):
            yield from () if child.value is None else (child.value, *_of_use(child.value))
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            child.returns = None
        yield from (child, *_of_use(child))


def _other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp):
        for index in range(len(node.values)):
            rest = node.values[:index] + node.values[index + 1 :]
            yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Compare):
        for index, operator in enumerate(node.ops):
            other = copy.copy(node)
            other.ops = [*node.ops[:index], _OTHERS[type(operator)](), *node.ops[index + 1 :]]
            yield other
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and isinstance(node.right, ast.Constant):
        yield node.left


def _is_answer(node: ast.expr) -> bool:
    """Tell whether an expression is a yes or a no."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in {"all", "any", "bool", "isinstance", "issubclass"}
    return isinstance(node, ast.BoolOp | ast.Compare) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not))


def _other_tables(value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr | str]]:
    """Move a bound by one, and take single entries out of short tables."""
    if isinstance(value, ast.Constant) and type(value.value) is int:
        yield value, str(value.value + 1)
        yield value, str(value.value - 1)
    types = {id(node.slice) for node in ast.walk(value) if isinstance(node, ast.Subscript)}
    for node in ast.walk(value):
        if id(node) not in types and isinstance(node, ast.Tuple | ast.List | ast.Set) and 1 < len(node.elts) <= _MOST_ENTRIES:
            for index in range(len(node.elts)):
                other = copy.copy(node)
                other.elts = node.elts[:index] + node.elts[index + 1 :]
                yield node, other
