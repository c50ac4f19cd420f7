"""The result of ``picklereg check`` for people: a table that fits into 80 columns, and totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.table import Table
from rich.text import Text

from picklereg.testing.results import ClassResult, Outcome, Result, totals

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["print_report", "print_survey"]

_COLUMNS: Final = ("class", "plain pickle", "lost by picklereg")
#: What became of classes with picklereg, in the order of the groups: what needs attention comes first.
_GROUPS: Final = ("fails", "changed", "noted", "not built", "whole")
_SURVEY_COLUMNS: Final = ("distribution", "classes", "plain loses", "whole", "noted", "lost", "not built")
_STYLES: Final = {"whole": "green", "noted": "yellow", "changed": "yellow", "not built": "dim"}
_MAX_WIDTH: Final = 120
_GAP: Final = 2
#: What the columns about plain pickle and about what was lost keep if the names of classes need more.
_PLAIN_AT_LEAST: Final = 23
_LOST_AT_LEAST: Final = 18
_BARE_MARK: Final = "*"


def print_report(console: Console, results: Sequence[Result]) -> None:
    """Print the results of modules that could be imported.

    Args:
        console: where to.
        results: what to print; with totals over all if there are several.
    """
    for result in results:
        if result.classes:
            _print_module(console, result)
        else:
            console.print(f"{result.name}: no exception classes in it, or in what importing it loads of it", markup=False, highlight=False)
    if len(results) > 1:
        _print_totals(console, f"{len(results)} modules", [found for result in results for found in result.classes])


def print_survey(console: Console, results: Sequence[Result]) -> None:
    """Print a line for each distribution, then every exception that isn't whole, then totals.

    Args:
        console: where to.
        results: what became of each distribution.
    """
    rows = [_survey_row(result) for result in results if result.classes]
    header = [Text(name, style="bold") for name in _SURVEY_COLUMNS]
    table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    for index, column in enumerate(zip(header, *rows, strict=True)):
        table.add_column(width=max(map(len, column)) if index else None, justify="right" if index else "left", overflow="fold")
    for row in (header, *rows):
        table.add_row(*row)
    console.print(table)
    for result in results:
        for found in result.classes:
            outcome = found.outcomes.get("picklereg")
            if outcome is not None and outcome.kind != "whole":
                _print_line(console, f"{outcome.kind}: {found.module}.{found.qualname}: {outcome.problem or outcome.lost}")
    for result in results:
        for error in result.not_imported.values():
            _print_line(console, f"{result.name}: {error}")
    console.print()
    _print_totals(console, _counted(len(rows), "distribution", "distributions"), [found for result in results for found in result.classes])


def _print_line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _survey_row(result: Result) -> list[Text]:
    counts = totals(result.classes)
    plain, ours = counts["pickle"], counts["picklereg"]
    lost = _lost(ours)
    return [
        Text(f"{result.name} {result.version}" if result.version else result.name),
        Text(str(counts["classes"])),
        Text(str(_lost(plain)), style="red" if _lost(plain) else ""),
        Text(str(ours["whole"]), style="green"),
        Text(str(ours["noted"]), style="yellow" if ours["noted"] else ""),
        Text(str(ours["changed"] + lost), style="red" if ours["changed"] + lost else ""),
        Text(str(counts["not built"]), style="dim"),
    ]


def _print_module(console: Console, result: Result) -> None:
    """Print a table whose rows are grouped by outcome, then by the module that defines the class."""
    header = [Text(name, style="bold") for name in _COLUMNS]
    widths = _widths(min(console.width, _MAX_WIDTH), [header, *map(_row, result.classes)])
    console.print(_table(widths, [header]))
    for group in _GROUPS:
        classes = [found for found in result.classes if _group_of(found) == group]
        if classes:
            console.print(Text(f"{group}: {len(classes)}", style=_STYLES.get(group, "red")))
        for module in dict.fromkeys(found.module for found in classes):
            console.print(Text(module, style="dim"))
            console.print(_table(widths, [_row(found) for found in classes if found.module == module]))
    console.print()
    _print_totals(console, result.name, result.classes)


def _widths(whole: int, rows: Sequence[Sequence[Text]]) -> list[int]:
    """Share the line: every column gets what it needs if it can; the names of classes come first."""
    name, plain, lost = (max(map(len, column)) for column in zip(*rows, strict=True))
    rest = whole - _GAP * (len(_COLUMNS) - 1)
    name = min(name, rest - min(plain, _PLAIN_AT_LEAST) - min(lost, _LOST_AT_LEAST))
    rest -= name
    plain = min(plain, max(rest - lost, rest // 2))
    return [name, plain, min(lost, rest - plain)]


def _table(widths: Sequence[int], rows: Sequence[Sequence[Text]]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False)
    for width in widths:
        table.add_column(width=width, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _group_of(found: ClassResult) -> str:
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
    return [name, Text(_short(plain), style=_style(plain)), Text(_in_full(ours))]


def _style(outcome: Outcome) -> str:
    return _STYLES.get(outcome.kind, "red")


def _short(outcome: Outcome) -> str:
    """Say what became of an exception in a few words: the kind of error, but not its message."""
    if outcome.problem is None:
        return outcome.lost or outcome.kind
    return f"{outcome.kind.removeprefix('fails in the ')} fails: {outcome.problem.partition(':')[0]}"


def _in_full(outcome: Outcome) -> str:
    return outcome.lost if outcome.problem is None else f"{outcome.kind}: {outcome.problem}"


def _print_totals(console: Console, name: str, classes: Sequence[ClassResult]) -> None:
    counts = totals(classes)
    lines = [f"{name}: {_counted(counts['classes'], 'exception class', 'exception classes')}{_how_built(counts)}"]
    lines += [f"{label:<12}{_kinds(counts[method])}" for label, method in (("plain pickle", "pickle"), ("picklereg", "picklereg"))]
    console.print("\n".join(lines), markup=False, highlight=False)
    console.print()


def _how_built(counts: Mapping[str, Any]) -> str:
    parts = [
        *([f"{counts['without __init__']} built without __init__ ({_BARE_MARK})"] if counts["without __init__"] else []),
        *([f"{counts['not built']} not built"] if counts["not built"] else []),
    ]
    return f", {', '.join(parts)}" if parts else ""


def _kinds(counts: Mapping[str, int]) -> str:
    lost = _lost(counts)
    return f"{counts['whole']:>6} whole {counts['noted']:>6} noted {counts['changed']:>6} changed {lost:>6} lost"


def _lost(counts: Mapping[str, int]) -> int:
    return counts["fails in the writer"] + counts["fails in the reader"]


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
