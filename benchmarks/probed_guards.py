"""Which tests would see a guard answer otherwise: code that asks each guard and its mutants, and goes on as the guard says.

A test in which a mutant's answer never differs can't kill it. So where no test sees a difference none needs to be asked, and the others
are asked only where one does. What a guard holds off is run for the answer: what it raises is a difference, too.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Any, Final

from benchmarks.mutants import guards_of, truths_of, written

__all__ = ["Place", "Probes", "place_of", "probed"]

#: A mutant's place in a module: line, column, what stands there, what is put there.
Place = tuple[int, int, str, str]

_NAME: Final = "__picklereg_probe__"
#: What can be compared without running anybody's code.
_PLAIN: Final = frozenset({bool, bytes, float, int, str})
_BINDING: Final = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)


def place_of(line: int, column: int, before: str, after: str) -> Place:
    """Name a mutant of a module."""
    return line, column, " ".join(before.split()), after


def probed(source: str) -> tuple[ast.Module, list[Place]]:
    """Give a module whose guards are asked together with their mutants.

    Args:
        source: its text.

    Returns:
        The module's syntax tree, and the mutants that are asked; a probe tells of each by its index. Those are missing that would bind
        a name where they are asked.
    """
    tree = ast.parse(source)
    truths = truths_of(tree)
    others: dict[int, list[tuple[int, ast.expr]]] = {}
    places: list[Place] = []
    for node, other in guards_of(tree):
        if any(isinstance(inner, _BINDING) for inner in ast.walk(node)):
            continue
        others.setdefault(id(node), []).append(
            (len(places), ast.Constant(other == "True") if isinstance(other, str) else copy.deepcopy(other))
        )
        places.append(place_of(node.lineno, node.col_offset, ast.get_source_segment(source, node) or "", written(other)))
    return ast.fix_missing_locations(_Wrapping(others, truths).visit(tree)), places


class _Wrapping(ast.NodeTransformer):
    """Puts a probe round each guard."""

    def __init__(self, others: dict[int, list[tuple[int, ast.expr]]], truths: frozenset[int]) -> None:
        self._others = others
        self._truths = truths

    def visit(self, node: ast.AST) -> Any:
        """Wrap it, if it is one."""
        found = self._others.get(id(node), [])
        truth = id(node) in self._truths
        inner = self.generic_visit(node)
        if not found or not isinstance(inner, ast.expr):
            return inner
        nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        answers = [ast.Tuple([ast.Constant(number), ast.Lambda(nothing, other)], ast.Load()) for number, other in found]
        call = ast.Call(ast.Name(_NAME, ast.Load()), [inner, ast.Constant(truth), ast.Name("__file__", ast.Load()), *answers], [])
        return ast.copy_location(call, node)


class Probes:
    """Notes which mutants answer otherwise.

    Attributes:
        seen: file and index of each that did, since it was last cleared.
        beneath: the same of those whose guard was asked for another mutant's answer: what it says may be remembered, so that the
            program itself doesn't come by.
    """

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()
        self.beneath: set[tuple[str, int]] = set()
        self._asking = False

    def attach(self, names: dict[str, Any]) -> None:
        """Have probes ask here.

        Args:
            names: where they look: what a module holds, or Python's builtins for all modules.
        """
        names[_NAME] = self._probe

    def _probe(self, answer: Any, truth: bool, file: str, *others: tuple[int, Callable[[], Any]]) -> Any:
        if self._asking:
            self.beneath.update((file, number) for number, _ in others)
            return answer
        self._asking = True
        try:
            self.seen.update(
                (file, number) for number, other in others if (file, number) not in self.seen and _differs(answer, other, truth=truth)
            )
        finally:
            self._asking = False
        return answer


def _differs(answer: Any, other: Callable[[], Any], *, truth: bool) -> bool:
    try:
        found = other()
        if truth:
            return bool(found) is not bool(answer)
    except Exception:  # noqa: BLE001  # whatever the guard holds off
        return True
    return found is not answer and not (type(found) is type(answer) and type(found) in _PLAIN and found == answer)
