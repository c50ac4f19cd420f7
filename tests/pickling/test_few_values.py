"""What is written at once, and what isn't: a few plain values, and bound methods."""

from __future__ import annotations

import pickle
import sys
import types
from typing import TYPE_CHECKING, Any, Final

import pytest
from pickler_samples import Decorated, Opening, Plain

import picklereg
from picklereg.pickling.by_reference import DEFAULT_PROTOCOL

if TYPE_CHECKING:
    from crossing import Reader


def _in_itself() -> list[Any]:
    found: list[Any] = [1]
    found.append(found)
    return found


_FLAT: Final = {
    "nothing": [],
    "a row": {"id": 7, "name": "a", "tags": ["x", "y"], "user": {"name": None, "at": (1, 2.5, True)}},
    "a set": {1, "a"},
}
_NOT_FLAT: Final = {
    "many": list(range(100)),
    "deep": [[[[[1]]]]],
    "itself": _in_itself,
    "an object": [types.SimpleNamespace(a=1)],
    "an error": {"error": KeyError("x")},
    "bytes": [b"x"],
}


@pytest.mark.parametrize("value", _FLAT)
def test_a_few_plain_values_are_written_at_once(value: str) -> None:
    """Nobody is asked about them, whoever writes them: the bytes are pickle's own."""
    data = picklereg.dumps(_FLAT[value])
    assert data == pickle.dumps(_FLAT[value], DEFAULT_PROTOCOL)
    assert pickle.loads(data) == _FLAT[value]


@pytest.mark.parametrize("value", _NOT_FLAT)
def test_others_are_looked_at_one_by_one(value: str, reader: Reader) -> None:
    """What is large, deep, leads back to itself, or holds something else arrives as well."""
    held: Any = _NOT_FLAT[value]
    obj = held() if callable(held) else held
    data = picklereg.dumps(obj)
    assert reader.read(data, code="result = repr(obj)") == repr(pickle.loads(pickle.dumps(obj)))


@pytest.mark.parametrize("name", ["read", "hidden", "another", "wrapped"])
def test_bound_methods_are_named_where_their_name_leads_to_them(name: str) -> None:
    """As plain pickle does, without cloudpickle in the bytes; where it leads elsewhere, cloudpickle writes the function."""
    plain = Plain(a=3) if name != "wrapped" else Decorated(a=3)
    if name == "hidden":
        plain.method = plain.method  # type: ignore[method-assign]
    method = types.MethodType(type(plain).method if name != "another" else _given, plain)
    data = picklereg.dumps([method])
    assert (b"cloudpickle" in data) == (name != "read")
    assert pickle.loads(data)[0]().a == 3


def _given(plain: Plain) -> Plain:
    return plain


@pytest.mark.parametrize("maker", ["a function", "__main__"])
def test_a_method_that_is_set_here_alone_goes_by_value(maker: str, monkeypatch: pytest.MonkeyPatch, reader: Reader) -> None:
    """The reader's class hasn't got it: cloudpickle writes the function."""

    def more(plain: Plain) -> int:
        return int(vars(plain)["a"]) + 1

    if maker == "__main__":
        more.__module__, more.__qualname__ = maker, more.__name__
        monkeypatch.setattr(sys.modules[maker], more.__name__, more, raising=False)
    monkeypatch.setattr(Plain, "more", more, raising=False)
    data = picklereg.dumps([Plain(a=3).more])  # type: ignore[attr-defined]
    assert reader.read(data, code="result = obj[0]()") == 4


def test_a_method_that_an_unfinished_object_hides_arrives(reader: Reader) -> None:
    """It is bound without asking the object for it, which has its attributes only later."""
    data = picklereg.dumps(Opening())
    assert reader.read(data, code="result = obj.callback()") == "open"
