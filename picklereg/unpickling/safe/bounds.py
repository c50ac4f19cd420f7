"""How much of an untrusted pickle is read: what :func:`picklereg.safe_loads` refuses as too much."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from picklereg.errors import ArgumentValueError
from picklereg.introspection.arguments import wrong_type
from picklereg.introspection.public import public

__all__ = ["DEFAULT_BOUNDS", "Bounds"]


@public
@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What an untrusted pickle may hold, and what it may cost. The defaults are far above what errors need.

    Attributes:
        max_size: bytes of the pickle.
        max_cost: bytes that are copied and steps that are done to make the objects, over all readings; ``None``: 16 times the size of the
            pickle and 4 MiB. Beyond that, following the opcodes takes a time and a memory in proportion to the size.
        max_expanded: characters and values that a ``repr`` or a traceback would show if it shows what is shared each time that it
            occurs; ``None``: 16 times the size of the pickle and 4 MiB.
        max_objects: number of values of any kind.
        max_depth: how many values and exceptions lie inside each other; exceptions that are each other's cause or context count, too.
        max_text: bytes of one text or bytes object in the pickle.
        max_int_bytes: bytes of one integer. Up to 1,700 or so Python can print it.
        max_stack: number of values that are under way at the same time.
        max_memo: number of values that are remembered, to be referred to again.
        max_names: number of different classes and functions that are named.

    Raises:
        ArgumentTypeError: for a bound that is no number.
        ArgumentValueError: for one below zero.
    """

    max_size: int = 16 * 2**20
    max_cost: int | None = None
    max_expanded: int | None = None
    max_objects: int = 250_000
    max_depth: int = 500
    max_text: int = 4 * 2**20
    max_int_bytes: int = 1_024
    max_stack: int = 100_000
    max_memo: int = 250_000
    max_names: int = 1_000

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None and field.default is None:
                continue
            if type(value) is not int:
                raise wrong_type(field.name, value, "pass a number")
            if value < 0:
                raise ArgumentValueError(field.name, str(value), "pass a number that isn't negative")


DEFAULT_BOUNDS: Final = Bounds()
