"""The command ``picklereg check``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from picklereg.cli.check_page import page
from picklereg.cli.check_report import print_report, print_survey
from picklereg.cli.completion import MODULE
from picklereg.cli.consoles import console
from picklereg.cli.distributions import all_installed, target_of, wanted
from picklereg.cli.explain_report import print_explanations
from picklereg.cli.interrupts import ending_at_once
from picklereg.cli.kept_results import KeptResults, cache_directory
from picklereg.cli.progress import showing
from picklereg.cli.survey import cores, survey
from picklereg.cli.targets import targets_of
from picklereg.testing.results import Limits, Result, Target, totals

__all__ = ["check"]

#: Exit statuses; click's own for wrong usage is the same.
_LOSES, _CANNOT = 1, 2
#: On a narrower terminal lines wrap, or the table would be cut off.
_MIN_WIDTH: Final = 72
_MAX_WIDTH: Final = 120


@click.command()
@click.argument("names", metavar="NAME...", nargs=-1, type=MODULE)
@click.option("--installed", "is_survey", is_flag=True, help="Check every installed distribution, or those named instead of modules.")
@click.option("--explain", "is_explained", is_flag=True, help="Tell how each exception is written, and why so.")
@click.option("--verbose", is_flag=True, help="List the modules that can't be imported.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on standard output.")
@click.option("--html", "html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the result as one page.")
@click.option("--jobs", type=click.IntRange(min=1), default=cores, show_default="cores", help="How many are checked at a time.")
@click.option("--fresh", "is_fresh", is_flag=True, help="With --installed: don't take results that were kept from before.")
@click.option(
    "--import-timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=Limits().importing,
    show_default=True,
    metavar="SECONDS",
    help="How long importing a module may take.",
)
def check(  # noqa: PLR0913  # an argument for each option
    names: tuple[str, ...],
    import_timeout: float,
    jobs: int,
    html: Path | None,
    *,
    is_survey: bool,
    is_explained: bool,
    is_fresh: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Try what pickle does to exceptions.

    NAME is a module (shop.errors), a class (shop.errors:OrderError), or an installed distribution (google-auth), if no module has
    that name. Builds every exception class that is defined there, raises it with a cause, a context and a note, sends it to a fresh
    interpreter by plain pickle and by picklereg, and shows what arrived there. What is named is imported in a process of its own,
    without network.

    Results of --installed are kept for each version of a distribution, and what it requires, in ~/.cache/picklereg/check (or
    PICKLEREG_CACHE_DIR). To clear them, delete that directory.

    Exit status: 0; 1 if picklereg loses an exception or changes one without a note, unless a declared strip function did; 2 if a module
    can't be imported (with --installed, that is told and no reason to fail); 130 after Ctrl-C.

    Example: picklereg check litellm --explain
    """
    limits = Limits(importing=import_timeout)
    if is_survey and is_explained:
        raise click.UsageError("--explain goes with the names of classes or modules, not with --installed")
    if not names and not is_survey:
        raise click.UsageError("name the modules or classes to check, or pass --installed to check every installed distribution")
    kept = 0
    with ending_at_once():
        if is_survey:
            results, kept = _survey(names, limits, jobs, is_fresh=is_fresh)
        else:
            results = _check(targets_of(names, explain=is_explained), limits, jobs)
    if as_json:
        _print_json("distributions" if is_survey else "modules", results)
    elif is_survey:
        print_survey(console(_MIN_WIDTH, _MAX_WIDTH), results, verbose=verbose, kept=kept)
    elif is_explained:
        print_explanations(console(_MIN_WIDTH, _MAX_WIDTH), results)
    else:
        print_report(console(_MIN_WIDTH, _MAX_WIDTH), [result for result in results if result.error is None], verbose=verbose)
    if html is not None:
        _write_page(html, results)
    sys.exit(_status(results, is_survey=is_survey))


def _status(results: Sequence[Result], *, is_survey: bool) -> int:
    """Say on standard error what couldn't be checked, and give the exit status."""
    errors = [] if is_survey else [f"{result.error}{_hint(result)}" for result in results if result.error is not None]
    for error in errors:
        click.echo(f"picklereg: {error}", err=True)
    return _LOSES if any(result.loses_any for result in results) else _CANNOT if errors else 0


def _hint(result: Result) -> str:
    module, _, name = result.name.rpartition(".")
    is_class = module and ":" not in name and (result.error or "").startswith("no module named")
    return f" If {name} is a class, write {module}:{name}" if is_class else ""


def _write_page(path: Path, results: Sequence[Result]) -> None:
    from importlib_metadata import version

    try:
        path.write_text(page(results, version("picklereg")), "utf-8")
    except OSError as problem:
        click.echo(f"picklereg: can't write {str(path)!r}: {problem.strerror}; name a file in a directory that is there", err=True)
        sys.exit(_CANNOT)


def _print_json(kind: str, results: Sequence[Result]) -> None:
    everything = [found for result in results for found in result.classes]
    click.echo(json.dumps({kind: [result.as_data() for result in results], "totals": totals(everything)}, indent=2))


def _check(targets: Sequence[Target | Result], limits: Limits, jobs: int) -> list[Result]:
    """Check what can be, and give the results in the order of the names."""
    checkable = [target for target in targets if isinstance(target, Target)]
    with showing(len(checkable)) as shown:
        results = iter(survey(checkable, limits, shown, jobs=jobs))
    return [target if isinstance(target, Result) else next(results) for target in targets]


def _survey(names: tuple[str, ...], limits: Limits, jobs: int, *, is_fresh: bool) -> tuple[list[Result], int]:
    """Check distributions, but those of which the result is known; give the results, and how many were known."""
    distributions = all_installed()
    try:
        ordered = wanted(names, distributions)
    except LookupError as problem:
        click.echo(f"picklereg: {problem}", err=True)
        sys.exit(_CANNOT)
    store = KeptResults(distributions, limits, cache_directory())
    known = {} if is_fresh else {name: result for name in ordered for is_known, result in [store.find(name)] if is_known}
    targets = {name: target_of(distributions[name]) for name in ordered if name not in known}
    for name, target in targets.items():
        if target is None:
            store.keep(name, None)
    names_of = {id(target): name for name, target in targets.items()}
    checkable = [target for target in targets.values() if target is not None]
    with showing(len(checkable)) as shown:
        fresh = survey(checkable, limits, shown, jobs=jobs, done=lambda target, result: store.keep(names_of[id(target)], result))
    found = {**known, **{names_of[id(target)]: result for target, result in zip(checkable, fresh, strict=True)}}
    results = [result for name in ordered if (result := found.get(name)) is not None]
    return results, sum(result is not None for result in known.values())
