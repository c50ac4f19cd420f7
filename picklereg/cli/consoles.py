"""Where a command prints: a terminal, into which lines have to fit, or a file or pipe, in which nothing is cut or wrapped."""

from __future__ import annotations

import os
from typing import Final

from rich.console import Console

__all__ = ["console"]

#: As wide as any table.
_UNBOUNDED: Final = 10_000


def console(least: int, most: int = _UNBOUNDED) -> Console:
    """Give the console for standard output.

    Args:
        least: on a narrower terminal lines wrap, or the table would be cut off.
        most: what is enough for people.
    """
    made = Console(highlight=False, markup=False)
    if made.is_terminal or os.environ.get("COLUMNS"):
        made.width = min(max(made.width, least), most)
    else:
        made.width = _UNBOUNDED
    return made
