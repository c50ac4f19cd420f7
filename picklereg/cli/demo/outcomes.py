"""What became of an error on its way from the worker to the caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from picklereg.redaction import REDACTED
from picklereg.testing.compare import compare, summary

__all__ = ["Fate", "Outcome", "Way", "fate_of"]

#: ``"deadly"``: the worker died of it; ``"untried"``: the worker had died before.
Fate = Literal["whole", "redacted", "noted", "changed", "lost", "deadly", "untried"]
_ARRIVED: Final = frozenset({"whole", "redacted", "noted"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one error.

    Attributes:
        fate: how it ended.
        detail: what of it differs, or the class that the caller gets instead.
        shows_key: whether the API key stands in what docket stored.
        shows_prompt: whether the prompt does.
    """

    fate: Fate
    detail: str = ""
    shows_key: bool = False
    shows_prompt: bool = False

    @property
    def arrived(self) -> bool:
        """Whether the caller has the error, and a note says what is missing of it."""
        return self.fate in _ARRIVED


@dataclass(slots=True)
class Way:
    """What was heard of one way.

    Attributes:
        types: the class of each error that was raised.
        outcomes: what became of it.
        is_ready: whether its imports are done.
        lived: whether the worker did the next task after all of them.
    """

    types: dict[str, str] = field(default_factory=dict[str, str])
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    is_ready: bool = False
    lived: bool = False

    def hear(self, said: dict[str, Any]) -> None:
        """Take in what its process says."""
        self.is_ready = True
        self.lived = said.get("lived", False)
        if "failure" in said:
            self.types[said["failure"]] = said["type"].rpartition(".")[2]
            self.outcomes[said["failure"]] = Outcome(**said["outcome"])

    @property
    def is_good(self) -> bool:
        """Whether everything arrived, nothing leaked, and the worker lived."""
        outcomes = self.outcomes.values()
        return self.lived and all(found.arrived and not found.shows_key and not found.shows_prompt for found in outcomes)


def fate_of(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], stored: bytes) -> tuple[Fate, str]:
    """Compare an error that was sent with what arrived.

    Args:
        before: what :func:`picklereg.testing.reader.describe` said in the worker.
        after: what it says in the caller.
        stored: the bytes between them.

    Returns:
        How it ended, and what differs.
    """
    differences = compare(before, after)
    if all(found.noted for found in differences):
        missing = [found for found in differences if REDACTED not in (found.after or "")]
        if missing:
            return "noted", summary(missing)
        return ("redacted" if REDACTED.encode() in stored else "whole"), ""  # a request's text doesn't tell what its headers are
    if before[0]["type"] != after[0]["type"]:
        return "lost", after[0]["type"].rpartition(".")[2]
    return "changed", summary(differences)
