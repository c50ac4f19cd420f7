"""Dask distributed: errors reach whoever calls ``result``, whatever their classes.

    client = Client("tcp://scheduler:8786")
    client.register_plugin(WholeErrors())

installs picklereg in the workers that there are, and in those that come. :func:`picklereg.install` alone isn't enough there: with each
error, distributed has tblib put a reducer of its own in the place of whatever was registered for its classes, and pickles the error
right after that, in three attempts. The plugin has a hand in the first two:

1. Plain pickle, with tblib's reducers. They write the error's traceback as objects of ``tblib.Frame``; the plugin's entry for that class
   in ``copyreg`` refuses, so this attempt fails. The traceback that distributed pickles beside the error isn't refused.
2. Pickle, after a question to ``dask_serialize`` about each object. The plugin's answer for exceptions is to put picklereg's reducers
   back, and to leave the object to pickle, which now finds them.
3. cloudpickle, for classes of ``__main__``. It finds them, too.

``dask_serialize`` is asked about errors that tasks return as well. An error whose text is longer than the option
``distributed.admin.max-error-length`` (10,000 characters) allows is replaced by distributed before all this.
"""

from __future__ import annotations

import copyreg
import sys
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from picklereg.frameworks.keeping import needed
from picklereg.registry.copyreg_entries import hold, release
from picklereg.registry.registry import DEFAULT_REGISTRY

with needed("distributed", "distributed", by=__name__):
    from distributed import WorkerPlugin
    from distributed.protocol import pickle as theirs
    from distributed.protocol.serialize import register_serialization
    from tblib import Frame, pickling_support  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["WholeErrors"]

_LOCK: Final = threading.Lock()
_TABLE: Final[dict[type, Any]] = copyreg.dispatch_table
_PICKLING: Final = "pickling"


class WholeErrors(WorkerPlugin):
    """A plugin that installs picklereg, for all exceptions, in a process for as long as workers with it run there."""

    name = "picklereg"
    _workers: int = 0  # of this process, so on the class
    _undo: ExitStack = ExitStack()

    def setup(self, worker: object) -> None:  # noqa: ARG002  # distributed's signature
        """Install, if this is the first worker of the process.

        Args:
            worker: the worker.
        """
        with _LOCK:
            if WholeErrors._workers == 0:
                WholeErrors._undo.enter_context(DEFAULT_REGISTRY.installed(all_exceptions=True))
                WholeErrors._undo.enter_context(_frames_guarded())
            WholeErrors._workers += 1

    def teardown(self, worker: object) -> None:  # noqa: ARG002  # the same
        """Undo that, if this was the last one.

        Args:
            worker: the worker.
        """
        with _LOCK:
            WholeErrors._workers -= 1
            if WholeErrors._workers == 0:
                WholeErrors._undo.close()

    @classmethod
    def cover(cls, exc: BaseException, context: object = _PICKLING) -> NoReturn:
        """Cover an exception that distributed is about to pickle. This is registered with ``dask_serialize``.

        Args:
            exc: the exception.
            context: given before pickling is tried at all.

        Raises:
            TypeError: always, within pickling: distributed takes it for "nothing registered, let pickle do it".
            NotImplementedError: always, before: that says the same there.
        """
        if cls._workers:
            DEFAULT_REGISTRY.ensure(exc)
        raise TypeError if context is _PICKLING else NotImplementedError


register_serialization(BaseException, WholeErrors.cover, WholeErrors.cover)


@contextmanager
def _frames_guarded() -> Iterator[None]:
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
