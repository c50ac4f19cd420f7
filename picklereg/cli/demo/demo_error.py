"""Why the demo can't be shown."""

from __future__ import annotations

from picklereg.errors import PickleregError

__all__ = ["DemoError"]


class DemoError(PickleregError):
    """Something that the demo needs is not there, or has failed.

    Attributes:
        problem: what is wrong.
        remedy: what to do.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}"
