"""The result of ``picklereg check`` for people: a table that fits into 80 columns, and totals. What is lost comes first."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from picklereg.testing.results import ClassResult, Outcome, Result, totals

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["GROUPS", "group_of", "in_full", "print_report", "print_survey", "short"]

_COLUMNS: Final = ("class", "plain pickle", "lost by picklereg")
#: What became of classes with picklereg, in the order of the groups: what needs attention comes first.
GROUPS: Final = ("fails", "changed", "stripped", "noted", "not built", "whole")
_STYLES: Final = {"whole": "green", "stripped": "green", "noted": "yellow", "changed": "yellow", "not built": "dim"}
_GAP: Final = 2
#: What the columns about plain pickle and about what was lost keep if the names of classes need more.
_PLAIN_AT_LEAST: Final = 23
_LOST_AT_LEAST: Final = 18
_BARE_MARK: Final = "*"
_INDENT: Final = "    "


def print_report(console: Console, results: Sequence[Result], *, verbose: bool = False) -> None:
    """Print the results of modules that could be imported.

    Args:
        console: where to.
        results: what to print; with totals over all if there are several.
        verbose: whether modules that can't be imported are listed.
    """
    for result in results:
        if result.classes:
            _print_module(console, result)
        else:
            console.print(f"{result.name}: no exception classes in it, or in what importing it loads of it", markup=False, highlight=False)
    _print_not_imported(console, results, verbose=verbose)
    if len(results) > 1:
        _print_totals(console, f"{len(results)} modules", [found for result in results for found in result.classes])


def print_survey(console: Console, results: Sequence[Result], *, verbose: bool = False, kept: int = 0) -> None:
    """Print a line for each distribution, then every exception that isn't whole, then totals; what loses most comes first.

    Args:
        console: where to.
        results: what became of each distribution.
        verbose: whether modules that can't be imported are listed.
        kept: how many of them were known before.
    """
    found = sorted((result for result in results if result.classes), key=_rank)
    if found:
        console.print(_survey_table(found))
    classes = [one for result in found for one in result.classes]
    for group in GROUPS[:-2]:
        for one in classes:
            if group_of(one) == group:
                outcome = one.outcomes["picklereg"]
                _print_line(console, f"{outcome.kind}: {one.module}.{one.qualname}: {outcome.problem or outcome.lost}")
    console.print()
    _print_not_imported(console, results, verbose=verbose)
    if kept:
        _print_line(console, f"{kept} of {_counted(len(results), 'result', 'results')} kept from before; --fresh checks them anew")
    _print_totals(console, _counted(len(found), "distribution", "distributions"), classes)


def _print_not_imported(console: Console, results: Sequence[Result], *, verbose: bool) -> None:
    """Count the modules that can't be imported, and list them if somebody wants to know."""
    failing = [(result.name, error) for result in results for error in result.not_imported.values()]
    if not failing:
        return
    text = f"{_counted(len(failing), 'module', 'modules')} of {len({name for name, _ in failing})} can't be imported"
    _print_line(console, text + (":" if verbose else "; --verbose lists them"))
    for name, error in failing if verbose else ():
        _print_line(console, f"  {name}: {error}")


def _print_line(console: Console, text: str) -> None:
    for line in textwrap.wrap(text, console.width, subsequent_indent=_INDENT, break_on_hyphens=False, drop_whitespace=True):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _rank(result: Result) -> tuple[int, ...]:
    counts = totals(result.classes)["picklereg"]
    return (-_lost(counts), -counts["changed"], -counts["stripped"], -counts["noted"])


#: The columns of a survey after the name: what is counted, and its style if there is any.
_NUMBERS: Final[tuple[tuple[str, Callable[[Mapping[str, Any]], int], str], ...]] = (
    ("classes", lambda counts: counts["classes"], ""),
    ("plain loses", lambda counts: _lost(counts["pickle"]), "red"),
    ("whole", lambda counts: counts["picklereg"]["whole"], "green"),
    ("stripped", lambda counts: counts["picklereg"]["stripped"], "green"),
    ("noted", lambda counts: counts["picklereg"]["noted"], "yellow"),
    ("lost", lambda counts: counts["picklereg"]["changed"] + _lost(counts["picklereg"]), "red"),
    ("not built", lambda counts: counts["not built"], "dim"),
)


def _survey_table(results: Sequence[Result]) -> Table:
    """Give the table; columns in which there would be nothing but zeros aren't in it."""
    counts = [totals(result.classes) for result in results]
    numbers = [(name, [count(each) for each in counts], style) for name, count, style in _NUMBERS]
    numbers = [(name, values, style) for name, values, style in numbers if any(values)]
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("distribution", overflow="fold")
    for name, values, _ in numbers:
        table.add_column(name, width=max(len(name), *(len(str(value)) for value in values)), justify="right")
    for index, result in enumerate(results):
        cells = [Text(str(values[index]), style=style if values[index] else "dim") for _, values, style in numbers]
        table.add_row(Text(f"{result.name} {result.version}" if result.version else result.name), *cells)
    return table


def _print_module(console: Console, result: Result) -> None:
    """Print a table whose rows are grouped by outcome, then by the module that defines the class."""
    rows = [_row(found) for found in result.classes]
    header = [Text(name, style="bold") for name in _COLUMNS]
    if not any(row[-1] for row in rows):  # nothing is lost
        header = header[:-1]
    widths = _widths(console.width, [header, *rows])
    console.print(_table(widths, [header]))
    for group in GROUPS:
        classes = [found for found in result.classes if group_of(found) == group]
        if classes:
            console.print(Text(f"{group}: {len(classes)}", style=_STYLES.get(group, "red")))
        for module in dict.fromkeys(found.module for found in classes):
            console.print(Text(module, style="dim"))
            console.print(_table(widths, [_row(found) for found in classes if found.module == module]))
    console.print()
    _print_totals(console, result.name, result.classes)


def _widths(whole: int, rows: Sequence[Sequence[Text]]) -> list[int]:
    """Share the line: every column gets what it needs if it can; the names of classes come first."""
    name, plain, *more = (max(map(len, column)) for column in zip(*_even(rows), strict=True))
    lost = more[0] if more else 0
    rest = whole - _GAP * (1 + len(more))
    name = min(name, rest - min(plain, _PLAIN_AT_LEAST) - min(lost, _LOST_AT_LEAST))
    rest -= name
    plain = min(plain, max(rest - lost, rest // 2))
    return [name, plain, *([min(lost, rest - plain)] if more else [])]


def _even(rows: Sequence[Sequence[Text]]) -> Iterator[Sequence[Text]]:
    """Give as many cells of each row as the first one has."""
    return (row[: len(rows[0])] for row in rows)


def _table(widths: Sequence[int], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for row in rows:
        table.add_row(*row[: len(widths)])
    return table


def group_of(found: ClassResult) -> str:
    """Give the group that a class stands in."""
    if not found.outcomes:
        return "not built"
    outcome = found.outcomes["picklereg"]
    return "fails" if outcome.problem else outcome.kind


def _row(found: ClassResult) -> list[Text]:
    mark = _BARE_MARK if found.built == "without __init__" else ""
    name = Text(f"{found.qualname}{mark}")
    if not found.outcomes:
        return [name, Text("not built", style="dim"), Text(found.problem or "")]
    plain, ours = found.outcomes["pickle"], found.outcomes["picklereg"]
    return [name, Text(short(plain), style=_STYLES.get(plain.kind, "red")), Text(in_full(ours))]


def short(outcome: Outcome) -> str:
    """Say what became of an exception in a few words: the kind of error, but not its message."""
    if outcome.problem is None:
        return outcome.lost or outcome.kind
    return f"{outcome.kind.removeprefix('fails in the ')} fails: {outcome.problem.partition(':')[0]}"


def in_full(outcome: Outcome) -> str:
    """Say what was lost, or what failed; nothing of what is whole."""
    return outcome.lost if outcome.problem is None else f"{outcome.kind}: {outcome.problem}"


def _print_totals(console: Console, name: str, classes: Sequence[ClassResult]) -> None:
    counts = totals(classes)
    lines = [f"{name}: {_counted(counts['classes'], 'exception class', 'exception classes')}{_how_built(counts)}"]
    lines += [f"{label:<12}{_kinds(counts[method])}" for label, method in (("plain pickle", "pickle"), ("picklereg", "picklereg"))]
    console.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)
    console.print()


def _how_built(counts: Mapping[str, Any]) -> str:
    parts = [
        *([f"{counts['without __init__']} built without __init__ ({_BARE_MARK})"] if counts["without __init__"] else []),
        *([f"{counts['not built']} not built"] if counts["not built"] else []),
    ]
    return f", {', '.join(parts)}" if parts else ""


def _kinds(counts: Mapping[str, int]) -> str:
    parts = [("lost", _lost(counts)), ("changed", counts["changed"]), ("noted", counts["noted"]), ("stripped", counts["stripped"])]
    shown = [(kind, number) for kind, number in parts if number or kind != "stripped"]  # which plain pickle never has, and few libraries
    return " ".join(f"{number:>6} {kind}" for kind, number in [*shown, ("whole", counts["whole"])])


def _lost(counts: Mapping[str, int]) -> int:
    return int(counts["fails in the writer"] + counts["fails in the reader"])


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
