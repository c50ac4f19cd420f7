"""What the tests of the pickler write, and with which pickler."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cloudpickle
import pickler_samples as samples

import picklereg

PICKLERS: dict[str, Any] = {"picklereg": picklereg.Pickler, "cloudpickle": cloudpickle.Pickler}


def error(number: int = 1) -> samples.TicketError:
    """Make an exception that plain pickle writes, and nobody reads."""
    exc = samples.TicketError(number, queue="default")
    exc.__cause__ = KeyError("no such queue")
    exc.add_note("a note")
    return exc


def written(pickler_class: Any, obj: Any) -> bytes:
    file = io.BytesIO()
    pickler_class(file).dump(obj)
    return file.getvalue()


WRITERS: dict[str, Callable[..., bytes]] = {
    "dumps": picklereg.dumps,
    "dump": lambda obj, protocol, **options: _to_file(lambda file: picklereg.dump(obj, file, protocol, **options)),
    "Pickler": lambda obj, protocol, **options: _to_file(lambda file: picklereg.Pickler(file, protocol, **options).dump(obj)),
}


def _to_file(write: Callable[[Any], None]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


ORDINARY = [samples.Frozen(1), samples.Frozen(2), samples.Plain(a=samples.Frozen(3)), samples.WithMeta, samples.Slotted(1, 2)]
