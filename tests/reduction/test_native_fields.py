"""Fields of extensions' classes: what can't be set in the reader is made anew there, or a note shows it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pytest
import shapes
from crossing import describe
from extension_samples import (
    READ_BARE,
    Borrowed,
    BorrowedChild,
    Computed,
    ComputedChild,
    ComputedReduce,
    Cythonic,
    CythonicInArguments,
    Hiding,
    HidingChild,
    HidingGroup,
    HidingOne,
    OfSystem,
    Readable,
    ReadableCalled,
    ReadableChild,
    ReadableGroup,
    ReadableNewobj,
    ReadableReduce,
    ReadableSlotted,
    Speaking,
    SpeakingChild,
    SpeakingOtherwise,
    Tabled,
    Tight,
    fill,
    readable_shared,
    texted,
)
from guard_samples import AROUND
from held_samples import Anything
from reduce_samples import given
from writers import MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

#: What is told of each error of our classes, without a look at what nobody has initialised.
_TELL: Final = """
import pickle
def tell(error):
    fields = ["kept", *(["told", "shown"] if "Computed" in type(error).__name__ else [])]
    notes = getattr(error, "__notes__", [])
    return [str(error), vars(error).get("order"), repr(error.__cause__), [getattr(error, name, None) for name in fields], notes]
def find(error):
    seen, stack = set(), [error]
    while stack:
        item = stack.pop()
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            if type(item).__module__ == "extension_samples":
                return item
            stack += [item.__cause__, item.__context__, *getattr(item, "exceptions", ()), *item.args, *vars(item).values()]
        elif isinstance(item, list):
            stack += item
result = {name: tell(find(pickle.loads(data))) for name, data in obj.items()}
"""
_LEFT: Final = [
    "picklereg: attribute 'told' (str) was left behind: it can only be read, and was 'told'",
    "picklereg: attribute 'shown' (str) was left behind: it can only be read, and was 'shown'",
]
_HIDDEN: Final = "picklereg: class extension_samples.{} keeps fields that can't be read; what was in them was left behind"

_BASE: Final = "picklereg: class extension_samples.{} can't be made without its arguments; it was sent as Exception, and its text was: {}"

#: Errors with fields that can only be read, and what notes say of them.
_READABLE: Final[dict[str, tuple[Callable[[], Any], list[str]]]] = {
    "of an extension": (lambda: fill(Readable("text")), _LEFT),
    "of Python": (lambda: fill(ReadableChild("text", code=3)), _LEFT),
    "with a slot": (lambda: fill(ReadableSlotted("text")), _LEFT),
    "with its own reduce": (lambda: fill(ReadableReduce("text")), _LEFT),
    "with a reduce without a constructor": (lambda: fill(ReadableNewobj("text")), _LEFT),
    "that exists already": (lambda: readable_shared("text"), _LEFT),
    "made by its constructor": (lambda: _kept(Computed("text")), []),
    "made by its constructor, of Python": (lambda: _kept(ComputedChild("text")), []),
    "made by its constructor, with its own reduce": (lambda: _kept(ComputedReduce("text")), []),
}


def _kept(error: Any) -> Any:
    error.kept = "kept"
    return error


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_what_can_only_be_read(around: str, mode: str, reader: Reader) -> None:
    """It never costs the error: it is made anew by the class's constructor, or shown in a note; and nothing is read that isn't there."""
    with writing(mode, a_registry()) as write:
        errors = {name: AROUND[around](given(build())) for name, (build, _) in _READABLE.items()}
        READ_BARE.clear()
        written = {name: write(error) for name, error in errors.items()}
    assert [*READ_BARE] == []
    got = reader.read(pickle.dumps(written), code=_TELL)
    for name, (_, notes) in _READABLE.items():
        fields = ["kept", "told of text", ["text"]] if "constructor" in name and "without" not in name else ["kept"]
        assert got[name] == ["text", 7, "KeyError('the cause')", fields, ["a note", *notes]], name


@pytest.mark.parametrize("mode", MODES)
def test_an_error_that_arrived_is_written_again(mode: str) -> None:
    """Its fields aren't read, since nobody has initialised them; nothing is noted twice."""
    with writing(mode, a_registry()) as write:
        READ_BARE.clear()
        first = pickle.loads(write(fill(Readable("text"))))
        second = pickle.loads(write(ExceptionGroup("g", [first]))).exceptions[0]
        hiding = pickle.loads(write(pickle.loads(write(Hiding("text")))))
        for cls in (ReadableReduce, ReadableCalled):
            write(pickle.loads(write(fill(cls("text")))))
        outer = ValueError("in an object that is searched")
        outer.box = Anything(password="hunter2x7", first=first)  # type: ignore[attr-defined]
        write(outer)
    assert (READ_BARE, second.kept, second.__notes__) == ([], "kept", _LEFT)
    assert hiding.__notes__ == [_HIDDEN.format("Hiding")]


@pytest.mark.parametrize("mode", MODES)
def test_a_group_with_fields_arrives(mode: str, reader: Reader) -> None:
    """It is a group there, too, with the fields that can be set; which these are is found out on one that has a part."""
    group = ReadableGroup("two", [ValueError(1), KeyError(2)])
    group.kept = "kept"
    with writing(mode, a_registry()) as write:
        got = reader.read(write(group), code="result = [type(obj).__name__, repr(obj.exceptions), obj.kept, getattr(obj, '__notes__', [])]")
    assert got == ["ReadableGroup", "(ValueError(1), KeyError(2))", "kept", []]


@pytest.mark.parametrize("mode", MODES)
def test_a_field_that_takes_something_else(mode: str, reader: Reader) -> None:
    """It can be read, and refuses what was read."""
    with writing(mode, a_registry()) as write:
        data = write(texted())
    code = "result = [str(obj), obj.__notes__]"
    note = "picklereg: attribute 'size' (str) was left behind: it can only be read, and was 'one of 3'"
    assert reader.read(data, code=code) == ["text", [note]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Hiding, HidingChild, HidingOne])
def test_what_can_not_be_read_is_noted(cls: Any, mode: str, reader: Reader) -> None:
    """That it is there shows in the size of an instance."""
    with writing(mode, a_registry()) as write:
        got = reader.describe(write(given(cls("text"))))
    assert (got["type"], got["dict"], got["notes"]) == (
        f"extension_samples.{cls.__name__}",
        {"order": "7"},
        ["a note", _HIDDEN.format(cls.__name__)],
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Borrowed, BorrowedChild, Tabled])
def test_what_a_binding_keeps_for_itself_is_no_field(cls: Any, mode: str, reader: Reader) -> None:
    """Nothing is lost, and nothing noted."""
    error = given(cls("text"))
    with writing(mode, a_registry()) as write:
        assert reader.describe(write(error)) == describe(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cls", [Cythonic, CythonicInArguments, Tight])
def test_what_cython_can_give_arrives(cls: Any, mode: str, reader: Reader) -> None:
    """By a reduce that Cython makes and pickle doesn't find."""
    with writing(mode, a_registry()) as write:
        data = write(given(cls("text").put(["held"])))
    code = "result = [describe(obj)['dict'], obj.args, obj.held, repr(obj.__cause__), obj.__notes__]"
    assert reader.read(data, code=code) == [{"order": "7"}, ["text"], ["held"], "KeyError('the cause')", ["a note"]]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("held", [b"a pointer into this", shapes.lock()])
def test_what_cython_can_not_give_is_noted(held: object, mode: str, reader: Reader) -> None:
    """It can't travel, or it may be a pointer that leads nowhere in the reader."""
    with writing(mode, a_registry()) as write:
        data = write(Cythonic("text").put(held))
    assert reader.read(data, code="result = [str(obj), obj.held, obj.__notes__]") == ["text", None, [_HIDDEN.format("Cythonic")]]


@pytest.mark.parametrize("mode", MODES)
def test_credentials_in_what_cython_gives_stay_behind(mode: str, reader: Reader) -> None:
    """Nobody else looks there."""
    with writing(mode, a_registry()) as write:
        data = write(Cythonic("text").put({"password": "hunter22-hunter22"}))
    assert b"hunter22" not in data
    assert reader.read(data, code="result = obj.held") == {"password": "[redacted by picklereg]"}


#: Errors of which nobody may ask a text that wasn't given by their constructor, and what arrives.
_SPEAKING: Final[dict[str, tuple[Callable[[], Any], list[Any]]]] = {
    "of an extension": (lambda: Speaking("text"), ["Speaking", "['text'], from C", []]),
    "of Python": (lambda: SpeakingChild("text"), ["SpeakingChild", "['text'], from C", []]),
    "called otherwise": (
        lambda: SpeakingOtherwise(code=3),
        [
            "Exception",
            "('code 3', 3)",
            [_BASE.format("SpeakingOtherwise", "['code 3', 3], from C")],
        ],
    ),
    "of the system": (lambda: OfSystem(2, "No such file", "a.txt"), ["OfSystem", "[Errno 2] No such file: 'a.txt'", []]),
    "a group": (
        lambda: HidingGroup("two", [ValueError(1), KeyError(2)]),
        ["HidingGroup", "two (2 sub-exceptions)", [_HIDDEN.format("HidingGroup")]],
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("around", AROUND)
def test_no_text_is_taken_from_what_nobody_has_initialised(around: str, mode: str, reader: Reader) -> None:
    """Neither here nor in the reader, where it may end the process: the class's constructor makes it, or its base stands for it."""
    with writing(mode, a_registry()) as write:
        READ_BARE.clear()
        written = {name: write(AROUND[around](build())) for name, (build, _) in _SPEAKING.items()}
    assert [*READ_BARE] == []
    code = """
import extension_samples, pickle
extension_samples.READ_BARE.clear()
def find(error):
    seen, stack = set(), [error]
    while stack:
        item = stack.pop()
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            notes = [note for note in getattr(item, "__notes__", []) if "extension_samples" in note]
            if notes or type(item).__module__ == "extension_samples":
                return [type(item).__name__, str(item), notes]
            stack += [item.__cause__, item.__context__, *getattr(item, "exceptions", ()), *item.args, *vars(item).values()]
        elif isinstance(item, list):
            stack += item
result = [{name: find(pickle.loads(data)) for name, data in obj.items()}, extension_samples.READ_BARE]
"""
    assert reader.read(pickle.dumps(written), code=code) == [{name: told for name, (_, told) in _SPEAKING.items()}, []]
