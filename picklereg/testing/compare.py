"""How what arrived differs from what was sent, and whether a note says so.

Works on the descriptions that ``reader.describe`` gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from picklereg.redaction import REDACTED
from picklereg.reduction.notes import is_ours, tells_of

__all__ = ["Change", "Difference", "compare", "notes_of", "summary"]

Change = Literal["lost", "changed", "added"]
#: A piece, as it was, and as it is.
_Found = tuple[str, str | None, str | None]

_MAX_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One piece of an exception that isn't as it was.

    Attributes:
        piece: ``"type"``, ``"args[0]"``, ``"attr NAME"``, ``"cause"``, ...; what stands behind ``"cause."`` belongs to the cause.
        change: what happened to it.
        before: the piece in the writer, as text.
        after: the piece in the reader.
        noted: whether a note that picklereg added names it, or the value itself says that it is redacted.
    """

    piece: str
    change: Change
    before: str | None
    after: str | None
    noted: bool


def compare(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[Difference]:
    """Give what differs between two descriptions, the outermost exception's pieces first.

    Args:
        before: what was sent.
        after: what arrived.

    Returns:
        The differences; none if it arrived whole.
    """
    return list(_Comparison(before, after).differences())


def notes_of(nodes: Sequence[dict[str, Any]]) -> list[str]:
    """Give the notes that picklereg added, along the whole chain."""
    return [note for node in nodes for note in node["notes"] if is_ours(note)]


def summary(differences: Sequence[Difference]) -> str:
    """Name what differs in one short line, as ``"cause, context lost; args changed"``."""
    by_change: dict[str, dict[str, None]] = {}
    for difference in differences:
        *path, piece = difference.piece.partition("[")[0].split(".")
        by_change.setdefault(difference.change, {})[".".join([*path[:1], piece])] = None
    return "; ".join(f"{_listed(list(pieces))} {change}" for change, pieces in by_change.items())


def _listed(pieces: list[str]) -> str:
    more = len(pieces) - _MAX_LISTED
    return ", ".join(pieces) if more <= 0 else f"{', '.join(pieces[:_MAX_LISTED])} and {more} more"


class _Comparison:
    """Walks two graphs side by side."""

    def __init__(self, before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> None:
        self._before = before
        self._after = after
        self._pairs: list[tuple[int, int, str]] = [(0, 0, "")]

    def differences(self) -> Iterator[Difference]:
        met: set[tuple[int, int]] = set()
        for number, other, path in self._pairs:  # grows meanwhile
            # Beyond the bound up to which exceptions are described, both are unknown.
            if (number, other) not in met and number < len(self._before) and other < len(self._after):
                met.add((number, other))
                yield from self._node(self._before[number], self._after[other], path)

    def _node(self, before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[Difference]:
        notes = [note for note in after["notes"] if is_ours(note)]
        found = [*_changes(before, after), *self._links(before, after, path)]
        any_noted = is_other_class = any(tells_of(note, "type") for note in notes)
        for piece, was, now in found:
            of_class = is_other_class and (piece == "type" or was == "None")  # nor was whatever only the class knows
            noted = of_class or any(tells_of(note, piece) for note in notes) or _is_redacted(was, now)
            any_noted = any_noted or noted
            yield Difference(path + piece, _change(was, now), was, now, noted)
        if before["str"] != after["str"]:  # what it says follows from the pieces
            yield Difference(f"{path}str", "changed", before["str"], after["str"], any_noted)

    def _links(self, before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[_Found]:
        for link in ("cause", "context"):
            number, other = before[link], after[link]
            if number is not None and other is not None:
                self._pairs.append((number, other, f"{path}{link}."))
            elif number is not other:
                yield link, self._name(self._before, number), self._name(self._after, other)
        if not self._pair(before["exceptions"], after["exceptions"], f"{path}exceptions."):
            was, now = (f"{len(node['exceptions'])} exceptions" for node in (before, after))
            yield "exceptions", was, now
        self._pair(before["held"], after["held"], f"{path}inner.")  # if they are not as many, what holds them differs

    def _pair(self, numbers: list[int], others: list[int], path: str) -> bool:
        if len(numbers) != len(others):
            return False
        self._pairs += [(number, other, path) for number, other in zip(numbers, others, strict=True)]
        return True

    @staticmethod
    def _name(nodes: Sequence[dict[str, Any]], number: int | None) -> str | None:
        if number is None:
            return None
        return nodes[number]["type"] if number < len(nodes) else "an exception"


def _is_same_class(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Tell whether a name leads to both; of classes of functions and ``__main__``, to which none does, whether they say the same."""
    return not set(before["names"]).isdisjoint(after["names"]) if before["names"] else before["type"] == after["type"]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[_Found]:
    """Give what differs between two exceptions apart from where they lead."""
    if not _is_same_class(before, after):
        yield "type", before["type"], after["type"] if before["type"] != after["type"] else f"another class that says {after['type']}"
    yield from _argument_changes(before["args"], after["args"])
    was, now = before["attributes"], after["attributes"]
    for name in sorted(was.keys() | now.keys()):
        if was.get(name) != now.get(name):
            yield f"attr {name}", was.get(name), now.get(name)
    own = [note for note in after["notes"] if not is_ours(note) or note in before["notes"]]
    if own != before["notes"]:
        yield "notes", _shown(before["notes"]), _shown(own)
    if before["suppress_context"] != after["suppress_context"] and (before["cause"] is None) == (after["cause"] is None):
        yield "suppress_context", str(before["suppress_context"]), str(after["suppress_context"])


def _argument_changes(before: list[str], after: list[str]) -> Iterator[_Found]:
    if len(before) != len(after):
        yield "args", _shown(before), _shown(after)
        return
    for index, (was, now) in enumerate(zip(before, after, strict=True)):
        if was != now:
            yield f"args[{index}]", was, now


def _is_redacted(before: str | None, after: str | None) -> bool:
    """Tell whether a value says itself what was taken out of it, and is otherwise as it was."""
    if before is None or after is None or REDACTED not in after:
        return False
    return re.fullmatch(".*".join(map(re.escape, after.split(REDACTED))), before, re.DOTALL) is not None


def _shown(texts: Sequence[str]) -> str | None:
    return f"({', '.join(texts)})" if texts else None


def _change(before: str | None, after: str | None) -> Change:
    if before is None:
        return "added"
    return "lost" if after is None else "changed"
