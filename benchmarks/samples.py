"""What the benchmarks pickle; a module of its own, so that it goes by name."""

from __future__ import annotations

__all__ = ["Point", "ShopError"]


class Point:
    """An ordinary instance."""

    def __init__(self, x: int) -> None:
        self.x = x
        self.name = "point"


class ShopError(Exception):
    """An exception that plain pickle can't load."""

    def __init__(self, code: int, *, customer: str) -> None:
        super().__init__(f"error {code}")
        self.code = code
        self.customer = customer
