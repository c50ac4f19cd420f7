"""Whole or noted: whatever the exception class, each thing that differs on the other side is named in a note there."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import cloudpickle
import pytest
from crossing import Reader, describe
from exception_strategies import modules
from generated_modules import imported
from hypothesis import HealthCheck, given, settings
from whole_or_noted import unnamed

import picklereg


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
