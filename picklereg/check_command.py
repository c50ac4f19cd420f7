"""The command ``picklereg check``."""

from __future__ import annotations

import json
import sys
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from picklereg.check import check_module
from picklereg.check_report import print_report
from picklereg.check_results import Limits, ModuleResult, totals

__all__ = ["check", "commands"]

#: Exit statuses; click's own for wrong usage is the same.
_LOSES, _CANNOT = 1, 2
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 72


@click.group()
def commands() -> None:
    """Exceptions cross process boundaries whole."""


@commands.command()
@click.argument("modules", metavar="MODULE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
@click.option(
    "--import-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits().importing,
    show_default=True,
    metavar="SECONDS",
    help="How long importing a module may take.",
)
def check(modules: tuple[str, ...], import_timeout: float, *, as_json: bool) -> None:
    """Try what pickle does to a module's exceptions.

    Builds every exception class that MODULE defines, raises it with a cause, a context and a note, sends it to a fresh
    interpreter by plain pickle and by picklereg, and shows what arrived there. The modules are imported in a process of
    their own, without network.

    Exit status: 0; 1 if picklereg loses an exception or changes one without a note; 2 if a module can't be imported.
    """
    results = [_check(module, Limits(importing=import_timeout)) for module in modules]
    if as_json:
        everything = [found for result in results for found in result.classes]
        click.echo(json.dumps({"modules": [result.as_data() for result in results], "totals": totals(everything)}, indent=2))
    else:
        console = Console()
        console.width = max(console.width, _MIN_WIDTH)
        print_report(console, [result for result in results if result.error is None])
    for result in results:
        if result.error is not None:
            click.echo(f"picklereg: {result.error}", err=True)
    sys.exit(_status(results))


def _check(module: str, limits: Limits) -> ModuleResult:
    """Check a module, with a progress bar if somebody is watching."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(f"importing {module}", total=None)

        def show(done: int, total: int) -> None:
            doing = "checking" if total else "importing"
            progress.update(task, description=f"{doing} {module}", completed=done, total=total or None)

        return check_module(module, limits, show)


def _status(results: list[ModuleResult]) -> int:
    if any(result.loses_any for result in results):
        return _LOSES
    return _CANNOT if any(result.error is not None for result in results) else 0
