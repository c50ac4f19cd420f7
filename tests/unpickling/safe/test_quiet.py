"""What comes out runs nobody's code when it is made, and none that the bytes chose when it is printed; chains don't lead in circles."""

from __future__ import annotations

import pickle
import traceback
from typing import Any

import hostile
import pytest
import shop_values

import picklereg
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.unpickler import safe_loads

CURIOUS = hostile.name("shop_values", "Curious") + b")\x81"
VALUE_ERROR = hostile.name("builtins", "ValueError") + b")\x81"


class Nosy:
    """A reader's own object, which tells what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        raise AttributeError(name)

    def raises(self, exc: BaseException) -> list[str]:
        try:
            raise exc
        except BaseException as caught:
            "".join(traceback.format_exception(caught))
        return self.asked


def read(*parts: bytes) -> Any:
    registry = picklereg.Registry(entry_points=False)
    registry.register(shop_values.OrderError)
    registry.register_attachment(shop_values.Basket, lambda basket: basket, safe={shop_values.Curious: {}, shop_values.Label: {}})
    shop_values.RAN.clear()
    found = safe_loads(hostile.opcodes(*parts), registry=registry)
    assert shop_values.RAN == []
    return found


@pytest.mark.parametrize("cls", ["SyntaxError", "OSError", "BlockingIOError", "UnicodeDecodeError"])
def test_builtin_classes_are_called_with_plain_values_only(cls: str) -> None:
    """Python would iterate over one, hash it or ask it for a number; then the arguments are kept, and a note says so."""
    for args in (b"K\x01" + CURIOUS + b"\x86", CURIOUS + CURIOUS + CURIOUS + b"\x87", b"K\x01K\x02" + CURIOUS + b"\x87"):
        found = read(hostile.name("builtins", cls), args, b"R")
        assert shop_values.Curious in map(type, found.args)
        assert "made without its __init__" in found.__notes__[0]
    assert read(hostile.name("builtins", "OSError"), b"K\x02", hostile.text("no"), b"\x86R").errno == 2


@pytest.mark.parametrize(("cls", "name"), [("UnicodeDecodeError", "start"), ("OSError", "characters_written")])
def test_a_field_that_is_a_number_takes_nothing_else(cls: str, name: str) -> None:
    """Python would ask the value for its ``__index__``."""
    with pytest.raises(UnsafePickleError, match=f"{name} of {cls} is a number"):
        read(hostile.name("builtins", cls), b")\x81}", hostile.text(name), CURIOUS, b"sb")


def test_a_name_error_asks_nobody() -> None:
    """``self``, where it is raised, would be asked for an attribute of that name."""
    found = read(hostile.name("builtins", "NameError"), b")\x81}", hostile.text("name"), hostile.text("secret_of_self"), b"sb")
    assert Nosy().raises(found) == []
    assert found.__notes__ == [
        "picklereg: attribute 'name' 'secret_of_self' (str) was left behind: a traceback would make suggestions from it"
    ]


def test_an_attribute_error_asks_nobody() -> None:
    """Its object would be asked for its attributes, by its class's own ``__dir__``; plain values and stand-ins may be."""
    for value, is_kept in ((CURIOUS, False), (hostile.text("abc"), True), (hostile.name("shop", "Bag") + b")\x81", True), (b"N", True)):
        state = b"}(" + hostile.text("obj") + value + hostile.text("name") + hostile.text("x") + b"ub"
        found = read(hostile.name("builtins", "AttributeError"), b")\x81", state)
        assert (getattr(found, "__notes__", []) == []) is is_kept
        assert (found.obj is None) is (not is_kept or value == b"N")
        traceback.format_exception(found)
    assert shop_values.RAN == []


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_a_chain_that_leads_in_a_circle_is_broken(link: str) -> None:
    """To itself, by way of others, and by way of a group; what is lost is noted."""
    itself = read(VALUE_ERROR, b"q\x01}", hostile.text(link), b"h\x01sb")
    two = read(VALUE_ERROR, b"q\x01}", hostile.text(link), VALUE_ERROR, b"q\x02}", hostile.text("__context__"), b"h\x01sbsb")
    group = hostile.name("builtins", "ExceptionGroup") + hostile.text("g") + b"]h\x01a\x86R"
    grouped = read(VALUE_ERROR, b"q\x01}", hostile.text(link), group, b"sb")
    for found in (itself, two, grouped):
        links = [found]
        notes: list[str] = []
        while links:
            exc = links.pop()
            notes += getattr(exc, "__notes__", [])
            links += [each for each in (exc.__cause__, exc.__context__, *getattr(exc, "exceptions", ())) if each is not None]
        assert len(notes) == 1
        assert "it led in a circle, to ValueError" in notes[0] or "to ExceptionGroup" in notes[0]


def test_a_circle_through_many_groups_is_broken_once() -> None:
    """What was walked to find it is walked again, as far as it is still needed, and what doesn't lead in a circle stays."""
    inner = hostile.name("builtins", "ExceptionGroup") + hostile.text("inner") + b"]h\x01a\x86R"
    outer = hostile.name("builtins", "ExceptionGroup") + hostile.text("outer") + b"](" + inner + VALUE_ERROR + b"e\x86R"
    found = read(VALUE_ERROR, b"q\x01}(", hostile.text("__context__"), outer, hostile.text("__cause__"), VALUE_ERROR, b"ub")
    assert (found.__context__, repr(found.__cause__)) == (None, "ValueError()")
    assert len(found.__notes__) == 1


def test_real_chains_stay_as_they_are() -> None:
    """One exception may be the cause and the context of many."""
    shared = KeyError("shared")
    group = ExceptionGroup("g", [ValueError(1), ValueError(2)])
    for exc in (group, *group.exceptions):
        exc.__cause__ = exc.__context__ = shared
    found: Any = safe_loads(picklereg.dumps(group))
    assert {id(exc.__cause__) for exc in (found, *found.exceptions)} == {id(found.__context__)}
    assert not hasattr(found, "__notes__")
    assert pickle.dumps(found)


@pytest.mark.parametrize("through", ["nothing", "another error", "a missing class"])
@pytest.mark.parametrize("place", ["args", "errno", "strerror", "filename", "filename2"])
def test_what_shows_itself_can_be_shown(place: str, through: str) -> None:
    """``str`` of an error whose only argument, or field of ``OSError``, is the error itself doesn't end; its place says what was there."""
    name = {"nothing": b"h\x01", "another error": hostile.name("builtins", "KeyError") + b"h\x01\x85\x81"}
    last = name.get(through, hostile.name("shop", "OrderError") + b"h\x01\x85\x81")
    fields = b"".join(hostile.text(field) + b"K\x01" for field in ("errno", "strerror", "filename", "filename2") if field != place)
    state = fields + hostile.text(place) + (last + b"\x85" if place == "args" else last)
    found = read(hostile.name("builtins", "OSError"), b")\x81q\x01}(", state, b"ub")
    assert all(map(len, (str(found), repr(found), traceback.format_exception(found))))
    notes = [*getattr(found, "__notes__", []), *getattr(found.args[0] if found.args else getattr(found, place), "__notes__", [])]
    assert len(notes) == 1
    assert " was left behind: it led in a circle, to " in notes[0]


def test_an_error_that_shows_what_it_came_from_stays_whole() -> None:
    """It holds the error whose context it is: neither its text nor its chain leads in a circle."""
    inner = ValueError("inner")
    inner.__context__ = RuntimeError(inner)
    found: Any = safe_loads(picklereg.dumps(inner))
    assert found.__context__.args == (found,)
    assert not hasattr(found, "__notes__")
    assert repr(found.__context__) == "RuntimeError(ValueError('inner'))"
