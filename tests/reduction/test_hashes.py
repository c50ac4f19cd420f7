"""An error in a set that it leads to itself: what its hash is made of is there before the set is filled."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hash_samples import IN_THEMSELVES, UNHASHED
from writers import MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_FIND = """
error = obj
bags = [error.bag, *([error.__cause__.bag] if error.__cause__ else [])]
result = {
    "found": any(error in (part if isinstance(part, dict) else bag) for bag in bags for part in [*bag]),
    "attributes": sorted(getattr(error, "__dict__", {})),
    "code": getattr(error, "code", error.args),
    "suppressed": error.__suppress_context__,
    "notes": getattr(error, "__notes__", []),
}
"""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("which", IN_THEMSELVES)
def test_it_is_found_there(which: str, mode: str, reader: Reader) -> None:
    """By its hash, with all that it held."""
    error = IN_THEMSELVES[which]()
    with writing(mode, a_registry()) as write:
        told = reader.read(write(error), code=_FIND)
    assert told["found"]
    assert told["attributes"] == sorted(vars(error))
    assert told["code"] in (7, ["seven"])
    assert told["suppressed"] is error.__suppress_context__
    assert told["notes"] == []


def test_the_order_is_kept_where_nothing_leads_back() -> None:
    """The state of others is written as ever: set at once."""
    error = IN_THEMSELVES["in a set"]()
    error.__dict__["bag"] = {1, 2}
    with writing("picklereg.dumps", a_registry()) as write:
        assert b"methodcaller" not in (data := write(error))
    assert vars(pickle.loads(data)) == vars(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("left", UNHASHED)
def test_what_its_hash_is_made_of_stays_behind(left: str, mode: str, reader: Reader) -> None:
    """Where that holds it itself, no reader can begin; the error arrives without it."""
    with writing(mode, a_registry()) as write:
        data = write(UNHASHED[left]())
    name, *told = reader.read(data, code="result = [type(obj).__name__, *obj.__notes__]")
    assert (name, [f"{left}: it needs the error's hash" in note for note in told[:1]]) == ("ByBag", [True])
