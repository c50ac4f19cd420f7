"""Keys of dictionaries and elements of sets in an untrusted pickle: hashing and comparing them must be quick, and run nobody's code.

``hash()`` goes down into tuples, without end in one that holds itself twice on sixty levels; numbers can be chosen by the thousand
to have the same hash, and then each is compared to all others.
"""

from __future__ import annotations

import datetime
import decimal
import pathlib
import uuid
from typing import TYPE_CHECKING, Any, Final

from picklereg.unpickling.safe.budget import SLOT
from picklereg.unpickling.safe.constructors import is_simple_key
from picklereg.unpickling.safe.exceptions import Refused, is_exception
from picklereg.unpickling.stand_ins.classes import MissingValue

if TYPE_CHECKING:
    from picklereg.unpickling.safe.budget import Budget

__all__ = ["Keys"]

_PLAIN: Final = frozenset(
    {
        int,
        float,
        complex,
        type(...),
        datetime.date,
        datetime.datetime,
        datetime.time,
        datetime.timedelta,
        datetime.timezone,
        decimal.Decimal,
        pathlib.PosixPath,
        pathlib.PurePosixPath,
        pathlib.PureWindowsPath,
        uuid.UUID,
    }
)
#: How many values one key is made of, and how many keys of one container may have the same hash.
_PARTS: Final = 1_000
_SAME: Final = 64


class Keys:
    """Checks the keys of one pickle.

    Args:
        budget: what is left for the pickle; each part of a key is a step.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._hashes: dict[tuple[int, int], int] = {}

    def check(self, container: object, key: Any) -> None:
        """Check a key before it is used.

        Raises:
            Refused: if it can't be a key, or isn't allowed to.
        """
        if is_simple_key(key):
            return
        self._check_parts(key)
        try:
            place = (id(container), hash(key))
        except (TypeError, ValueError) as problem:
            raise Refused(f"a key can't be hashed: {problem}") from problem
        count = self._hashes[place] = self._hashes.get(place, 0) + 1
        if count > _SAME:
            raise Refused("too many keys have the same hash")

    def _check_parts(self, key: Any) -> None:
        parts, left = [key], _PARTS
        while parts:
            part = parts.pop()
            left -= 1
            if type(part) in (tuple, frozenset):
                parts.extend(part)
            elif not (is_simple_key(part) or type(part) in _PLAIN or _has_identity(part)):
                raise Refused(f"a {type(part).__qualname__} can't be part of a key")
            elif issubclass(type(part), MissingValue):
                part._origin.is_key = True  # noqa: SLF001  # it is written otherwise again
            if left < len(parts):
                raise Refused(f"a key is made of more than {_PARTS:,} values")
        self._budget.charge(SLOT * (_PARTS - left))


def _has_identity(value: Any) -> bool:
    """Tell whether a value is hashed and compared by its identity."""
    cls: Any = type(value)
    if issubclass(cls, type):
        return cls.__hash__ is type.__hash__ and cls.__eq__ is type.__eq__
    return (is_exception(value) or issubclass(cls, MissingValue)) and cls.__hash__ is object.__hash__ and cls.__eq__ is object.__eq__
