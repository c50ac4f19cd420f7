"""httpx2: what its errors carry, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import picklereg

if TYPE_CHECKING:
    from crossing import Reader

httpx2 = pytest.importorskip("httpx2")


def answer(request: Any) -> Any:
    onward = {"/first": "/second", "/second": "/third"}.get(request.url.path)
    if onward:
        return httpx2.Response(302, headers={"location": onward, "set-cookie": "session=hidden"})
    return httpx2.Response(503, json={"error": "busy"}, headers={"retry-after": "3"})


def test_a_status_after_a_redirect(reader: Reader) -> None:
    """Status, headers, body and history arrive as httpx2's own types, without credentials."""
    from picklereg.sets.httpx import register_httpx2

    registry = picklereg.Registry(entry_points=False)
    register_httpx2(registry)
    with (
        httpx2.Client(transport=httpx2.MockTransport(answer), follow_redirects=True, default_encoding=lambda _: "utf-8") as client,
        pytest.raises(httpx2.HTTPStatusError) as caught,
    ):
        client.get("http://shop/first", headers={"authorization": "Bearer hidden"}).raise_for_status()
    data = picklereg.dumps(caught.value, registry=registry)
    code = "r = obj.response; result = [r.status_code, r.json(), r.headers['retry-after'], [e.status_code for e in r.history], str(r.url)]"
    assert reader.read(data, code=code) == [503, {"error": "busy"}, "3", [302, 302], "http://shop/third"]
    assert b"hidden" not in data
