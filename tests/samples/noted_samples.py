"""How the tests of notes write an error, and what they look at."""

from __future__ import annotations

import pickle
from typing import Any

import cloudpickle

import picklereg


def written(exc: BaseException, how: str = "picklereg") -> bytes:
    if how == "picklereg":
        return picklereg.dumps(exc)
    registry = picklereg.Registry(entry_points=False)
    with registry.installed():
        registry.ensure(exc)
        dumps: Any = pickle.dumps if how == "pickle" else cloudpickle.dumps
        return bytes(dumps(exc))


def notes_of(described: Any) -> Any:
    return described["notes"]
