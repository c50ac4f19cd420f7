"""The dumps of global mode that are under way in a thread, and whose pickler does each.

A pickler calls a reducer with nothing but the object, so a dump is known by who called the pickler: that frame, and the
instruction at which it stands, stay the same for as long as the pickler runs. A value that pickles something by itself begins another
dump within the first one. A dump that its pickler gave up is found out by the next one, for its caller has gone on.
"""

from __future__ import annotations

import pickle
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from picklereg.reduction.context import Dump

__all__ = ["Running", "host_of", "python_room"]

_Place: TypeAlias = tuple[int, int]
#: How the methods begin by which a pickler in Python calls itself.
_CALLS: Final = ("save", "_batch_")
#: How often a pickler in Python calls itself, at most, from one exception to the next.
_FRAMES: Final = 20


class Running(threading.local):
    """Those of one thread, the innermost last."""

    def __init__(self) -> None:
        self._dumps: list[tuple[_Place, Dump]] = []

    def dump_of(self, exc: BaseException, frame: FrameType | None) -> Dump | None:
        """Give the dump that awaits an exception on behalf of the pickler that a frame runs."""
        dumps = self._dumps
        if not dumps:
            return None
        place = _place_of(frame)
        for index in range(len(dumps) - 1, -1, -1):
            if dumps[index][0] == place and dumps[index][1].walk.awaits(exc):
                del dumps[index + 1 :]
                return dumps[index][1]
        return None

    def begin(self, dump: Dump, frame: FrameType | None) -> None:
        """Take notice of a dump that begins; those whose callers have gone on are over."""
        place = _place_of(frame)
        if self._dumps:
            alive = {each for each in _places_above(frame) if each != place}
            self._dumps = [known for known in self._dumps if known[0] in alive]
        self._dumps.append((place, dump))

    def end(self, dump: Dump) -> None:
        """Forget a dump."""
        self._dumps = [known for known in self._dumps if known[1] is not dump]


def _place_of(frame: FrameType | None) -> _Place:
    """Give where the pickler was called; one that is written in Python calls itself for all that it meets."""
    if frame is None:  # by C, with no Python code around
        return 0, 0
    while frame.f_code.co_name.startswith(_CALLS) and frame.f_back is not None:
        frame = frame.f_back
    return id(frame), frame.f_lasti


def _places_above(frame: FrameType | None) -> list[_Place]:
    places: list[_Place] = []
    while frame is not None:
        places.append((id(frame), frame.f_lasti))
        frame = frame.f_back
    return places


def host_of(frame: FrameType | None) -> pickle.Pickler | None:
    """Give the pickler whose ``dump`` method the frame is; ``pickle.dumps`` has none."""
    host = frame.f_locals.get("self") if frame is not None and frame.f_code.co_name == "dump" else None
    return host if isinstance(host, pickle.Pickler) else None


def python_room(frame: FrameType | None) -> int | None:
    """Tell how many exceptions deep a pickler that is made of Python code can write here; of others it isn't asked.

    It is in the midst of its ``save`` method, and calls itself for all that it meets.
    """
    if frame is None or frame.f_code.co_name != "save":
        return None
    return (sys.getrecursionlimit() - len(_places_above(frame))) // _FRAMES
