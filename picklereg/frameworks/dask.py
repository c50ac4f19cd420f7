"""Dask distributed: errors reach whoever calls ``result``, whatever their classes.

    client = Client("tcp://scheduler:8786")
    client.register_plugin(WholeErrors())

installs picklereg in the workers that there are, and in those that come. :func:`picklereg.install` alone isn't enough there: with each
error, distributed has tblib put a reducer of its own in the place of whatever was registered for its classes, and pickles the error
right after that, in three attempts. The plugin has a hand in the first two:

1. Plain pickle, with tblib's reducers. The plugin makes this attempt fail (``dask_frames``).
2. Pickle, after a question to ``dask_serialize`` about each object. The plugin's answer for exceptions is to put picklereg's reducers
   back, and to leave the object to pickle, which now finds them.
3. cloudpickle, for classes of ``__main__``. It finds them, too.

``dask_serialize`` is asked about errors that tasks return as well. An error whose text is longer than the option
``distributed.admin.max-error-length`` (10,000 characters) allows is replaced by distributed before all this.
"""

from __future__ import annotations

from typing import Final, NoReturn

from picklereg.frameworks.installing import InstalledForWorkers
from picklereg.frameworks.keeping import needed
from picklereg.registry.registry import DEFAULT_REGISTRY

with needed("distributed", "distributed", by=__name__):
    from distributed import WorkerPlugin
    from distributed.protocol.serialize import register_serialization

    from picklereg.frameworks.dask_frames import refused_frames

__all__ = ["WholeErrors"]

_INSTALLED: Final = InstalledForWorkers(refused_frames)
_PICKLING: Final = "pickling"


class WholeErrors(WorkerPlugin):
    """A plugin that installs picklereg, for all exceptions, in a process for as long as workers with it run there."""

    name = "picklereg"

    def setup(self, worker: object) -> None:
        """Install, if this is the first worker of the process.

        Args:
            worker: the worker.
        """
        _INSTALLED.begin(worker)

    def teardown(self, worker: object) -> None:
        """Undo that, if this was the last one.

        Args:
            worker: the worker.
        """
        _INSTALLED.end(worker)

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
        if _INSTALLED.is_in_effect:
            DEFAULT_REGISTRY.ensure(exc)
        raise TypeError if context is _PICKLING else NotImplementedError


register_serialization(BaseException, WholeErrors.cover, WholeErrors.cover)
