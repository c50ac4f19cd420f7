"""What a reducer gives is searched for credentials as what the exception holds is: by name, by place, and for bodies of requests."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, Final

import pytest
from credential_samples import CREDENTIAL
from pydantic import BaseModel, ValidationError
from writers import MODES, writing

import picklereg
from picklereg.redaction import REDACTED

if TYPE_CHECKING:
    from collections.abc import Callable


class Given(Exception):
    """One that somebody registers a reducer for."""


class _Order(BaseModel):
    pages: int


def _invalid(entry: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        _Order.model_validate(entry)
    return caught.value


_HEADERS: Final = {"Authorization": f"Bearer {CREDENTIAL}"}
_GIVEN: Final[dict[str, tuple[Any, ...]]] = {
    "an argument": (Given, (_HEADERS,)),
    "an argument's text": (Given, (f"https://shop.example/?token={CREDENTIAL}",)),
    "state": (Given, (), {"api_key": CREDENTIAL}),
    "text in the state": (Given, (), {"text": f"password={CREDENTIAL}"}),
}
_INVALID: Final[dict[str, Any]] = {
    "headers": {"headers": _HEADERS},
    "an entry": {"api_key": CREDENTIAL},
    "a text": {"pages": f"password={CREDENTIAL}"},
}
_AROUND: Final[dict[str, Callable[[Exception], Exception]]] = {
    "alone": lambda error: error,
    "cause": lambda error: _caused(ValueError("order"), error),
    "group": lambda error: ExceptionGroup("orders", [_caused(ValueError("order"), error), error]),
}


def _caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("around", _AROUND)
@pytest.mark.parametrize("name", _GIVEN)
@pytest.mark.parametrize("mode", MODES)
def test_what_a_registered_reducer_gives(mode: str, name: str, around: str) -> None:
    """The exception itself doesn't hold the credential, so it is found in the reduce value alone."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(Given, reducer=lambda _: _GIVEN[name])
    with writing(mode, registry) as write:
        data = write(_AROUND[around](Given()))
    assert CREDENTIAL.encode() not in data
    assert REDACTED in repr(_held(data))


@pytest.mark.parametrize("mode", MODES)
def test_what_it_tells_of_an_attribute(mode: str) -> None:
    """What the reducer names a credential is one in the exception's own attributes, too."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(Given, reducer=lambda error: (Given, ("x-api-key", vars(error)["detail"])))
    error = Given("order")
    error.__dict__.update(detail=CREDENTIAL, page=7)
    with writing(mode, registry) as write:
        data = write(error)
    assert CREDENTIAL.encode() not in data
    assert (pickle.loads(data).args, vars(pickle.loads(data))) == (("x-api-key", REDACTED), {"detail": REDACTED, "page": 7})


@pytest.mark.parametrize("mode", MODES)
def test_a_reducer_that_gives_its_state(mode: str) -> None:
    """What the walk has seen arrives as it is."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(Given, reducer=lambda error: (Given, error.args, vars(error).copy()))
    error = Given("order")
    error.__dict__.update(page=7, text="nothing")
    with writing(mode, registry) as write:
        got = pickle.loads(write(error))
    assert (got.args, vars(got)) == (("order",), {"page": 7, "text": "nothing"})


def test_a_reducer_that_gives_no_reduce_value() -> None:
    """The error arrives, with a note."""
    registry = picklereg.Registry(entry_points=False)
    registry.register(Given, reducer=lambda _: "Given")
    got = pickle.loads(picklereg.dumps(Given("order"), registry=registry))
    assert got.args == ("order",)
    assert "it gives no reduce value but str" in f"{got.__notes__}"


@pytest.mark.parametrize("around", _AROUND)
@pytest.mark.parametrize("name", _INVALID)
@pytest.mark.parametrize("mode", MODES)
def test_what_pydantic_keeps_of_an_input(mode: str, name: str, around: str) -> None:
    """It is nowhere but in Rust, and in what the error's own reduce gives."""
    with writing(mode, picklereg.Registry()) as write:
        data = write(_AROUND[around](_invalid(_INVALID[name])))
    assert CREDENTIAL.encode() not in data
    assert REDACTED in f"{_last(data).errors()}"


@pytest.mark.parametrize("name", _INVALID)
def test_pydantic_under_a_plain_install(name: str) -> None:
    """Where only registered classes are covered, too."""
    with picklereg.Registry().installed():
        data = pickle.dumps(_invalid(_INVALID[name]))
    assert CREDENTIAL.encode() not in data


def _last(data: bytes) -> Any:
    error = pickle.loads(data)
    error = error.exceptions[-1] if isinstance(error, ExceptionGroup) else error
    return error.__cause__ or error


def _held(data: bytes) -> Any:
    error = _last(data)
    return error.args, vars(error)
