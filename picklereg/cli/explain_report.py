"""What ``picklereg check --explain`` prints: readable at 80 columns, and ready to be pasted into an issue."""

from __future__ import annotations

import platform
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

    from picklereg.testing.results import ClassResult, Outcome, Result

__all__ = ["print_explanations", "versions"]

_LABEL: Final = 13
_MAX_WIDTH: Final = 100
_STYLES: Final = {"whole": "green", "stripped": "green", "noted": "yellow", "changed": "yellow"}


def print_explanations(console: Console, results: Sequence[Result]) -> None:
    """Print how each exception is written, and what became of it.

    Args:
        console: where to.
        results: of checks that were to explain.
    """
    for result in results:
        for found in result.classes:
            for line in _lines(found, min(console.width, _MAX_WIDTH)):
                console.print(line, soft_wrap=True)
            console.print()
    console.print(Text(versions([found.module for result in results for found in result.classes])), soft_wrap=True)


def versions(modules: Sequence[str]) -> str:
    """Name the Python, and the distributions that the modules are of, each with its version."""
    from importlib_metadata import packages_distributions, version

    providers = packages_distributions()
    names = {"picklereg": None, **dict.fromkeys(name for module in modules for name in providers.get(module.partition(".")[0], ()))}
    python = f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}"
    return "; ".join([python, ", ".join(f"{name} {version(name)}" for name in names)])


def _lines(found: ClassResult, width: int) -> Iterator[Text]:
    yield Text(f"{found.module}.{found.qualname}", style="bold")
    if found.explanation is None:
        yield from _row("not built", found.problem or "", width)
        return
    if found.problem is not None:
        yield from _row("built", f"without __init__: {found.problem}", width)
    explanation = found.explanation
    yield from _row("written by", explanation["route"], width)
    yield from _rows("because", explanation["reasons"], width)
    yield from _rows("declared by", explanation["sets"] or ["nobody"], width)
    yield from _rows("plan", explanation["plan"], width)
    yield from _rows("pieces", [f"{piece['name']} ({piece['type']}): {piece['fate']}" for piece in explanation["pieces"]], width)
    yield from _rows("value", explanation["value"], width)
    yield from _rows("redacted", explanation["redacted"] or ["nothing"], width)
    if explanation["redacted"] or explanation["rules"]:
        yield from _rows("found by", explanation["rules"] or ["a redact function"], width)
    yield from _row("size", _sizes(explanation["sizes"]), width)
    for method, label in (("pickle", "plain pickle"), ("picklereg", "picklereg")):
        outcome = found.outcomes[method]  # type: ignore[index]
        yield from _row(label, _outcome(outcome), width, _STYLES.get(outcome.kind, "red"))


def _sizes(sizes: Mapping[str, int | None]) -> str:
    plain, ours = (sizes[method] for method in ("pickle", "picklereg"))
    text = "not written" if ours is None else f"{ours:,} bytes"
    return text if plain is None else f"{text}; plain pickle: {plain:,}"


def _outcome(outcome: Outcome) -> str:
    parts: list[Any] = [outcome.kind, outcome.problem, outcome.lost]
    return ": ".join(part for part in parts if part)


def _rows(label: str, texts: Sequence[str], width: int) -> Iterator[Text]:
    for index, text in enumerate(texts):
        yield from _row("" if index else label, text, width)


def _row(label: str, text: str, width: int, style: str = "") -> Iterator[Text]:
    """Give a label, and a text beside it whose lines after the first one are indented."""
    lines = textwrap.wrap(text, width - _LABEL, subsequent_indent="  ") or [""]
    for index, line in enumerate(lines):
        yield Text.assemble((f"{'' if index else label:<{_LABEL}}", "dim"), (line, style))
