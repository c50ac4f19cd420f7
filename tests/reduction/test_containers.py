"""Containers of classes of their own: their content travels, and where the reader can make it, in one of their class."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Final

import pytest
from bare_samples import ShopError
from container_samples import ALONE, MENDED, PLAIN, ByNew, Latest, Ordered, Point, Shut, Tags, shown
from writers import MODES, a_registry, writing

from picklereg.redaction.values import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from crossing import Reader

_PLACES: Final[dict[str, Callable[[Any], BaseException]]] = {
    "attribute 'held'": lambda value: ShopError(1, held=value),
    "argument 0": ValueError,
    "attribute 'items'": lambda value: ShopError(1, items=[value]),
}
_SHOW: Final = """
from container_samples import shown
found = [vars(error).get("held", vars(error).get("items", error.args)) for error in obj]
result = [[shown(value[0] if type(value) in (tuple, list) and len(value) == 1 else value), getattr(error, "__notes__", [])]
          for value, error in zip(found, obj)]
"""


@pytest.mark.parametrize("mode", MODES)
def test_it_arrives_in_one_of_its_class(mode: str, reader: Reader) -> None:
    """Neither the class's constructor nor what it does as it is filled is asked."""
    with writing(mode, a_registry()) as write:
        data = write([put(build()) for put in _PLACES.values() for build in MENDED.values()])
    got = reader.read(data, code=_SHOW)
    assert [*zip([*MENDED] * len(_PLACES), got, strict=True)] == [
        (name, [shown(build()), []]) for _ in _PLACES for name, build in MENDED.items()
    ]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("table", [ALONE, PLAIN])
def test_what_is_in_it_arrives(table: dict[str, tuple[Callable[[], Any], Any, str]], mode: str, reader: Reader) -> None:
    """But for what can't travel; a note says what differs."""
    with writing(mode, a_registry()) as write:
        data = write([put(build()) for put in _PLACES.values() for build, _, _ in table.values()])
    rows = [(place, name, *row) for place in _PLACES for name, row in table.items()]
    for (place, name, build, content, note), ((cls, parts, *_), notes) in zip(rows, reader.read(data, code=_SHOW), strict=True):
        kept = type(content).__name__ if table is PLAIN else type(build()).__name__
        assert (name, cls, parts) == (name, kept, shown(content)[1])
        assert [(place in told, note in told) for told in notes[:1]] == ([(True, True)] if note else [])  # an argument's text comes after


#: Some are one for their place alone, some are found wherever they stand.
_TOKEN: Final = "zQ7Lm51PdXw82Kc0zQ7L"
_WITH_A_CREDENTIAL: Final[dict[str, tuple[Callable[[], Any], str]]] = {
    "a list": (lambda: ByNew(f"Bearer {_TOKEN}", "kept"), "['Bearer §', 'kept']"),
    "a tuple": (lambda: Point("kept", f"Bearer {_TOKEN}"), "('kept', 'Bearer §')"),
    "a set": (lambda: Tags(f"Bearer {_TOKEN}", "kept"), "['Bearer §', 'kept']"),
    "a dictionary": (lambda: Shut(password="zQ7-x", page="kept"), "{'password': '§', 'page': 'kept'}"),
    "in a dictionary": (lambda: Ordered({"password": "zQ7-x"}), "{'first': {'password': '§'}}"),
    "a pair in a queue": (lambda: Latest("x-api-key", "zQ7-x"), "['x-api-key', '§']"),
    "a pair in a plain queue": (lambda: deque(["x-api-key", "zQ7-x", "kept"]), "['x-api-key', '§', 'kept']"),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_credential_in_it_stays_behind(mode: str, reader: Reader) -> None:
    """All else arrives, in one of its class."""
    with writing(mode, a_registry()) as write:
        data = write([ShopError(1, held=build()) for build, _ in _WITH_A_CREDENTIAL.values()])
    assert b"zQ7" not in data
    code = """
def plain(held):
    kinds = (dict, tuple, set)
    base = next((kind for kind in kinds if isinstance(held, kind)), list)
    return sorted(held) if base is set else base(held)
result = [[type(error.held).__name__, str(plain(error.held)), getattr(error, "__notes__", [])] for error in obj]"""
    want = [[type(build()).__name__, text.replace("§", REDACTED), []] for build, text in _WITH_A_CREDENTIAL.values()]
    assert reader.read(data, code=code) == want
