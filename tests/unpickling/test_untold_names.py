"""Exceptions whose class has a name that says nothing: where the class is missing, a stand-in arrives all the same."""

from __future__ import annotations

import io
import pickle
import sys
import types
from collections.abc import Callable
from typing import Any

import cloudpickle
import pytest
from bare_samples import ShopError

import picklereg


def _by_pickler(obj: object) -> bytes:
    file = io.BytesIO()
    picklereg.Pickler(file).dump(obj)
    return file.getvalue()


def _installed(dumps: Callable[[object], bytes]) -> Callable[[object], bytes]:
    def write(obj: object) -> bytes:
        with picklereg.installed(all_exceptions=True):
            return dumps(obj)

    return write


WAYS: dict[str, Callable[[object], bytes]] = {
    "dumps": picklereg.dumps,
    "Pickler": _by_pickler,
    "pickle": _installed(pickle.dumps),
    "cloudpickle": _installed(cloudpickle.dumps),
}


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A module of exception classes that can be taken away."""
    module = types.ModuleType("gone_shop")
    exec("class OutOfStock(Exception): pass\nclass Timeout(OSError): pass\nclass ShutDown(Exception): __slots__ = ()", vars(module))
    monkeypatch.setitem(sys.modules, "gone_shop", module)
    return module


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["OutOfStock", "Timeout", "ShutDown"])
@pytest.mark.parametrize(
    "holder", [lambda exc: exc, lambda exc: [1, exc], lambda exc: {"result": exc}], ids=["alone", "in a list", "in a dict"]
)
def test_a_stand_in_arrives(
    way: str, name: str, holder: Callable[[Any], Any], gone: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alone and among results, in every mode; and it is the class again where that is there."""
    exc = vars(gone)[name]("no tea")
    data = WAYS[way](holder(exc))
    assert type(_found(pickle.loads(data))) is type(exc)
    monkeypatch.delitem(sys.modules, "gone_shop")
    arrived = _found(picklereg.loads(data))
    assert isinstance(arrived, picklereg.MissingError)
    assert (arrived.args, arrived.__suppress_context__) == (("no tea",), False)


def _itself(exc: Any) -> Any:
    exc.origin = exc
    return exc


def _by_a_list(exc: Any) -> Any:
    exc.parts = [exc, {1: exc}]
    return exc


def _by_its_cause(exc: Any) -> Any:
    exc.__cause__ = cause = ValueError("cause")
    cause.owner = exc  # type: ignore[attr-defined]
    return exc


def _by_an_argument(exc: Any) -> Any:
    exc.args = (ValueError([exc]), 1)
    return exc


CIRCLES: dict[str, Callable[[Any], Any]] = {
    "none": lambda exc: exc,
    "itself": _itself,
    "a list": _by_a_list,
    "its cause": _by_its_cause,
    "an argument": _by_an_argument,
}


def _shape(value: Any, seen: dict[int, int] | None = None) -> Any:
    """Give what an error holds; what is seen again is the number that it had."""
    seen = {} if seen is None else seen
    if not isinstance(value, BaseException | list | tuple | dict):
        return value
    if id(value) in seen:
        return seen[id(value)]
    seen[id(value)] = len(seen)
    if isinstance(value, BaseException):
        parts: list[Any] = [value.args, vars(value), value.__cause__, value.__suppress_context__]
        return type(value).__name__, [_shape(part, seen) for part in parts]
    return [_shape(part, seen) for part in (value.items() if isinstance(value, dict) else value)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["OutOfStock", "Timeout", "ShutDown"])
@pytest.mark.parametrize("circle", CIRCLES)
def test_a_stand_in_passed_on_arrives(way: str, name: str, circle: str, gone: types.ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through two processes without the class, each of which reads and writes it, also if it leads back to itself; then it is the class."""
    exc = CIRCLES[circle](vars(gone)[name]("no tea"))
    shape, data = _shape(exc), picklereg.dumps(exc)
    monkeypatch.delitem(sys.modules, "gone_shop")
    for _ in range(2):
        arrived = picklereg.loads(data)
        assert isinstance(arrived, picklereg.MissingError)
        assert _shape(arrived) == shape
        data = WAYS[way](arrived)
    monkeypatch.setitem(sys.modules, "gone_shop", gone)
    back = pickle.loads(data)
    assert type(back) is type(exc)
    assert _shape(back) == shape


def _found(obj: Any) -> Any:
    return obj[1] if isinstance(obj, list) else obj["result"] if isinstance(obj, dict) else obj


def test_nothing_is_added_where_the_name_says_it() -> None:
    """The bytes of most errors are as short as they were."""
    assert b"suppress" not in picklereg.dumps(picklereg.RegistrationError("shop", "no", "yes"))
    assert b"suppress" not in picklereg.dumps(StopIteration(3))
    assert b"suppress" not in picklereg.dumps(ShopError(1))
