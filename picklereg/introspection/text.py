"""Text about foreign values, whatever their own code does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from picklereg.introspection.fields import args_of
from picklereg.introspection.foreign_code import pass_on
from picklereg.introspection.naming import type_name

__all__ = ["describe", "safe_repr", "safe_text", "shortened"]

_REPR_LIMIT: Final = 2_000
_REASON_LIMIT: Final = 200


def shortened(text: str) -> str:
    """Give a text as a note shows it."""
    return _shorten(text, _REPR_LIMIT)


def describe(problem: BaseException) -> str:
    """Give an error as one short line."""
    return _shorten(" ".join(f"{type(problem).__name__}: {_text(str, problem)}".split()), _REASON_LIMIT)


def safe_repr(value: object) -> str:
    """Give the ``repr`` of any value, shortened, whatever its class does."""
    return _shorten(_text(repr, value), _REPR_LIMIT)


def safe_text(exc: BaseException) -> str:
    """Give ``str(exc)``, or the ``repr`` of its arguments if that raises."""
    try:
        return str(exc)
    except BaseException as problem:  # noqa: BLE001  # the class's own code
        pass_on(problem)
        return safe_repr(args_of(exc))


def _text(make: Callable[[object], str], value: object) -> str:
    try:
        return make(value)
    except BaseException as problem:  # noqa: BLE001  # whatever a foreign __repr__ raises
        pass_on(problem)
        return f"<{type_name(type(value))} whose {make.__name__} raises {type(problem).__name__}>"


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"
