"""stripe: its errors keep status, code and body."""

from __future__ import annotations

from typing import Any

import pytest
from crossing import Reader, describe
from library_http_server import Answer, closed_port, serving
from writing import written

from picklereg.redaction import REDACTED

stripe = pytest.importorskip("stripe")


def raised(url: str) -> Any:
    client = stripe.StripeClient("sk_hidden", base_addresses={"api": url}, max_network_retries=0)
    with pytest.raises(stripe.StripeError) as caught:
        client.v1.customers.retrieve("c")
    return caught.value


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
@pytest.mark.parametrize(
    ("status", "name"),
    [(404, "InvalidRequestError"), (402, "CardError"), (429, "RateLimitError"), (401, "AuthenticationError")],
)
def test_a_status(how: str, status: int, name: str, reader: Reader) -> None:
    """Status, code, headers and body are there; of the cookie the header's name."""
    with serving(Answer(status)) as url:
        exc = raised(url)
    assert type(exc).__name__ == name
    data = written(exc, how, "requests")
    exc.headers["Set-Cookie"] = REDACTED
    assert reader.describe(data) == describe(exc)
    assert b"hidden-cookie" not in data
    code = "result = [obj.http_status, obj.user_message, obj.json_body['error']['code'], obj.headers['x-request-id'], obj.error.code]"
    assert reader.read(data, code=code) == [status, "not today", "c1", "r1", "c1"]
    assert b"sk_hidden" not in data


@pytest.mark.parametrize("how", ["picklereg", "pickle"])
def test_no_connection(how: str, reader: Reader) -> None:
    """``APIConnectionError`` keeps requests' error behind it, without the key."""
    with closed_port() as url:
        exc = raised(url)
    data = written(exc, how, "requests")
    code = "result = [type(obj).__name__, obj.should_retry, str(obj), type(obj.__cause__).__name__]"
    assert reader.read(data, code=code) == ["APIConnectionError", exc.should_retry, str(exc), "ConnectionError"]
    assert b"sk_hidden" not in data
