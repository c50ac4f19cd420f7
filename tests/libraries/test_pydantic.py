"""pydantic and pydantic_core: errors written in Rust, with all that ``errors()`` tells."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest
from crossing import Reader, describe
from writing import written

pydantic = pytest.importorskip("pydantic")
core = pytest.importorskip("pydantic_core")

ERRORS = "result = [obj.title, repr(obj.errors()), obj.json(include_context=False), obj.error_count(), repr(obj)]"


class Order(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    """Fails in each of the ways that pydantic has."""

    amount: int
    parts: list[int] = []  # noqa: RUF012  # pydantic copies it
    code: str = ""

    @pydantic.field_validator("amount")  # type: ignore[untyped-decorator]
    @classmethod
    def check_amount(cls, value: int) -> int:
        if value > 5:
            raise ValueError("too much", value)
        assert value >= 0, "negative"
        return value

    @pydantic.field_validator("code")  # type: ignore[untyped-decorator]
    @classmethod
    def check_code(cls, value: str) -> str:
        if value == "own":
            raise core.PydanticCustomError("own_type", "{what} is odd", {"what": value})
        if value == "known":
            raise core.PydanticKnownError("greater_than", {"gt": 5})
        return value


class Secret(pydantic.BaseModel):  # type: ignore[misc, name-defined]
    model_config = pydantic.ConfigDict(hide_input_in_errors=True)
    amount: int


def throw(exc: BaseException) -> None:
    raise exc


RAISES: dict[str, Any] = {
    "parsing": lambda: Order(amount="x", parts=[1, "y"]),
    "value error": lambda: Order(amount=9),
    "assertion": lambda: Order(amount=-1),
    "own type": lambda: Order(amount=1, code="own"),
    "known type": lambda: Order(amount=1, code="known"),
    "missing": lambda: Order(parts=()),
    "json": lambda: Order.model_validate_json('{"amount": "1y"}'),
    "bad json": lambda: Order.model_validate_json('{"amount":'),
    "hidden input": lambda: Secret(amount="sesame"),
    "call": lambda: pydantic.validate_call(divmod_of)("x", y=1),
}


def divmod_of(x: int, y: int) -> tuple[int, int]:
    return divmod(x, y)


OTHERS: dict[str, Any] = {
    "custom": lambda: throw(core.PydanticCustomError("own_type", "{what} is odd", {"what": 1})),
    "known": lambda: throw(core.PydanticKnownError("greater_than", {"gt": 5})),
    "omit": lambda: throw(core.PydanticOmit()),
    "schema": lambda: core.SchemaValidator({"type": "nope"}),
    "serialization": lambda: core.to_json(object()),
    "user": lambda: pydantic.TypeAdapter("Nowhere").validate_python(1),
    "schema generation": lambda: pydantic.create_model("Model", a=(object(), 1)),
}


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", RAISES)
def test_a_validation_error(case: str, how: str, reader: Reader) -> None:
    """Title, errors with their inputs and contexts, JSON and text are the same; so are ``args``, which are empty."""
    with pytest.raises(core.ValidationError) as caught:
        RAISES[case]()
    exc: Any = caught.value
    data = written(exc, how, "pydantic_core")
    assert reader.describe(data) == describe(exc)
    told = [exc.title, repr(exc.errors()), exc.json(include_context=False), exc.error_count(), repr(exc)]
    assert reader.read(data, code=ERRORS) == told


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", RAISES)
def test_a_validation_error_that_was_read(case: str, how: str, reader: Reader) -> None:
    """Plain pickle gives it other ``args``, with objects of Rust; written again, it is as whole as before, and nothing is noted."""
    with pytest.raises(core.ValidationError) as caught:
        RAISES[case]()
    exc: Any = pickle.loads(pickle.dumps(caught.value))
    data = written(exc, how, "pydantic_core")
    told = [exc.title, repr(exc.errors()), exc.json(include_context=False), exc.error_count(), repr(exc)]
    assert reader.read(data, code=ERRORS) == told
    assert reader.describe(data)["notes"] == []


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize("case", OTHERS)
def test_other_errors(case: str, how: str, reader: Reader) -> None:
    """What else pydantic and its core raise arrives whole."""
    with pytest.raises((ValueError, TypeError, RuntimeError, core.SchemaError, core.PydanticOmit)) as caught:
        OTHERS[case]()
    assert reader.describe(written(caught.value, how, "pydantic_core")) == describe(caught.value)


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_an_input_that_cannot_travel(how: str, reader: Reader) -> None:
    """It is its ``repr`` there, and a note says so; the other errors are whole."""
    lock = threading.Lock()
    with pytest.raises(core.ValidationError) as caught:
        Order(amount=lock, parts=["y"])
    code = "result = [[error['type'] for error in obj.errors()], obj.errors()[0]['input'], obj.errors()[1]['input'], obj.__notes__]"
    assert reader.read(written(caught.value, how, "pydantic_core"), code=code) == [
        ["int_type", "int_parsing"],
        repr(lock),
        "y",
        ["picklereg: the input of the error at 'amount' (lock) was replaced by its repr: TypeError: cannot pickle '_thread.lock' object"],
    ]
