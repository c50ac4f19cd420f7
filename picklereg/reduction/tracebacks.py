"""Tracebacks: as text in a note, which the standard library alone reads, or as objects, which tblib makes in the reader.

Neither carries locals. Source lines are those that :mod:`linecache` finds here, as for every traceback that is printed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Literal, TypeAlias

from picklereg.errors import RegistrationError
from picklereg.reduction.expression import Expression

__all__ = ["TracebackWriter", "Tracebacks", "newest_frames", "traceback_writer"]

#: A ``RecursionError`` has a thousand frames, and pickle recurses into each.
_MOST_FRAMES: Final = 100

Tracebacks: TypeAlias = Literal["text", "frames"] | None
#: Gives for a traceback the note that tells it, or what the reader makes it of.
TracebackWriter: TypeAlias = Callable[[TracebackType], str | Expression]


def traceback_writer(how: Any) -> TracebackWriter:
    """Give what writes tracebacks.

    Args:
        how: as for :class:`picklereg.registry.registry.Registry`.

    Returns:
        The writer.

    Raises:
        RegistrationError: if there is no such way, or tblib isn't installed.
    """
    if how == "text":
        return _as_text
    if how != "frames":
        raise RegistrationError(f"tracebacks={how!r}", "there is no such way", 'pass None, "text" or "frames"')
    if importlib.util.find_spec("tblib") is None:
        raise RegistrationError("tracebacks='frames'", "tblib isn't installed", "pip install 'picklereg[tracebacks]', or pass \"text\"")
    return _as_frames


def newest_frames(found: TracebackType) -> tuple[TracebackType, int]:
    """Give a traceback without its oldest frames if there are too many, and how many those are."""
    count, last = 1, found
    while last.tb_next is not None:
        count, last = count + 1, last.tb_next
    left = max(0, count - _MOST_FRAMES)
    for _ in range(left):
        found = found.tb_next or found
    return found, left


def _as_text(found: TracebackType) -> str:
    import traceback  # here, to keep the import of picklereg cheap

    return "picklereg: traceback in the writer (most recent call last):\n" + "".join(traceback.format_tb(found)).rstrip()


def _as_frames(found: TracebackType) -> Expression:
    from tblib.pickling_support import pickle_traceback  # type: ignore[import-untyped]

    function, arguments = pickle_traceback(found)[:2]
    return Expression(function, *arguments)
