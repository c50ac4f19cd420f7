"""Texts that say where they stood in what was parsed: a parser's tokens, and values of a configuration."""

from __future__ import annotations

from typing import Any, Self

__all__ = ["AttributedToken", "PlacedText", "SlottedToken"]


class SlottedToken(str):
    """A parser's token; its own reduce gives the values alone, and its class the names."""

    __slots__ = ("line", "type")
    line: int
    type: str

    def __new__(cls, *parts: Any) -> Self:
        """Make one of its kind, its text and its line."""
        self = super().__new__(cls, parts[1])
        self.type, self.line = parts[0], parts[2]
        return self

    def __reduce__(self) -> Any:
        """Give what it is made of."""
        return type(self), (self.type, str(self), self.line)


class AttributedToken(str):  # noqa: SLOT000  # attributes are the point
    """A parser's token whose names are nowhere but in its attributes."""

    def __new__(cls, text: str, **attributes: Any) -> Self:
        """Make one with attributes."""
        self = super().__new__(cls, text)
        vars(self).update(attributes)
        return self


class PlacedText(AttributedToken):
    """A value of a configuration: it is of no kind."""
