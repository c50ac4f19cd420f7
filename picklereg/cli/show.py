"""The command ``picklereg show``."""

from __future__ import annotations

import json
import sys
from typing import IO

import click

from picklereg.cli.show_report import BOUNDS, report
from picklereg.errors import UnsafePickleError

__all__ = ["show_command"]


@click.command("show")
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print it for machines: signed, verified, errors with their links, value or text.")
def show_command(file: IO[bytes], *, as_json: bool) -> None:
    """Print the error in stored bytes.

    Reads FILE (- for standard input): a pickle, also as hex or base64, signed, or what docket, Celery or RQ store. Prints the error as
    Python prints an exception, with its chain, its notes and its attributes. Nothing is imported or run, whatever the bytes ask for. A
    signature isn't verified.

    Exit status: 0 if there is an error in it; 1 if there is none; 2 if there is no pickle in it that can be read.

    Example: redis-cli --raw get shop:results:17 | picklereg show -
    """
    try:
        # Four times: hex of base64 is the widest wrapping.
        found = report(file.read(4 * BOUNDS.max_size))
    except UnsafePickleError as problem:
        click.echo(f"picklereg: {problem}", err=True)
        sys.exit(2)
    click.echo(json.dumps(found.fields, indent=1) if as_json else found.text)
    if not found.has_error:
        sys.exit(1)
