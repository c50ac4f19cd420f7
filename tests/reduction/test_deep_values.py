"""Values that nest deep: what a pickler can write arrives whole; what it can't is left behind with a note, in every mode and at once."""

from __future__ import annotations

import io
import itertools
import pickle
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

import pytest
import shapes
from attachment_samples import Request
from crossing import Reader, describe
from registry_samples import Thing
from writers import MODES, a_registry, writing

from picklereg import Registry
from picklereg.introspection.kinds import DEEP, depth_of
from picklereg.redaction.values import REDACTED

Build = Callable[[Any], Any]

NESTS: Final[dict[str, Callable[[Any], Any]]] = {
    "list": lambda inner: [inner],
    "tuple": lambda inner: (inner,),
    "dict": lambda inner: {"a": inner},
    "mixed": lambda inner: [1, ({"a": 2, "b": [inner]}, "c")],
}
#: How many builtin containers one step of these is.
_STEPS: Final = {"mixed": 4}
#: What plain pickle can write on every Python that is tested, and what none can.
_WRITABLE: Final = 200
_UNWRITABLE: Final = 12_000 if sys.version_info < (3, 14) else 100_000  # where only the stack counts


def nested(kind: str, depth: int, innermost: Any = "innermost") -> Any:
    value = innermost
    for _ in range(depth // _STEPS.get(kind, 1)):
        value = NESTS[kind](value)
    return value


def _with(name: str, error: BaseException | None = None) -> Build:
    def build(value: Any) -> Any:
        built = error or ValueError("text")
        vars(built)[name] = value
        return built

    return build


def _own_reduce(value: Any) -> Any:
    return _with("deep", shapes.GoodReduce("a", 1))(value)


def _as_cause(value: Any) -> Any:
    error = ValueError("outer")
    error.__cause__ = KeyError(value)
    return error


def _in_a_request(value: Any) -> Any:
    return _with("request")(Request(url="http://h/", page=value))


#: Where a value stands, and where it is found again.
PLACES: Final[dict[str, tuple[Build, str]]] = {
    "argument": (ValueError, "obj.args[0]"),
    "second argument": (lambda value: KeyError("text", value), "obj.args[1]"),
    "attribute": (_with("deep"), "obj.deep"),
    "field": (StopIteration, "obj.value"),
    "cause": (_as_cause, "obj.__cause__.args[0]"),
    "member": (lambda value: ExceptionGroup("group", [ValueError(value)]), "obj.exceptions[0].args[0]"),
    "own reduce": (_own_reduce, "obj.deep"),
    "object": (lambda value: _with("thing")(Thing(value)), "obj.thing.name"),
    "attachment": (_in_a_request, "obj.request.page"),
}
_DEPTH: Final = """
value, depth = {}, 0
while type(value) in (list, tuple, dict):
    value = value[-1] if type(value) is not dict else [*value.values()][-1]
    if value == "c":
        break
    depth += 1
result = depth
"""


def _arrived(place: str, kind: str, depth: int, mode: str, reader: Reader) -> Any:
    build, found = PLACES[place]
    with writing(mode, a_registry()) as write:
        data = write(build(nested(kind, depth)))
    if depth == _UNWRITABLE:
        return reader.read(data, code="result = [str(describe(obj)), type(obj).__name__]")
    return reader.read(data, code=_DEPTH.format(found))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
def test_what_can_be_written_arrives(place: str, mode: str, reader: Reader) -> None:
    """Two hundred levels are nothing to a pickler."""
    for kind in ("list", "tuple", "dict"):
        assert _arrived(place, kind, _WRITABLE, mode, reader) == _WRITABLE


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("place", PLACES)
def test_what_cannot_be_written_is_noted(place: str, mode: str, reader: Reader) -> None:
    """The error arrives, of its own class, and says what it lacks."""
    for kind in NESTS if place == "argument" else ["mixed"]:  # each takes a while
        told, cls = _arrived(place, kind, _UNWRITABLE, mode, reader)
        assert told.count("picklereg: ") == (2 if place == "field" else 1)  # the field's value is an argument, too
        assert "it nests too deep" in told
        assert cls == type(PLACES[place][0](1)).__name__


@pytest.mark.parametrize("mode", MODES)
def test_very_many_levels(mode: str, reader: Reader) -> None:
    """They cost no more than what can be written would."""
    error = ValueError("text", nested("mixed", 1_000_000 if mode == MODES[0] else 300_000))
    with writing(mode, Registry(entry_points=False)) as write:
        data = write(error)
    notes = reader.describe(data)["notes"]
    assert notes == ["picklereg: argument 1 (list) was replaced by its repr: it nests too deep"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("innermost", [ValueError("inner"), b"data"], ids=["error", "bytes"])
def test_what_stands_at_the_bottom(innermost: Any, mode: str, reader: Reader) -> None:
    """It makes no difference whether there is something to decide about it."""
    error = ValueError(nested("list", _WRITABLE, innermost))
    with writing(mode, Registry(entry_points=False)) as write:
        data = write(error)
    code = "v = obj.args[0]\nwhile type(v) is list: v = v[0]\nresult = repr(v)"
    assert reader.read(data, code=code) == repr(innermost)


@pytest.mark.parametrize("mode", MODES)
def test_what_cannot_travel_at_the_bottom(mode: str, reader: Reader) -> None:
    """It is noted as ever, however deep it is."""
    for depth in (DEEP - 5, DEEP + 50, 2 * _WRITABLE):
        error = ValueError(nested("list", depth, threading.Lock()))
        with writing(mode, Registry(entry_points=False)) as write:
            told = reader.describe(write(error))
        assert [note.startswith("picklereg: ") for note in told["notes"]] == [True]


@pytest.mark.parametrize("mode", MODES)
def test_a_credential_at_the_bottom(mode: str, reader: Reader) -> None:
    """It is replaced, or the value is left behind; it never travels."""
    for depth in (DEEP + 50, _WRITABLE, _UNWRITABLE):
        error: Any = ValueError("text")
        error.deep = nested("dict", depth, {"api_key": "k3yk3yk3y-0123456789"})
        error.headers = {"authorization": "Bearer t0k3nt0k3n-0123456789"}
        with writing(mode, Registry(entry_points=False)) as write:
            data = write(error)
        assert b"k3yk3yk3y" not in data
        assert reader.read(data, code="result = obj.headers") == {"authorization": REDACTED}


def _in_python(obj: Any) -> bytes:
    file = io.BytesIO()
    pickle._Pickler(file).dump(obj)  # pyright: ignore[reportPrivateUsage]
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "depth"),
    [*itertools.product(NESTS, [100, 170, 250, 330, 500]), ("mixed", _UNWRITABLE)],  # the last takes a while
)
@pytest.mark.parametrize("place", PLACES)
def test_a_pickler_made_of_python_code(place: str, kind: str, depth: int) -> None:
    """It can do less, wherever the error stands in what it writes."""
    build, _ = PLACES[place]
    with a_registry().installed(all_exceptions=True):
        for around in (lambda error: error, lambda error: [[[{"error": error}]]]):
            pickle.loads(_in_python(around(build(nested(kind, depth)))))


@pytest.mark.parametrize("length", [60, 150, 400])
def test_a_long_chain_by_a_pickler_made_of_python_code(length: int) -> None:
    """It is cut earlier, and says so."""
    errors = [ValueError(number) for number in range(length)]
    for error, cause in itertools.pairwise(errors):
        error.__cause__ = cause
    with Registry(entry_points=False).installed(all_exceptions=True):
        arrived = pickle.loads(_in_python(errors[0]))
    link, notes = arrived, list[str]()
    while link is not None:
        link, notes = link.__cause__, getattr(link, "__notes__", [])
    assert [note.startswith("picklereg: the chain is cut here") for note in notes] == [True]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["list", "tuple", "dict"])
def test_parts_that_are_shared(kind: str, mode: str, reader: Reader) -> None:
    """What stands at two places on each of eighty levels is looked at once, and is shared where it arrives."""
    twice: dict[str, Callable[[Any], Any]] = {"list": lambda x: [x, x], "tuple": lambda x: (x, x), "dict": lambda x: {"a": x, "b": x}}
    value: Any = "innermost"
    for _ in range(80):
        value = twice[kind](value)
    error: Any = ValueError(value)
    error.held = value
    with writing(mode, a_registry()) as write:
        data = write(error)
    code = (
        "first = obj.args[0]; found = [*(first.values() if isinstance(first, dict) else first)]; result = found[0] is found[1] is not None"
    )
    assert reader.read(data, code=code) is True


def test_depth() -> None:
    """A value's depth is that of its deepest part; a circle has an end, and what is too deep isn't looked at."""
    circle: list[Any] = []
    circle.append(circle)
    assert [depth_of(value) for value in (1, "text", [], [1], [[], {"a": (1, [2])}], circle)] == [0, 0, 1, 1, 4, 1]
    assert depth_of(nested("list", 10_000)) == DEEP + 1
    assert describe(ValueError(circle))["args"]
