"""An error in a set that it leads to itself: what its hash is made of is there before the set is filled."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from hash_samples import IN_THEMSELVES, UNHASHED, of_an_extension, with_a_stuck_part
from writers import MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_FIND = """
error, found, stack = obj, False, [obj]
for item in stack:
    if isinstance(item, BaseException):
        held = [getattr(item, name, None) for name in ("bag", "obj", "exceptions", "__cause__")]
        stack += [part for part in (*held, *item.args) if part is not error]
    elif isinstance(item, (dict, set, frozenset)):
        found = found or error in item  # by its hash
        stack += item - {error} if isinstance(item, set) else ()
    elif isinstance(item, (list, tuple)):
        found = found or any(part is error for part in item)
        stack += [part for part in item if part is not error]
result = {
    "found": found,
    "attributes": sorted(getattr(error, "__dict__", {})),
    "code": getattr(error, "code", error.args[:1]),
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


def test_what_cannot_travel_is_no_matter_of_its_hash(reader: Reader) -> None:
    """It is left behind for itself alone, and the rest arrives."""
    with writing("picklereg.dumps", a_registry()) as write:
        data = write(with_a_stuck_part())
    name, code, note = reader.read(data, code="result = [type(obj).__name__, obj.code, *obj.__notes__]")
    assert (name, code) == ("ByPart", 7)
    assert note == "picklereg: attribute 'part' (hash_samples.Stuck) was left behind: TypeError: stuck"


def test_what_can_only_be_read_is_no_matter_of_its_hash(reader: Reader) -> None:
    """Whether it can be hashed is asked of one without that."""
    with writing("picklereg.dumps", a_registry()) as write:
        data = write(of_an_extension())
    assert reader.read(data, code="result = [obj in obj.bag, obj.kept, len(obj.__notes__)]") == [True, "kept", 2]
