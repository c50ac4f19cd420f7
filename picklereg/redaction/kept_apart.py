"""What stands in a trial's pickle for what is kept out of it; both who tries out and who looks into such a pickle know it."""

from __future__ import annotations

__all__ = ["kept_apart"]


def kept_apart(_index: int) -> None:
    """Stand for the value of a number, as a call; its name never leaves the process."""
