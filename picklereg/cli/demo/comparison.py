"""The two ways side by side, for people: a table that fits into 80 columns, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from picklereg.cli.demo.failing_tasks import FAILURES

if TYPE_CHECKING:
    from rich.console import Console

    from picklereg.cli.demo.outcomes import Outcome, Way

__all__ = ["print_comparison"]

_GAP: Final = 2
_STYLES: Final = {"whole": "green", "redacted": "green", "noted": "yellow", "changed": "yellow"}
_BAD: Final = "red"
_WORDS: Final = {
    "whole": "whole",
    "redacted": "whole, secrets removed",
    "noted": "noted: {}",
    "changed": "{}",
    "lost": "lost: {}",
    "deadly": "lost: kills the worker",
    "untried": "lost: no worker left",
}
_INTRODUCTION: Final = """\
A docket task that calls a model fails in eight ways. This is what its caller
gets, and what stands in the bytes that docket stores.
"""
_GOOD_END: Final = """
The difference is one line in the worker: picklereg.install(all_exceptions=True)"""
_BAD_END: Final = """
With picklereg, too, something went wrong here. Please report what you see."""


def print_comparison(console: Console, plain: Way, ours: Way) -> None:
    """Print what became of each error, then of the secrets and the worker, then the verdict.

    Args:
        console: where to.
        plain: the way without picklereg.
        ours: the way with it.
    """
    console.print(_INTRODUCTION)
    console.print(_table(plain, ours))
    console.print(_GOOD_END if ours.is_good else Text(_BAD_END, style=_BAD))


def _table(plain: Way, ours: Way) -> Table:
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for title in ("the task fails with", "without picklereg", "with picklereg"):
        table.add_column(title, overflow="fold")
    for failure, title in FAILURES.items():
        table.add_row(Text(f"{title} {ours.types[failure]}"), *(_fate(way.outcomes[failure]) for way in (plain, ours)))
    table.add_row()
    for title, describe in _TOTALS.items():
        table.add_row(Text(title), describe(plain), describe(ours))
    return table


def _fate(outcome: Outcome) -> Text:
    return Text(_WORDS[outcome.fate].format(outcome.detail), style=_STYLES.get(outcome.fate, _BAD))


def _good_or_bad(text: str, *, is_good: bool) -> Text:
    return Text(text, style="green" if is_good else _BAD)


def _arrived(way: Way) -> Text:
    count = sum(outcome.arrived for outcome in way.outcomes.values())
    return _good_or_bad(f"{count} of {len(way.outcomes)}", is_good=count == len(way.outcomes))


def _leaked(shows: Callable[[Outcome], bool]) -> Callable[[Way], Text]:
    def describe(way: Way) -> Text:
        count = sum(map(shows, way.outcomes.values()))
        return _good_or_bad(f"in {count} of {len(way.outcomes)}" if count else "nowhere", is_good=not count)

    return describe


def _worker(way: Way) -> Text:
    return _good_or_bad("does the next task" if way.lived else "dead", is_good=way.lived)


_TOTALS: Final[Mapping[str, Callable[[Way], Text]]] = {
    "arrived": _arrived,
    "API key in the stored bytes": _leaked(lambda outcome: outcome.shows_key),
    "prompt in the stored bytes": _leaked(lambda outcome: outcome.shows_prompt),
    "worker": _worker,
}
