"""Ctrl-C and SIGTERM: a command ends at once, with the status that shells give, and whatever it has started has ended before."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import click

__all__ = ["InterruptedExit", "ending_at_once"]


class InterruptedExit(SystemExit):
    """A command was ended by a signal. Its code is the exit status: 128, and the signal's number."""


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the block by an exception, and a second one change nothing while it is left."""

    def end(number: int, _: object) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise InterruptedExit(128 + number)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    except InterruptedExit:
        click.echo("picklereg: interrupted; nothing is left running", err=True)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
