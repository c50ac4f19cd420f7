"""What can't be encoded, or decoded, stands whole in its error: a header that no client sends is a key, more often than not.

Nothing in the error says so. What raised it does: a function on the way has the text, or a part of it, under a credential's name (that of a
variable, an entry, an attribute), or beside a header's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import FrameType, TracebackType
from typing import Any, Final

from picklereg.introspection.fields import traceback_of
from picklereg.redaction.held import attributes_of, whole_text
from picklereg.redaction.names import is_credential
from picklereg.redaction.values import REDACTED, is_value_of

__all__ = ["is_refused_credential", "masked"]

#: How many functions are asked, the last ones called, and how many values in each of their containers and objects.
_MOST_FRAMES: Final = 50
_MOST_VALUES: Final = 100
#: A part of a text that is shorter may stand in it by chance.
_SHORTEST_PART: Final = 6
_HIDES: Final = "*"


def is_refused_credential(problem: BaseException, whole: Any) -> str | None:
    """Give the name of the credential that an encoder or decoder has refused, or that stands in that.

    Args:
        problem: the error, with its traceback.
        whole: what was refused, text or bytes.

    Returns:
        The name; ``None`` if nothing says that it is one.
    """
    frames = [*_frames_of(traceback_of(problem))][-_MOST_FRAMES:]
    names = (name for frame in reversed(frames) for name in _names_for(whole, frame))
    return next((name for name in names if is_value_of(name, whole_text(whole))), None)


def masked(whole: Any, start: int, end: int) -> Any:
    """Give what stands for a credential in such an error, so that its text is the same: what it shows is in its place.

    Args:
        whole: what was refused, text or bytes.
        start: where what is wrong with it begins.
        end: where that ends.
    """
    start = min(max(start, 0), len(whole) - 1)
    is_shown = end - start == 1  # of more, the text tells the places alone
    hidden = _HIDES * (start if is_shown else min(max(end, 0), len(whole)))
    if issubclass(type(whole), str):
        return f"{hidden}{whole[start:end] if is_shown else ''}{REDACTED}"
    return hidden.encode() + (bytes(whole[start:end]) if is_shown else b"") + REDACTED.encode()


def _frames_of(traceback: TracebackType | None) -> Iterator[FrameType]:
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _names_for(whole: Any, frame: FrameType) -> Iterator[str]:
    is_function = bool(frame.f_code.co_flags & CO_OPTIMIZED)
    if not is_function and frame.f_locals is not frame.f_globals:  # a class that is being made may have code for its names
        return
    is_there, held = False, [*frame.f_locals.items()]
    for name, value in held:
        is_there = is_there or _is_in(value, whole)
        entries = [(name, value), *([*value.items()] if type(value) is dict else attributes_of(value))[:_MOST_VALUES]]
        yield from (whole_text(key) for key, part in entries if _is_in(part, whole) and is_credential(key))
    if is_there and is_function:  # it has it beside its name, then
        yield from (value for _, value in held if type(value) is str and is_credential(value))


def _is_in(value: Any, whole: Any) -> bool:
    """Tell whether a value is what was refused, or a part of it."""
    return type(value) is type(whole) and (value == whole or (len(value) >= _SHORTEST_PART and value in whole))
