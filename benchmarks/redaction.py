"""What redaction costs: ``picklereg.dumps`` with ``redact=True`` against ``redact=False``, in one run and in turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import picklereg
from benchmarks.timing import Spread, compare
from benchmarks.workloads import WORKLOADS

__all__ = ["redaction"]

_ERRORS: Final = (
    "ValueError",
    "own exception",
    "100 attributes",
    "litellm error",
    "litellm error, chain of 5",
    "group of 50 litellm errors",
)


def redaction(*, quick: bool = False) -> dict[str, Spread]:
    """Time dumps with and without redaction.

    Args:
        quick: only two errors.

    Returns:
        By error: how many times as long it takes with redaction, as median and quartiles.
    """
    registries = {redact: picklereg.Registry(redact=redact) for redact in (True, False)}
    results: dict[str, Spread] = {}
    errors: dict[str, Any] = {name: WORKLOADS[name]() for name in _ERRORS[: 2 if quick else None]}
    if not quick:
        errors["attachment, a key in a header"] = _with_credential()
    for name, error in errors.items():
        contenders: dict[str, Callable[[], object]] = {
            str(redact): lambda error=error, registry=registry: picklereg.dumps(error, registry=registry)  # type: ignore[misc]
            for redact, registry in registries.items()
        }
        results[name] = compare(contenders)[1]["True"]
    return results


def _with_credential() -> Any:
    error = WORKLOADS["attachment"]()
    error.request.headers["Authorization"] = "Bearer sk-0123456789abcdef"
    return error
