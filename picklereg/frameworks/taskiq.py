"""taskiq: ``result.error`` is the error that the task raised, and ``result.return_value`` what it returned.

taskiq turns results into JSON's types, whatever the serializer, and errors into class name and arguments. :class:`WholeResults` is a
mix-in for result backends that sends error and value along in a label of the result:

    class Backend(WholeResults, RedisAsyncResultBackend): ...

    broker = ListQueueBroker(url).with_result_backend(Backend(url))

Backends without it read the same results, as ever. Nothing here imports taskiq.
"""

from __future__ import annotations

from typing import Any, Final

from picklereg.frameworks.keeping import from_text, to_text

__all__ = ["WholeResults"]

#: The label: text, so that every serializer takes it.
_LABEL: Final = "picklereg"


class WholeResults:
    """A mix-in for taskiq's result backends, as the first base, for workers and callers."""

    async def set_result(self, task_id: str, result: Any) -> None:
        """Store a result.

        Args:
            task_id: the task.
            result: what taskiq knows of its end.
        """
        whole = to_text((result.error, result.return_value))
        result = result.model_copy(update={"labels": {**result.labels, _LABEL: whole}})
        backend: Any = super()
        try:
            await backend.set_result(task_id, result)
        except Exception:  # noqa: BLE001  # whatever pydantic, or the error's own code, has against JSON
            error = None if result.error is None else Exception(type(result.error).__qualname__)
            await backend.set_result(task_id, result.model_copy(update={"error": error, "return_value": None}))

    async def get_result(self, task_id: str, *args: Any, **options: Any) -> Any:
        """Read a result.

        Args:
            task_id: the task.
            args: what else the backend takes.
            options: the same, by name.

        Returns:
            The result, with the error that the task raised, or the value that it returned.
        """
        backend: Any = super()
        result = await backend.get_result(task_id, *args, **options)
        whole = result.labels.pop(_LABEL, None)
        if whole is not None:
            result.error, result.return_value = from_text(whole)
        return result
