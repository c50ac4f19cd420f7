"""One rulebook says which missing classes are exceptions, for both readers."""

from __future__ import annotations

from typing import Any

import hostile
import pytest

import picklereg
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue
from picklereg.unpickling.stand_ins.error_names import base_by_fields, says_error
from picklereg.unpickling.unpickler import loads

NAMES = [
    ("shop", "OrderError", True),
    ("shop.errors", "Refused", True),
    ("shop.things", "OrderErrorGroup", True),
    ("shop._exceptions", "Refused", True),
    ("shop.exc", "Shelf.Empty", True),
    ("shop", "OldWarning", True),
    ("shop", "Refused", False),
    ("shop.errors", "refuse", False),
    ("shop.terrors", "Refused", False),
]


@pytest.mark.parametrize("read", [loads, lambda data: picklereg.safe_loads(data, registry=picklereg.Registry(entry_points=False))])
@pytest.mark.parametrize(("module", "name", "is_error"), NAMES)
def test_both_readers_agree(module: str, name: str, is_error: bool, read: Any) -> None:
    """Inside an error, where either gives a stand-in for whatever it is."""
    assert says_error(module, name, has_args=True) is is_error
    call = hostile.name(module, name) + hostile.text("why") + b"\x85R"
    (found,) = read(hostile.opcodes(hostile.name("builtins", "ValueError"), call, b"\x85\x81")).args
    assert isinstance(found, MissingError if is_error else MissingValue)


@pytest.mark.parametrize("items", [b"K\x01a", b"(K\x01K\x02u"])
def test_what_has_items_is_no_error(items: bytes) -> None:
    """Whatever its name says."""
    call = hostile.name("shop.errors", "CodesError") + hostile.text("why") + b"\x85R" + items
    for read in (loads, picklereg.safe_loads):
        (found,) = read(hostile.opcodes(hostile.name("builtins", "ValueError"), call, b"\x85\x81")).args
        assert isinstance(found, MissingValue)
        assert found.items or found.mapping


def test_arguments_count_in_modules_of_errors_only() -> None:
    """A class without any may be a constant."""
    assert not says_error("shop.errors", "Refused", has_args=False)
    assert says_error("shop", "RefusedError", has_args=False)


def test_fields_tell_the_builtin_class() -> None:
    """An OSError has both, always."""
    assert base_by_fields({"errno": 1, "strerror": 2}) is OSError
    assert base_by_fields(["errno"]) is Exception
