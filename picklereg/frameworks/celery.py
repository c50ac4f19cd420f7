"""Celery: everybody in it sees the error that the task raised, whatever its class.

Celery tries each error with plain ``pickle`` and replaces the ones that fail, by an instance of a base class or of a class of the
same name. Put ``picklereg+`` in front of the result backend's URL, in the workers and in the callers:

    app = Celery("shop", broker="redis://localhost", backend="picklereg+redis://localhost")

Celery finds it by its entry point. It stores results and errors with picklereg's pickler, and a worker that has it gets picklereg
installed for as long as it runs. Celery makes the backend when a worker says what it is configured to, or else at the first result.
For workers that say nothing (``--quiet``, or within a program), import this module beside the application.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from picklereg.frameworks.keeping import needed

with needed("celery", "Celery", by=__name__):
    from celery import signals  # type: ignore[import-untyped]
    from celery.app.backends import by_url  # type: ignore[import-untyped]
    from celery.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
    from celery.utils.serialization import UnpickleableExceptionWrapper  # type: ignore[import-untyped]

    from picklereg.frameworks.celery_workers import install_for, install_late

__all__ = ["WholeErrors", "backend"]

_SERIALIZER: Final = "picklereg"


class WholeErrors:
    """A mix-in for result backends: with the serializer ``picklereg`` errors are stored as they are.

    :func:`backend` mixes it in for whoever names a backend by URL. A backend of your own takes it as its first base, and
    ``serializer="picklereg"``.
    """

    serializer: str

    def prepare_exception(self, exc: BaseException, serializer: str | None = None) -> Any:
        """Give what is stored for an exception.

        Args:
            exc: the exception, or what Celery has put in its place.
            serializer: in place of the backend's.

        Returns:
            The exception that the task raised.
        """
        if (serializer or self.serializer) != _SERIALIZER:
            return super().prepare_exception(exc, serializer)  # type: ignore[misc]
        raised = sys.exception()  # Celery calls this while it handles the error
        return raised if raised is not None and _stands_for(exc, raised) else exc


def backend(app: Any, url: str | None = None) -> Any:
    """Make a result backend that stores errors whole: what ``picklereg+...`` in front of its URL stands for.

    Args:
        app: the Celery application.
        url: the URL of the backend to make.

    Returns:
        The backend.

    Raises:
        celery.exceptions.ImproperlyConfigured: if the URL is missing.
    """
    if not url:
        raise ImproperlyConfigured("the result backend 'picklereg' lacks a URL: say picklereg+redis://... for redis://...")
    cls, rest = by_url(url, app.loader)
    mixed = type(cls.__name__, (WholeErrors, cls), {"__module__": cls.__module__})
    made = mixed(app=app, url=rest, serializer=_SERIALIZER, accept=[_SERIALIZER])
    install_late(app)
    return made


@signals.worker_init.connect  # type: ignore[untyped-decorator]  # celery is untyped
def _on_worker_init(sender: Any, **_: object) -> None:
    """Install for a worker that is about to start, if its application has the backend."""
    if isinstance(sender.app.backend, WholeErrors):
        install_for(sender)


def _stands_for(exc: BaseException, raised: BaseException) -> bool:
    """Tell whether Celery has put ``exc`` in the place of ``raised``: a wrapper, or an instance of a base class."""
    if isinstance(exc, UnpickleableExceptionWrapper):
        return (exc.exc_module, exc.exc_cls_name) == (type(raised).__module__, type(raised).__name__)
    return type(exc) is not type(raised) and isinstance(raised, type(exc)) and exc.__traceback__ is raised.__traceback__
