"""Importing what a command is pointed at: the module of a worker, as the worker itself would."""

from __future__ import annotations

import functools
import importlib
import os
import sys
from contextlib import redirect_stdout
from types import ModuleType
from typing import NamedTuple

import click

from picklereg.testing.reader import one_line

__all__ = ["App", "import_app"]


class App(NamedTuple):
    """What a worker runs.

    Attributes:
        module: its module.
        thing: what was named in it, or ``None``.
    """

    module: ModuleType
    thing: object


class AppError(click.ClickException):
    """It can't be imported. One line says why."""

    exit_code = 2

    def show(self, file: object = None) -> None:  # noqa: ARG002  # click's
        """Print the line."""
        click.echo(f"picklereg: {self.message}", err=True)


def import_app(name: str) -> App:
    """Import a module into this process. The current directory counts, and what it prints goes to standard error.

    Args:
        name: ``module`` or ``module:attribute``.

    Returns:
        The module, and the attribute.

    Raises:
        AppError: if that fails.
    """
    module_name, _, attribute = name.partition(":")
    sys.path.append(os.getcwd())  # noqa: PTH109  # sys.path holds text
    try:
        with redirect_stdout(sys.stderr):
            module = importlib.import_module(module_name)
            thing = functools.reduce(getattr, attribute.split("."), module) if attribute else None
    except ModuleNotFoundError as problem:
        if problem.name and f"{module_name}.".startswith(f"{problem.name}."):
            raise AppError(f"no module named {module_name!r}, here or in this environment; name it as in an import statement") from None
        raise AppError(f"importing {name!r} raises {one_line(problem)}") from problem
    except BaseException as problem:
        if isinstance(problem, KeyboardInterrupt):
            raise
        raise AppError(f"importing {name!r} raises {one_line(problem)}") from problem
    return App(module, thing)
