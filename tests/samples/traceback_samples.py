"""What test_tracebacks raises; a module of its own, since the reader does without picklereg."""

from __future__ import annotations

from typing import Any


class FrozenError(Exception):
    """One that lets nobody set an attribute, not even its traceback."""

    def __setattr__(self, name: str, value: object) -> None:
        if name != "__traceback__":
            raise AttributeError(name)
        super().__setattr__(name, value)


class LockedError(Exception):
    """One whose own reduce drops everything but its arguments."""

    def __reduce__(self) -> tuple[Any, ...]:
        return LockedError, self.args


def find(name: str) -> None:
    raise KeyError(name)


def several() -> None:
    try:
        find("colour")
    except KeyError as problem:
        raise ExceptionGroup("several", [problem, LockedError("never raised")]) from TimeoutError("no answer")
