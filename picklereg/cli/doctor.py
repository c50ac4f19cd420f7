"""The command ``picklereg doctor``."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import click
from rich.table import Table
from rich.text import Text

from picklereg.cli.app import import_app
from picklereg.cli.completion import MODULE
from picklereg.cli.consoles import console
from picklereg.cli.diagnoses import Diagnosis, FrameworkReport, diagnosed

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["doctor_command"]

_MIN_WIDTH: Final = 60
_MAX_WIDTH: Final = 120
_LINE: Final = "picklereg.install(all_exceptions=True)  # once, as the worker begins"


@click.command("doctor")
@click.option("--app", "app_name", metavar="MODULE[:NAME]", type=MODULE, help="Import what your worker runs, and look into that.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
def doctor_command(app_name: str | None, *, as_json: bool) -> None:
    """Tell whether picklereg is in effect in a worker.

    Run it in the worker's environment. It names the frameworks that are installed there, each with the line that puts picklereg into
    effect, the declared sets, and modules that were registered and never came. No framework is imported, but by what --app names: then it
    also tells whether something in there has installed picklereg, uses an adapter, or names it as serializer. What only runs in the worker
    (a pool's initializer, docket's --dependencies) isn't seen; picklereg run is, by: picklereg run -- picklereg doctor.

    Exit status: 0; 1 if there is something to mend: picklereg isn't in effect in the app, a set is broken, a registered module can't be
    found; 2 if the app can't be imported.

    Example: picklereg doctor --app shop.tasks:app
    """
    found = diagnosed(app_name, None if app_name is None else import_app(app_name))
    if as_json:
        click.echo(json.dumps(found.as_data(), indent=2))
    else:
        _print(console(_MIN_WIDTH, _MAX_WIDTH), found)
    sys.exit(0 if found.is_well else 1)


def _print(out: Console, found: Diagnosis) -> None:
    from importlib_metadata import version

    out.print(f"picklereg {version('picklereg')}, {platform.python_implementation()} {platform.python_version()}, {sys.prefix}")
    out.print()
    for style, text in _effects(found):
        out.print(Text(text, style=style))
    frameworks = [framework for framework in found.frameworks if framework.imported or found.app is None]
    if frameworks:
        out.print()
        out.print(_table(frameworks))
    out.print()
    out.print(f"declared sets: {', '.join(f'{number} {state}' for state, number in sorted(found.sets.items()))}; picklereg sets lists them")
    for name, problem in found.broken.items():
        out.print(Text(f"set {name} is broken: {problem}", style="red"))
    for name, reason in found.waiting.items():
        why = reason or "it can be found, and nothing has imported it yet"
        out.print(Text(f"registered module {name} never came: {why}", style="red" if reason else ""))


def _effects(found: Diagnosis) -> Iterator[tuple[str, str]]:
    """Say whether picklereg is in effect, and what to do if it isn't."""
    if found.installed is not None:
        by = "picklereg run" if found.by_run else "picklereg.install"
        yield "green", f"in effect: installed by {by}, for {found.installed}"
    for framework in found.frameworks:
        if framework.effect is not None:
            yield "green", f"in effect in {framework.distribution}: {framework.effect}"
    if found.in_effect is None:
        yield "yellow", "whether picklereg is in effect can't be told from outside: name what the worker runs, --app MODULE"
    elif not found.in_effect:
        yield "red", f"not in effect: nothing in {found.app}, as it is imported, installs or uses picklereg; the line to add:"
        yield "", f"  {_LINE}"


def _table(frameworks: Sequence[FrameworkReport]) -> Table:
    """Name frameworks, and what to write for each."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("framework", no_wrap=True)
    table.add_column("the line to add", overflow="fold")
    for framework in frameworks:
        line = Text("is there", style="green") if framework.effect else Text(framework.line)
        table.add_row(f"{framework.distribution} {framework.version}", line)
    return table
