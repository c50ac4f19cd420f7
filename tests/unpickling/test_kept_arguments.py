"""What ``safe_loads`` takes for attributes, where ``__init__`` doesn't run, of what plain pickle has written by an error's own reduce."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any, Final

import pytest

import picklereg


class Hosted(Exception):
    def __init__(self, host: str) -> None:
        super().__init__(f"at {host}")
        self.host = host

    def __reduce__(self) -> Any:
        return type(self), (self.host,)


class Coded(Hosted):
    """Is made of something else than its base."""

    def __init__(self, code: int) -> None:
        super().__init__("shop")
        self._code = code

    def __reduce__(self) -> Any:
        return type(self), (self._code,)


class Derived(Coded):
    """Says nothing itself."""


class Filed(OSError):
    """Is made of what Python keeps."""

    def __init__(self, filename: str) -> None:
        super().__init__(2, "no such file", filename)

    def __reduce__(self) -> Any:
        return type(self), (self.filename,)


class Bare(OSError):
    """Is made by native code, which isn't run on just anything."""

    def __reduce__(self) -> Any:
        return type(self), self.args


#: What is written, its attributes as they are read, and its file's name.
KEPT: Final[dict[str, tuple[Callable[[], BaseException], dict[str, Any]]]] = {
    "of its own reduce": (lambda: Hosted("shop"), {"host": "shop"}),
    "not of its base's": (lambda: Coded(3), {"_code": 3}),
    "of its base's": (lambda: Derived(3), {"_code": 3}),
    "not what Python keeps": (lambda: Filed("a.txt"), {}),
    "not of native code": (lambda: Bare(["text"]), {}),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_the_own_reduce_reads_is_kept(name: str) -> None:
    """Under the names of the parameters, of the class that gives the reduce."""
    make, kept = KEPT[name]
    registry = picklereg.Registry(entry_points=False)
    registry.register(type(make()))
    found: Any = picklereg.safe_loads(pickle.dumps(make()), registry=registry)
    (note,) = vars(found).pop("__notes__")
    assert (type(found), vars(found), getattr(found, "filename", None)) == (type(make()), kept, None)
    assert "was made without its __init__" in note
