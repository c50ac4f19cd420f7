"""Celery: errors reach whoever calls ``get``, whatever their classes.

Celery tries each error with plain ``pickle`` and replaces the ones that fail, by an instance of a base class or of a class of the
same name. There are two ways out. :func:`picklereg.install` in the worker makes the tries succeed; together with Celery's own
``result_serializer="pickle"`` it needs nothing from here. Or put ``picklereg+`` in front of the result backend's URL, in the workers
and in the callers:

    app = Celery("shop", broker="redis://localhost", backend="picklereg+redis://localhost")

and the backend stores results and errors with picklereg's pickler. Celery finds it by its entry point.
"""

from __future__ import annotations

import sys
from typing import Any, Final

try:
    from celery.app.backends import by_url  # type: ignore[import-untyped]
    from celery.exceptions import ImproperlyConfigured  # type: ignore[import-untyped]
    from celery.utils.serialization import UnpickleableExceptionWrapper  # type: ignore[import-untyped]
except ModuleNotFoundError as _missing:
    if _missing.name != "celery":  # celery is there, and lacks something
        raise
    raise ModuleNotFoundError("picklereg.frameworks.celery needs Celery: pip install celery", name="celery") from _missing

__all__ = ["WholeErrors", "backend"]

_SERIALIZER: Final = "picklereg"
#: It pickles on its own, whatever the serializer.
_DATABASE: Final = "celery.backends.database"


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
        celery.exceptions.ImproperlyConfigured: if the URL is missing, or the backend doesn't use serializers.
    """
    if not url:
        raise ImproperlyConfigured("the result backend 'picklereg' lacks a URL: say picklereg+redis://... for redis://...")
    cls, rest = by_url(url, app.loader)
    if any(base.__module__ == _DATABASE for base in cls.__mro__):
        raise ImproperlyConfigured(
            f"the result backend {cls.__name__} pickles errors on its own: leave out 'picklereg+', "
            "call picklereg.install(all_exceptions=True) in the worker, and set result_serializer='pickle'"
        )
    mixed = type(cls.__name__, (WholeErrors, cls), {"__module__": cls.__module__})
    return mixed(app=app, url=rest, serializer=_SERIALIZER, accept=[_SERIALIZER])


def _stands_for(exc: BaseException, raised: BaseException) -> bool:
    """Tell whether Celery has put ``exc`` in the place of ``raised``: a wrapper, or an instance of a base class."""
    if isinstance(exc, UnpickleableExceptionWrapper):
        return (exc.exc_module, exc.exc_cls_name) == (type(raised).__module__, type(raised).__name__)
    return type(exc) is not type(raised) and isinstance(raised, type(exc)) and exc.__traceback__ is raised.__traceback__
