"""The command ``picklereg check``."""

from __future__ import annotations

import json
import sys
from typing import Final, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from picklereg.check.distributions import installed
from picklereg.check.modules import check_module
from picklereg.check.report import print_report, print_survey
from picklereg.check.results import Limits, Result, totals
from picklereg.check.survey import survey

__all__ = ["check", "commands"]

#: Exit statuses; click's own for wrong usage is the same.
_LOSES, _CANNOT = 1, 2
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 72


@click.group()
def commands() -> None:
    """Exceptions cross process boundaries whole."""


@commands.command()
@click.argument("names", metavar="MODULE...", nargs=-1)
@click.option("--installed", "is_survey", is_flag=True, help="Check every installed distribution, or those named instead of modules.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
@click.option(
    "--import-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits().importing,
    show_default=True,
    metavar="SECONDS",
    help="How long importing a module may take.",
)
def check(names: tuple[str, ...], import_timeout: float, *, is_survey: bool, as_json: bool) -> None:
    """Try what pickle does to a module's exceptions.

    Builds every exception class that MODULE defines, raises it with a cause, a context and a note, sends it to a fresh
    interpreter by plain pickle and by picklereg, and shows what arrived there. The modules are imported in a process of
    their own, without network; with --installed each distribution in one of its own.

    Exit status: 0; 1 if picklereg loses an exception or changes one without a note; 2 if a module can't be imported
    (with --installed, that is told and no reason to fail).
    """
    limits = Limits(importing=import_timeout)
    if is_survey:
        _print_survey(_survey(names, limits), as_json=as_json)
    elif names:
        _print_modules([_check(module, limits) for module in names], as_json=as_json)
    else:
        raise click.UsageError("name the modules to check, or pass --installed to check every installed distribution")


def _print_modules(results: list[Result], *, as_json: bool) -> NoReturn:
    if as_json:
        _print_json("modules", results)
    else:
        print_report(_console(), [result for result in results if result.error is None])
    for result in results:
        if result.error is not None:
            click.echo(f"picklereg: {result.error}", err=True)
    loses = any(result.loses_any for result in results)
    sys.exit(_LOSES if loses else _CANNOT if any(result.error is not None for result in results) else 0)


def _print_survey(results: list[Result], *, as_json: bool) -> NoReturn:
    if as_json:
        _print_json("distributions", results)
    else:
        print_survey(_console(), results)
    sys.exit(_LOSES if any(result.loses_any for result in results) else 0)


def _print_json(kind: str, results: list[Result]) -> None:
    everything = [found for result in results for found in result.classes]
    click.echo(json.dumps({kind: [result.as_data() for result in results], "totals": totals(everything)}, indent=2))


def _console() -> Console:
    console = Console()
    console.width = max(console.width, _MIN_WIDTH)
    return console


def _bar() -> Progress:
    """Give a progress bar, which is seen if somebody is watching."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _check(module: str, limits: Limits) -> Result:
    with _bar() as progress:
        task = progress.add_task(f"importing {module}", total=None)

        def show(done: int, total: int) -> None:
            doing = "checking" if total else "importing"
            progress.update(task, description=f"{doing} {module}", completed=done, total=total or None)

        return check_module(module, limits, show)


def _survey(names: tuple[str, ...], limits: Limits) -> list[Result]:
    with _bar() as progress:
        task = progress.add_task("looking for exceptions", total=None)

        def show(name: str, done: int, total: int) -> None:
            progress.update(task, description=f"checked {name}" if name else "checking", completed=done, total=total)

        try:
            return survey(installed(names), limits, show)
        except LookupError as problem:
            click.echo(f"picklereg: {problem}", err=True)
            sys.exit(_CANNOT)
