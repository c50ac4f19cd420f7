"""Values that travel in part, or as something else: a note says what differs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import value_samples
from attachment_samples import Call, Cursor, DelegatingRequest, ForgetfulRequest, OpenMade, OpenRequest, Request
from bare_samples import ShopError
from crossing import describe
from guard_samples import Handle
from value_samples import NUMBERS, Delegating, Forgetful, Marked, Unnamed, Unshown, Wrapper, a_wrapper, weak_set, within
from writers import BY_VALUE, MODES, a_registry, writing

if TYPE_CHECKING:
    from crossing import Reader

_NOTES: Final = "getattr(obj, '__notes__', [])"


def _written(error: BaseException, mode: str) -> bytes:
    with writing(mode, a_registry()) as write:
        return write(error)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("value", "shown"), NUMBERS)
def test_what_can_not_be_made_again_travels_as_what_it_is(value: Any, shown: str, mode: str, reader: Reader) -> None:
    """Text, bytes and numbers of a class whose ``__new__`` wants more: as an argument, an attribute, and an item."""
    error = ShopError(1, held=value, items=[value])
    error.args = ("text", value)
    *got, notes = reader.read(_written(error, mode), code=f"result = [repr(obj.args[1]), repr(obj.held), repr(obj.items), {_NOTES}]")
    assert got == [shown, shown, f"[{shown}]"]
    what = f"(value_samples.{type(value).__name__}) becomes {type(value).__mro__[1].__name__}: TypeError: "
    places = ("argument 1", "attribute 'held'", "an item of attribute 'items'")
    assert [note[: len(f"picklereg: {place} {what}")] for note, place in zip(notes, places, strict=False)] == [
        f"picklereg: {place} {what}" for place in places
    ]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_what_arrives_as_something_else_is_noted(mode: str, reader: Reader) -> None:
    """cloudpickle writes it so; also in containers."""
    with Path(value_samples.__file__).open() as file:
        view = memoryview(b"data")
        data = _written(ShopError(1, held=view, file=file, **within(view)), mode)
    code = f"result = [type(obj.held).__name__, type(obj.file).__name__, type(obj.list[0]).__name__, {_NOTES}]"
    *got, notes = reader.read(data, code=code)
    assert got == ["bytes", "StringIO", "bytes"]
    places = ["attribute 'held'", *(f"an item of attribute {name!r}" for name in within(view))]
    assert sorted(notes) == sorted(
        [
            *(f"picklereg: {place} (memoryview) becomes bytes" for place in places),
            "picklereg: attribute 'file' (_io.TextIOWrapper) becomes _io.StringIO",
        ]
    )


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_weak_set_of_what_the_error_holds(mode: str, reader: Reader) -> None:
    """All of it arrives, by an argument or in a container, so there is nothing to note; of what another error holds there is."""
    kept: list[Any] = []
    error = ShopError(1, seen=weak_set(kept), listed=[weak_set(kept)], kept=kept)
    error.args = (kept[0],)
    error.__cause__ = ShopError(2, seen=weak_set(kept))
    *got, notes, theirs = reader.read(
        _written(error, mode), code=f"result = [[*obj.seen] == [*obj.args], len(obj.listed[0]), {_NOTES}, obj.__cause__.__notes__]"
    )
    assert (got, notes) == ([True, 2], [])
    assert theirs == ["picklereg: attribute 'seen' (_weakrefset.WeakSet) holds nothing but what else arrives"]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_weak_set_is_noted(mode: str, reader: Reader) -> None:
    """What it holds doesn't arrive by it."""
    kept: list[Any] = []
    data = _written(ShopError(1, seen=weak_set(kept), items=[weak_set(kept)]), mode)
    *got, notes = reader.read(data, code=f"result = [len(obj.seen), len(obj.items[0]), {_NOTES}]")
    assert got == [0, 0]
    assert notes == [
        f"picklereg: {place} (_weakrefset.WeakSet) holds nothing but what else arrives"
        for place in ("attribute 'seen'", "an item of attribute 'items'")
    ]


@pytest.mark.parametrize("mode", MODES)
def test_attachments_in_a_wrapper_are_stripped(mode: str, reader: Reader) -> None:
    """The wrapper arrives with them, less what can't travel; also one that is a file."""
    data = _written(ShopError(1, held=a_wrapper(), file=value_samples.Reader(Request(status=404, url="https://a:secret-of-a@h/"))), mode)
    code = f"""
held = obj.held
result = [held.status, held.response.status, held.itself is held, held.items[0].url, hasattr(held, "lock"),
          type(obj.file).__name__, obj.file.status, obj.file.response.status, {_NOTES}]
"""
    *got, notes = reader.read(data, code=code)
    assert got == [429, 429, True, "x", False, "Reader", 404, 404]
    assert b"secret-of-a" not in data
    assert notes == ["picklereg: 'lock' of attribute 'held' (_thread.lock) was left behind: TypeError: cannot pickle '_thread.lock' object"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("cls", "reason"), [(Delegating, "KeyError: 'response'"), (Forgetful, "its attributes can't be set")])
def test_a_wrapper_that_can_not_be_put_together_stays_behind(cls: type[Wrapper], reason: str, mode: str, reader: Reader) -> None:
    """As one of a plain value does: alone, as an item, and where it leads back to itself; what it wraps arrives."""
    request = Request(url="x", headers={})
    wrapper = cls(request, status=429, beside=[])
    wrapper.beside.append(wrapper)  # type: ignore[attr-defined]
    error = ShopError(1, held=wrapper, items=[wrapper, 1], request=request, beside="whole")
    code = f"result = [hasattr(obj, 'held'), len(obj.items), obj.items[1], obj.request.url, obj.beside, {_NOTES}]"
    *got, notes = reader.read(_written(error, mode), code=code)
    assert got == [False, 2, 1, "x", "whole"]
    what = f"(value_samples.{cls.__name__})"
    assert f"picklereg: attribute 'held' {what} was left behind: {reason}" in notes
    assert f"picklereg: an item of attribute 'items' {what} was replaced by its repr: {reason}" in notes


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("cls", "reason"), [(DelegatingRequest, "KeyError: 'raw'"), (ForgetfulRequest, "TypeError: its attributes can't be set")]
)
def test_an_attachment_that_can_not_be_put_together_stays_behind(cls: type[Request], reason: str, mode: str, reader: Reader) -> None:
    """Though its base can; those whose ``__getattr__`` does no harm arrive."""
    error = ShopError(1, held=cls(raw={}, url="x"), items=[cls(raw={}), 1], fine=OpenRequest(url="y"), made=OpenMade(page=2))
    code = f"result = [hasattr(obj, 'held'), len(obj.items), obj.items[1], obj.fine.url, obj.made.page, {_NOTES}]"
    *got, notes = reader.read(_written(error, mode), code=code)
    assert got == [False, 2, 1, "y", 2]
    what = f"(attachment_samples.{cls.__name__})"
    assert notes == [
        f"picklereg: attribute 'held' {what} was left behind: {reason}",
        f"picklereg: an item of attribute 'items' {what} was replaced by its repr: {reason}",
    ]


@pytest.mark.parametrize("mode", MODES)
def test_containers_that_a_strip_function_leaves_are_tried(mode: str, reader: Reader) -> None:
    """In the state of what it makes, and in the arguments."""
    error = ShopError(
        1,
        request=Request(url="x", headers={}, held=[Handle(), "beside"], wrapped=Wrapper(1)),
        cursor=Cursor(rows=[Handle(), 2]),
        call=Call(([Handle()], 3), Request(url="y", headers={})),
    )
    code = f"""
result = [obj.request.held, obj.cursor, [list(part) if isinstance(part, tuple) else part.url for part in obj.call.parts], {_NOTES}]
"""
    *got, notes = reader.read(_written(error, mode), code=code)
    assert got == [["<a handle>", "beside"], ["<a handle>", 2], [[["<a handle>"], 3], "y"]]
    assert [note.partition(" (")[0] for note in notes] == [
        "picklereg: an item of attribute 'request'",
        "picklereg: attribute 'cursor'",
        "picklereg: an item of attribute 'cursor'",
        "picklereg: an item of attribute 'call'",
    ]


@pytest.mark.parametrize("mode", MODES)
def test_what_stands_twice_in_one_place_is_noted_once(mode: str, reader: Reader) -> None:
    """The second time there is nothing more to tell."""
    inner = [Handle()]
    got = reader.read(_written(ShopError(1, held=[inner, inner]), mode), code=f"result = [obj.held[0] is obj.held[1], len({_NOTES})]")
    assert got == [True, 1]


@pytest.mark.parametrize("mode", sorted(BY_VALUE))
def test_a_class_by_value_keeps_its_qualified_name(mode: str, reader: Reader) -> None:
    """A traceback there shows it as here."""

    class Local(ShopError):
        """Is written by value."""

    got = reader.read(_written(Local(1, held=Marked("text", 1)), mode), code="result = [type(obj).__qualname__, str(obj), obj.order]")
    assert got == [Local.__qualname__, "order 1 failed", 1]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["errno", "strerror", "filename", "filename2"])
def test_what_can_not_be_shown_costs_no_other_field(name: str, mode: str, reader: Reader) -> None:
    """Which of the fields of an ``OSError`` are set is told by its text, which that keeps from being told."""
    error: Any = OSError("text")
    setattr(error, name, Unshown())
    error.order = 7
    assert reader.describe(_written(error, mode)) == describe(error)


@pytest.mark.parametrize("mode", MODES)
def test_a_property_of_a_fields_name_is_not_asked(mode: str, reader: Reader) -> None:
    """What Python keeps under the name of an ``OSError``'s field is read without the class."""
    error: Any = Unnamed(2, "text", "a.txt")
    error.order = 7
    code = "result = [type(obj).__name__, str(obj), obj.args, obj.order, OSError.filename.__get__(obj)]"
    assert reader.read(_written(error, mode), code=code) == ["Unnamed", "[Errno 2] text: 'a.txt'", [2, "text"], 7, "a.txt"]


@pytest.mark.parametrize("mode", MODES)
def test_a_note_that_equals_whatever_it_is_compared_with(mode: str, reader: Reader) -> None:
    """It isn't taken for picklereg's own, of an earlier trip."""
    error = ShopError(1, held=Handle())
    error.__notes__ = [Unshown()]  # type: ignore[list-item]
    got = reader.read(_written(error, mode), code=f"result = [type({_NOTES}[0]).__name__, {_NOTES}[1]]")
    assert got[0] == "Unshown"
    assert got[1].startswith("picklereg: attribute 'held' (guard_samples.Handle) was left behind")
