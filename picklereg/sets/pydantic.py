"""pydantic_core: exceptions written in Rust, which can't be made without their arguments.

A ``ValidationError`` is made again by its own ``from_exception_data``; ``title``, ``errors()``, ``json()`` and the text are the same.
An input that can't be pickled is replaced by its ``repr``, and a note says so.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError, PydanticKnownError, PydanticSerializationError, SchemaError, ValidationError

if TYPE_CHECKING:
    from picklereg.registry.registry import Registry

__all__ = ["reduce_validation_error", "register"]


def register(registry: Registry) -> None:
    """Register pydantic_core's exceptions, and say how those are made that need arguments.

    Args:
        registry: the registry.
    """
    registry.register("pydantic_core")
    registry.register("pydantic.errors")
    registry.register(
        {
            ValidationError: reduce_validation_error,
            PydanticCustomError: _reduce_itself,
            PydanticKnownError: _reduce_itself,
            PydanticSerializationError: _reduce_by_args,
            SchemaError: _reduce_by_args,
        }
    )


def reduce_validation_error(exc: ValidationError) -> tuple[Any, ...]:
    """Give the reduce value of a validation error.

    Args:
        exc: the error.

    Returns:
        What it gives itself, with the ``args`` of one that was raised, and with inputs that travel.
    """
    made: Any = exc.__reduce__()
    function, (title, errors, *rest) = made
    # One that was read from a pickle holds objects of Rust in them, which it is given again where it is made again.
    state: dict[str, Any] = {} if any(type(part) is list for part in exc.args) else {"args": exc.args}
    notes: list[str] = []
    travelling = [_travelling(error, notes) for error in errors]
    if notes:
        state["__notes__"] = [*getattr(exc, "__notes__", ()), *notes]
    return (function, (title, travelling, *rest), state) if state else (function, (title, travelling, *rest))


def _reduce_itself(exc: Any) -> tuple[Any, ...]:
    """Keep ``args``, which are empty if Rust made the error."""
    return (*exc.__reduce__()[:2], {"args": exc.args})


def _reduce_by_args(exc: BaseException) -> tuple[Any, ...]:
    return type(exc), exc.args


def _travelling(error: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    value = error.get("input")
    if value is None or type(value) in (str, int, float, bool, bytes):
        return error
    try:
        pickle.loads(pickle.dumps(value))
    except Exception as problem:  # noqa: BLE001  # whatever an input's own code raises
        where = ".".join(map(str, error["loc"]))
        notes.append(
            f"picklereg: the input of the error at {where!r} ({type(value).__name__}) was replaced by its repr: "
            f"{type(problem).__name__}: {problem}"
        )
        return {**error, "input": repr(value)}
    return error
