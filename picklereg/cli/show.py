"""The command ``picklereg show``."""

from __future__ import annotations

import sys
from typing import IO

import click

from picklereg.cli.show_report import BOUNDS, show
from picklereg.errors import UnsafePickleError

__all__ = ["show_command"]


@click.command("show")
@click.argument("file", type=click.File("rb"))
def show_command(file: IO[bytes]) -> None:
    """Print the error in stored bytes.

    Reads FILE (- for standard input): a pickle, also as hex or base64, or what docket, Celery or RQ store. Prints the error as Python
    prints an exception, with its chain, its notes and its attributes. Nothing is imported or run, whatever the bytes ask for.

    Exit status: 0; 2 if there is no pickle in it that can be read.
    """
    try:
        # Four times: hex of base64 is the widest wrapping.
        text = show(file.read(4 * BOUNDS.max_size))
    except UnsafePickleError as problem:
        click.echo(f"picklereg: {problem}", err=True)
        sys.exit(2)
    click.echo(text)
