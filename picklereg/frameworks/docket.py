"""docket: errors reach whoever calls ``get_result``, whatever their classes.

docket pickles a task's error with ``cloudpickle.dumps`` and takes no pickler; up to 0.27 an error that can't be pickled ends the
worker, and each worker that takes the task over. :func:`picklereg.install` in the worker covers the errors of all declared sets.
:class:`EnsurePicklable` covers the others, each before docket pickles it:

    picklereg.install()
    async with Worker(docket, dependencies=[EnsurePicklable()]) as worker:
        await worker.run_forever()

or, for docket's own command, ``docket worker --dependencies picklereg.frameworks.docket:DEPENDENCIES``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from picklereg.frameworks.keeping import logged, needed
from picklereg.registry.registry import DEFAULT_REGISTRY, Registry

with needed("docket", "docket", by=__name__, install="pydocket"):
    from docket.dependencies import Dependency

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["DEPENDENCIES", "EnsurePicklable"]


class EnsurePicklable(Dependency["EnsurePicklable"]):
    """A dependency that makes whatever a task raises picklable, for all tasks of a worker or for those that name it.

    List it first among a worker's dependencies: docket leaves them in reverse order, so it sees what the others raise, too.
    It goes together with ``Retry`` and all other dependencies of docket, and one instance serves any number of tasks at a time.

    Args:
        registry: whose :meth:`~picklereg.Registry.ensure` to call; the default registry's, if left out.
    """

    def __init__(self, registry: Registry = DEFAULT_REGISTRY) -> None:
        self._registry = registry

    async def __aenter__(self) -> Self:
        """Begin a task. There is nothing to prepare."""
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Look at what the task raised. What is raised here would take its place, so nothing is."""
        if isinstance(exc_value, Exception):  # not the end of a task, nor its cancellation, which docket doesn't pickle
            with logged(__name__, "can't make a %s picklable", type(exc_value).__qualname__):
                self._registry.ensure(exc_value)


#: For the option ``--dependencies`` of ``docket worker``.
DEPENDENCIES: Final = [EnsurePicklable()]
