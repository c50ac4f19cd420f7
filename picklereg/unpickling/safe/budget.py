"""What one pickle may cost: one sum of bytes and steps, charged before something is copied, across all readings of it.

Following the opcodes costs what the bytes are long. What can cost more is a call or a state, because both may name again what is in the
memo already: two bytes of a pickle have a text of a megabyte copied. So the copy is paid for first, by the length of what is copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from picklereg.introspection.kinds import MAPPINGS
from picklereg.unpickling.safe.exceptions import Refused

if TYPE_CHECKING:
    from picklereg.unpickling.safe.bounds import Bounds

__all__ = ["ENTRY", "INSTANCE", "SLOT", "Budget", "weight"]

#: How many times its own size a pickle may cost, and a sum besides, so that small ones may be of any kind.
_TIMES: Final = 16
_BESIDES: Final = 4 * 2**20
#: Bytes of a reference in a tuple, of an entry in a dictionary or set, and of an instance.
SLOT: Final = 8
ENTRY: Final = 96
INSTANCE: Final = 64
_TEXTS: Final = (str, bytes, bytearray)
_SEQUENCES: Final = (tuple, list, set, frozenset)


class Budget:
    """What is left for one pickle.

    Args:
        size: bytes of the pickle.
        bounds: how much is too much.

    Attributes:
        left: bytes and steps.
        shown: how many characters and values a ``repr`` may show.
    """

    __slots__ = ("_limit", "left", "shown")

    def __init__(self, size: int, bounds: Bounds) -> None:
        relative = _TIMES * size + _BESIDES
        self._limit = self.left = relative if bounds.max_cost is None else bounds.max_cost
        self.shown: int = relative if bounds.max_expanded is None else bounds.max_expanded

    def charge(self, cost: int) -> None:
        """Take what something costs, before it is done.

        Raises:
            Refused: if there isn't so much left.
        """
        self.left -= cost
        if self.left < 0:
            raise Refused(f"to make it takes more than {self._limit:,} bytes and steps (max_cost)")

    def charge_all(self, value: Any) -> None:
        """Take what a copy of a value and of all that it holds costs, each part as often as it occurs.

        Raises:
            Refused: if there isn't so much left.
        """
        stack: list[Any] = [value]
        while stack:
            part = stack.pop()
            self.charge(INSTANCE + weight(part))
            if type(part) in MAPPINGS:
                stack += part.keys()
                stack += part.values()
            elif type(part) in _SEQUENCES:
                stack += part


def weight(value: Any) -> int:
    """Give what a copy of a value costs, without what it holds."""
    kind = type(value)
    if kind in _TEXTS:
        return len(value)
    if kind in _SEQUENCES:
        return SLOT * len(value)
    return ENTRY * len(value) if kind in MAPPINGS else SLOT
