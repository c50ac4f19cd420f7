"""What a class's own reduce gives is tried out: where it gives the same error, that way is taken, and no other brings as much."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from reduce_samples import Wrapped, WrappedInEachOther
from sound_samples import Mark
from tried_samples import (
    MADE,
    Constant,
    Fewer,
    Handing,
    LedBackTo,
    Listed,
    Locked,
    Miscalled,
    Outer,
    Selfish,
    Slotted,
    Stateful,
    a_listed,
    nameless,
)
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_TELL: Final = """
import pickle, tried_samples
result = {}
for name, data in obj.items():
    found = pickle.loads(data)
    result[name] = [str(found), hasattr(found, "lock"), getattr(found, "order", 0), getattr(found, "__notes__", [])]
result["found"] = [pickle.loads(obj[name]).found is tried_samples.FOUND for name in ("what the module has", "a method of its class")]
"""


@pytest.mark.parametrize("mode", MODES)
def test_it_arrives_by_its_own_reduce(mode: str, reader: Reader) -> None:
    """With what only that makes anew, and nothing is noted."""
    errors = {name: make() for name, make in MADE.items()}
    with writing(mode, a_registry()) as write:
        sent = {name: write(error) for name, error in errors.items()}
    got = reader.read(pickle.dumps(sent), code=_TELL)
    assert got.pop("found") == [True, True]
    assert got == {name: [str(error), True, getattr(error, "order", 0), []] for name, error in errors.items()}


@pytest.mark.parametrize("mode", MODES)
def test_notes_that_are_not_all_text_arrive_with_it(mode: str, reader: Reader) -> None:
    """Though the reduce brings none."""
    error: Any = Locked("text")
    error.__notes__ = ["a note", Mark(3)]
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = "result = [str(obj), hasattr(obj, 'lock'), obj.__notes__[0], obj.__notes__[1].line, len(obj.__notes__)]"
    assert reader.read(data, code=code) == ["text", True, "a note", 3, 2]


@pytest.mark.parametrize("mode", MODES)
def test_what_leads_back_arrives(mode: str, reader: Reader) -> None:
    """A reduce that needs an error whose cause is the one that it is for never ends under pickle."""
    with writing(mode, a_registry()) as write:
        data = write(LedBackTo("text"))
    assert reader.read(data, code="result = [str(obj), repr(obj.inner), obj.inner.__cause__ is obj]") == ["text", "Carrying('inner')", True]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("wrap", [Wrapped, Handing])
def test_what_is_handed_on_may_have_its_own_reduce(wrap: Any, mode: str, reader: Reader) -> None:
    """By a function, and by a method of the error itself."""
    with writing(mode, a_registry()) as write:
        data = write(wrap(Locked("text")))
    code = "result = [type(obj).__name__, str(obj), hasattr(obj, 'lock'), getattr(obj, '__notes__', [])]"
    assert reader.read(data, code=code) == ["Locked", "text", True, []]


@pytest.mark.parametrize("mode", MODES)
def test_what_is_handed_on_may_be_cut_off(mode: str, reader: Reader) -> None:
    """Then the wrapper arrives, and a note tells."""
    with writing(mode, a_registry(max_chain=1)) as write:
        data = write(Wrapped(Locked("text")))
    assert reader.read(data, code="result = [type(obj).__name__, [note[:34] for note in obj.__notes__]]") == [
        "Wrapped",
        ["picklereg: attribute 'inner' (trie"],
    ]


@pytest.mark.parametrize("mode", MODES)
def test_what_is_handed_on_may_hand_on(mode: str, reader: Reader) -> None:
    """Two that give each other come to an end: one of them arrives."""
    error, other = WrappedInEachOther("one"), WrappedInEachOther("other")
    error.other, other.other = other, error
    with writing(mode, a_registry()) as write:
        data = write([error, "beside"])
    assert reader.read(data, code="result = [type(obj[0]).__name__, str(obj[0]), obj[1]]") == ["WrappedInEachOther", "other", "beside"]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
@pytest.mark.parametrize("base", [Locked, Stateful, Selfish])
def test_a_class_by_value_keeps_its_qualified_name(base: Any, mode: str, reader: Reader) -> None:
    """Also where the reduce brings all."""

    class Local(base):  # type: ignore[misc]
        """Is written by value."""

    with writing(mode, a_registry()) as write:
        data = write(Local("text"))
    code = "result = [type(obj).__qualname__, hasattr(obj, 'lock'), getattr(obj, '__notes__', [])]"
    assert reader.read(data, code=code) == [Local.__qualname__, True, []]


class Renamed(Exception):
    """Has another class's reduce value."""


@pytest.mark.parametrize("mode", MODES)
def test_a_class_by_name_is_left_alone(mode: str) -> None:
    """The reader's has its qualified name."""

    class Local(Renamed):
        """Isn't written."""

    registry = a_registry()
    registry.register(Local, reducer=lambda exc: (Renamed, exc.args))
    for error in (Outer.Nested("text"), Outer.Plain("text"), Local("text")):
        with writing(mode, registry) as write:
            assert b"__qualname__" not in write(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", [Constant("text", 7), Fewer("text", 7), Miscalled("text", 7)])
def test_a_reduce_that_gives_another_error_is_not_used(error: Exception, mode: str, reader: Reader) -> None:
    """Nor is a constructor called in its place: what only that makes is left behind."""
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = "result = [type(obj).__name__, obj.args, hasattr(obj, 'lock'), len(obj.__notes__)]"
    assert reader.read(data, code=code) == [type(error).__name__, ["text", 7], False, 1]


@pytest.mark.parametrize("mode", MODES)
def test_what_a_reduce_forgets_is_noted(mode: str, reader: Reader) -> None:
    """A slot, whose value travels in part."""
    error: Any = Slotted("text")
    error.held = [object()]
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = "result = [hasattr(obj, 'lock'), type(obj.held[0]).__name__, obj.__notes__]"
    *got, (note,) = reader.read(data, code=code)
    assert got == [True, "object"]
    assert note.startswith("picklereg: attribute 'held' (list) holds a bare object()")


@pytest.mark.parametrize("mode", MODES)
def test_a_class_that_only_a_function_makes(mode: str, reader: Reader) -> None:
    """What the function adds is noted, where the class can't go by value; else the error arrives without that."""
    with writing(mode, a_registry()) as write:
        data = write(nameless("text"))
    code = "result = [type(obj).__name__, hasattr(obj, 'added'), obj.__notes__]"
    *got, (note,) = reader.read(data, code=code)
    assert got == ["Nameless", mode not in BY_VALUE]
    assert ("attribute 'added'" in note, "a copy" in note) == (mode not in BY_VALUE, mode in BY_VALUE)


@pytest.mark.parametrize("mode", MODES)
def test_a_class_among_the_arguments(mode: str, reader: Reader) -> None:
    """It goes by value, or the reduce isn't used."""

    class Local:
        """No name leads to it."""

    with writing(mode, a_registry()) as write:
        data = write(Locked(Local))
    is_there, notes = reader.read(data, code="result = [hasattr(obj, 'lock'), len(getattr(obj, '__notes__', []))]")
    assert (is_there, notes) == ((True, 0) if mode in BY_VALUE else (False, 2))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_registered", [False, True])
def test_items_and_entries_arrive(is_registered: bool, mode: str, reader: Reader) -> None:
    """They can be gone through once, and are tried out before."""
    registry = a_registry()
    if is_registered:
        registry.register(Listed, reducer=Listed.__reduce__)
    with writing(mode, registry) as write:
        data = write(a_listed())
    assert reader.read(data, code="result = [obj.args, obj.items, obj.entries]") == [["text"], ["a", "b"], {"key": "value"}]
