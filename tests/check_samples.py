"""What the tests of ``picklereg check`` share."""

from __future__ import annotations

from collections.abc import Callable

from picklereg.check.results import Limits, Result

__all__ = ["HASTY", "Write", "kinds"]

#: Writes a module, or a file of a package, that can be imported, and gives the module's name.
Write = Callable[..., str]

#: Long for a machine, short for a test that waits for it to pass.
HASTY = Limits(importing=20.0, step=2.0)


def kinds(result: Result) -> dict[str, tuple[str, ...]]:
    """Give the kinds of outcomes by class."""
    assert result.error is None
    return {found.qualname: tuple(outcome.kind for outcome in found.outcomes.values()) for found in result.classes}
