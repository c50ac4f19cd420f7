"""The commonest errors, which are written at once: they arrive as the general way delivers them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import pytest
from bare_samples import ERRORS, Answer, ShopError, chain, group, in_a_circle

import picklereg
from picklereg.reduction.expression import Expression

if TYPE_CHECKING:
    from crossing import Reader


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_arrives_as_in_a_list(name: str, reader: Reader) -> None:
    """A list takes the general way."""
    error = ERRORS[name]()
    code = "result = describe(obj[0] if isinstance(obj, list) else obj)"
    assert reader.read(picklereg.dumps(error), code=code) == reader.read(picklereg.dumps([error]), code=code)


@pytest.mark.parametrize("protocol", range(6))
def test_every_protocol(protocol: int) -> None:
    """Chains and groups are written in each."""
    error: Any = pickle.loads(picklereg.dumps(group(), protocol))
    assert (error.message, error.exceptions[0].message, error.__context__.args) == ("outer", "inner", ("k",))
    assert error.exceptions[0].exceptions[1] is error.exceptions[2]
    assert error.exceptions[1].__cause__.__cause__.args == (0,)
    assert error.exceptions[0].__notes__ == ["in the inner one"]


def test_a_circle_is_a_circle() -> None:
    """Each exception is written once."""
    error: Any = pickle.loads(picklereg.dumps(in_a_circle()))
    assert error.__context__.__context__ is error


def test_a_chain_is_cut_where_the_registry_says() -> None:
    """Then a note says so."""
    registry = picklereg.Registry(entry_points=False, max_chain=3)
    error: Any = pickle.loads(picklereg.dumps(chain(5), registry=registry))
    assert error.__cause__.__cause__.__cause__ is None
    assert "max_chain=3" in error.__cause__.__cause__.__notes__[0]


@pytest.mark.parametrize(
    "held",
    [
        {"token": "x", "x-api-key": "sk-0123456789"},
        [("authorization", "sk-0123456789")],
        {"urls": ["https://user:sk-0123456789@example.org/"]},
        ["https://example.org/?api_key=sk-0123456789"],
    ],
)
def test_a_credential_in_a_container_stays_here(held: Any) -> None:
    """By its name, or its place in a URL; also where it stands in another exception of the chain."""
    error = ShopError(1, text="sk-0123456789")
    error.__cause__ = ShopError(2, held=held)
    assert b"sk-0123456789" not in picklereg.dumps(error)
    assert b"sk-0123456789" in picklereg.dumps(error, registry=picklereg.Registry(entry_points=False, redact=False))


@pytest.mark.parametrize("name", ["api_key", "API_KEY", "Api_Key", "ApiKey", "x_api_key"])
def test_a_credential_in_an_attribute_stays_here(name: str) -> None:
    """However its name is spelled."""
    assert b"sk-0123456789" not in picklereg.dumps(ShopError(1, text="tried sk-0123456789", **{name: "sk-0123456789"}))


def test_an_attachment_is_written_at_once() -> None:
    """A URL without a credential comes along with it."""
    registry = picklereg.Registry(entry_points=False)
    registry.register_attachment(Answer, lambda answer: Expression(object.__new__, Answer, state={"url": answer.url}))
    sent = ShopError(1, answer=Answer("https://example.org/?page=2"))
    error: Any = pickle.loads(picklereg.dumps(sent, registry=registry))
    assert (type(error.answer), error.answer.url) == (Answer, "https://example.org/?page=2")


def test_an_attachment_that_cannot_be_stripped_stays_here() -> None:
    """A note says why, also if it stands in a cause."""
    registry = picklereg.Registry(entry_points=False)
    registry.register_attachment(Answer, lambda answer: answer.lost)  # type: ignore[attr-defined]
    sent = ShopError(1)
    sent.__cause__ = ShopError(2, answer=Answer("https://example.org/"))
    error: Any = pickle.loads(picklereg.dumps(sent, registry=registry))
    assert not hasattr(error.__cause__, "answer")
    assert "'Answer' object has no attribute 'lost'" in error.__cause__.__notes__[0]


def test_the_house_rules_apply_to_chains() -> None:
    """A function sees every text."""
    registry = picklereg.Registry(entry_points=False, redact=lambda text: text.replace("order", "*****"))
    error: Any = pickle.loads(picklereg.dumps(chain(1), registry=registry))
    assert str(error) == "***** 0 failed"


def test_the_live_error_stays_as_it_was() -> None:
    """What is written is another object."""
    error = ERRORS["group"]()
    before = [vars(part).copy() for part in (error, *error.exceptions)]  # type: ignore[attr-defined]
    picklereg.dumps(error)
    assert [vars(part) for part in (error, *error.exceptions)] == before  # type: ignore[attr-defined]
