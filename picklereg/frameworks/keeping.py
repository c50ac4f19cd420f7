"""What the adapters share: how an error is kept and read, and what is said where something is missing: framework, error, or its text."""

from __future__ import annotations

import logging
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from picklereg import PickleregError, dumps, loads

__all__ = ["NotKeptError", "from_text", "in_their_form", "logged", "needed", "to_text"]

_Form = TypeVar("_Form")


class NotKeptError(PickleregError, LookupError):
    """There is no error to read where one was asked for.

    Attributes:
        what: what was looked at, and how it is.
        remedy: what to do.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}; {self.remedy}"


@contextmanager
def needed(module: str, name: str, *, by: str, install: str | None = None) -> Iterator[None]:
    """Say, for a block that imports a framework, which one is missing and how to get it. What the framework lacks, it says itself.

    Args:
        module: what is imported.
        name: the framework's.
        by: the adapter's module.
        install: the distribution, if it isn't called like the module.

    Raises:
        ModuleNotFoundError: if the framework isn't installed.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        if missing.name != module:
            raise
        raise ModuleNotFoundError(f"{by} needs {name}: pip install {install or module}", name=module) from missing


@contextmanager
def logged(by: str, message: str, *args: object) -> Iterator[None]:
    """Log what goes wrong in a block, where raising would cost the task's own error.

    Args:
        by: the adapter's module, which is the logger's name.
        message: what can't be done, as :mod:`logging` takes it.
        *args: what it is about.
    """
    try:
        yield
    except Exception:
        logging.getLogger(by).exception(message, *args)


def to_text(value: object) -> str:
    """Pickle an error, or whatever it is, for a place that takes text: base64.

    Args:
        value: the value.

    Returns:
        The text.
    """
    return b64encode(dumps(value)).decode("ascii")


def from_text(text: str) -> Any:
    """Read what :func:`to_text` has written.

    Args:
        text: the text.

    Returns:
        The value.
    """
    return loads(b64decode(text))


def in_their_form(make: Callable[[Any], _Form], error: BaseException) -> _Form:
    """Give what a framework itself makes of an error, also where the error's own text can't be had.

    Args:
        make: the framework's function.
        error: the error.

    Returns:
        What the function gives; for an error whose text can't be had, that of one with the same class's name, which says so.
    """
    try:
        return make(error)
    except Exception as problem:  # noqa: BLE001  # from __str__ or __repr__, which may raise anything
        wordless = type(type(error).__name__, (Exception,), {})
        said = wordless(f"<its text raises {type(problem).__name__}>")
        return make(said.with_traceback(error.__traceback__))
