"""Whole or noted: which things differ between what was sent and what arrived without a note that says so."""

from __future__ import annotations

import itertools
import re
from typing import Any

__all__ = ["unnamed"]

_EXCEPTION = re.compile(r"<exception \d+>")


def unnamed(want: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Tell which things differ without a note: exception by exception, along all links that are there on both sides."""
    wanted, found = [want, *want["others"]], [got, *got["others"]]
    missing: list[str] = []
    seen = {(0, 0)}
    queue = [(0, 0)]
    for here, there in queue:  # grows meanwhile
        one, other = wanted[here], found[there]
        missing += _unnamed_fields(one, other, inner="\n".join(note for each in found for note in each["notes"]))
        links = [(one[name], other[name]) for name in ("cause", "context")]
        links += zip(one["exceptions"] or (), other["exceptions"] or (), strict=True)
        for pair in links:
            if None not in pair and pair not in seen:
                seen.add(pair)
                queue.append(pair)
    return missing


def _unnamed_fields(want: dict[str, Any], got: dict[str, Any], inner: str) -> list[str]:
    kept, ours = got["notes"][: len(want["notes"])], got["notes"][len(want["notes"]) :]
    says = "\n".join(note for note in ours if note.startswith("picklereg: "))
    missing = [] if kept == want["notes"] and all(note.startswith("picklereg: ") for note in ours) else ["notes"]
    missing += [name for name in ("type", "suppress_context") if want[name] != got[name]]
    for index, pair in enumerate(itertools.zip_longest(want["args"], got["args"])):
        if _differ(*pair) and f"argument {index} " not in says:
            missing.append(f"argument {index}")
    for name in ("dict", "fields"):
        one, other = want[name], got[name]
        missing += [key for key in one | other if _differ(one.get(key), other.get(key)) and f"attribute {key!r} " not in says]
    for name in ("cause", "context"):
        is_told = f"__{name}__ was left behind" in says or "the chain is cut here" in says
        if (want[name] is None) != (got[name] is None) and not is_told:
            missing.append(name)
    told = inner if "<exception" in str([want["args"], want["dict"]]) else says  # the text tells what the exceptions in it hold
    if want["str"] != got["str"] and "argument" not in told and "attribute" not in told:
        missing.append("str")
    return missing


def _differ(want: str | None, got: str | None) -> bool:
    if want is None or got is None:
        return want is not got
    return _EXCEPTION.sub("<exception>", want) != _EXCEPTION.sub("<exception>", got)
