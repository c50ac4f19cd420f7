"""What one reading makes of stand-ins: of which classes there are instances, and whether one is made or filled as few exceptions are."""

from __future__ import annotations

import threading
from typing import Any, Final

__all__ = ["ODD", "WATCH", "look_at_arguments", "look_at_state"]

#: What is noted of a stand-in that is made as a group is, or filled as ``OSError`` is, or with a state that isn't an exception's.
ODD: Final = object()
_OF_OS_ERROR: Final = frozenset({"args", "errno", "strerror"})


class _Watch(threading.local):
    """Of this thread.

    Attributes:
        seen: stand-in classes of which instances were made, and perhaps :data:`ODD`; ``None`` while nobody watches.
    """

    seen: set[object] | None = None


WATCH: Final = _Watch()


def look_at_arguments(cls: type, args: tuple[Any, ...]) -> None:
    """Take note that an instance is made, perhaps as a group, of which one can't tell here whether it is one."""
    seen = WATCH.seen
    if seen is not None:
        seen.add(ODD if len(args) == 2 and type(args[1]) in (list, tuple) else cls)


def look_at_state(state: Any) -> None:
    """Take note of a state that no exception has, or of one that tells the builtin class beneath."""
    seen = WATCH.seen
    if seen is not None and (type(state) is not dict or ("errno" in state and state.keys() >= _OF_OS_ERROR)):
        seen.add(ODD)
