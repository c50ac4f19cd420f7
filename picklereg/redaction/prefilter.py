"""Whether there may be a credential in texts, told at once of most, before anything is taken in. The table of patterns is loaded for it."""

from __future__ import annotations

import functools
from typing import Any

__all__ = ["are_suspect", "credentials_of", "is_prefiltered", "patterns", "prefiltered"]


@functools.cache
def patterns() -> Any:
    """Give the table of patterns, which takes a while to load, once a text has to be looked at."""
    from picklereg.redaction import patterns as table

    return table


def is_prefiltered(text: str) -> bool:
    """Tell, at once, whether a text holds anything without which there is no credential in it."""
    return bool(patterns().literals_in(text))


def prefiltered(texts: list[str]) -> list[str]:
    """Give, at once, which texts without which there is no credential stand in several: none in most."""
    found: list[str] = patterns().literals_in("\n".join(texts), texts)
    return found


def credentials_of(text: str) -> list[str]:
    """Give what is a credential in a text by its place or shape."""
    return [text[found.start : found.end] for _, found in patterns().found_in(text)]


def are_suspect(texts: list[str]) -> bool:
    """Tell, at once of most texts, whether a credential stands in one of them, by its place or shape."""
    table, literals = patterns(), prefiltered(texts)
    if not literals:
        return False
    return any(True for text in texts for _ in table.found_in(text, literals))
