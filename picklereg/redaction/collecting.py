"""Whose credentials are taken in while a strip function is at work: those of the dump that is under way in this thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from picklereg.redaction.secrets import Secrets

__all__ = ["collecting", "current_secrets"]

Value = TypeVar("Value")


class _Current(threading.local):
    """The secrets of the dump that is under way in this thread, in a list; ``None`` in it says that nothing is to be redacted."""

    held: list[Secrets | None] | None = None


_current: Final = _Current()


def current_secrets() -> Secrets | None:
    """Give the secrets of the dump that is under way in this thread; new ones if there is none; ``None`` if nothing is to be redacted."""
    return Secrets() if _current.held is None else _current.held[0]


def collecting(secrets: Secrets | None, strip: Callable[..., Value], *values: Any) -> Value:
    """Strip an attachment, while the functions for sets remember in ``secrets`` what they replace; with ``None`` they replace nothing."""
    before, _current.held = _current.held, [secrets]
    if secrets is None:
        was_collecting = False
    else:
        was_collecting, secrets.is_collecting = secrets.is_collecting, True
    try:
        return strip(*values)
    finally:
        _current.held = before
        if secrets is not None:
            secrets.is_collecting = was_collecting
