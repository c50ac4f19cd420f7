"""The command ``picklereg sets``."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from picklereg.cli.app import import_app
from picklereg.cli.completion import MODULE, SET
from picklereg.cli.consoles import console
from picklereg.registry.registry import DEFAULT_REGISTRY
from picklereg.registry.set_reports import SetReport, declared_sets, registered_sets
from picklereg.testing.activation import activated
from picklereg.testing.results import Limits

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["sets_command"]

_FAILED, _CANNOT = 1, 2
_STYLES: Final = {"active": "green", "waiting": "dim", "failed": "red", "imported": "green", "installed": "", "not installed": "dim"}
_MAX_WIDTH: Final = 120
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 60
#: What counts is kept short: it wraps between "3 classes," and "2 attachments".
_STATE_WIDTH: Final = 18


@click.command("sets")
@click.argument("names", metavar="[NAME]...", nargs=-1, type=SET)
@click.option("--load", is_flag=True, help="Import the libraries, each in a process of its own, and tell what the sets register.")
@click.option("--app", "app_name", metavar="MODULE", type=MODULE, help="Import this, and list also what it registers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
def sets_command(names: tuple[str, ...], app_name: str | None, *, load: bool, as_json: bool) -> None:
    """List the declared exception sets.

    Shows every set that an installed distribution declares, or those of the given NAMEs: whether the library that it waits for is
    imported or installed, and whether the set is active, waiting or broken. No library is imported, unless --load asks for it. With --app,
    the modules that were registered there are listed, too, and those that can't be found are told.

    Exit status: 0; 1 if a set is broken, or waits for a module that can't be found; 2 if there is no set of a given NAME.

    Example: picklereg sets --app shop.tasks
    """
    if app_name is not None:
        import_app(app_name)
    reports = [*registered_sets(DEFAULT_REGISTRY), *declared_sets()]
    unknown = sorted({*names} - {report.name for report in reports})
    shown = [report for report in reports if not names or report.name in names]
    if load:
        shown = [_loaded(report) for report in shown]
    if as_json:
        click.echo(json.dumps({"sets": [report.as_data() for report in shown]}, indent=2))
    else:
        _print(console(_MIN_WIDTH, _MAX_WIDTH), shown, in_full=bool(names))
    for name in unknown:
        click.echo(f"picklereg: no set named {name!r} is declared; is the distribution that declares it installed here?", err=True)
    sys.exit(_FAILED if any(report.problem is not None for report in shown) else _CANNOT if unknown else 0)


def _loaded(report: SetReport) -> SetReport:
    """Try a set out, if its library is there."""
    if report.state == "waiting" and report.library == "installed":
        answer = activated(report.name, report.distribution, Limits())
        if "problem" in answer:
            report.state, report.problem = "failed", answer["problem"]
        else:
            report.state, report.classes, report.attachments = "active", tuple(answer["classes"]), tuple(answer["attachments"])
    return report


def _print(console: Console, reports: Sequence[SetReport], *, in_full: bool) -> None:
    if reports:
        console.print(_table(reports))
    for report in reports:
        if in_full and report.state == "active":
            console.print(_contents(report))
        if report.problem is not None:
            console.print(Text(f"{report.name}: {report.problem}", style="red"), soft_wrap=True)
    counts = Counter(report.state for report in reports)
    states = ", ".join(f"{counts[state]} {state}" for state in ("active", "waiting", "failed") if counts[state])
    console.print(f"{_counted(len(reports), 'set')}{': ' if states else ''}{states}")


def _table(reports: Sequence[SetReport]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("set", overflow="fold")
    table.add_column("library", no_wrap=True)
    table.add_column("state", max_width=_STATE_WIDTH)
    for (distribution, version), group in groupby(reports, key=lambda report: (report.distribution, report.version)):
        table.add_row(Text(f"{distribution} {version}".strip() or "registered in this process", style="bold dim"))
        for report in group:
            table.add_row(_entry_point(report), Text(report.library, style=_STYLES[report.library]), _state(report))
    return table


def _entry_point(report: SetReport) -> Padding:
    """Give the declaration; where a module's own exceptions are meant, its name says it all."""
    text = Text(report.name)
    return Padding(text if report.value == report.name else text.append(f" = {report.value}", style="dim"), (0, 0, 0, 2))


def _state(report: SetReport) -> Text:
    parts = [_counted(len(names), kind) for names, kind in ((report.classes, "class"), (report.attachments, "attachment")) if names]
    return Text(report.state + (f": {', '.join(parts)}" if parts else ""), style=_STYLES[report.state])


def _contents(report: SetReport) -> Text:
    lines = [f"{report.name} registers"]
    lines += [f"  {name}" for name in report.classes]
    lines += [f"  {name} (attachment)" for name in report.attachments]
    return Text("\n".join(lines))


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 'es' if thing.endswith('s') else 's'}"
