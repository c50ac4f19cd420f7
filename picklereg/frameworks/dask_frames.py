"""distributed's first attempt at an error, with tblib's reducers: it fails while :func:`refused_frames` is in effect.

tblib's reducers write an error's traceback as objects of ``tblib.Frame``; the entry for that class in ``copyreg`` refuses. The traceback
that distributed pickles beside the error isn't refused.
"""

from __future__ import annotations

import copyreg
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from distributed.protocol import pickle as theirs
from tblib import Frame, pickling_support  # type: ignore[import-untyped]

from picklereg.registry.copyreg_entries import hold, release

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["refused_frames"]

_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table


@contextmanager
def refused_frames() -> Iterator[None]:
    """Have tblib's reducers for exceptions fail in distributed's hands."""
    hold(Frame, _reduce_frame)
    try:
        yield
    finally:
        release(Frame)


def _reduce_frame(frame: Any) -> Any:
    """Reduce a frame as ever, unless it is that of an exception that tblib reduces for distributed."""
    caller = sys._getframe(2)  # noqa: SLF001  # copyreg hands a reducer the object and nothing else; the first is that of our entry
    written = caller.f_locals.get("x") if caller.f_code is theirs.dumps.__code__ else None
    if isinstance(written, BaseException) and _TABLE.get(type(written)) is pickling_support.pickle_exception:
        raise TypeError("tblib isn't to write this error")
    return frame.__reduce_ex__(4)
