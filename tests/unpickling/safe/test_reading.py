"""What ``safe_loads`` reads: all that ``dumps`` writes for declared classes, plain data, and stand-ins for the rest."""

from __future__ import annotations

import collections
import dataclasses
import datetime
import decimal
import enum
import io
import pathlib
import pickle
import re
import types
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import shape_table
import shapes
from crossing import describe

import picklereg
from picklereg.errors import UnsafePickleError
from picklereg.unpickling.safe.bounds import Bounds
from picklereg.unpickling.safe.unpickler import safe_load, safe_loads
from picklereg.unpickling.stand_ins.classes import MissingError, MissingValue

#: Their own reduce has ``__init__`` make what arrives, which doesn't run here, and restores a state by itself: a note says so.
BY_INIT = {"good reduce with setstate", "good reduce with state setter"}
CLASSES = [
    cls for cls in vars(shapes).values() if isinstance(cls, type) and issubclass(cls, BaseException) and type(cls).__hash__ is not None
]


@pytest.fixture(scope="module")
def registry() -> picklereg.Registry:
    """A registry that declares all shapes."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(CLASSES)
    return registry


@pytest.fixture(scope="module")
def nobody() -> picklereg.Registry:
    """A registry that declares nothing."""
    return picklereg.Registry(entry_points=False)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("shape", sorted(shape_table.SHAPES.keys() - BY_INIT))
def test_every_shape_of_declared_classes_arrives_whole(shape: str, protocol: int, registry: picklereg.Registry) -> None:
    """Type, arguments, text, attributes, slots, C fields, chain and notes are those that were written."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    found = safe_loads(picklereg.dumps(exc, protocol), registry=registry)
    if isinstance(exc, NameError):  # its name is asked of whatever is called self where it is raised
        (note,) = found.__notes__[len(getattr(exc, "__notes__", ())) :]
        assert note == "picklereg: attribute 'name' 'n' (str) was left behind: a traceback would make suggestions from it"
        found.__notes__.remove(note)
        found.name = exc.name
    assert describe(found) == describe(exc)


@pytest.mark.parametrize("shape", sorted(BY_INIT))
def test_a_class_that_needs_its_init_arrives_with_a_note(shape: str, registry: picklereg.Registry) -> None:
    """The class, the arguments, the chain and the notes are there, and the last notes say what isn't."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    found = safe_loads(picklereg.dumps(exc), registry=registry)
    assert type(found) is type(exc)
    assert found.args == ("a", 1)
    assert repr(found.__cause__) == repr(exc.__cause__)
    assert found.__notes__[0] == "a note"
    assert "made without its __init__" in found.__notes__[1]


@pytest.mark.parametrize("shape", shape_table.SHAPES)
def test_an_undeclared_class_is_a_stand_in_that_can_become_itself_again(shape: str, nobody: picklereg.Registry) -> None:
    """It has the name and tells the same; brought to life and pickled again, it is what it was."""
    exc = shape_table.raised(shape_table.SHAPES[shape])
    found = safe_loads(picklereg.dumps(exc), registry=nobody)
    assert (type(found).__module__, type(found).__qualname__) == (type(exc).__module__, type(exc).__qualname__)
    assert isinstance(found, MissingError) is (type(exc).__module__ == "shapes")
    if isinstance(found, MissingError):
        assert describe(pickle.loads(pickle.dumps(picklereg.bring_to_life(found)))) == describe(exc)


VALUES: list[Any] = [
    None,
    True,
    [1, 2.5, 1j, -(2**70), "ä\ud800", b"b", bytearray(b"c"), ..., NotImplemented, float],
    {"a": (1, {2, frozenset({3})}), (1, "b"): [], 2.5: {}},
    b"",
    bytearray(),
    set(),
    range(1, 9, 2),
    slice(1, None),
    collections.OrderedDict(a=1),
    collections.deque([1, 2], 5),
    collections.defaultdict(list, a=[1]),
    collections.Counter("aab"),
    datetime.date(2026, 1, 2),
    datetime.datetime(2026, 1, 2, 3, 4, 5, 678, datetime.UTC),
    datetime.datetime(2026, 1, 2, 3, 4, 5, 678, datetime.timezone(datetime.timedelta(hours=2), "here")),
    datetime.time(1, 2, 3, 4),
    datetime.timedelta(1, 2, 3),
    decimal.Decimal("1.50"),
    {uuid.UUID(int=7): pathlib.PurePosixPath("/a/b"), datetime.date(2026, 1, 1): pathlib.PureWindowsPath("c:/d")},
    types.SimpleNamespace(a=1),
    collections.UserList([1, 2]),
    OSError(2, "no", "f"),
    ValueError,
]


@pytest.mark.parametrize("protocol", [0, 2, 3, 5])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_data(value: Any, protocol: int, nobody: picklereg.Registry) -> None:
    """Plain data, and some values of the standard library, arrive equal and of the same type, by every protocol."""
    found = safe_loads(pickle.dumps(value, protocol), registry=nobody)
    assert type(found) is type(value)
    assert repr(found) == repr(value)


@pytest.mark.parametrize(
    "value",
    [
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad start"),
        SyntaxError("broken", ("file.x", 3, 4, "x =", 3, 9)),
        StopIteration(3),
        SystemExit(4),
        ImportError("no", name="n"),
        FileNotFoundError(2, "no", "f"),
        ExceptionGroup("g", [ValueError(1)]),
    ],
    ids=repr,
)
def test_what_plain_pickle_writes_of_builtin_exceptions(value: BaseException, nobody: picklereg.Registry) -> None:
    """Python's own rule, a call of the class, gives the same here."""
    assert describe(safe_loads(pickle.dumps(value), registry=nobody)) == describe(value)


class Unguessable(Exception):
    """Its name doesn't say what it is."""


class Dog:
    def __init__(self) -> None:
        self.name = "Rex"


@pytest.mark.parametrize("where", ["alone", "cause", "group", "noted"])
def test_a_missing_class_is_an_exception_where_one_has_to_be(where: str, nobody: picklereg.Registry) -> None:
    """Even if its name doesn't end in Error: alone as picklereg writes it, as a cause, in a group, or because it has notes."""
    exc: BaseException = Unguessable("why")
    found: Any
    if where == "alone":
        found = safe_loads(picklereg.dumps(exc), registry=nobody)
    elif where == "noted":
        exc.add_note("a note")
        found = safe_loads(pickle.dumps([exc]), registry=nobody)[0]
    elif where == "group":
        found = safe_loads(pickle.dumps(ExceptionGroup("g", [exc])), registry=nobody).exceptions[0]
    else:
        outer = ValueError()
        outer.__cause__ = exc
        found = safe_loads(picklereg.dumps(outer), registry=nobody).__cause__
    assert isinstance(found, MissingError)
    assert (type(found).__name__, str(found)) == ("Unguessable", "why")


class Colour(enum.Enum):
    RED = "red"


class Point(NamedTuple):
    x: int


@dataclasses.dataclass
class Order:
    number: int


class Bag(dict[str, int]):
    """Has items; so have the next two."""


class Row(list[int]):
    pass


class Line(collections.deque[int]):
    pass


UNKNOWN = [re.compile("x"), Colour.RED, Point(1), Order(7), Dog(), Unguessable("why"), Bag(a=1), Row([1]), Line([1])]


@pytest.mark.parametrize("hold", [lambda value: value, lambda value: [value]], ids=["alone", "in a list"])
@pytest.mark.parametrize("value", UNKNOWN, ids=lambda value: type(value).__name__)
def test_a_value_is_no_exception_wherever_it_stands(value: Any, hold: Callable[[Any], Any], nobody: picklereg.Registry) -> None:
    """What nothing in the bytes shows to be an exception is an inert value, also alone: no result looks like a failure."""
    found = safe_loads(pickle.dumps(hold(value)), registry=nobody)
    assert isinstance(found[0] if type(found) is list else found, MissingValue)


@pytest.mark.parametrize("value", [Bag(a=1), Row([1]), Line([1])], ids=lambda value: type(value).__name__)
def test_the_items_of_a_missing_container(value: Any, nobody: picklereg.Registry) -> None:
    """They are told, also where it stands alone."""
    found = safe_loads(pickle.dumps(value), registry=nobody)
    assert found.mapping == [("a", 1)] if type(value) is Bag else found.items == [1]


@pytest.mark.parametrize("hold", [lambda value: value, lambda value: [value]], ids=["alone", "in a list"])
def test_an_exception_that_sets_its_own_attributes(hold: Callable[[Any], Any], nobody: picklereg.Registry) -> None:
    """Its name says nothing, and its attributes are set by what sets no value's: that shows what it is."""
    found = safe_loads(picklereg.dumps(hold(Frozen("why"))), registry=nobody)
    found = found[0] if type(found) is list else found
    assert isinstance(found, MissingError)
    assert (type(found).__qualname__, found.args) == ("Frozen", ("why",))


class Frozen(Exception):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


def test_a_missing_value_keeps_what_it_was(nobody: picklereg.Registry) -> None:
    """An object of an unknown class inside an error is inert, and tells its state; so are functions and calls."""
    exc = ValueError(Dog())
    exc.seen = [len, operator_like]  # type: ignore[attr-defined]
    found = safe_loads(pickle.dumps(exc), registry=nobody)
    assert isinstance(found.args[0], MissingValue)
    assert found.args[0].state == {"name": "Rex"}
    assert [repr(value) for value in found.seen] == ["<missing class builtins.len>", f"<missing class {__name__}.operator_like>"] or all(
        issubclass(value, MissingValue) for value in found.seen
    )


def operator_like() -> None:
    """Be named."""


def test_a_class_of_main_that_travels_by_value(nobody: picklereg.Registry) -> None:
    """cloudpickle writes the class itself; here it is a stand-in of the same name."""

    class Local(Exception):
        pass

    exc = Local("why")
    exc.code = 7  # type: ignore[attr-defined]
    found: Any = safe_loads(picklereg.dumps(exc), registry=nobody)
    assert issubclass(type(found), MissingError)
    assert (type(found).__name__, found.args, found.code) == ("Local", ("why",), 7)


def test_notes_that_are_none(nobody: picklereg.Registry) -> None:
    """Whatever stands in the place of notes becomes texts."""
    for notes, expected in ((7, ["7"]), (["a", None, [1]], ["a", "None", "<list>"])):
        exc = ValueError()
        vars(exc)["__notes__"] = notes
        assert safe_loads(pickle.dumps(exc), registry=nobody).__notes__ == expected


def test_a_file(nobody: picklereg.Registry) -> None:
    """safe_load reads a file to its end, and no more than the bounds allow."""
    data = pickle.dumps([1])
    assert safe_load(io.BytesIO(data), registry=nobody) == [1]
    with pytest.raises(UnsafePickleError, match="max_size"):
        safe_load(io.BytesIO(data), registry=nobody, bounds=Bounds(max_size=5))


def test_an_error_of_httpx_with_its_response() -> None:
    """Response and request are httpx's own, and answer as in the writer."""
    httpx = pytest.importorskip("httpx")
    from picklereg.sets.httpx import register

    registry = picklereg.Registry(entry_points=False)
    registry.register("httpx")
    register(registry)
    request = httpx.Request("GET", "http://shop/tea?a=1", headers={"Authorization": "Bearer hidden"})
    with pytest.raises(httpx.HTTPStatusError) as caught:
        httpx.Response(404, json={"error": "none left"}, request=request).raise_for_status()
    found: Any = safe_loads(picklereg.dumps(caught.value, registry=registry), registry=registry)
    assert type(found) is httpx.HTTPStatusError
    assert (found.response.status_code, found.response.json(), repr(found.response)) == (
        404,
        {"error": "none left"},
        "<Response [404 Not Found]>",
    )
    assert (found.request.method, str(found.request.url), found.response.request is found.request) == ("GET", "http://shop/tea?a=1", True)


def test_an_error_of_pydantic() -> None:
    """A ValidationError, which can't be made without its arguments, is made by pydantic's own function."""
    pydantic = pytest.importorskip("pydantic")
    from picklereg.sets.pydantic import register

    registry = picklereg.Registry(entry_points=False)
    register(registry)
    with pytest.raises(pydantic.ValidationError) as caught:
        pydantic.TypeAdapter(int).validate_python("x")
    data = picklereg.dumps(caught.value, registry=registry)
    found: Any = safe_loads(data, registry=registry)
    assert (type(found), str(found), found.errors()) == (type(caught.value), str(caught.value), caught.value.errors())
    stranger = safe_loads(data, registry=picklereg.Registry(entry_points=False))
    assert (type(stranger).__name__, isinstance(stranger, MissingError)) == ("ValidationError", True)
