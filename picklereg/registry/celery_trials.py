"""Celery's trials of an error, ``pickle.loads(pickle.dumps(error))``: who doesn't pass has another error put in its place.

Celery tries every error, whatever form its results have. In JSON's an error is the name of its class, and its arguments: whoever asks
for the result calls the one with the other, which for most classes that plain pickle can't carry gives a ``TypeError``, or an error with
another text. So where results can't hold an exception, its trials come out as they would without picklereg.
"""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any, Final

__all__ = ["TRIALS", "is_in_vain"]

#: The functions that make them, for who has to be quick. The nameless one tries arguments.
TRIALS: Final = frozenset({"get_pickleable_exception", "find_pickleable_exception", "<lambda>"})
_MODULE: Final = "celery.utils.serialization"
#: The serializers whose results hold exceptions.
_HOLDING: Final = frozenset({"pickle", "picklereg"})


def is_in_vain(frame: FrameType) -> bool:
    """Tell of the frame of a function of such a name whether it is Celery's, in a task whose results can't hold an exception."""
    if frame.f_globals.get("__name__") != _MODULE:
        return False
    try:
        task: Any = sys.modules["celery._state"].get_current_task()
        backend = task.backend
        return backend.serializer not in _HOLDING and type(backend).__name__ != "DisabledBackend"
    except Exception:  # noqa: BLE001  # no task, or a backend of another kind
        return False
