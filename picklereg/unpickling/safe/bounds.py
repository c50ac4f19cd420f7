"""How much of an untrusted pickle is read: what :func:`picklereg.safe_loads` refuses as too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from picklereg.introspection.public import public

__all__ = ["DEFAULT_BOUNDS", "Bounds"]


@public
@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What an untrusted pickle may hold. The defaults are far above what errors need.

    Attributes:
        max_size: bytes in all.
        max_objects: values of any kind.
        max_depth: how deep values and exceptions lie inside each other; exceptions that are each other's cause or context count, too.
        max_text: characters of one string, or bytes of one bytes object.
        max_int_bytes: bytes of one integer. Up to 1,700 or so Python can print it.
        max_stack: values that are under way at the same time.
        max_memo: values that are remembered, to be referred to again.
        max_names: different classes and functions that are named.
        max_expanded: values that a ``repr`` would show if it shows what is shared each time that it occurs.
    """

    max_size: int = 16 * 2**20
    max_objects: int = 250_000
    max_depth: int = 500
    max_text: int = 4 * 2**20
    max_int_bytes: int = 1_024
    max_stack: int = 100_000
    max_memo: int = 250_000
    max_names: int = 1_000
    max_expanded: int = 1_000_000


DEFAULT_BOUNDS: Final = Bounds()
