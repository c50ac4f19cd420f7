"""The command ``picklereg check``."""

from __future__ import annotations

import json
import sys
from typing import Final, NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from picklereg.cli.check_report import print_report, print_survey
from picklereg.cli.distributions import installed
from picklereg.cli.explain_report import print_explanations
from picklereg.cli.survey import survey
from picklereg.cli.targets import targets_of
from picklereg.testing.modules import check as check_one
from picklereg.testing.results import Limits, Result, Target, totals

__all__ = ["check", "commands"]

#: Exit statuses; click's own for wrong usage is the same.
_LOSES, _CANNOT = 1, 2
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 72


@click.group()
def commands() -> None:
    """Exceptions cross process boundaries whole."""


@commands.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--installed", "is_survey", is_flag=True, help="Check every installed distribution, or those named instead of modules.")
@click.option("--explain", "is_explained", is_flag=True, help="Tell how each exception is written, and why so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
@click.option(
    "--import-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits().importing,
    show_default=True,
    metavar="SECONDS",
    help="How long importing a module may take.",
)
def check(names: tuple[str, ...], import_timeout: float, *, is_survey: bool, is_explained: bool, as_json: bool) -> None:
    """Try what pickle does to exceptions.

    NAME is a module (shop.errors), a class (shop.errors:OrderError), or an installed distribution (google-auth), if no module has
    that name. Builds every exception class that is defined there, raises it with a cause, a context and a note, sends it to a fresh
    interpreter by plain pickle and by picklereg, and shows what arrived there. What is named is imported in a process of its own,
    without network.

    Exit status: 0; 1 if picklereg loses an exception or changes one without a note; 2 if a module can't be imported
    (with --installed, that is told and no reason to fail).
    """
    limits = Limits(importing=import_timeout)
    if is_survey and is_explained:
        raise click.UsageError("--explain goes with the names of classes or modules, not with --installed")
    if is_survey:
        _print_survey(_survey(names, limits), as_json=as_json)
    elif names:
        results = [_check(target, limits) for target in targets_of(names, explain=is_explained)]
        _print_modules(results, as_json=as_json, is_explained=is_explained)
    else:
        raise click.UsageError("name the modules or classes to check, or pass --installed to check every installed distribution")


def _print_modules(results: list[Result], *, as_json: bool, is_explained: bool) -> NoReturn:
    if as_json:
        _print_json("modules", results)
    elif is_explained:
        print_explanations(_console(), results)
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


def _check(target: Target | Result, limits: Limits) -> Result:
    if isinstance(target, Result):
        return target
    with _bar() as progress:
        task = progress.add_task(f"importing {target.name}", total=None)

        def show(done: int, total: int) -> None:
            doing = "checking" if total else "importing"
            progress.update(task, description=f"{doing} {target.name}", completed=done, total=total or None)

        return check_one(target, limits, show)


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
