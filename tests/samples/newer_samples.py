"""What newer Pythons brought along, or what looks like it."""

from __future__ import annotations

from typing import Any


class RaisesWhatItHolds:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __reduce__(self) -> Any:
        raise self.error


class Template:
    """What a template string is to a reader of its members."""

    def __init__(self, strings: tuple[str, ...], *values: str) -> None:
        self.strings = strings
        self.interpolations = tuple(Interpolation(value, name) for name, value in zip(("one", "other"), values, strict=False))


class Interpolation:
    def __init__(self, value: str, expression: str) -> None:
        self.value = value
        self.expression = expression
