"""Whole or noted: whatever the exception class, each thing that differs on the other side is named in a note there."""

from __future__ import annotations

import itertools
import pickle
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from crossing import Reader, describe
from exception_strategies import modules
from generated_modules import imported
from hypothesis import HealthCheck, given, settings

import picklereg

_EXCEPTION = re.compile(r"<exception \d+>")


def installed(dumps: Callable[[BaseException], bytes]) -> Callable[[BaseException], bytes]:
    def write(exc: BaseException) -> bytes:
        registry = picklereg.Registry(entry_points=False)
        with registry.installed():
            registry.ensure(exc)
            return dumps(exc)

    return write


DUMPS: dict[str, Callable[[BaseException], bytes]] = {
    "picklereg": picklereg.dumps,
    "pickle": installed(pickle.dumps),
    "cloudpickle": installed(cloudpickle.dumps),
}


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
        if (want[name] is None) != (got[name] is None) and f"__{name}__ was left behind" not in says:
            missing.append(name)
    told = inner if "<exception" in str([want["args"], want["dict"]]) else says  # the text tells what the exceptions in it hold
    if want["str"] != got["str"] and "argument" not in told and "attribute" not in told:
        missing.append("str")
    return missing


def _differ(want: str | None, got: str | None) -> bool:
    if want is None or got is None:
        return want is not got
    return _EXCEPTION.sub("<exception>", want) != _EXCEPTION.sub("<exception>", got)


@pytest.mark.parametrize("how", DUMPS)
@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.differing_executors],
)
@given(text=modules())
def test_whatever_the_class_it_arrives_whole_or_noted(how: str, text: str, tmp_path: Path, reader: Reader) -> None:
    """Plain ``pickle.loads`` reads it, and what isn't equal is named by a note on the exception that lost it."""
    module = imported(text, tmp_path)
    try:
        exc = module.make()
        want = describe(exc)
        data = DUMPS[how](exc)
        assert describe(exc) == want
        got = reader.describe(data, path=[tmp_path])
        if got != want:
            assert "picklereg: " in str(got["notes"]) + str([other["notes"] for other in got["others"]])
            assert unnamed(want, got) == [], f"{text}\n{want}\n{got}"
    finally:
        del sys.modules[module.__name__]
