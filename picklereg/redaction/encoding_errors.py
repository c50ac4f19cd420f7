"""What can't be encoded, or decoded, stands whole in its error: a header that no client sends is a key, more often than not.

Nothing in the error says so. What raised it does: a function on the way has the text, or a part of it, under a credential's name (that of a
variable, an entry, an attribute), or beside a header's name.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from inspect import CO_OPTIMIZED
from types import FrameType, TracebackType
from typing import Any, Final

from picklereg.introspection.fields import traceback_of
from picklereg.introspection.foreign_code import pass_on
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


def masked(whole: Any, written: Any, start: int, end: int) -> Any:
    """Give what stands in such an error for what was refused, if credentials are replaced in it: what its text shows is in its place.

    Args:
        whole: what was refused, text or bytes.
        written: the same without credentials, which may be longer or shorter; nothing, if all of it is one.
        start: where what is wrong with it begins.
        end: where that ends.

    Returns:
        What was refused, as long as it is, with the credentials hidden, but for the character that the text shows. If all is one, what
        is after that says that something was replaced.
    """
    start = min(max(start, 0), len(whole) - 1)
    end = min(max(end, 0), len(whole))
    shown = whole[start:end] if end - start == 1 else whole[:0]  # of more, the text tells the places alone
    if not written:
        return _joined(whole, _HIDES * (start if shown else end), shown, REDACTED)
    before = _agreement(whole, written)
    after = _agreement(reversed(whole[before:]), reversed(written[before:]))
    length = len(whole) - before - after
    hidden = REDACTED.ljust(length, _HIDES) if length >= len(REDACTED) else _HIDES * length
    found = _joined(whole, whole[:before], hidden, whole[len(whole) - after :])
    return _joined(whole, found[:start], shown, found[end:]) if shown else found


def _agreement(one: Any, other: Any) -> int:
    """Give how far two texts are the same."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _joined(kind: Any, *parts: Any) -> Any:
    """Join texts, of which some are bytes, to what is of the kind of another one."""
    if issubclass(type(kind), str):
        return "".join(parts)
    return b"".join(part.encode() if type(part) is str else bytes(part) for part in parts)


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
        entries = [(name, value), *_entries_of(value)[:_MOST_VALUES]]
        yield from (whole_text(key) for key, part in entries if _is_in(part, whole) and is_credential(key))
    if is_there and is_function:  # it has it beside its name, then
        yield from (value for _, value in held if type(value) is str and is_credential(value))


def _entries_of(value: Any) -> list[tuple[Any, Any]]:
    """Give what a variable's value holds by name: nothing, if code of its class refuses to tell."""
    try:
        return [*value.items()] if type(value) is dict else attributes_of(value)
    except BaseException as problem:  # noqa: BLE001  # it has nothing to do with the error
        pass_on(problem)
        return []


def _is_in(value: Any, whole: Any) -> bool:
    """Tell whether a value is what was refused, or a part of it."""
    return type(value) is type(whole) and (value == whole or (len(value) >= _SHORTEST_PART and value in whole))
