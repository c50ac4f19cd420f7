"""Errors whose own reduce gives the reader an error that says the same, and isn't. The reader imports this module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

__all__ = ["FORGED"]


class Lost(Exception):
    """Says the same whatever it holds."""

    def __str__(self) -> str:
        return "lost"


class OtherArgument(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return OtherArgument, ("shelf B2",)


class FewerArguments(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return FewerArguments, self.args[:1]


class OtherWithin(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return OtherWithin, (["shelf", "B2"],)


class OtherEntry(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return OtherEntry, ({"shelf": "B2"},)


class OtherAttribute(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return OtherAttribute, self.args, {"shelves": ["A1", "B2"]}


class OtherMembers(ExceptionGroup[Exception]):
    """A group of others, which say the same."""

    def __str__(self) -> str:
        return "several"

    def __reduce__(self) -> tuple[Any, ...]:
        return OtherMembers, (self.message, [Lost("B2")])


class OtherError(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return OtherError, ([Lost("B2")],)


class NoNotes(Lost):
    def __reduce__(self) -> tuple[Any, ...]:
        return NoNotes, self.args


def _with_an_attribute() -> Exception:
    error = OtherAttribute("shelf")
    vars(error)["shelves"] = ["A1", "A2"]
    return error


def _noted() -> Exception:
    error = NoNotes("shelf A1")
    error.add_note("on Monday")
    return error


def _with_other_members_in_args() -> Exception:
    group = ExceptionGroup("several", [Lost("A1")])
    group.args = ("several", [Lost("B2")])
    return group


#: What makes each.
FORGED: Final[dict[str, Callable[[], Exception]]] = {
    "an argument": lambda: OtherArgument("shelf A1"),
    "fewer arguments": lambda: FewerArguments("shelf A1", "shelf B2"),
    "within an argument": lambda: OtherWithin(["shelf", "A1"]),
    "an entry of an argument": lambda: OtherEntry({"shelf": "A1"}),
    "an attribute": _with_an_attribute,
    "an error in an argument": lambda: OtherError([Lost("A1")]),
    "members": lambda: OtherMembers("several", [Lost("A1")]),
    "notes": _noted,
    "members in args": _with_other_members_in_args,
}
